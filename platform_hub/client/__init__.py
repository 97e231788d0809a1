"""The way to the hub for every other application: requests in worker threads."""

from platform_hub.client.area_client import AreaClient, session_at
from platform_hub.client.credentials import GatewayIdentity, Key, Session
from platform_hub.client.errors import HubBusy, HubSlow
from platform_hub.client.hub_client import HubClient

__all__ = [
    "AreaClient",
    "GatewayIdentity",
    "HubBusy",
    "HubClient",
    "HubSlow",
    "Key",
    "Session",
    "session_at",
]
