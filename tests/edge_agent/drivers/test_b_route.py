"""The B-route driver against the simulated dongle, whose code it does not share."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from contextlib import AsyncExitStack

import pytest
from momonga.momonga_response import SkParsedRxUdp

from area_configs.domain.areas import Link
from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.quality import GOOD
from area_configs.loader import load_area
from edge_agent.credentials import RouteBSecrets
from edge_agent.decoding import echonet
from edge_agent.drivers.b_route import BRouteDriver
from edge_agent.drivers.b_route import driver as b_route
from edge_agent.drivers.base import AccessRefused, LinkLost, Station
from edge_agent.simulators import Simulation
from edge_agent.simulators.faults import Fault
from edge_agent.simulators.links_file import invent_secrets

AREA = load_area("harumi")
METER = next(d for d in AREA.devices if AREA.profile_of(d).protocol == "b_route")
PROFILE = AREA.profile_of(METER)
STATION = Station(METER.id, 0, PROFILE)


class Street:
    """The simulated gateway of the meter; a test can make it misbehave and ask what was said."""

    def __init__(self, directory) -> None:
        self.directory = directory
        self.faults: dict[str, Fault] = {}
        self.port = directory / METER.gateway / METER.link
        drawn = invent_secrets(f"0/{METER.gateway}/{METER.link}")
        self.secrets = RouteBSecrets(drawn.route_b_id, drawn.password)
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        simulation = Simulation(AREA, self.directory, faults=self.faults)
        await simulation.open(self._stack, frozenset({METER.gateway}))

    async def stop(self) -> None:
        await self._stack.aclose()

    def said(self) -> list[tuple[str, float | None]]:
        lines = (self.directory / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
        entries = [json.loads(line) for line in lines]
        return [(e["quantity"], e["value"]) for e in entries if e["device"] == METER.id]


@pytest.fixture
async def street(tmp_path):
    one = Street(tmp_path)
    await one.start()
    yield one
    await one.stop()


def _driver(street, clock, answer_timeout_s=5.0, secrets=None) -> BRouteDriver:
    link = Link("b", "b_route", port=str(street.port), baudrate=115200)
    return BRouteDriver(link, STATION, secrets or street.secrets, clock, answer_timeout_s)


@pytest.mark.slow
async def test_it_joins_reads_loses_the_port_and_joins_again(street, clock, monkeypatch):
    requests = _requests(monkeypatch)
    driver = _driver(street, clock, answer_timeout_s=0.5)
    await driver.open()
    try:
        first = await driver.read(METER.id, PROFILE.points)
        second = await driver.read(METER.id, PROFILE.points[:1])
        assert [(r.quantity, pytest.approx(r.value)) for r in first + second] == street.said()
        assert {r.quality for r in first} == {GOOD}
        assert [r.quantity for r in second] == ["active_power"]
        assert "joined, signal -58 dBm" in driver.health
        # coefficient and unit of energy were asked for once, when the link opened
        assert requests == [(0xD3, 0xE1), (0xE0, 0xE3, 0xE7, 0xE8), (0xE7,)]

        street.faults[METER.id] = Fault(silent=True)
        with pytest.raises(DeviceUnavailable, match="does not answer: the radio link is weak"):
            await driver.read(METER.id, PROFILE.points)
        street.faults.clear()
        await street.stop()
        with pytest.raises(LinkLost, match="ended"):
            await driver.read(METER.id, PROFILE.points)
        await driver.close()
        with pytest.raises(DeviceUnavailable, match="is not there"):
            await driver.open()
        await driver.close()
        await street.start()
        await driver.open()
        assert await driver.read(METER.id, PROFILE.points)
    finally:
        await driver.close()


@pytest.mark.slow
@pytest.mark.parametrize("hours", [2, 30])
async def test_after_an_outage_the_meter_gives_its_half_hours(hours, street, clock):
    driver = _driver(street, clock)
    clock.wall_us = time.time_ns() // 1000 - hours * 3_600_000_000
    await driver.open()
    try:
        await driver.read(METER.id, PROFILE.points[:1])
        await driver.close()
        clock.wall_us += hours * 3_600_000_000
        await driver.open()
        readings = await driver.read(METER.id, PROFILE.points)
    finally:
        await driver.close()
    past = [r for r in readings if r.quantity == "energy_import"][:-1]
    newest = [r for r in readings if r.quantity == "energy_import"][-1]
    assert len(past) == 2 * hours
    assert all(r.observed_us % 1_800_000_000 == 0 for r in past)
    assert [r.observed_us for r in past] == sorted({r.observed_us for r in past})
    assert {r.stamp.offset_us for r in past} == {None}  # dated by the meter's clock
    counts = [r.value for r in past] + [newest.value]
    assert counts == sorted(counts)
    assert newest.value - past[0].value < 3.0 * hours


@pytest.mark.slow
async def test_wrong_secrets_are_told_apart_and_shown_nowhere(tmp_path, clock, caplog):
    caplog.set_level("DEBUG")
    right = Street(tmp_path).secrets
    wrong_password = RouteBSecrets(right.route_b_id, "WRONGWRONG12")
    wrong_id = RouteBSecrets("0123456789ABCDEF" * 2, right.password)
    refused, not_found = await asyncio.gather(
        _failure(tmp_path / "one", clock, wrong_password),
        _failure(tmp_path / "other", clock, wrong_id),
    )
    assert isinstance(refused, AccessRefused)
    assert "check B-route id and password; the next try is minutes away" in str(refused)
    assert not isinstance(not_found, AccessRefused)
    assert "no meter found" in str(not_found)
    told = f"{refused} {not_found} {wrong_password!r} {wrong_id!r} {caplog.text}"
    for secret in (right.route_b_id, right.password, wrong_password.password, wrong_id.route_b_id):
        assert secret not in told


async def _failure(directory, clock, secrets) -> Exception:
    street = Street(directory)
    await street.start()
    driver = _driver(street, clock, secrets=secrets)
    try:
        with pytest.raises(DeviceUnavailable) as caught:
            await driver.open()
    finally:
        await driver.close()
        await street.stop()
    return caught.value


@pytest.mark.slow
async def test_it_can_be_closed_while_it_opens(street, clock):
    driver = _driver(street, clock)
    opening = asyncio.ensure_future(driver.open())
    await asyncio.sleep(0)
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    await driver.close()
    assert driver.health.endswith("not joined")


async def test_a_dongle_that_another_driver_has(street, clock):
    one, other = _driver(street, clock), _driver(street, clock)
    opening = asyncio.ensure_future(one.open())
    await asyncio.sleep(0)
    with pytest.raises(DeviceUnavailable, match="is held by"):
        await other.open()
    await other.close()
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    await one.close()


async def test_a_port_that_is_not_there(tmp_path, clock):
    driver = BRouteDriver(
        Link("b", "b_route", port=str(tmp_path / "dongle")),
        STATION,
        RouteBSecrets("0" * 32, "0" * 12),
        clock,
    )
    with pytest.raises(DeviceUnavailable, match="dongle is not there"):
        await driver.open()
    await driver.close()


async def test_a_dongle_that_hangs_while_it_is_left(street, clock, monkeypatch):
    """The agent can stop; a new session waits until the old one is really over."""
    monkeypatch.setattr(b_route, "_CLOSE_LIMIT_S", 0.05)
    let_go = threading.Event()

    class Hanging:
        def close(self) -> None:
            let_go.wait(10)

    driver = _driver(street, clock)
    driver._session = Hanging()
    await driver.close()
    with pytest.raises(DeviceUnavailable, match="does not let go of the last session"):
        await driver.open()
    let_go.set()
    await driver._leaving


def test_unencrypted_data_are_dropped(tmp_path, clock):
    driver = _driver(Street(tmp_path), clock)
    session = driver._make_session()
    asked = (echonet.Property(0xE7),)
    data = echonet.build(echonet.Frame(1, echonet.CONTROLLER, echonet.METER, echonet.GET, asked))
    for sec in (0, 1):
        frame = SkParsedRxUdp("FE80::1", "FE80::2", 0x0E1A, 0x0E1A, b"", 0, sec, data)
        session.on_meter_frame(frame)
    assert session.recv_q.get_nowait().sec == 1
    assert session.recv_q.empty()


def _requests(monkeypatch) -> list[tuple[int, ...]]:
    """Note the properties of every request, without changing what it does."""
    seen: list[tuple[int, ...]] = []
    build = echonet.build

    def noted(frame):
        seen.append(tuple(prop.epc for prop in frame.properties))
        return build(frame)

    monkeypatch.setattr(echonet, "build", noted)
    return seen
