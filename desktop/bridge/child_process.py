"""One child process of the local suite: started, awaited until ready, stopped cleanly."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import SmartAreaError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


class ChildFailed(SmartAreaError):
    """A part of the suite did not start or ended early; carries the end of its log."""


class ChildProcess:
    """`python -m MODULE ARGUMENTS` in a session of its own, so that Ctrl-C reaches it only by us."""

    def __init__(self, name: str, module: str, arguments: Sequence[str], log: Path) -> None:
        self.name = name
        self._log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own modules, no shell
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=out,
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Tell whether it still runs."""
        return self._process.poll() is None

    def ready_line(self, timeout_s: float) -> dict[str, Any]:
        """Wait for the JSON line with which it says that it is ready.

        Raises:
            ChildFailed: it ended, said something else, or said nothing in time.
        """
        line = self._first_line(timeout_s)
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:
            self.stop(1.0)
            raise ChildFailed(self._failure("did not get ready")) from None
        return said

    def finish(self, timeout_s: float, progress: Callable[[], object] = lambda: None) -> str:
        """Wait until it ends by itself and return what it wrote to standard output.

        The time begins anew where what `progress` tells has changed meanwhile.

        Raises:
            ChildFailed: it took too long or ended with an error.
        """
        out, seen = None, progress()
        while out is None:
            try:
                out, _ = self._process.communicate(timeout=timeout_s)
            except subprocess.TimeoutExpired:
                if (now := progress()) == seen:
                    self.stop(1.0)
                    words = f"did not finish in {timeout_s:.0f} s"
                    raise ChildFailed(self._failure(words)) from None
                seen = now
        if self._process.returncode:
            raise ChildFailed(self._failure(f"ended with status {self._process.returncode}"))
        return out.decode()

    def wait(self) -> int:
        """Wait until it ends by itself, however long, and return its exit status."""
        return self._process.wait()

    def stop(self, patience_s: float) -> None:
        """Ask it to end; after `patience_s` seconds end it."""
        if self.running:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(patience_s)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def check(self) -> None:
        """Raise ChildFailed where it has ended although nobody asked it to."""
        if not self.running:
            raise ChildFailed(self._failure(f"ended with status {self._process.returncode}"))

    def _first_line(self, timeout_s: float) -> bytes:
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 - Popen was given PIPE
        deadline = time.monotonic() + timeout_s
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n") and selector.select(deadline - time.monotonic()):
                if not (piece := os.read(stdout.fileno(), 4096)):
                    break
                line += piece
        return line

    def _failure(self, what: str) -> str:
        text = self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""
        last = "\n".join(text.splitlines()[-5:]) or "(it wrote nothing)"
        return f"{self.name} {what}; the end of {self._log}:\n{last}"
