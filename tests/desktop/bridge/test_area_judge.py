"""Judging while somebody types: off the GUI thread, the newest text only."""

from __future__ import annotations

import threading

import pytest

from area_configs.area_edit import AreaText
from desktop.bridge.area_judge import AreaJudge
from tests.desktop.area_samples import SAMPLE, sample_area


@pytest.fixture
def judge(qapp):  # noqa: ARG001  # an application must exist
    made = AreaJudge(pause_s=0.2)
    yield made
    made.close()


def test_the_last_of_several_is_judged_and_told_in_the_gui_thread(judge, qtbot, tmp_path):
    first = sample_area(tmp_path / "area")
    states = [AreaText(first.file, f"{SAMPLE}# {n}\n") for n in range(20)]
    told = []
    judge.judged.connect(lambda state: told.append((state, threading.current_thread())))
    for state in states:
        judge.ask(state)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [(states[-1], threading.main_thread())]
    assert states[-1].is_judged
    assert not states[0].is_judged


def test_after_its_end_nothing_is_told(judge, qtbot, tmp_path):
    told = []
    judge.judged.connect(told.append)
    judge.ask(sample_area(tmp_path / "area"))
    judge.close()
    qtbot.wait(1)
    assert told == []
