"""From the log to the sinks: everything arrives, however often the network fails."""

from edge_agent.sync.hub_lane import Pace, SyncState
from edge_agent.sync.hub_sync import HubSync

__all__ = ["HubSync", "Pace", "SyncState"]
