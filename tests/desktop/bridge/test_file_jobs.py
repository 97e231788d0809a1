"""Reading files off the GUI thread."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from area_configs.domain.errors import CityFileError
from desktop.bridge.file_jobs import FileJobs

PATHS = (Path("a.gml"), Path("bad.gml"), Path("c.gml"))


def read(path):
    if path.stem == "bad":
        raise CityFileError(f"{path}: cut in the middle")
    return path.stem


@pytest.mark.usefixtures("qapp")
def test_a_bad_file_is_told_and_the_rest_goes_on(qtbot):
    jobs, steps, faults = FileJobs(read, CityFileError, list), [], []
    jobs.progressed.connect(lambda *step: steps.append(step))
    jobs.failed.connect(faults.append)
    with qtbot.waitSignal(jobs.finished) as told:
        jobs.start(PATHS)
    jobs.close()
    assert told.args == [["a", "c"]]
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert faults == ["bad.gml: cut in the middle"]


@pytest.mark.usefixtures("qapp")
def test_it_ends_when_closed_and_tells_nothing_more(qtbot):
    begun, go_on = threading.Event(), threading.Event()

    def slow(path):
        begun.set()
        go_on.wait()
        return path

    jobs = FileJobs(slow, CityFileError, list)
    begun.clear()
    with qtbot.assertNotEmitted(jobs.finished):
        jobs.start(PATHS)
        assert begun.wait(5)
        jobs._cancelled.set()
        go_on.set()
        jobs.close()


@pytest.mark.usefixtures("qapp")
def test_closing_before_starting_is_fine():
    FileJobs(read, CityFileError, list).close()


@pytest.mark.usefixtures("qapp")
def test_stopped_by_hand_it_gives_what_it_has(qtbot):
    begun, go_on = threading.Event(), threading.Event()

    def slow(path):
        if path.stem != "a":
            begun.set()
            go_on.wait(5)
            return path.stem if jobs.going else None
        return path.stem

    jobs = FileJobs(slow, CityFileError, list)
    with qtbot.waitSignal(jobs.finished) as told:
        jobs.start(PATHS)
        assert begun.wait(5)
        jobs.stop()
        go_on.set()
    jobs.close()
    assert told.args == [["a"]]
