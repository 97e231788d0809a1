"""The ECHONET Lite driver against simulated nodes on loopback, honest ones and others."""

from __future__ import annotations

import asyncio
import json
import socket
from dataclasses import replace

import pytest

from area_configs.domain.areas import Link
from area_configs.domain.devices import Point
from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.quality import Reason
from area_configs.domain.sources import EchonetSource
from area_configs.loader import load_profile, profile_ids
from edge_agent.decoding import echonet
from edge_agent.drivers.base import Discovering, Listening, Station, WriteRefused, Writing
from edge_agent.drivers.echonet_lite import EchonetDriver
from edge_agent.simulators.echonet_network import free_network
from edge_agent.simulators.echonet_node import identity_of
from edge_agent.simulators.faults import Fault
from edge_agent.transports.recording import frames, record
from tests.edge_agent.drivers.echonet_town import FAST, SET_MODE, town

CLASSES = [p for p in profile_ids() if load_profile(p).protocol == "echonet_lite"]
BATTERY, PV = "echonet_storage_battery", "echonet_photovoltaic"


@pytest.mark.parametrize("profile", CLASSES)
async def test_every_class_is_read_whole(profile, clock, tmp_path):
    async with town(tmp_path, clock, (profile, 20)) as one:
        device = one.devices[0].id
        readings = await one.driver.read(device, one.profile(device).points)
    assert {r.quantity for r in readings} == {p.quantity for p in one.profile(device).points}
    assert {r.quality.reason for r in readings} <= {Reason.OK, Reason.OUT_OF_LIMITS}
    said = [json.loads(line) for line in (tmp_path / "ledger.jsonl").read_text().splitlines()]
    assert {s["quantity"]: s["value"] for s in said} == pytest.approx(
        {r.quantity: r.value for r in readings}
    )


async def test_what_an_object_does_not_have_is_not_asked_for(clock, tmp_path):
    nowhere = Point("frequency", EchonetSource(0xF0, "u16"), 1.0)
    async with town(tmp_path, clock, (PV, 20)) as one:
        readings = await one.driver.read("photovoltaic", (nowhere,))
    assert [(r.quantity, r.value, r.quality.reason) for r in readings] == [
        ("frequency", None, Reason.NOT_SUPPORTED)
    ]


async def test_a_set_takes_effect_is_announced_and_the_announcement_confirmed(clock, tmp_path):
    heard = asyncio.Queue()
    async with town(tmp_path, clock, (BATTERY, 20)) as one:
        listening = asyncio.create_task(one.driver.listen(heard.put))
        await one.driver.write("storage_battery", SET_MODE, 2)
        announced = await asyncio.wait_for(heard.get(), 5)
        mode = [p for p in one.profile("storage_battery").points if p.quantity == "charge_mode"]
        read_back = await one.driver.read("storage_battery", mode)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    assert [(r.quantity, r.value) for r in announced] == [("charge_mode", 2.0)]
    assert [(r.quantity, r.value) for r in read_back] == [("charge_mode", 2.0)]
    said = [json.loads(line) for line in (tmp_path / "ledger.jsonl").read_text().splitlines()]
    assert [s["value"] for s in said if s["quantity"] == "charge_mode"] == [2.0, 2.0]


async def test_a_property_that_cannot_be_set_is_refused_before_it_is_sent(clock, tmp_path):
    target = replace(SET_MODE, target=EchonetSource(0xE4, "u8"))
    async with town(tmp_path, clock, (BATTERY, 20)) as one:
        with pytest.raises(WriteRefused, match="does not let property E4 be set"):
            await one.driver.write("storage_battery", target, 1)


async def test_a_refused_set_says_so(clock, tmp_path):
    wide = replace(SET_MODE, target=EchonetSource(0xDA, "u16"))
    async with town(tmp_path, clock, (BATTERY, 20)) as one:
        with pytest.raises(WriteRefused, match=r"refuses DA = 0001 \(SNA\)"):
            await one.driver.write("storage_battery", wide, 1)


async def test_a_value_that_is_no_code_is_an_error_of_the_caller(clock, tmp_path):
    async with town(tmp_path, clock, (BATTERY, 20)) as one:
        with pytest.raises(ValueError, match="none of the codes of property DA"):
            await one.driver.write("storage_battery", SET_MODE, 2.5)


async def test_discovery_finds_every_object_and_who_made_it(clock, tmp_path):
    async with town(tmp_path, clock, (BATTERY, 20), (PV, 20), ("echonet_ev_charger", 21)) as one:
        # Other simulations on this machine hear the question as well: loopback is one network.
        found = {
            candidate.address: candidate
            async for candidate in one.driver.discover()
            if candidate.address.startswith(f"{one.network}.")
        }
        identity = await one.driver.identify(f"{one.network}.20/027D01")
    network = one.network
    assert found.keys() == {
        f"{network}.20/027D01",
        f"{network}.20/027901",
        f"{network}.21/027E01",
    }
    assert found[f"{network}.20/027D01"].profiles == (BATTERY,)
    assert found[f"{network}.21/027E01"].words == "EV charger and discharger"
    assert (identity.maker, identity.serial) == ("000077", "storage_batt")


