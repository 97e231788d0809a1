"""From the log to the sinks: everything arrives, however often the network fails."""

from edge_agent.sync.broker_sink import BrokerSink
from edge_agent.sync.hub_sink import HubSink
from edge_agent.sync.hub_sync import HubSync
from edge_agent.sync.opening import sync_of
from edge_agent.sync.running import Sync
from edge_agent.sync.sink import Pace, Sink, SinkState

__all__ = ["BrokerSink", "HubSink", "HubSync", "Pace", "Sink", "SinkState", "Sync", "sync_of"]
