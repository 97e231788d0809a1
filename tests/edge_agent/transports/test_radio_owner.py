"""Sharing one radio: scan and connections in turn, and a scanner that fell silent."""

from __future__ import annotations

import asyncio

import pytest
from bleak.exc import BleakError

from area_configs.domain.errors import DeviceUnavailable
from edge_agent.transports.radio_owner import LINKS, RadioOwner
from tests.edge_agent.manual_clock import ManualClock, settle


class Radio:
    """A radio that tells what happens to it."""

    def __init__(self):
        self.scans, self.opened, self.scanning, self.links = 0, 0, False, 0
        self.most_links, self.scanned_while_connecting = 0, False
        self.heard, self.broken = None, False

    async def open(self):
        if self.broken:
            raise BleakError("no adapter")
        self.opened += 1

    async def close(self):
        pass

    def scanner(self, heard):
        self.heard = heard
        return Scanner(self)

    async def connect(self, device, _gone):
        self.scanned_while_connecting |= self.scanning
        await asyncio.sleep(0)
        if device == "nobody":
            raise BleakError("not found")
        self.links += 1
        self.most_links = max(self.most_links, self.links)
        return Client(self)


class Scanner:
    def __init__(self, radio):
        self.radio = radio

    async def start(self):
        self.radio.scans, self.radio.scanning = self.radio.scans + 1, True

    async def stop(self):
        self.radio.scanning = False


class Client:
    def __init__(self, radio):
        self.radio = radio

    async def disconnect(self):
        self.radio.links -= 1


def _nobody(_device, _said):
    pass


async def _opened():
    radio, clock = Radio(), ManualClock()
    owner = RadioOwner(radio, clock)
    await owner.open(_nobody)
    return radio, clock, owner


async def test_a_silent_scanner_is_recovered_within_150_seconds():
    radio, clock, owner = await _opened()
    watching = asyncio.create_task(owner.watch())
    await clock.pass_s(75)
    assert (radio.scans, radio.opened) == (2, 1), "the scanner first"
    await clock.pass_s(75)
    assert (radio.scans, radio.opened) == (3, 2), "then the whole adapter"
    assert "nothing heard for 150 s" in owner.health
    assert not owner.is_hearing
    radio.heard("device", "said")
    assert owner.health == "hearing"
    await clock.pass_s(45)
    assert radio.scans == 3
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_an_adapter_that_does_not_come_back_ends_the_watching():
    radio, clock, owner = await _opened()
    watching = asyncio.create_task(owner.watch())
    radio.broken = True
    await clock.pass_s(150)
    with pytest.raises(DeviceUnavailable, match="plugged in"):
        await watching


async def test_it_never_scans_while_it_connects_and_holds_four_links():
    radio, _, owner = await _opened()
    leave = asyncio.Event()

    async def visit(device):
        async with owner.connected(device, leave.set):
            await leave.wait()

    visits = [asyncio.create_task(visit(f"device {n}")) for n in range(LINKS + 2)]
    await settle()
    assert (radio.links, radio.scanning, owner.is_contended) == (LINKS, True, True)
    leave.set()
    await asyncio.gather(*visits)
    assert (radio.links, radio.most_links, owner.is_contended) == (0, LINKS, False)
    assert not radio.scanned_while_connecting


async def test_a_failed_connection_gives_its_place_back():
    radio, _, owner = await _opened()
    for _ in range(LINKS + 1):
        with pytest.raises(BleakError):
            async with owner.connected("nobody", _nobody):
                pass
    async with owner.connected("somebody", _nobody):
        assert (radio.links, radio.scanning) == (1, True)


async def test_hushed_it_scans_no_more_until_it_is_opened_again():
    radio, _, owner = await _opened()
    await owner.hush()
    async with owner.connected("somebody", _nobody):
        assert not radio.scanning
    await owner.open(_nobody)
    assert radio.scanning
    await owner.close()
    assert not radio.scanning
