"""The OPC UA driver against the simulated station: trust, pushes, faults, loss, and the ledger."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.quality import Reason
from area_configs.loader import load_area
from edge_agent.clock import SystemClock
from edge_agent.credentials import OpcUaIdentity
from edge_agent.drivers.base import Ageing, Discovering, LinkLost, Listening, Station, Writing
from edge_agent.drivers.opc_ua import OpcUaDriver
from edge_agent.simulators.behaviour import District
from edge_agent.simulators.faults import Fault
from edge_agent.simulators.ledger import Ledger
from edge_agent.simulators.opc_ua_identity import invent_identity
from edge_agent.simulators.opc_ua_server import StationServer
from edge_agent.simulators.station_voice import StationVoice

AREA = load_area("harumi")
DEVICES = [AREA.device(name) for name in ("station-main", "dispenser-1")]
STATIONS = tuple(Station(d.id, 0, AREA.profile_of(d), d.address) for d in DEVICES)
LINK = next(link for link in AREA.gateway("gw-energy").links if link.kind == "opc_ua")
PATIENCE_S = 60.0


class AfterATalk(SystemClock):
    """A clock behind the true one: the newest session is of a vehicle that talks, and stays so."""

    def __init__(self) -> None:
        visits, now_s = District(AREA, 1).visits(DEVICES[1]), super().now_us() / 1e6

        def talks(at_s):
            newest, later = visits.last_ended(at_s), visits.last_ended(at_s + 2 * PATIENCE_S)
            return newest and newest.talks and later and later.number == newest.number

        self._behind_us = next(60 * 10**6 * n for n in range(2880) if talks(now_s - 60 * n))

    def now_us(self) -> int:
        return super().now_us() - self._behind_us


class Site:
    """A running simulated station and a driver for it."""

    def __init__(self, folder) -> None:
        self.clock = AfterATalk()
        self.faults = {device.id: Fault() for device in DEVICES}
        self.ledger_file = folder / "ledger.jsonl"
        self.folder = folder
        self.heard = []
        self._news = asyncio.Event()

    def said(self):
        lines = self.ledger_file.read_text(encoding="utf-8").splitlines()
        return sorted(
            (e["device"], e["quantity"], e["said_us"], e["value"]) for e in map(json.loads, lines)
        )

    async def deliver(self, readings):
        self.heard += readings
        self._news.set()

    async def until(self, holds):
        """Wait until a reading that holds has been delivered, and return it."""
        async with asyncio.timeout(PATIENCE_S):
            while not (found := [one for one in self.heard if holds(one)]):
                self._news.clear()
                await self._news.wait()
        return found[0]

    @asynccontextmanager
    async def serving(self, *, lab=False):
        identity = None if lab else invent_identity("station")
        ledger = Ledger(self.ledger_file)
        server = StationServer(identity, ledger, self.clock.now_us, self.faults)
        district = District(AREA, 1)
        voices = [(d, AREA.profile_of(d), StationVoice(district, d)) for d in DEVICES]
        try:
            url = await server.open(voices)
            security = "lab" if lab else "sign_and_encrypt"
            trust = identity.fingerprint if identity else ""
            yield replace(LINK, url=url, security=security, trust=trust)
        finally:
            await server.close()
            ledger.close()

    def driver(self, link):
        return OpcUaDriver(link, STATIONS, OpcUaIdentity(self.folder / "own"), self.clock)

    @asynccontextmanager
    async def listening(self, driver):
        task = asyncio.create_task(driver.listen(self.deliver))
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


async def test_everything_said_is_heard_once_over_an_encrypted_session(site):
    async with site.serving() as link:
        driver = site.driver(link)
        await driver.open()
        assert "encrypted open" in driver.health
        try:
            async with site.listening(driver):
                await site.until(lambda r: r.quantity == "heartbeat")
                first = next(r for r in site.heard if r.quantity == "heartbeat").value
                await site.until(lambda r: r.quantity == "heartbeat" and r.value != first)
        finally:
            await driver.close()
    heard = sorted((r.device, r.quantity, r.observed_us, r.value) for r in site.heard)
    assert heard == site.said()
    assert {r.quality.reason for r in site.heard} == {Reason.OK}
    pushed = {(s.device, p.quantity) for s in STATIONS for p in s.profile.points if p.pushed}
    assert {(r.device, r.quantity) for r in site.heard} == pushed


async def test_faults_are_heard_and_a_stale_heartbeat_ages(site):
    async with site.serving(lab=True) as link:
        await _is_refused_unless_the_link_says_lab(site, link)
        driver = site.driver(link)
        await driver.open()
        age = STATIONS[0].profile.point("data_age")
        try:
            async with site.listening(driver):
                site.faults["station-main"].event = "flame"
                site.faults["dispenser-1"].event = "sensor_failure"
                await site.until(lambda r: r.quantity == "flame_detected" and r.value == 1)
                await site.until(lambda r: r.quantity == "emergency_stop" and r.value == 1)
                bad = await site.until(
                    lambda r: r.quantity == "delivery_temperature" and r.value is None
                )
                assert bad.quality.reason is Reason.DEVICE
                assert bad.quality.raw.startswith("808C0000")
                (fresh,) = await driver.read("station-main", [age])
                site.faults["station-main"].event = "stale_heartbeat"
                stood = [r.value for r in site.heard if r.quantity == "heartbeat"][-1]
                await site.until(
                    lambda r: (
                        r.quantity == "heartbeat" and r.value == stood and r is not site.heard[0]
                    )
                )
                async with asyncio.timeout(PATIENCE_S):
                    while (await driver.read("station-main", [age]))[0].value < 2.0:
                        await site.clock.pause(0.1, asyncio.Event())
                assert fresh.value < PATIENCE_S
        finally:
            await driver.close()


async def _is_refused_unless_the_link_says_lab(site, link):
    driver = site.driver(replace(link, security="sign_and_encrypt"))
    with pytest.raises(DeviceUnavailable, match=r"offers no Basic256Sha256.*only None/None"):
        await driver.open()
    await driver.close()


async def test_a_server_that_goes_away_is_a_lost_link_and_its_data_grow_old(site):
    async with site.serving(lab=True) as link:
        driver = site.driver(link)
        await driver.open()
        async with site.listening(driver) as task:
            await site.until(lambda r: r.quantity == "heartbeat")
            site.faults["station-main"].event = "comm_loss"
            async with asyncio.timeout(PATIENCE_S):
                with pytest.raises(LinkLost, match="lost its session"):
                    await task
        with pytest.raises(LinkLost):
            await driver.read("station-main", [STATIONS[0].profile.point("pressure_high")])
        await driver.close()
        (overdue,) = driver.overdue()
        assert (overdue.device, overdue.quantity) == ("station-main", "data_age")
        assert overdue.value >= 0
        with pytest.raises(DeviceUnavailable):
            await driver.open()
        await driver.close()
        site.faults["station-main"].event = ""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    await driver.open()
                    break
                except DeviceUnavailable:
                    await site.clock.pause(0.1, asyncio.Event())
        await driver.close()


async def test_a_server_that_is_not_there_is_said_in_a_sentence(site):
    driver = site.driver(replace(LINK, url="opc.tcp://127.0.0.1:9"))
    with pytest.raises(DeviceUnavailable, match=r"127\.0\.0\.1"):
        await driver.open()
    await driver.close()


def test_it_can_do_all_that_a_driver_may(site):
    driver = site.driver(LINK)
    for ability in (Ageing, Discovering, Listening, Writing):
        assert isinstance(driver, ability)
