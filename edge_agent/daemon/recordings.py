"""Recordings: raw frames of a link that the running agent has, on a technician's request.

A request is a file in the data folder, whose rights say who may ask; the answer is another one. Raw
frames may say what a body says: they stay in the data folder, for the agent's user only, until
whoever asked has fetched them.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from area_configs.domain.errors import SmartAreaError
from edge_agent.configuration.durable import replace_durably
from edge_agent.transports.recording import Live

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from pathlib import Path

    from edge_agent.clock import Clock

_log = logging.getLogger(__name__)

REQUEST, ANSWER, FRAMES = "recording.request", "recording.answer", "recording.jsonl"
MOST_S = 3600.0

_LOOK_EVERY_S = 0.5
_SLACK_S = 15.0


class NoAnswer(SmartAreaError):
    """Look into the agent's log: it does not record as it was asked to."""


class _Running(NamedTuple):
    ident: str
    live: Live
    ends: float


class Recordings:
    """Records one link at a time, as it is asked to."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._running: _Running | None = None

    async def keep(self, stop: asyncio.Event) -> None:
        """Look for requests until `stop`."""
        try:
            while not await self._clock.pause(_LOOK_EVERY_S, stop):
                self._turn()
        finally:
            self._end()

    def _turn(self) -> None:
        if self._running and self._clock.monotonic() >= self._running.ends:
            self._end()
        request = self._folder / REQUEST
        if request.exists():
            self._end()
            self._begin(request)

    def _begin(self, request: Path) -> None:
        ident = ""
        try:
            asked = json.loads(request.read_text(encoding="utf-8"))
            ident, seconds = str(asked["id"]), min(float(asked["seconds"]), MOST_S)
            live = Live(str(asked["link"]), self._folder / FRAMES)
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._answer(ident, 0, f"{request} cannot be followed: {error}")
            return
        finally:
            request.unlink(missing_ok=True)
        _log.info("recording link %s for %g s", asked["link"], seconds)
        self._running = _Running(ident, live, self._clock.monotonic() + seconds)

    def _end(self) -> None:
        running, self._running = self._running, None
        if running:
            self._answer(running.ident, running.live.end(), "")

    def _answer(self, ident: str, frames: int, trouble: str) -> None:
        said = {"id": ident, "frames": frames, "trouble": trouble}
        try:
            replace_durably(self._folder / ANSWER, json.dumps(said).encode())
        except OSError as error:
            _log.error("what was recorded cannot be told: %s", error)


def ask(folder: Path, link: str, seconds: float, ident: str) -> None:
    """Ask the running agent to record a link.

    Raises:
        OSError: the data folder cannot be written.
    """
    asked = {"id": ident, "link": link, "seconds": seconds}
    replace_durably(folder / REQUEST, json.dumps(asked).encode())


def fetch(
    folder: Path, ident: str, seconds: float, file: Path, wait: Callable[[float], None]
) -> int:
    """Wait for a recording, move it to a file, and return how many frames it has.

    Raises:
        NoAnswer: the agent does not answer, or could not record.
        OSError: the file cannot be written.
    """
    for _ in range(int((seconds + _SLACK_S) / _LOOK_EVERY_S)):
        wait(_LOOK_EVERY_S)
        said = _said(folder)
        if said.get("id") != ident:
            continue
        if said["trouble"]:
            raise NoAnswer(str(said["trouble"]))
        file.write_bytes((folder / FRAMES).read_bytes())
        (folder / FRAMES).unlink()
        return int(said["frames"])
    raise NoAnswer(f"the agent of {folder} did not record: is it of an older version?")


def _said(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found
