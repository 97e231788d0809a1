"""The OPC UA driver against node-opcua, a server that shares no code with its library."""

from __future__ import annotations

import asyncio
import stat

import pytest

from area_configs.domain.areas import Link
from area_configs.domain.commands import Command
from area_configs.domain.devices import DeviceKind, DeviceProfile, Point
from area_configs.domain.names import Name
from area_configs.domain.quality import Quality, Reason
from area_configs.domain.sources import OpcUaSource
from edge_agent.clock import SystemClock
from edge_agent.credentials import OpcUaIdentity
from edge_agent.drivers.base import AccessRefused, Station, WriteRefused
from edge_agent.drivers.opc_ua import OpcUaDriver
from tests.peers import npm_opcua

NS = "urn:peer:station"
PRESSURE = Point("pressure_high", OpcUaSource(NS, "Bank/Pressure"), 0.2, 0, 100, pushed=True)
FLAME = Point("flame_detected", OpcUaSource(NS, "Flame", type="bool"), 0.2, pushed=True)
LIMIT = Point("supply_pressure", OpcUaSource(NS, "Limit", type="i16", scale=0.1), 1.0)
WORDS = Point("vibration", OpcUaSource(NS, "Name"), 1.0)
NOWHERE = Point("supply_mass", OpcUaSource(NS, "Missing"), 1.0)
ELSEWHERE = Point("suction_pressure", OpcUaSource("urn:nobody", "Bank/Pressure"), 1.0)
DAYS = Point("certificate_days_left", OpcUaSource(measure="certificate_days"), 3600.0)
AGE = Point("data_age", OpcUaSource(NS, "Heartbeat", measure="age"), 1.0)
PROFILE = DeviceProfile(
    "peer", Name("局", "Peer"), "node-opcua", "Station", "opc_ua", DeviceKind.HYDROGEN_STATION,
    "HydrogenStation", (PRESSURE, FLAME, LIMIT, WORDS, NOWHERE, ELSEWHERE, DAYS, AGE),
)  # fmt: skip
STATION = Station("h2", 0, PROFILE, "Station")


def _driver(peer, folder, *, trust=None, security="sign_and_encrypt"):
    trusted = peer.identity.fingerprint if trust is None else trust
    link = Link("l", "opc_ua", url=peer.url, security=security, trust=trusted)
    return OpcUaDriver(link, (STATION,), OpcUaIdentity(folder / "own"), SystemClock())


def _by(readings):
    return {r.quantity: (r.value, r.quality) for r in readings}


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    with npm_opcua.server(tmp_path_factory.mktemp("node-opcua"), days=20) as running:
        yield running


async def test_a_laboratory_server_is_read_watched_browsed_and_told(peer, tmp_path):
    driver = _driver(peer, tmp_path, security="lab")
    await driver.open()
    try:
        await _reads(driver)
        await _watches(driver, peer)
        await _writes(driver)
        found = [one async for one in driver.discover()]
        assert ("Station", "Station node-opcua Station") in [(c.address, c.words) for c in found]
        assert (await driver.identify("Station")).firmware == "2.182"
    finally:
        await driver.close()


async def _reads(driver):
    found = _by(await driver.read("h2", [LIMIT, WORDS, NOWHERE, ELSEWHERE, DAYS, AGE]))
    assert found["supply_pressure"] == (45.5, Quality())
    assert found["vibration"] == (None, Quality(Reason.CONFIG, "str"))
    assert found["supply_mass"][1].reason is Reason.CONFIG
    assert found["suction_pressure"][1].reason is Reason.CONFIG
    assert found["certificate_days_left"] == (None, Quality(Reason.NOT_SUPPORTED, "lab"))
    assert 0 <= found["data_age"][0] < 5


async def _watches(driver, peer):
    heard: asyncio.Queue = asyncio.Queue()

    async def deliver(readings):
        for reading in readings:
            heard.put_nowait((reading.quantity, reading.value, reading.quality.reason))

    async def until(*wanted):
        async with asyncio.timeout(10):
            while await heard.get() != wanted:
                pass

    listening = asyncio.create_task(driver.listen(deliver))
    try:
        await until("pressure_high", 80.5, Reason.OK)
        peer.set("pressure", "Double", 81.25)
        await until("pressure_high", 81.25, Reason.OK)
        peer.set("pressure", "Double", 12.5, "BadSensorFailure")
        await until("pressure_high", None, Reason.DEVICE)
        peer.set("pressure", "Double", 120.0)
        await until("pressure_high", 120.0, Reason.OUT_OF_LIMITS)
        peer.set("flame", "Boolean", True)
        await until("flame_detected", 1.0, Reason.OK)
        peer.set("pressure", "Double", 70.0, age_s=3600)
        await until("pressure_high", 70.0, Reason.CLOCK)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def _writes(driver):
    def command(quantity, path, kind="i16"):
        target = OpcUaSource(NS, path, type=kind, scale=0.1)
        return Command("limit", Name("上限", "Limit"), quantity, target, 0, 100)

    await driver.write("h2", command("supply_pressure", "Limit"), 33.3)
    assert _by(await driver.read("h2", [LIMIT]))["supply_pressure"] == (33.3, Quality())
    with pytest.raises(WriteRefused, match="BadTypeMismatch"):
        await driver.write("h2", command("supply_pressure", "Limit", "f64"), 1)
    with pytest.raises(WriteRefused, match="safety function"):
        await driver.write("h2", command("flame_detected", "Flame"), 0)


async def test_a_protected_server_is_read_once_both_sides_trust(peer, tmp_path):
    await _is_refused(_driver(peer, tmp_path, trust=""), peer.identity.fingerprint)
    await _is_refused(_driver(peer, tmp_path, trust="ab" * 32), "another certificate than")
    await _is_refused(
        _driver(peer, tmp_path), "accept its certificate there, .*own/certificate.der"
    )
    peer.accept_everyone()
    driver = _driver(peer, tmp_path)
    await driver.open()
    try:
        found = _by(await driver.read("h2", [LIMIT, DAYS]))
    finally:
        await driver.close()
    assert found["supply_pressure"][1] == Quality()
    assert found["certificate_days_left"][0] == pytest.approx(20, abs=0.1)
    assert stat.S_IMODE((tmp_path / "own" / "key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "own").stat().st_mode) == 0o700


async def _is_refused(driver, words):
    with pytest.raises(AccessRefused, match=words):
        await driver.open()
    await driver.close()
