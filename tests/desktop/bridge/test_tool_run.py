"""Runs of the technician's tool: talk, answer, what it is told, an end on demand, a refusal before."""

from __future__ import annotations

import json

import pytest

from area_configs.domain.errors import SmartAreaError
from desktop.bridge.tool_run import FAILED, INTERRUPTED, UNREACHABLE, ToolRun

PATIENCE_MS = 20_000


@pytest.fixture
def tool(qapp, tmp_path, monkeypatch):  # noqa: ARG001  # signals need an application
    """Return a starter of runs of a given program."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    run = ToolRun("part")

    def program(text):
        (tmp_path / "part.py").write_text(text, encoding="utf-8")
        return run

    yield program
    run.close()


def test_it_is_told_a_secret_and_answers(tool, qtbot):
    run = tool(
        "import sys\nprint('reading', file=sys.stderr)\nprint(sys.argv[1], sys.stdin.read())"
    )
    lines = []
    run.said.connect(lines.append)
    with qtbot.waitSignal(run.ended, timeout=PATIENCE_MS) as ended:
        run.start(["word"], lambda: "secret")
    assert ended.args == [0, "word secret\n"]
    assert lines == ["reading"]


def test_a_failure_is_its_exit_status(tool, qtbot):
    run = tool("import sys\nsys.exit(1)")
    with qtbot.waitSignal(run.ended, timeout=PATIENCE_MS) as ended:
        run.start([], lambda: "x" * 10)
    assert ended.args == [FAILED, ""]


def test_a_run_is_cancelled_as_by_ctrl_c(tool, qtbot):
    run = tool(
        "import signal, sys, threading\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "try:\n    print('waits', file=sys.stderr, flush=True)\n    threading.Event().wait()\n"
        "except KeyboardInterrupt:\n    print('tidied', file=sys.stderr)\n    sys.exit(130)"
    )
    lines = []
    run.said.connect(lines.append)
    run.said.connect(lambda line: run.cancel() if line == "waits" else None)
    with qtbot.waitSignal(run.ended, timeout=PATIENCE_MS) as ended:
        run.start([], str)
    assert ended.args[0] == INTERRUPTED
    assert lines == ["waits", "tidied"]


def test_a_run_that_does_not_listen_is_ended_at_the_second_asking(tool, qtbot):
    run = tool(
        "import signal, sys, threading\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "print('waits', file=sys.stderr, flush=True)\nthreading.Event().wait()"
    )
    run.said.connect(lambda _: (run.cancel(), run.cancel()))
    with qtbot.waitSignal(run.ended, timeout=PATIENCE_MS) as ended:
        run.start([], str)
    assert ended.args[0] == INTERRUPTED


def test_what_it_has_started_ends_with_it(tool, qtbot):
    run = tool(
        "import signal, subprocess, sys\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        "print('waits', file=sys.stderr, flush=True)\nchild.wait()"
    )
    run.said.connect(lambda _: (run.cancel(), run.cancel()))
    with qtbot.waitSignal(run.ended, timeout=PATIENCE_MS) as ended:  # its talk is open until then
        run.start([], str)
    assert ended.args[0] == INTERRUPTED


def test_what_cannot_be_told_ends_the_run_before_it_begins(tool, qtbot):
    def refused():
        raise SmartAreaError("the session is over")

    run = tool("raise SystemExit('never')")
    with qtbot.waitSignal(run.ended, timeout=PATIENCE_MS) as ended:
        run.start([], refused)
    assert ended.args[0] == UNREACHABLE
    assert json.loads(ended.args[1])["en"] == "the session is over"


def test_closing_ends_what_is_at_work_and_tells_nothing(tool, qtbot):
    run = tool(
        "import signal, sys, threading\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "print('waits', file=sys.stderr, flush=True)\nthreading.Event().wait()"
    )
    ended = []
    run.ended.connect(lambda *_: ended.append(1))
    with qtbot.waitSignal(run.said, timeout=PATIENCE_MS):
        run.start([], str)
    run.close()
    assert ended == []
