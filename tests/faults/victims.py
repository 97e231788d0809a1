"""Processes that store until they are shot; what they promised before is known by their pipe."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).parents[2]
_WORKLOAD = Path(__file__).with_name("workload.py")
_PATIENCE_S = 60.0


class Victims:
    """Processes that store until they are killed; what they promised is told by their pipe."""

    def __init__(self, server: subprocess.Popen[bytes]) -> None:
        self._server = server
        self._rest = b""

    def live(self, first: int, kill_after_s: float, stop_s: float = 0.0) -> list[tuple[int, int]]:
        """Let one store from a number on, kill it, and return the spans that it promised.

        Before it is killed it may be stopped for a while and live on for another one.
        """
        self._server.stdin.write(b"%d\n" % first)
        self._server.stdin.flush()
        promised: list[tuple[int, int]] = []
        pid, ends_at = 0, time.monotonic() + _PATIENCE_S
        while True:
            if not self._talks(ends_at):
                assert pid, "no process was started"
                with contextlib.suppress(ProcessLookupError):  # it may have just ended by itself
                    if stop_s:
                        os.kill(pid, signal.SIGSTOP)
                        select.select((), (), (), stop_s)
                        os.kill(pid, signal.SIGCONT)
                        select.select((), (), (), stop_s)
                    os.kill(pid, signal.SIGKILL)
                ends_at = time.monotonic() + _PATIENCE_S
                continue
            for word, *values in self._lines():
                if word == b"S":
                    pid, ends_at = int(values[0]), time.monotonic() + kill_after_s
                elif word == b"X":
                    return promised
                else:
                    promised.append((int(word), int(values[0])))

    def _talks(self, until: float) -> bool:
        left_s = max(0.0, until - time.monotonic())
        return bool(select.select([self._server.stdout], (), (), left_s)[0])

    def _lines(self) -> list[list[bytes]]:
        *lines, self._rest = (self._rest + os.read(self._server.stdout.fileno(), 65536)).split(
            b"\n"
        )
        return [line.split() for line in lines]


@contextlib.contextmanager
def victims(folder: Path, *options: str) -> Iterator[Victims]:
    command = [sys.executable, str(_WORKLOAD), str(folder), "--serve", *options]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=_ROOT, **pipes) as server:
        try:
            yield Victims(server)
        finally:
            server.stdin.close()
