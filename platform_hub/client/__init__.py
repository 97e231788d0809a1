"""The way to the hub for every other application: requests in worker threads."""

from platform_hub.client.errors import HubBusy, HubSlow
from platform_hub.client.hub_client import HubClient

__all__ = ["HubBusy", "HubClient", "HubSlow"]
