"""The examination: settings first, then what they lead to, then the machine underneath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.errors import FileMistakes, SettingsError
from edge_agent.credentials import OpcUaIdentity
from edge_agent.doctor import disk, folder, links, machine, platform
from edge_agent.doctor.check import Check, mistakes
from edge_agent.health.data_folder import StatusDamaged, is_running, read_status
from edge_agent.health.report import status_of
from edge_agent.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from edge_agent.doctor.check import Machine
    from edge_agent.settings import Installation, Settings


def examine(config: Path, here: Machine) -> Iterator[Check]:
    """Yield a check for everything an agent with these settings needs."""
    try:
        settings = read_settings(config)
    except SettingsError as error:
        yield from mistakes("settings", error)
        return
    words, ja = (
        f"{config}: gateway {settings.gateway}",
        f"{config}: ゲートウェイ {settings.gateway}",
    )
    yield Check("settings", "ok", words, ja)
    status = status_of(settings.data) if _has_status(settings) else None
    yield from _installed(settings, here, status)
    yield from platform.checks(settings, here)
    yield from platform.brokers(settings)
    yield from folder.checks(settings, status)
    yield from disk.checks(settings.data, here)
    yield from machine.checks(here, status)


def _has_status(settings: Settings) -> bool:
    try:
        return read_status(settings.data) is not None
    except (OSError, StatusDamaged):
        return False


def _installed(settings: Settings, here: Machine, status: dict[str, Any] | None) -> Iterator[Check]:
    try:
        installation = settings.installation()
    except FileMistakes as error:
        yield from mistakes("installation", error)
        if (known := _without_secrets(settings)) is None:
            return
        installation = known
    devices = installation.area.devices_of(settings.gateway)
    count = len(installation.gateway.links)
    words = f"{installation.area.id}: {len(devices)} devices, {count} links"
    ja = f"{installation.area.id}: 機器 {len(devices)} 台、リンク {count} 本"
    yield Check("area", "ok", words, ja)
    yield from _secrets(installation)
    running = is_running(settings.data)
    yield from links.checks(installation, here, status, running=running)


def _without_secrets(settings: Settings) -> Installation | None:
    """Return the installation for what needs no secret, None where it has other mistakes."""
    try:
        return settings.installation(())
    except FileMistakes:
        return None


def _secrets(installation: Installation) -> Iterator[Check]:
    for link, secrets in installation.secrets.items():
        if isinstance(secrets, OpcUaIdentity):
            words = f"its OPC UA certificate is kept in {secrets.folder}"
            ja = f"OPC UA の証明書は {secrets.folder} にあります"
        else:
            words = "B-route id and password have the right form"
            ja = "Bルートの ID とパスワードの形は正しい"
        yield Check(f"secrets {link}", "ok", words, ja)
