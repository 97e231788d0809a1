"""Recording of raw frames as JSON lines, for a fault in the field and for tests of tomorrow.

Within `record(path)` every transport notes what it sends and hears: one line `{"t", "link", "dir",
"hex"}` each, `t` in seconds since 1970 UTC, `dir` `in` or `out`, and `peer` where a link has several.
What Bluetooth says is noted as the text that `area-edge decode` takes, such as `2A37:1646`. Lines go
out whole; a file may be followed while it grows. `frames` reads them again. A `Live` recording joins
a link that is open already, in the running agent.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from area_configs.domain.errors import BadFrame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import IO

    Direction = Literal["in", "out"]
    Note = Callable[[Direction, bytes, str], None]

_MOST_BYTES = 1 << 30  # a recording that was forgotten must not fill the disk


@dataclass(frozen=True, slots=True)
class RawFrame:
    """One recorded frame; `peer` is empty where the link has one."""

    t: float
    link: str
    direction: str
    data: bytes
    peer: str = ""


class _Recording:
    """An open file of raw frames."""

    def __init__(self, file: IO[str], now: Callable[[], float]) -> None:
        self._file = file
        self._now = now
        self._bytes = 0
        self.frames = 0

    def note(self, link: str, direction: Direction, data: bytes, peer: str) -> None:
        """Write one frame."""
        if self._bytes > _MOST_BYTES or self._file.closed:
            return
        self.frames += 1
        entry = {"t": round(self._now(), 6), "link": link, "dir": direction, "hex": data.hex()}
        line = json.dumps(entry | ({"peer": peer} if peer else {})) + "\n"
        self._bytes += self._file.write(line)
        self._file.flush()


_CURRENT: ContextVar[_Recording | None] = ContextVar("recording", default=None)
_LIVE: dict[str, _Recording] = {}


class Live:
    """A recording of one link, from now on until it is ended.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, link: str, path: Path, now: Callable[[], float] = time.time) -> None:
        self._link = link
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(handle, "w", encoding="utf-8")
        self._recording = _LIVE[link] = _Recording(self._file, now)

    def end(self) -> int:
        """Stop; return how many frames there were."""
        _LIVE.pop(self._link, None)
        self._file.close()
        return self._recording.frames


@contextmanager
def record(path: Path, now: Callable[[], float] = time.time) -> Iterator[None]:
    """Record every transport that is opened within, in this task and those that it starts.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("a", encoding="utf-8") as file:
        token = _CURRENT.set(_Recording(file, now))
        try:
            yield
        finally:
            _CURRENT.reset(token)


def tap(link: str) -> Note:
    """Return where a link's transport notes its frames; call it where the link is opened."""
    current = _CURRENT.get()

    def note(direction: Direction, data: bytes, peer: str) -> None:
        for recording in (current, _LIVE.get(link)):
            if recording is not None:
                recording.note(link, direction, data, peer)

    return note


def frames(path: Path) -> Iterator[RawFrame]:
    """Read a recording.

    Raises:
        BadFrame: a line is none; names the line.
        OSError: the file cannot be read.
    """
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            try:
                entry = json.loads(line)
                data = bytes.fromhex(entry["hex"])
                yield RawFrame(
                    float(entry["t"]), entry["link"], entry["dir"], data, entry.get("peer", "")
                )
            except (ValueError, KeyError, TypeError) as error:
                raise BadFrame(
                    f"{path}:{number}: not a recorded frame: write the file with `area-edge record`"
                ) from error
