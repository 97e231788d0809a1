"""The page of the audit log."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop.models.audit_log import Column

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window


def entry(seq, who="hanako", change=None):
    return {
        "seq": seq,
        "at": f"2026-11-25T03:00:0{seq % 10}Z",
        "who": who,
        "what": "POST /area/v1/alarms/{id}/{action}",
        "target": "/area/v1/alarms/leak/acknowledge",
        "status": 200,
        "address": "127.0.0.1",
        "change": change,
    }


@pytest.fixture
def audit(console):
    console.asked = []
    console.models.audit_log.wanted.connect(console.asked.append)
    console.window.show_page("audit")
    console.page = console.window.page("audit")
    console.log = console.models.audit_log
    return console


def test_opening_asks_for_the_newest_and_more_for_what_is_before(audit, qtmodeltester):
    assert audit.asked == [0]
    audit.log.take([entry(seq) for seq in (8, 9)], 0)
    assert audit.log.index(0, Column.SEQ).data() == "9"
    audit.page.more.click()
    assert audit.asked == [0, 7]
    audit.log.take([entry(seq) for seq in range(1, 8)], 7)
    assert audit.log.complete
    assert audit.page.more.isHidden()
    assert audit.page._count.text() == "9 of 9 entries"
    qtmodeltester.check(audit.log)


def test_words_filter_every_column(audit):
    audit.log.take([entry(1), entry(2, "taro", {"before": "normal"})], 0)
    audit.page.filter.setText("TARO before")
    assert audit.page._count.text() == "1 of 2 entries"


def test_a_whole_chain_and_a_broken_one_are_told_apart(audit):
    asked = []
    audit.log.verification_wanted.connect(lambda: asked.append(1))
    audit.page.verify.click()
    assert asked == [1]
    assert not audit.page.verify.isEnabled()
    audit.log.take_verdict({"entries": 12, "head": "x", "head_at": "y", "broken": []})
    assert audit.page._verdict.text().startswith("The chain of 12 entries is whole")
    broken = [{"seq": 7, "reason": "its hash does not fit"}]
    audit.log.take_verdict({"entries": 12, "head": "x", "head_at": "y", "broken": broken})
    assert audit.page._verdict.text().endswith("Entry 7: its hash does not fit")
    assert audit.page._verdict.property("abnormal") == "alarm"


def test_the_list_is_exported(audit, tmp_path):
    audit.log.take([entry(1)], 0)
    audit.page.export_to(tmp_path / "audit.csv")
    assert "hanako" in (tmp_path / "audit.csv").read_text(encoding="utf-8-sig")


def test_an_empty_list_says_why(audit):
    empty = audit.page.empty
    assert empty.text() == "The hub has not answered yet."
    audit.log.failed.emit("your role may not")
    assert empty.text() == "The hub does not show its audit log: your role may not"
    audit.log.take([], 0)
    assert empty.text() == "The hub keeps no entry yet."
    audit.log.take([entry(1)], 0)
    assert empty.isHidden()
    audit.page.filter.setText("nobody")
    assert empty.isVisible()
    assert empty.text() == "No entry has all of these words."


def test_a_refusal_beside_what_is_listed_is_told(audit):
    audit.log.take([entry(1)], 0)
    audit.log.failed.emit("your role may not")
    assert "your role may not" in audit.page._message.text()
    assert audit.page.empty.isHidden()


def test_times_are_those_of_the_area_and_the_head_names_its_zone(audit):
    audit.log.take([entry(1), entry(2) | {"at": "2026-11-25T15:30:00.25+00:00"}], 0)
    assert audit.log.headerData(Column.AT, Qt.Orientation.Horizontal) == "Time (Asia/Tokyo)"
    shown = [audit.log.index(row, Column.AT).data() for row in range(2)]
    assert shown == ["2026-11-26 00:30:00", "2026-11-25 12:00:01"]
    audit.languages.choose("ja")
    assert audit.log.headerData(Column.AT, Qt.Orientation.Horizontal) == "時刻 (Asia/Tokyo)"
