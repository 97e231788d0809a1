"""The gateway's durable log of readings: nothing is confirmed before it is on the disk."""

from edge_agent.store.batches import Batch
from edge_agent.store.device_memory import DeviceMemory
from edge_agent.store.errors import LogFull, LogUnavailable
from edge_agent.store.places import Place
from edge_agent.store.reading_log import ReadingLog
from edge_agent.store.retention import Policy, Retention, Space, kept_free, space_of
from edge_agent.store.stamping import ClockWait
from edge_agent.store.stats import LogStats, SinkStats, stats_of
from edge_agent.store.tables import Gap, Kind, Loss
from edge_agent.store.tickets import Ticket

__all__ = [
    "Batch",
    "ClockWait",
    "DeviceMemory",
    "Gap",
    "Kind",
    "LogFull",
    "LogStats",
    "LogUnavailable",
    "Loss",
    "Place",
    "Policy",
    "ReadingLog",
    "Retention",
    "SinkStats",
    "Space",
    "Ticket",
    "kept_free",
    "space_of",
    "stats_of",
]
