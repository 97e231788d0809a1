"""Putting the sinks of a gateway together from its settings."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from edge_agent.sync.broker_sink import BrokerSink
from edge_agent.sync.hub_sink import HubSink
from edge_agent.sync.running import Sync
from edge_agent.sync.sink import Pace
from edge_agent.sync.things import Things

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from area_configs.domain.areas import Area
    from edge_agent.sink_settings import SinkSettings
    from edge_agent.store import ReadingLog
    from platform_hub.client import HubClient


def sync_of(
    log: ReadingLog,
    client: HubClient,
    area: Area,
    brokers: Iterable[SinkSettings] = (),
    *,
    pace: Pace | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Sync:
    """Return the sync of a gateway: the hub first, then the brokers in the order of the settings.

    It takes the client over and closes it in the end; `area` names the entities for the brokers.
    """
    pace, rng = pace or Pace(), random.SystemRandom()
    others = [BrokerSink(one, Things(area), log, pace, clock, rng) for one in brokers]
    return Sync(log, [HubSink(log, client, pace, clock, rng), *others], clock)
