"""Joining an area and leaving it: the files that make a gateway part of one; the settings come last.

Without settings a gateway is nobody's, so a cut at any point leaves it unclaimed and its code valid.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from area_configs.area_pack import unpack
from area_configs.domain.errors import SmartAreaError
from edge_agent.configuration.claim_window import FILE as CLAIM_RECORD
from edge_agent.configuration.claim_window import ClaimFile
from edge_agent.configuration.durable import replace_durably
from edge_agent.configuration.identity import make_identity
from edge_agent.configuration.trial import TrialFiles
from edge_agent.settings import IDENTITY_FILE, read_settings
from platform_hub.wire import tokens
from platform_hub.wire.claiming import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_hub.wire.claiming import Offer

AUTHORITY = "hub-ca.pem"
AREA = "area"
_SERIAL = Path("/sys/firmware/devicetree/base/serial-number")


class CannotLeave(SmartAreaError):
    """Do what the sentence says first; nothing was removed."""


class Joining:
    """Makes one gateway part of an area."""

    def __init__(
        self, card: ClaimFile, settings: Path, data: Path, now_us: Callable[[], int], version: str
    ) -> None:
        """Name the places: the settings file to write and the data folder."""
        self._card = card
        self._settings = settings.absolute()
        self._data = data.absolute()
        self._now_us = now_us
        self._version = version

    def install(self, offer: Offer, transcript: bytes) -> Answer:
        """Write everything, the settings last; return who this gateway is now.

        Raises:
            OSError, SmartAreaError: it cannot be written or used; it stays unclaimed then.
        """
        self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._data / IDENTITY_FILE).unlink(missing_ok=True)  # a new claim is a new identity
        private = make_identity(self._data / IDENTITY_FILE)
        # Named by its content: the settings in force never see a half-replaced area.
        area = self._data / AREA / hashlib.sha256(offer.pack).hexdigest()[:16]
        if not area.exists():
            area.parent.mkdir(parents=True, exist_ok=True)
            unpack(offer.pack, area)
        if offer.hub_ca:
            replace_durably(self._data / AUTHORITY, offer.hub_ca.encode())
        self._write_settings(offer, area)
        return Answer(
            self._card.gateway,
            tokens.public_text(private.public_key()),
            private.sign(transcript),
            self._version,
            _serial(),
            self._now_us(),
        )

    def _write_settings(self, offer: Offer, area: Path) -> None:
        lines = [
            _line("gateway", self._card.gateway),
            _line("area", str(area)),
            _line("data", str(self._data)),
        ]
        if self._card.links:
            lines.append(_line("links", self._card.links))
        if offer.hub_ca:
            lines.append(_line("hub_ca", str(self._data / AUTHORITY)))
        lines += ["[hub]", _line("url", offer.hub_url), _line("public_key", offer.hub_key)]
        new = self._settings.with_name(f"{self._settings.name}.new")
        self._settings.parent.mkdir(parents=True, exist_ok=True)
        replace_durably(new, ("\n".join(lines) + "\n").encode())
        try:
            read_settings(new).here()
            replace_durably(self._settings, new.read_bytes())
        finally:
            new.unlink(missing_ok=True)


def forget_code(file: Path) -> None:
    """Take the code off the disk: it is used up. The file may be gone already."""
    try:
        size = file.stat().st_size
        file.write_bytes(bytes(size))
        file.unlink()
    except FileNotFoundError:
        return


def leave(settings: Path, *, discard: bool) -> list[str]:
    """Make a gateway nobody's again; return what was removed. The installed release stays.

    Raises:
        CannotLeave: an agent runs, or readings wait for the hub and are not to be discarded.
    """
    from edge_agent.health import data_folder  # noqa: PLC0415 - only the reset looks there

    found = read_settings(settings)
    if data_folder.is_running(found.data):
        raise CannotLeave(f"an agent runs with {settings}: stop it first")
    status = data_folder.read_status(found.data) or {}
    waiting = int((status.get("log") or {}).get("backlog") or 0)
    if waiting and not discard:
        raise CannotLeave(
            f"{waiting} readings wait for the hub: let them be sent first, or add --discard"
        )
    trial = TrialFiles(settings)
    # The settings first: without them it is nobody's, whenever the power goes.
    gone = [settings, trial.previous, trial.record]
    gone += [found.data / IDENTITY_FILE, found.data]
    return [str(path) for path in gone if _removed(path)]


def _removed(path: Path) -> bool:
    if path.is_dir():
        for child in path.iterdir():  # the folder itself may be the package's
            shutil.rmtree(child) if child.is_dir() else child.unlink()
        return True
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def claimed_by(data: Path) -> dict[str, object]:
    """Return who claimed this gateway for which area; empty where nobody did this way."""
    try:
        found: dict[str, object] = json.loads((data / CLAIM_RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _serial() -> str:
    try:
        return _SERIAL.read_text(encoding="ascii").strip("\0\n ")
    except (OSError, UnicodeDecodeError):
        return ""  # no device tree: not a Raspberry Pi


def _line(key: str, value: str) -> str:
    return f"{key} = {json.dumps(value, ensure_ascii=False)}"
