"""Children of the local suite: ready, stopped, and what is said of one that fails."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from desktop.bridge.child_process import ChildFailed, ChildProcess

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a starter of children that run a given program as a module."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def start(program: str) -> ChildProcess:
        (tmp_path / "part.py").write_text(program, encoding="utf-8")
        return ChildProcess("part", "part", [], tmp_path / "part.log")

    return start


def test_a_ready_child_is_stopped(child) -> None:
    part = child('import signal\nprint(\'{"url": "here"}\')\nsignal.pause()')
    assert part.ready_line(10.0) == {"url": "here"}
    part.check()
    part.stop(5.0)
    assert not part.running


def test_a_child_that_ends_early_is_explained_by_its_log(child) -> None:
    part = child("import sys\nsys.exit('the port is taken')")
    with pytest.raises(ChildFailed, match=r"part did not get ready(.|\n)*the port is taken"):
        part.ready_line(10.0)


def test_a_child_that_ignores_sigterm_is_killed(child) -> None:
    part = child(
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('{}')\n"
        "while True: time.sleep(1)"
    )
    part.ready_line(10.0)
    part.stop(0.1)
    assert not part.running


def test_output_and_failure_of_a_finished_child(child) -> None:
    assert child("print('done')").finish(10.0) == "done\n"
    broken = child("raise SystemExit(3)")
    with pytest.raises(ChildFailed, match="ended with status 3"):
        broken.finish(10.0)
    broken.stop(0.0)


def test_a_slow_child_is_awaited_while_it_gets_on(child, tmp_path: Path) -> None:
    go, looks = tmp_path / "go", []
    program = "import pathlib, time\nwhile not pathlib.Path({!r}).exists(): time.sleep(0.01)\n"

    def progress() -> int:
        looks.append(go)
        if len(looks) == 4:
            go.touch()
        return len(looks)

    slow = child(program.format(str(go)) + "print('done')")
    assert slow.finish(0.05, progress) == "done\n"


def test_a_child_that_gets_nowhere_is_ended(child) -> None:
    stuck = child("import time\nwhile True: time.sleep(1)")
    with pytest.raises(ChildFailed, match="did not finish in 0 s"):
        stuck.finish(0.05, lambda: "no picture yet")
    assert not stuck.running


def test_a_child_runs_the_same_python(child) -> None:
    assert child("import sys\nprint(sys.executable)").finish(10.0).strip() == sys.executable
