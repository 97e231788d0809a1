"""The self-report: how a gateway is, from its own status, as the hub's registry takes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from edge_agent.configuration.office import document_of
from platform_hub.wire.gateways import GatewayReport, ReleaseState, ReleaseTrial

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from edge_agent.settings import Settings

_MOST_DEVICES = 1000
_MOST_TRIALS, _MOST_LETTERS = 20, 500


def report_of(
    status: Mapping[str, Any], settings: Settings | None = None, releases: Path | None = None
) -> GatewayReport | None:
    """Return what a status and the settings in force say of a gateway, None before the first one.

    `releases` is the folder of the keeper of releases, where the service has one.
    """
    if not status:
        return None
    silent = [name for name, one in status["devices"].items() if one["consecutive_failures"]]
    return GatewayReport(
        version=status["version"],
        oldest_unsent_us=status["log"]["oldest_unsent_us"],
        disk_free_bytes=status["disk"]["free_bytes"],
        devices_silent=sorted(silent)[:_MOST_DEVICES],
        configuration=settings.configuration if settings else None,
        settings=document_of(settings) if settings else {},
        release=release_in(releases) if releases else None,
    )


def release_in(folder: Path) -> ReleaseState | None:
    """Return what the keeper of releases has noted, None where nothing is there that can be read.

    The folder is root's; an agent only reads there.
    """
    try:
        running = (folder / "current").readlink().name
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        trials = [_trial(one) for one in state.get("trials", [])[-_MOST_TRIALS:]]
        return ReleaseState(running, state.get("since_us"), "pending" in state, trials)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _trial(noted: Mapping[str, Any]) -> ReleaseTrial:
    return ReleaseTrial(
        version=str(noted["version"]),
        began_us=noted.get("began_us"),
        ended_us=int(noted["ended_us"]),
        result=noted["result"],
        reason=str(noted.get("reason") or ""),
        why=str(noted.get("why") or "")[:_MOST_LETTERS],
    )
