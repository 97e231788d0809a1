"""The sync of a gateway that has only the hub to send to."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from edge_agent.sync.hub_sink import HubSink
from edge_agent.sync.hub_way import HUB
from edge_agent.sync.running import Sync
from edge_agent.sync.sink import Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.store import ReadingLog
    from edge_agent.sync.sink import SinkState
    from platform_hub.client import HubClient


class HubSync(Sync):
    """Sends what is stored to one hub; it takes the client over and closes it in the end."""

    def __init__(
        self,
        log: ReadingLog,
        client: HubClient,
        *,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        sink = HubSink(log, client, pace or Pace(), clock, rng or random.SystemRandom())
        super().__init__(log, [sink], clock)

    def state(self) -> SinkState:
        """Return how the hub fares; from any thread.

        Raises:
            LogUnavailable: the log is closed or cannot be read.
        """
        return self.states()[HUB]
