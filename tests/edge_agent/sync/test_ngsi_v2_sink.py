"""NGSIv2 brokers: only what is newest, never older over newer, never in the way of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Reading
from area_configs.loader import load_area
from edge_agent.sink_settings import SinkSettings
from edge_agent.sync import BrokerSink, Pace
from edge_agent.sync.things import Things
from platform_hub.wire import ngsi_ld
from tests.edge_agent.sync.fault_proxy import FAULTS, fault_proxy
from tests.edge_agent.sync.strict_brokers import V2Broker, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from edge_agent.store import ReadingLog
    from tests.edge_agent.sync.conftest import Seconds

AREA = load_area("harumi")
DEVICE = AREA.devices[0]
ENTITY = ngsi_ld.entity_id(AREA.id, DEVICE.id)
T0 = 1_790_000_000_123_456
PACE = Pace(limit=20, split=50, attempts=2, answer_s=0.3, whole_s=0.6)


@pytest.fixture
def broker() -> Iterator[V2Broker]:
    with serving(V2Broker()) as running:
        yield running


Open = "Callable[..., BrokerSink]"


@pytest.fixture
def opened(log: ReadingLog, broker: V2Broker, clock: Seconds, rng: Random) -> Iterator[Open]:
    sinks: list[BrokerSink] = []

    def make(url: str = "", **options) -> BrokerSink:
        settings = SinkSettings("old", "ngsi-v2", url or broker.url, **options)
        sinks.append(BrokerSink(settings, Things(AREA), log, PACE, clock, rng))
        return sinks[-1]

    yield make
    for sink in sinks:
        sink.close()


def _readings(count: int, begin: int = 0, device: str = DEVICE.id) -> list[Reading]:
    return [
        Reading(device, "active_power", T0 + n * 1_000_000, float(n))
        for n in range(begin, begin + count)
    ]


def _drain(sink: BrokerSink, most: int = 30) -> None:
    for _ in range(most):
        sink.lanes[0].turn()
        if sink.empty() and not sink.state().error:
            return
    pytest.fail(f"not empty after {most} turns: {sink.state()}")


def test_only_the_newest_goes_with_its_instant(log: ReadingLog, broker: V2Broker, opened: Open):
    log.append(_readings(30)).result()
    sink = opened(tenant="harumi", service_path="/power")
    _drain(sink)
    (update,) = broker.posts("/v2/op/update")
    assert update.headers["Fiware-Service"] == "harumi"
    assert update.headers["Fiware-ServicePath"] == "/power"
    held = broker.current[ENTITY]
    assert held["type"] == AREA.profile_of(DEVICE).entity_type
    assert held["dateObserved"]["value"] == "2026-09-21T14:13:49.123Z"
    assert held["activePower"] == {
        "type": "Number",
        "value": 29.0,
        "metadata": {
            "TimeInstant": {"type": "DateTime", "value": "2026-09-21T14:13:49.123Z"},
            "unitCode": {"type": "Text", "value": "WTT"},
        },
    }
    assert held["location"]["value"]["type"] == "Point"
    assert (sink.state().acknowledged, sink.state().backlog, sink.state().sent) == (30, 0, 1)


def test_a_value_that_is_not_known_is_null_with_its_reason(
    log: ReadingLog, broker: V2Broker, opened: Open
):
    log.append(
        [Reading(DEVICE.id, "river_level", T0, None, Quality(Reason.NO_DATA, "FF"))]
    ).result()
    _drain(opened())
    attribute = broker.current[ENTITY]["riverLevel"]
    assert attribute["value"] is None
    assert attribute["metadata"]["quality"]["value"] == "no_data"


def test_nothing_older_overwrites_what_the_broker_has(
    log: ReadingLog, broker: V2Broker, opened: Open
):
    log.append(_readings(30)).result()
    _drain(opened())
    log.append(_readings(5)).result()  # late ones, of before
    log.append([Reading(DEVICE.id, "current_r", T0, 1.0)]).result()
    again = opened()
    _drain(again)
    assert broker.current[ENTITY]["activePower"]["value"] == 29.0
    assert broker.current[ENTITY]["currentR"]["value"] == 1.0
    assert broker.regressions == []
    assert again.state().sent == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_after_a_fault_the_newest_arrives(
    fault: str, log: ReadingLog, broker: V2Broker, opened: Open
):
    with fault_proxy(broker.url) as proxy:
        sink = opened(url=proxy.url)
        log.append(_readings(3)).result()
        proxy.faults.append(fault)
        sink.lanes[0].turn()
        if fault not in {"doubled", "too_large"}:
            assert sink.state().error
            assert sink.state().backlog == 3
        _drain(sink)
        sink.close()
    assert broker.current[ENTITY]["activePower"]["value"] == 2.0
    assert broker.regressions == []


@pytest.mark.logs("not wanted")
def test_an_entity_that_is_refused_holds_up_no_other(
    log: ReadingLog, broker: V2Broker, opened: Open, clock: Seconds
):
    others = [device.id for device in AREA.devices[1:6]]
    broker.habits.refuses = {ENTITY}
    log.append([r for d in (DEVICE.id, *others) for r in _readings(1, device=d)]).result()
    sink = opened()
    _drain(sink)
    assert broker.current.keys() == {ngsi_ld.entity_id(AREA.id, d) for d in others}
    before = len(broker.requests)
    log.append(_readings(3, 1)).result()
    _drain(sink)
    assert len(broker.requests) == before
    clock.now += 301.0  # somebody may have mended it
    broker.habits.refuses = set()
    log.append(_readings(1, 4)).result()
    _drain(sink)
    assert broker.current[ENTITY]["activePower"]["value"] == 4.0


def test_a_dead_broker_does_not_keep_the_log_from_forgetting(log: ReadingLog, opened: Open):
    sink = opened(url="http://127.0.0.1:9")
    for n in range(30):
        log.append(_readings(10, 10 * n)).result()
        sink.lanes[0].turn()
    assert log.place("old").upto >= 300 - 2 * PACE.split
    assert "nothing answers at http://127.0.0.1:9: start the broker there" in sink.state().error
