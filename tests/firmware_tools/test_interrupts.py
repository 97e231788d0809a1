"""The tool ends by SIGINT also where whoever started it ignores SIGINT."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

_TOOL = (
    "import signal, sys, threading\n"
    "from firmware_tools.cli.shell import hear_interrupts\n"
    "hear_interrupts()\n"
    "try:\n    print('waits', flush=True)\n    threading.Event().wait()\n"
    "except KeyboardInterrupt:\n    sys.exit(130)\n"
)


def test_an_ignored_interrupt_is_heard_again():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        tool = subprocess.Popen([sys.executable, "-c", _TOOL], stdout=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    with tool:
        assert tool.stdout
        assert tool.stdout.readline() == "waits\n"
        tool.send_signal(signal.SIGINT)
        assert tool.wait(30) == 130


@pytest.mark.parametrize("how", ["Ctrl-C", "end of input"])
def test_a_question_left_unanswered_ends_as_interrupted(tmp_path, how):
    terminal, line = os.openpty()
    command = [sys.executable, "-m", "firmware_tools", "image", str(tmp_path)]
    try:
        with subprocess.Popen(command, stdin=line, stdout=-3, stderr=subprocess.PIPE) as tool:
            assert tool.stderr
            assert tool.stderr.read(8) == b"gateway:"
            if how == "Ctrl-C":
                tool.send_signal(signal.SIGINT)
            else:
                os.write(terminal, b"\x04")
            assert tool.wait(30) == 130
    finally:
        os.close(terminal)
        os.close(line)
    assert list(tmp_path.iterdir()) == []
