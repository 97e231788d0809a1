"""The thread between log and hub, against a real HTTP server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.readings import Reading
from edge_agent.sync import HubSync, Pace

if TYPE_CHECKING:
    from random import Random

    from edge_agent.store import ReadingLog
    from platform_hub.client import HubClient
    from tests.platform_hub.client.faulty_hub import FaultyHub

QUICK = Pace(coalesce_s=0.01, heartbeat_s=0.05, first_s=0.01, most_s=0.02)


def some_readings(count: int, begin: int = 0) -> list[Reading]:
    return [
        Reading(f"meter-{n % 3}", "active_power", (begin + n) * 1_000_000, n / 2)
        for n in range(count)
    ]


def test_what_is_stored_arrives(log: ReadingLog, client: HubClient, hub: FaultyHub, rng: Random):
    sync = HubSync(log, client, pace=QUICK, rng=rng)
    sync.start()
    readings = some_readings(30)
    log.append(readings[:10]).result()
    log.append(readings[10:]).result()
    hub.wait_for(30)
    sync.close(flush_s=5.0)
    assert hub.readings() == readings
    assert sync.state().acknowledged == 30
    assert sync.state().backlog == 0
    assert sync.state().reachable
