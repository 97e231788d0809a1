"""The tool ends by SIGINT also where whoever started it ignores SIGINT."""

from __future__ import annotations

import signal
import subprocess
import sys

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
