"""The doctor: looks at everything an agent needs before it runs, and says how to mend it."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from area_configs.domain.errors import (
    DeviceUnavailable,
    FileMistakes,
    HubRejected,
    HubUnavailable,
    SettingsError,
)
from edge_agent.clock import is_synchronised
from edge_agent.health.data_folder import is_running
from edge_agent.settings import read_settings
from edge_agent.transports import serial_port, tcp
from platform_hub.client import HubClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from area_configs.domain.areas import Link
    from edge_agent.clock import Clock
    from edge_agent.settings import Installation, Settings

Level = Literal["ok", "warn", "fail"]

_LITTLE_BYTES, _TOO_LITTLE_BYTES = 1 << 30, 100 << 20
_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # before this program: a clock that was never set


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `words` of a warning or failure end with the remedy."""

    name: str
    level: Level
    words: str


def examine(
    config: Path, clock: Clock, synchronised: Callable[[], bool] = is_synchronised
) -> Iterator[Check]:
    """Yield a check for everything an agent with these settings needs."""
    try:
        settings = read_settings(config)
    except SettingsError as error:
        yield from _mistakes("settings", error)
        return
    yield Check("settings", "ok", f"{config}: gateway {settings.gateway}")
    yield from _installed(settings, running=is_running(settings.data))
    yield from _hub(settings)
    yield _disk(settings.data)
    yield _time(clock, synchronised())


def _installed(settings: Settings, *, running: bool) -> Iterator[Check]:
    try:
        installation = settings.installation()
    except FileMistakes as error:
        yield from _mistakes("installation", error)
        return
    devices = installation.area.devices_of(settings.gateway)
    links = installation.gateway.links
    yield Check("area", "ok", f"{installation.area.id}: {len(devices)} devices, {len(links)} links")
    yield from _secrets(installation)
    for link in links:
        yield _link(link, running=running)


def _secrets(installation: Installation) -> Iterator[Check]:
    for link in installation.secrets:
        yield Check(f"secrets {link}", "ok", "B-route id and password have the right form")


def _link(link: Link, *, running: bool) -> Check:
    name = f"link {link.id}"
    if not link.port:
        return _peer(name, link)
    if running:
        return Check(name, "ok", f"{link.port}: left alone, the agent is running")
    try:
        serial_port.require_free(link.port)
    except DeviceUnavailable as error:
        return Check(name, "fail", str(error))
    return Check(name, "ok", f"{link.port} is there and free")


def _peer(name: str, link: Link) -> Check:
    try:
        asyncio.run(tcp.require_listener(link.host, link.tcp_port))
    except DeviceUnavailable as error:
        return Check(name, "fail", str(error))
    return Check(name, "ok", f"{link.host}:{link.tcp_port} accepts connections")


def _hub(settings: Settings) -> Iterator[Check]:
    try:
        client = HubClient(settings.hub_url, key=settings.hub_key())
    except SettingsError as error:
        yield from _mistakes("hub key", error)
        return
    try:
        health = client.health()
    except (HubUnavailable, HubRejected) as error:
        yield Check("hub", "fail", str(error))
        return
    finally:
        client.close()
    yield Check("hub", "ok", f"{settings.hub_url} answers, area {health.get('area', '?')}")


def _disk(folder: Path) -> Check:
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Check("disk", "fail", f"{there} cannot be looked at: {error.strerror}")
    words = f"{free / 1e9:.1f} GB free for {folder}"
    if free >= _LITTLE_BYTES:
        return Check("disk", "ok", words)
    level: Level = "warn" if free >= _TOO_LITTLE_BYTES else "fail"
    return Check("disk", level, f"{words}: free some, or readings cannot wait for the hub")


def _time(clock: Clock, synchronised: bool) -> Check:
    now = datetime.fromtimestamp(clock.now_us() / 1e6, UTC)
    words = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if now < _EARLIEST:
        return Check("clock", "fail", f"{words} is in the past: set up time synchronisation")
    if not synchronised:
        return Check("clock", "warn", f"{words}, set by no time source: turn NTP on")
    return Check("clock", "ok", f"{words}, synchronised")


def _mistakes(name: str, error: FileMistakes) -> Iterator[Check]:
    for mistake in error.mistakes:
        yield Check(name, "fail", mistake.text())
