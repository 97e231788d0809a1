"""Reports: the numbers are right, the pages can be read, and a hub is all that is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QImage

from area_configs.domain.readings import Reading
from desktop.models import report, report_words, workbooks
from desktop.views import report_pages
from tests.desktop.real_hub import RealHub
from tests.desktop.small_area import SECOND_US, small_area

DAY = date(2026, 11, 24)
SPAN = report.span_of("day", DAY, "Asia/Tokyo")
BEGINS_US, ENDS_US = SPAN.us
HALF_US = 1800 * SECOND_US
NEXT_DAY = datetime(2026, 11, 26, tzinfo=UTC)


def half(number, mean_w, samples=360):
    at = BEGINS_US + number * HALF_US
    return SimpleNamespace(begins_us=at, mean=mean_w, high=mean_w, samples=samples)


def happened(seq, what, hour):
    return SimpleNamespace(
        seq=seq, alarm="leak", at_us=BEGINS_US + hour * 2 * HALF_US, what=what, state="",
        priority="critical", value=None, by="", note="",
    )  # fmt: skip


def made(powers=(), journal=(), now=NEXT_DAY):
    return report.make(small_area(), SPAN, {"meter-1": list(powers)}, journal, now)


def test_energy_is_the_sum_of_half_hours_and_the_peak_the_highest_of_them():
    (row,) = made([half(0, 1000.0), half(1, 3000.0), half(2, 2000.0)]).energy
    assert row.energy_kwh == pytest.approx(3.0)
    assert row.peak_kw == pytest.approx(3.0)
    assert row.peak_us == BEGINS_US + HALF_US
    assert row.coverage == pytest.approx(3 / 48)


def test_without_data_nothing_is_claimed():
    whole = made()
    assert whole.energy[0].energy_kwh is None
    assert whole.coverage == 0.0
    assert ("Energy of the whole area", "—") in report_words.summary(whole, "en")


def test_what_is_still_to_come_is_not_missing():
    noon = datetime(2026, 11, 24, 3, tzinfo=UTC)  # twelve in Tokyo
    whole = made([half(n, 1000.0) for n in range(24)], now=noon)
    assert whole.coverage == pytest.approx(1.0)
    assert not whole.complete
    assert any("not over" in note for note in report_words.notes(whole, "en"))


def test_alarms_are_counted_within_the_time_only():
    journal = [
        happened(4, "raised", 30),
        happened(3, "acknowledged", 2),
        happened(2, "raised", 1),
        happened(1, "raised", -1),
    ]
    whole = made(journal=journal)
    assert whole.alarms_raised == 1
    assert whole.alarms[0].acknowledged_after_s == 3600.0


def test_a_month_is_whole_and_ends_with_the_year():
    span = report.span_of("month", date(2026, 12, 31), "Asia/Tokyo")
    assert (span.name, span.begins.month, span.ends.year) == ("2026-12", 12, 2027)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_are_numbered_and_written(qapp, dressed_fonts, tmp_path, language):  # noqa: ARG001  # a fixture that has to be there
    whole = made([half(n, 500.0 * n) for n in range(48)], [happened(1, "raised", 1)])
    pages = report_pages.images(whole, language)
    assert len(pages) >= 1
    assert isinstance(pages[0], QImage)
    dark = sum(
        pages[0].pixelColor(x, y).lightness() < 128
        for x in range(0, pages[0].width(), 4)
        for y in range(0, pages[0].height(), 4)
    )
    assert dark > 500  # there is something to read
    if folder := os.environ.get("REPORT_PICTURES"):
        pages[0].save(f"{folder}/report-{language}.png")
    target = tmp_path / "day.pdf"
    report_pages.write_pdf(whole, target, language)
    assert target.read_bytes().startswith(b"%PDF")
    with pytest.raises(OSError, match="cannot be written"):
        report_pages.write_pdf(whole, Path("/nowhere/day.pdf"), language)


def test_the_workbook_holds_numbers(tmp_path):
    target = tmp_path / "day.xlsx"
    workbooks.write_report(made([half(0, 1000.0)]), target, "en")
    with zipfile.ZipFile(target) as book:
        energy = book.read("xl/worksheets/sheet2.xml").decode()
    assert "<v>0.5</v>" in energy


@pytest.fixture
def dressed_fonts(qapp):  # noqa: ARG001  # a fixture that has to be there
    from desktop.views.theme import load_fonts  # noqa: PLC0415  # after the application

    load_fonts()


def console(*options):
    command = [sys.executable, "-m", "desktop", *options]
    env = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=50, env=env)


@pytest.mark.slow
def test_a_hub_is_all_it_needs(tmp_path):
    hub = RealHub(tmp_path)
    try:
        readings = [
            Reading("feeder-main", "active_power", BEGINS_US + n * 60 * SECOND_US, 60_000.0)
            for n in range(120)
        ]
        hub.take(readings)
        target = tmp_path / "day.pdf"
        done = console(
            "--hub", hub.url, "--report", "day", "--date", str(DAY), "--output", str(target)
        )
    finally:
        hub.stop()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["report"] == str(target)
    assert target.read_bytes().startswith(b"%PDF")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--date", "24.11.2026", "--output", "day.pdf"), "is no date"),
        (("--date", "2026-11-24", "--output", "day.doc"), "is no file of a report"),
    ],
)
def test_a_wrong_wish_is_told_in_one_sentence(options, sentence):
    done = console("--report", "day", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