async def test_another_device_at_a_commissioned_address_is_not_read(clock, tmp_path):
    async with town(tmp_path, clock, (BATTERY, 20)) as one:
        device = one.devices[0]
        for identity, expected in (
            (identity_of(device), True),
            (identity_of(replace(device, id="other")), False),
        ):
            bound = f"{device.address}/{identity.hex().upper()}"
            await one.driver.close()
            driver = EchonetDriver(
                Link("lan", "echonet_udp", interface=f"{one.network}.1"),
                [Station(device.id, 0, one.profile(device.id), bound)],
                clock,
                FAST,
            )
            await driver.open()
            try:
                if expected:
                    assert await driver.read(device.id, one.profile(device.id).points[:1])
                else:
                    with pytest.raises(DeviceUnavailable, match="another device answers"):
                        await driver.read(device.id, one.profile(device.id).points[:1])
            finally:
                await driver.close()


class TestDevicesThatLie:
    async def test_silence_and_damage_leave_the_neighbour_alone(self, clock, tmp_path):
        async with town(tmp_path, clock, (BATTERY, 20), (PV, 21)) as one:
            points = one.profile("photovoltaic").points
            one.faults["storage_battery"] = Fault(silent=True)
            with pytest.raises(DeviceUnavailable, match="does not answer within 3 x"):
                await one.driver.read("storage_battery", one.profile("storage_battery").points)
            assert len(await one.driver.read("photovoltaic", points)) == len(points)
            one.faults["storage_battery"] = Fault(garbled=True)
            with pytest.raises(DeviceUnavailable, match="damaged frame: byte"):
                await one.driver.read("storage_battery", one.profile("storage_battery").points)
            assert len(await one.driver.read("photovoltaic", points)) == len(points)

    async def test_a_stranger_and_a_flood_are_counted_and_kept_out(self, clock, tmp_path):
        heard = []

        async def deliver(readings):
            heard.append(readings)

        async with town(tmp_path, clock, (PV, 20)) as one:
            listening = asyncio.create_task(one.driver.listen(deliver))
            frame = echonet.Frame(
                1, 0x027901, 0x05FF01, echonet.INF, (echonet.Property(0xE0, b"\0\1"),)
            )
            with _socket(f"{one.network}.66") as stranger:
                for _ in range(50):
                    stranger.sendto(echonet.build(frame), (f"{one.network}.1", 3610))
                stranger.sendto(b"\x10\x81", (f"{one.network}.1", 3610))
            readings = await one.driver.read("photovoltaic", one.profile("photovoltaic").points)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            assert "51 strange datagrams" in one.driver.health
        assert readings
        assert heard == []

    async def test_the_answer_of_another_transaction_is_not_taken(self, clock, tmp_path):
        async with town(tmp_path, clock, (PV, 20)) as one:
            late = echonet.Frame(
                999, 0x027901, 0x05FF01, echonet.GET_RES, (echonet.Property(0xE0, b"\0\1"),)
            )
            one.hosts[f"{one.network}.20"]._send(f"{one.network}.1", echonet.build(late))
            readings = await one.driver.read("photovoltaic", one.profile("photovoltaic").points)
        assert {r.value for r in readings if r.quantity == "active_power"} != {1.0}


async def test_a_node_survives_a_frame_without_properties(clock, tmp_path):
    async with town(tmp_path, clock, (PV, 20)) as one:
        with _socket(f"{one.network}.30") as other:
            other.sendto(
                bytes.fromhex("108100010EF00102790162") + b"\0", (f"{one.network}.20", 3610)
            )
        assert await one.driver.read("photovoltaic", one.profile("photovoltaic").points)


async def test_a_port_that_is_taken_is_one_sentence(clock):
    interface = f"{free_network()}.1"
    with _socket(interface):
        driver = EchonetDriver(Link("lan", "echonet_udp", interface=interface), [], clock)
        with pytest.raises(DeviceUnavailable, match="no other program speaks ECHONET Lite"):
            await driver.open()
    assert driver.health == "UDP 3610 closed"


async def test_every_frame_is_recorded(clock, tmp_path):
    with record(tmp_path / "frames.jsonl"):
        async with town(tmp_path, clock, (PV, 20)) as one:
            await one.driver.read("photovoltaic", one.profile("photovoltaic").points)
    recorded = list(frames(tmp_path / "frames.jsonl"))
    assert [f.direction for f in recorded] == ["out", "in"] * 2
    assert {f.peer for f in recorded} == {f"{one.network}.20"}
    assert echonet.parse(recorded[-1].data).esv == echonet.GET_RES


def test_it_is_all_that_a_driver_can_be(clock):
    driver = EchonetDriver(Link("lan", "echonet_udp"), [], clock)
    assert isinstance(driver, Listening)
    assert isinstance(driver, Writing)
    assert isinstance(driver, Discovering)


def _socket(address):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, 3610))
    return sock
