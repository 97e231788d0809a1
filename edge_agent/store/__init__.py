"""The gateway's durable log of readings: nothing is confirmed before it is on the disk."""

from edge_agent.store.batches import Batch
from edge_agent.store.errors import LogUnavailable
from edge_agent.store.places import Place
from edge_agent.store.reading_log import ReadingLog
from edge_agent.store.retention import Retention
from edge_agent.store.stats import LogStats, SinkStats, stats_of
from edge_agent.store.tables import Gap, Kind, Loss

__all__ = [
    "Batch",
    "Gap",
    "Kind",
    "LogStats",
    "LogUnavailable",
    "Loss",
    "Place",
    "ReadingLog",
    "Retention",
    "SinkStats",
    "stats_of",
]
