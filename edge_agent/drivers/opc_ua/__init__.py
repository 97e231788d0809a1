"""The OPC UA driver: subscriptions for what is pushed, reads for the rest, over a pinned channel."""

from edge_agent.drivers.opc_ua.driver import OpcUaDriver

__all__ = ["OpcUaDriver"]
