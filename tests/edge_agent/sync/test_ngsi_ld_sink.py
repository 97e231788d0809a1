"""NGSI-LD brokers of several habits: state current, history whole and once, whatever goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Reading
from area_configs.loader import load_area
from edge_agent.sink_settings import SinkSettings
from edge_agent.store import ReadingLog
from edge_agent.sync import BrokerSink, Pace
from edge_agent.sync.things import Things
from platform_hub.wire import ngsi_ld, timestamps
from tests.edge_agent.sync.conftest import Seconds
from tests.edge_agent.sync.fault_proxy import FAULTS, fault_proxy
from tests.edge_agent.sync.strict_brokers import Habits, LdBroker, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

AREA = load_area("harumi")
DEVICE = AREA.devices[0]
ENTITY = ngsi_ld.entity_id(AREA.id, DEVICE.id)
T0 = 1_790_000_000_000_000
PACE = Pace(limit=20, split=50, attempts=2, answer_s=0.3, whole_s=0.6)


@pytest.fixture
def broker() -> Iterator[LdBroker]:
    with serving(LdBroker()) as running:
        yield running


Open = "Callable[..., BrokerSink]"


@pytest.fixture
def opened(log: ReadingLog, broker: LdBroker, rng: Random) -> Iterator[Open]:
    sinks: list[BrokerSink] = []

    def make(of: ReadingLog = log, pace: Pace = PACE, url: str = "", **options) -> BrokerSink:
        settings = SinkSettings("city", "ngsi-ld", url or broker.url, **options)
        sinks.append(BrokerSink(settings, Things(AREA), of, pace, Seconds(), rng))
        return sinks[-1]

    yield make
    for sink in sinks:
        sink.close()


def _readings(count: int, begin: int = 0, device: str = DEVICE.id) -> list[Reading]:
    return [
        Reading(device, ("active_power", "current_r")[n % 2], T0 + n * 1_000_111, float(n))
        for n in range(begin, begin + count)
    ]


def _expected(readings: list[Reading]) -> list[tuple[str, str, int, float]]:
    return sorted(
        (
            ngsi_ld.entity_id(AREA.id, r.device),
            ngsi_ld.attribute_name(r.quantity),
            r.observed_us,
            r.value,
        )
        for r in readings
    )


def _drain(sink: BrokerSink, most: int = 100) -> None:
    for _ in range(most):
        for lane in sink.lanes:
            lane.turn()
        if sink.empty() and not sink.state().error:
            return
    pytest.fail(f"not empty after {most} turns: {sink.state()}")


def test_state_and_history_arrive(log: ReadingLog, broker: LdBroker, opened: Open):
    readings = _readings(30)
    log.append(readings).result()
    sink = opened()
    _drain(sink)
    assert broker.samples() == _expected(readings)
    held = broker.current[ENTITY]
    assert held["type"] == AREA.profile_of(DEVICE).entity_type
    assert held["activePower"] == {
        "type": "Property",
        "value": 28.0,
        "observedAt": timestamps.to_text(readings[28].observed_us),
        "unitCode": "WTT",
    }
    assert held["location"]["value"]["coordinates"] == [
        DEVICE.position.longitude,
        DEVICE.position.latitude,
    ]
    state = sink.state()
    assert (state.kind, state.name, state.reachable) == ("ngsi-ld", "city", True)
    assert (state.acknowledged, state.backlog, state.refused) == (30, 0, 0)


def test_one_call_holds_all_attributes_and_instants_of_one_entity(
    log: ReadingLog, broker: LdBroker, opened: Open
):
    other = AREA.devices[1].id
    log.append([*_readings(5), *_readings(5, device=other)]).result()
    _drain(opened())
    bodies = [request.body for request in broker.posts("/temporal/entities")]
    assert [body["id"] for body in bodies] == [ENTITY, ngsi_ld.entity_id(AREA.id, other)]
    assert [len(bodies[0]["activePower"]), len(bodies[0]["currentR"])] == [3, 2]


def test_the_headers_are_those_of_the_standard(log: ReadingLog, broker: LdBroker, opened: Open):
    log.append(_readings(2)).result()
    _drain(opened(key="abc", tenant="harumi", context="https://example.org/c.jsonld"))
    for request in broker.requests:
        assert request.headers["NGSILD-Tenant"] == "harumi"
        assert request.headers["Authorization"] == "Bearer abc"
        assert request.headers["Link"] == (
            "<https://example.org/c.jsonld>; "
            'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
        )


def test_a_token_may_go_in_a_header_of_its_own(log: ReadingLog, broker: LdBroker, opened: Open):
    log.append(_readings(1)).result()
    _drain(opened(key="abc", key_header="X-Auth-Token"))
    assert {request.headers.get("X-Auth-Token") for request in broker.requests} == {"abc"}
    assert not any("Authorization" in request.headers for request in broker.requests)


@pytest.mark.parametrize("understood", [True, False])
def test_content_is_compressed_where_it_is_understood(
    understood: bool, log: ReadingLog, broker: LdBroker, opened: Open
):
    broker.habits.reads_gzip = understood
    log.append(_readings(30)).result()
    _drain(opened(gzip=True))
    assert len(broker.samples()) == 30
    coded = ["Content-Encoding" in one.headers for one in broker.requests if one.method == "POST"]
    assert all(coded) if understood else not any(coded)


def test_a_value_that_is_not_known_is_not_sent_as_a_number(
    log: ReadingLog, broker: LdBroker, opened: Open
):
    readings = _readings(3)
    unknown = Reading(
        DEVICE.id, "active_power", T0 + 9_000_000, None, Quality(Reason.NO_DATA, "FF")
    )
    log.append([*readings, unknown]).result()
    _drain(opened())
    assert broker.samples() == _expected(readings)
    assert broker.current[ENTITY]["activePower"]["value"] == 2.0


def test_quality_travels_along(log: ReadingLog, broker: LdBroker, opened: Open):
    odd = Reading(DEVICE.id, "active_power", T0, 5.0, Quality(Reason.OUT_OF_LIMITS))
    log.append([odd]).result()
    _drain(opened())
    assert broker.current[ENTITY]["activePower"]["quality"]["value"] == "out_of_limits"


def test_nothing_older_overwrites_what_the_broker_has(
    log: ReadingLog, broker: LdBroker, opened: Open
):
    newer = ngsi_ld.property_of(Reading(DEVICE.id, "active_power", T0 + 10**12, 7.0))
    broker.current[ENTITY] = {"id": ENTITY, "type": "Device", "activePower": newer}
    log.append(_readings(6)).result()
    _drain(opened())
    assert broker.current[ENTITY]["activePower"] == newer
    assert broker.current[ENTITY]["currentR"]["value"] == 5.0
    assert broker.regressions == []
    assert len(broker.samples()) == 6  # history has all the same


def test_history_of_long_ago_never_becomes_the_present(
    log: ReadingLog, broker: LdBroker, opened: Open
):
    for n in range(20):
        log.append(_readings(10, 10 * n)).result()
    sink = opened()
    sink.lanes[0].turn()
    assert broker.current[ENTITY]["activePower"]["value"] == 198.0  # now is seen at once
    _drain(sink)
    again = opened()
    _drain(again)
    assert broker.regressions == []
    assert len(broker.samples()) == 200


def test_a_quiet_series_becomes_current_when_history_meets_it(
    log: ReadingLog, broker: LdBroker, opened: Open
):
    log.append([Reading(DEVICE.id, "energy_import", T0, 1.5)]).result()
    for n in range(20):
        log.append(_readings(10, 10 * n)).result()
    sink = opened()
    sink.lanes[0].turn()
    assert "energyImport" not in broker.current[ENTITY]
    _drain(sink)
    sink.lanes[0].turn()
    assert broker.current[ENTITY]["energyImport"]["value"] == 1.5


# A network that doubles requests needs a broker that knows a sample again.
_CASES = [(f, k) for f in FAULTS for k in (True, False) if k or f != "doubled"]


@pytest.mark.parametrize(("fault", "natural_key"), _CASES)
def test_after_a_fault_history_is_whole_and_once(
    fault: str, natural_key: bool, log: ReadingLog, broker: LdBroker, opened: Open
):
    broker.habits.natural_key = natural_key
    replay = "natural-key" if natural_key else "probe"
    with fault_proxy(broker.url) as proxy:
        sink = opened(url=proxy.url, replay=replay)
        log.append(_readings(30)).result()
        newest, history = sink.lanes
        proxy.faults.append(fault)
        history.turn()
        proxy.faults.append(fault)
        newest.turn()
        _drain(sink)
        sink.close()
    assert broker.samples() == _expected(_readings(30))
    assert broker.regressions == []
    assert sink.state().refused == 0


@pytest.mark.parametrize(
    "habits",
    [
        Habits(),
        Habits(page=7),
        Habits(page=7, end_belongs=True),
        Habits(milliseconds=True, page=9),
        Habits(long_names=True),
    ],
    ids=["plain", "pages", "pages_with_end", "milliseconds", "iris"],
)
def test_a_restart_in_the_middle_of_a_batch_doubles_nothing(
    habits: Habits, log: ReadingLog, broker: LdBroker, opened: Open
):
    broker.habits = habits
    other = AREA.devices[1].id
    readings = [r for n in range(40) for r in (*_readings(1, n), *_readings(1, n, other))]
    log.append(readings).result()
    with fault_proxy(broker.url) as proxy:
        sink = opened(url=proxy.url)
        proxy.faults.extend(["", "lost_answer"])  # the second entity's answer is lost
        sink.lanes[1].turn()
        sink.close()
    assert sink.state().acknowledged == 0
    _drain(opened())
    found = [(entity, name, value) for entity, name, _, value in broker.samples()]
    assert found == [(e, n, v) for e, n, _, v in _expected(readings)]


def test_readings_that_come_between_two_tries_are_not_forgotten(
    log: ReadingLog, broker: LdBroker, opened: Open
):
    other = AREA.devices[1].id
    log.append([*_readings(3), *_readings(3, device=other)]).result()
    with fault_proxy(broker.url) as proxy:
        sink = opened(url=proxy.url)
        proxy.faults.extend(["", "error"])
        sink.lanes[1].turn()
        log.append(_readings(5, 3)).result()  # of the entity that is done already
        _drain(sink)
        sink.close()
    assert broker.samples() == _expected([*_readings(8), *_readings(3, device=other)])


def test_a_broker_that_records_upserts_gets_each_sample_by_one_path(
    log: ReadingLog, broker: LdBroker, opened: Open
):
    broker.habits.auto_history = True
    sink = opened(auto_history=True)
    for n in range(12):
        log.append(_readings(5, 5 * n)).result()
        sink.lanes[n % 2].turn()
    _drain(sink)
    assert broker.samples() == _expected(_readings(60))


@pytest.mark.logs("not wanted")
def test_an_entity_that_is_refused_holds_up_no_other(
    log: ReadingLog, broker: LdBroker, opened: Open
):
    other = AREA.devices[1].id
    broker.habits.refuses = {ENTITY}
    log.append([r for n in range(6) for r in (*_readings(1, n), *_readings(1, n, other))]).result()
    sink = opened()
    _drain(sink)
    assert broker.samples() == _expected(_readings(6, device=other))
    assert broker.current.keys() == {ngsi_ld.entity_id(AREA.id, other)}
    assert (sink.state().refused, sink.state().backlog) == (6, 0)
    log.append(_readings(2, 6)).result()
    turns = len(broker.requests)
    _drain(sink)
    assert sink.state().refused == 8
    assert len(broker.requests) - turns <= 3  # it is known by now, and not asked again and again


def test_too_large_requests_shrink_until_they_fit(log: ReadingLog, broker: LdBroker, opened: Open):
    broker.habits.most_bytes = 700
    log.append(_readings(40)).result()
    sink = opened()
    _drain(sink)
    assert broker.samples() == _expected(_readings(40))
    assert sink.state().refused == 0


def test_without_history_only_what_is_newest_is_sent(
    log: ReadingLog, broker: LdBroker, opened: Open
):
    log.append(_readings(30)).result()
    sink = opened(history=False)
    _drain(sink)
    assert [lane.name for lane in sink.lanes] == ["newest"]
    assert broker.samples() == []
    assert broker.current[ENTITY]["activePower"]["value"] == 28.0
    assert (sink.state().acknowledged, sink.state().backlog) == (30, 0)


def test_a_process_that_starts_anew_goes_on(
    log: ReadingLog, broker: LdBroker, opened: Open, tmp_path: Path
):
    log.append(_readings(60)).result()
    opened().lanes[1].turn()
    log.close()
    with ReadingLog(tmp_path / "log", gateway="gw-1") as reopened:
        sink = opened(of=reopened)
        assert sink.state().acknowledged == 20
        _drain(sink)
    assert broker.samples() == _expected(_readings(60))


def test_an_unknown_device_is_a_plain_one(log: ReadingLog, broker: LdBroker, opened: Open):
    log.append(_readings(2, device="unlisted")).result()
    _drain(opened())
    held = broker.current[ngsi_ld.entity_id(AREA.id, "unlisted")]
    assert (held["type"], "location" in held) == ("Device", False)
