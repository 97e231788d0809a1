"""Clients of the hub as the settings say: its address, its authority, and who this gateway is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from platform_hub.client import HubClient
from platform_hub.client.area_client import AreaClient
from platform_hub.client.credentials import GatewayIdentity

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.daemon.configuring import Configuration
    from platform_hub.client.credentials import Credential


def hub_client(configuration: Configuration) -> HubClient:
    """Return a client for readings; the caller closes it."""
    url = configuration.settings.hub_url
    return HubClient(url, credential(configuration), verify=_authority(configuration))


def area_client(configuration: Configuration) -> AreaClient:
    """Return a client for orders; the caller closes it."""
    url = configuration.settings.hub_url
    return AreaClient(url, credential(configuration), verify=_authority(configuration))


def credential(configuration: Configuration) -> str | Credential:
    """Return the API key of the settings, else the gateway's own identity, else nothing."""
    if configuration.key or configuration.identity is None:
        return configuration.key
    audience = f"smartarea:{configuration.installation.area.id}"
    gateway = configuration.settings.gateway
    return GatewayIdentity(
        gateway, audience, configuration.identity, lambda: time.time_ns() // 1000
    )


def _authority(configuration: Configuration) -> bool | Path:
    return configuration.settings.hub_ca or True
