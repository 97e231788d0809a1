"""Configuration by order: what the hub signed for this gateway becomes settings, on trial.

A document may change the tables `log`, `control` and `monitor`; who and where a gateway is stays its
own. Versions only go up, and what cuts the gateway off is taken back by itself.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import tomlkit

from area_configs.domain.errors import SmartAreaError
from edge_agent.configuration import requests
from edge_agent.configuration.durable import replace_durably
from edge_agent.configuration.trial import TrialFiles
from edge_agent.daemon.order_book import Entry

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from edge_agent.clock import Clock

FILE = "configuration.json"
TABLES = frozenset({"log", "control", "monitor"})
_TRIAL_S = 120.0
_LOOK_S = 0.5


class BadDocument(SmartAreaError):
    """A configuration that is not for this gateway, is an older one, or says what it may not."""


@dataclass(frozen=True, slots=True)
class Held:
    """The newest version that was taken, by which order, and how it ended (empty: not yet)."""

    version: int = 0
    order: str = ""
    state: str = ""
    words: str = ""


class OrderedConfiguration:
    """Takes documents for one gateway."""

    def __init__(self, gateway: str, settings: Path, data: Path, clock: Clock) -> None:
        self._gateway = gateway
        self._settings = settings
        self._file = data / FILE
        self._clock = clock

    @property
    def version(self) -> int | None:
        """Return the newest version that was taken, None where none was."""
        return held(self._file).version or None

    async def take(self, order: str, body: dict[str, Any], stop: asyncio.Event) -> Entry | None:
        """Put a document in force; return how it ended, None where `stop` came first.

        The same order again goes on where it was left.
        """
        try:
            if held(self._file).order != order:
                self._begin(order, body)
            return await self._end(stop)
        except (SmartAreaError, OSError) as error:
            return Entry("failed", str(error))

    def _begin(self, order: str, body: dict[str, Any]) -> None:
        version, document = _parts(body)
        if document.get("gateway") != self._gateway:
            raise BadDocument(f"it is for gateway {document.get('gateway')!r}, not this one")
        before = held(self._file)
        if version <= before.version:
            raise BadDocument(f"version {version} is not newer than {before.version}")
        content = self._changed(document.get("settings", {}))
        if content == self._settings.read_bytes():
            self._note(Held(version, order, "applied", "nothing differs"))
            return
        new = self._settings.with_name(f"{self._settings.name}.ordered")
        replace_durably(new, content)
        try:
            self._note(Held(version, order))
            requests.put(self._settings, new, _TRIAL_S)
        except SmartAreaError as error:
            self._note(Held(version, order, "failed", str(error)))
        finally:
            new.unlink(missing_ok=True)

    def _changed(self, settings: Any) -> bytes:
        if not isinstance(settings, dict) or not settings.keys() <= TABLES:
            known = ", ".join(sorted(TABLES))
            raise BadDocument(f"settings are tables of these names: {known}")
        document = tomlkit.parse(self._settings.read_text(encoding="utf-8"))
        for name, table in settings.items():
            document[name] = table
        return tomlkit.dumps(document).encode()

    async def _end(self, stop: asyncio.Event) -> Entry | None:
        files = TrialFiles(self._settings)
        while True:
            now = held(self._file)
            if now.state:
                return Entry(now.state, now.words)
            trial = files.read()
            if trial is None or trial.state != "pending":
                kept = trial is not None and trial.state == "confirmed"
                words = trial.words if trial else "the trial was lost: send it again"
                self._note(Held(now.version, now.order, "applied" if kept else "failed", words))
            elif await self._clock.pause(_LOOK_S, stop):
                return None

    def _note(self, now: Held) -> None:
        replace_durably(self._file, json.dumps(asdict(now)).encode())


def held(file: Path) -> Held:
    """Return what is noted; nothing where nothing is, or where it cannot be read."""
    try:
        return Held(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Held()


def _parts(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    version, document = body.get("version"), body.get("document")
    if not (isinstance(version, int) and isinstance(document, dict)):
        raise BadDocument("it has no version and document")
    return version, document
