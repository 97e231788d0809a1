"""Drafts: whole or not at all, kept through kill -9, private, and never an error on reading."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from desktop.models.drafts import Autosave, Drafts

HUB = "http://127.0.0.1:8080"


@pytest.fixture
def drafts(tmp_path):
    return Drafts(HUB, tmp_path)


def test_a_draft_is_kept_found_and_dropped(drafts, tmp_path):
    drafts.keep("configuration/gw-energy", {"period_s": 5, "名前": "蓄電池"})
    found = Drafts(HUB, tmp_path).find("configuration/gw-energy")
    assert found.content == {"period_s": 5, "名前": "蓄電池"}
    assert found.saved_us > 0
    drafts.drop("configuration/gw-energy")
    assert drafts.find("configuration/gw-energy") is None
    drafts.drop("configuration/gw-energy")


def test_names_cannot_leave_the_folder_and_hubs_do_not_mix(drafts, tmp_path):
    drafts.keep("../../evil", 1)
    assert drafts.find("../../evil").content == 1
    assert {path.parent.parent for path in tmp_path.rglob("*.json")} == {tmp_path / "drafts"}
    assert Drafts("http://other", tmp_path).all() == []


def test_all_lists_the_newest_first_and_skips_what_cannot_be_read(drafts, tmp_path):
    drafts.keep("a", 1)
    drafts.keep("b", 2)
    next(tmp_path.rglob("a.json")).with_name("c.json").write_text("{cut off")
    assert [one.name for one in drafts.all()] == ["b", "a"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_the_owner_reads_it(drafts, tmp_path):
    drafts.keep("a", 1)
    assert next(tmp_path.rglob("a.json")).stat().st_mode & 0o077 == 0


def test_what_cannot_be_kept_is_told_and_the_draft_before_stays(drafts, tmp_path, qtbot):
    drafts.keep("a", 1)
    folder = next(tmp_path.rglob("a.json")).parent
    folder.rename(folder.with_name("away"))
    folder.write_text("a file where the folder was")
    saving = Autosave(drafts, "a", lambda: 2)
    with qtbot.waitSignal(saving.failed):
        saving.flush()
    assert (folder.with_name("away") / "a.json").is_file()


def test_a_change_is_kept_a_moment_later_and_nothing_drops_it(drafts, qtbot):
    content = [{"x": 1}]
    saving = Autosave(drafts, "a", lambda: content[0])
    saving._timer.setInterval(1)
    with qtbot.waitSignal(saving.saved):
        saving.touch()
    assert drafts.find("a").content == {"x": 1}
    content[0] = None
    saving.flush()
    assert drafts.find("a") is None


_TYPING = """
import sys
from pathlib import Path
from desktop.models.drafts import Drafts
drafts = Drafts("hub", Path(sys.argv[1]))
n = 0
while True:
    n += 1
    drafts.keep("form", {"n": n, "text": "x" * 50_000})
    print(n, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_draft_survives_being_killed_in_the_middle_of_writing(tmp_path):
    typing = subprocess.Popen(
        [sys.executable, "-c", _TYPING, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    for _ in range(20):
        said = int(typing.stdout.readline())
    os.kill(typing.pid, signal.SIGKILL)
    typing.wait()
    said = int(([*typing.stdout.read().split()] or [said])[-1])
    typing.stdout.close()
    found = Drafts("hub", tmp_path).find("form")
    assert found.content["text"] == "x" * 50_000
    assert found.content["n"] >= said
