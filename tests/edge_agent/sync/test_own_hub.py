"""The sink for NGSI-LD brokers against the suite's own hub: its open interface takes what it sends."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from area_configs.domain.readings import Reading
from area_configs.loader import load_area
from edge_agent.sink_settings import SinkSettings
from edge_agent.store import ReadingLog
from edge_agent.sync import BrokerSink, Pace
from edge_agent.sync.things import Things
from platform_hub.client import HubClient
from platform_hub.wire import ngsi_ld, timestamps
from tests.edge_agent.sync.conftest import Seconds
from tests.faults.processes import AREA, Hub, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

GATEWAY = "gw-residence"
DEVICES = [device.id for device in load_area(AREA).devices_of(GATEWAY)]
MINE = {"natural-key": DEVICES[:2], "probe": DEVICES[2:4]}  # one hub for both
T0 = 1_790_000_000_000_000
COUNT = 60
PACE = Pace(limit=20)

pytestmark = pytest.mark.slow
replays = pytest.mark.parametrize("replay", ["natural-key", "probe"])


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with serving(tmp_path_factory.mktemp("own") / "hub") as running:
        yield running


def _readings(devices: list[str]) -> list[Reading]:
    quantities = "active_power", "current_r"
    return [
        Reading(devices[n % 2], quantities[n // 2 % 2], T0 + n * 1_000_111, n / 2)
        for n in range(COUNT)
    ]


def _drain(sink: BrokerSink) -> None:
    while not sink.empty():
        for lane in sink.lanes:
            lane.turn()
            assert not lane.error
    for lane in sink.lanes:
        lane.turn()


def _open(log: ReadingLog, hub: Hub, replay: str, rng: Random) -> BrokerSink:
    settings = SinkSettings("city", "ngsi-ld", hub.url, key=hub.keys["manager"], replay=replay)
    return BrokerSink(settings, Things(load_area(AREA)), log, PACE, Seconds(), rng)


def _current(hub: Hub, devices: list[str]) -> dict[tuple[str, str], int]:
    """Return the instant of each current value."""
    with HubClient(hub.url, hub.keys["reader"]) as reader:
        found = {entity["id"]: entity for entity in reader.entities()}
    return {
        (device, quantity): timestamps.from_text(
            found[ngsi_ld.entity_id(AREA, device)][ngsi_ld.attribute_name(quantity)]["observedAt"]
        )
        for device in devices
        for quantity in ("active_power", "current_r")
    }


@replays
def test_all_arrives_once_also_what_is_sent_again(
    tmp_path: Path, hub: Hub, rng: Random, replay: str
):
    devices = MINE[replay]
    sent = _readings(devices)
    with ReadingLog(tmp_path / "log", gateway=GATEWAY) as log:
        log.append(sent).result()
        for _ in range(2):
            sink = _open(log, hub, replay, rng)
            _drain(sink)
            assert sink.state().refused == 0
            sink.close()
            log.release("city")  # as though no answer had ever been heard
    assert Counter(hub.holds(devices)) == Counter(sent)
    assert _current(hub, devices) == {(r.device, r.quantity): r.observed_us for r in sent}
