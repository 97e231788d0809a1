"""The sinks of a gateway as its settings name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from area_configs.domain.readings import Reading
from area_configs.loader import load_area
from edge_agent.sink_settings import SinkSettings
from edge_agent.sync import Pace, sync_of
from platform_hub.client import HubClient
from tests.edge_agent.sync.conftest import some_readings
from tests.edge_agent.sync.fault_proxy import fault_proxy
from tests.edge_agent.sync.strict_brokers import LdBroker, V2Broker, serving

if TYPE_CHECKING:
    from edge_agent.store import ReadingLog
    from tests.platform_hub.client.faulty_hub import FaultyHub

AREA = load_area("harumi")
QUICK = Pace(coalesce_s=0.001, heartbeat_s=0.05, first_s=0.01, most_s=0.02, answer_s=0.3)
NOWHERE = "http://127.0.0.1:9"


def test_every_sink_gets_everything_by_itself(log: ReadingLog, hub: FaultyHub):
    with serving(LdBroker()) as city, serving(V2Broker()) as old:
        brokers = (
            SinkSettings("city", "ngsi-ld", city.url),
            SinkSettings("old", "ngsi-v2", old.url),
        )
        sync = sync_of(log, HubClient(hub.url), AREA, brokers, pace=QUICK)
        sync.start()
        log.append(some_readings(60)).result()
        hub.wait_for(60)
        sync.close(flush_s=10.0)
        states = sync.states()
        assert [(s.name, s.kind) for s in states.values()] == [
            ("hub", "hub"),
            ("city", "ngsi-ld"),
            ("old", "ngsi-v2"),
        ]
        assert {(s.acknowledged, s.backlog, s.error) for s in states.values()} == {(60, 0, "")}
        assert len(city.samples()) == 60
        assert {e["activePower"]["value"] for e in old.current.values()} == {28.5, 29.0, 29.5}


@pytest.mark.logs("127.0.0.1")
@pytest.mark.parametrize("trouble", ["dead", "silent"])
def test_one_sink_in_trouble_delays_no_other(trouble: str, log: ReadingLog, hub: FaultyHub):
    with serving(LdBroker()) as city, serving(LdBroker()) as hung, fault_proxy(hung.url) as proxy:
        url = NOWHERE if trouble == "dead" else proxy.url
        proxy.faults.extend(["silence"] * 100)
        brokers = (
            SinkSettings("old", "ngsi-v2", url),
            SinkSettings("bad", "ngsi-ld", url),
            SinkSettings("city", "ngsi-ld", city.url),
        )
        sync = sync_of(log, HubClient(hub.url), AREA, brokers, pace=QUICK)
        sync.start()
        for n in range(10):
            log.append(some_readings(10, 10 * n)).result()
        hub.wait_for(100)
        city.wait_for(lambda: len(city.samples()) == 100)
        sync.close(flush_s=0.5)
        states = sync.states()
    assert states["hub"].error == states["city"].error == ""
    assert (states["hub"].backlog, states["city"].backlog) == (0, 0)
    assert (states["bad"].backlog, states["bad"].reachable) == (100, False)
    assert states["old"].backlog == 100
    assert states["bad"].error


@pytest.mark.logs("city is not in the settings any more")
def test_a_sink_that_is_gone_from_the_settings_keeps_nothing_back(log: ReadingLog, hub: FaultyHub):
    city = SinkSettings("city", "ngsi-ld", NOWHERE)
    log.append(some_readings(10)).result()
    sync_of(log, HubClient(hub.url), AREA, [city]).close(flush_s=0.0)
    assert "city" in log.sinks
    sync_of(log, HubClient(hub.url), AREA).close(flush_s=0.0)
    assert "city" not in log.sinks


def test_a_sink_that_comes_back_is_asked_what_it_has(log: ReadingLog, hub: FaultyHub):
    readings = [
        Reading(AREA.devices[0].id, "active_power", 1_790_000_000_000_000 + n, float(n))
        for n in range(30)
    ]
    log.append(readings).result()
    with serving(LdBroker()) as broker:
        for _ in range(2):
            sync = sync_of(
                log,
                HubClient(hub.url),
                AREA,
                [SinkSettings("city", "ngsi-ld", broker.url)],
                pace=Pace(coalesce_s=0.001, limit=10),
            )
            sync.start()
            sync.close(flush_s=10.0)
            log.release("city")
        assert len(broker.samples()) == 30
