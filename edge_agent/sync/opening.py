"""Putting the sinks of a gateway together from its settings."""

from __future__ import annotations

import logging
import random
import time
from typing import TYPE_CHECKING

from edge_agent.sync.broker_sink import BrokerSink
from edge_agent.sync.hub_sink import HubSink
from edge_agent.sync.hub_way import HUB
from edge_agent.sync.running import Sync
from edge_agent.sync.sink import Pace
from edge_agent.sync.things import Things

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from area_configs.domain.areas import Area
    from edge_agent.sink_settings import SinkSettings
    from edge_agent.store import ReadingLog
    from platform_hub.client import HubClient

_log = logging.getLogger(__name__)


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
    Sinks that the log knows and the settings do not are forgotten.
    """
    pace, rng = pace or Pace(), random.SystemRandom()
    brokers = tuple(brokers)
    for name in log.sinks - {HUB, *(one.name for one in brokers)}:
        # Its cursor would keep the log from ever forgetting anything again.
        _log.warning("%s is not in the settings any more: nothing is kept for it", name)
        log.release(name)
    others = [BrokerSink(one, Things(area), log, pace, clock, rng) for one in brokers]
    return Sync(log, [HubSink(log, client, pace, clock, rng), *others], clock)
