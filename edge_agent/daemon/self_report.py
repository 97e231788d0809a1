"""The self-report: how a gateway is, from its own status, as the hub's registry takes it."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING, Any

from edge_agent.configuration.office import document_of
from platform_hub.wire.gateways import GatewayReport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.settings import Settings

_MOST_DEVICES = 1000


def report_of(status: Mapping[str, Any], settings: Settings | None = None) -> GatewayReport | None:
    """Return what a status and the settings in force say of a gateway, None before the first one."""
    if not status:
        return None
    silent = [name for name, one in status["devices"].items() if one["consecutive_failures"]]
    return GatewayReport(
        version=status["version"],
        oldest_unsent_us=status["log"]["oldest_unsent_us"],
        disk_free_bytes=_free(status["configuration"]["file"]),
        devices_silent=sorted(silent)[:_MOST_DEVICES],
        configuration=settings.configuration if settings else None,
        settings=document_of(settings) if settings else {},
    )


def _free(place: str) -> int | None:
    with contextlib.suppress(OSError):
        return shutil.disk_usage(place).free
    return None
