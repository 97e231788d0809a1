"""One run of `area-tech` as a child process: its talk as it comes, its answer at the end, an end on demand."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from typing import IO, TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from area_configs.domain.errors import SmartAreaError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FAILED, UNREACHABLE, INTERRUPTED = 1, 4, 130
_PATIENCE_S = 10.0  # the tool may have to start a gateway's service again


class ToolRun(QObject):
    """Runs one command at a time in a thread of its own."""

    said = Signal(str)  # a line of its talk
    ended = Signal(int, str)  # exit status, standard output

    def __init__(self, module: str = "firmware_tools", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._module = module
        self._lock = threading.Lock()
        self._cancelled, self._closed = threading.Event(), threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Tell whether the tool itself runs."""
        with self._lock:
            return self._process is not None and self._process.poll() is None

    def start(self, arguments: Sequence[str], given: Callable[[], str]) -> None:
        """Begin; `given` is asked, in the thread, for what the tool reads on standard input.

        It may raise a SmartAreaError, which ends the run with its sentence.
        """
        self._cancelled.clear()
        self._thread = threading.Thread(
            target=self._run, args=(tuple(arguments), given), name="area-tech"
        )
        self._thread.start()

    def cancel(self) -> None:
        """Ask the tool to end as Ctrl-C would; asked again, end it."""
        again = self._cancelled.is_set()
        self._cancelled.set()
        with self._lock:
            if self._process and self._process.poll() is None:
                _interrupt(self._process, hard=again)

    def close(self) -> None:
        """End the run that is under way; nothing is told any more."""
        self._closed.set()
        if not (self._thread and self._thread.is_alive()):
            return
        self.cancel()
        self._thread.join(_PATIENCE_S)
        if self._thread.is_alive():
            self.cancel()
            self._thread.join()

    def _run(self, arguments: Sequence[str], given: Callable[[], str]) -> None:
        try:
            told = given()
        except SmartAreaError as error:
            words = {"refused": "hub", "en": str(error), "ja": str(error)}
            self._end(UNREACHABLE, json.dumps(words))
            return
        with tempfile.TemporaryFile() as out:
            status = self._child(arguments, told, out)
            out.seek(0)
            self._end(status, out.read().decode(errors="replace"))

    def _child(self, arguments: Sequence[str], told: str, out: IO[bytes]) -> int:
        with self._lock:
            if self._cancelled.is_set():
                return INTERRUPTED
            process = self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-m", self._module, *arguments],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        with process:
            self._tell(process, told)
            for line in process.stderr or ():
                if text := line.decode(errors="replace").strip():
                    self._say(text)
        cut = self._cancelled.is_set() and process.returncode != 0
        return INTERRUPTED if cut else process.returncode

    @staticmethod
    def _tell(process: subprocess.Popen[bytes], told: str) -> None:
        if process.stdin is None:
            return
        try:
            process.stdin.write(told.encode())
            process.stdin.close()
        except OSError:
            return  # it has ended already; its status says why

    def _say(self, line: str) -> None:
        if not self._closed.is_set():
            self.said.emit(line)

    def _end(self, status: int, answer: str) -> None:
        if not self._closed.is_set():
            self.ended.emit(status, answer)


def _interrupt(process: subprocess.Popen[bytes], *, hard: bool) -> None:
    if sys.platform == "win32":
        (process.kill if hard else process.terminate)()
    elif hard:
        os.killpg(process.pid, signal.SIGKILL)  # what it has started too: a session of its own
    else:
        process.send_signal(signal.SIGINT)
