"""A console's draft in a process that is killed once the draft is kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.end_to_end.test_orders import ROOT


def kill_once_kept(script: str, *words: str) -> None:
    """Run a script that prints `kept` when its draft is on the disk, and end it by kill -9."""
    with subprocess.Popen(
        [sys.executable, "-c", script, *words],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        text=True,
    ) as keeper:
        assert keeper.stdout
        assert keeper.stdout.readline() == "kept\n"
        keeper.send_signal(signal.SIGKILL)
