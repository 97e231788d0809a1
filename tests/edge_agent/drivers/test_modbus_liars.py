"""Modbus devices that lie: none of them keeps the driver from its neighbour on the same line."""

from __future__ import annotations

import asyncio
import os
import pty
import struct
import threading
import tty
from contextlib import contextmanager, suppress

import pytest

from area_configs.domain.areas import Link
from area_configs.domain.commands import Command
from area_configs.domain.devices import Point
from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.names import Name
from area_configs.domain.quality import Reason
from area_configs.domain.sources import ModbusSource
from edge_agent.decoding.modbus import crc16
from edge_agent.drivers.base import Garbled, LinkLost, Station
from edge_agent.drivers.modbus import ModbusDriver

HONEST, LIAR = 1, 2
ORDER = Command("o", Name("上限", "Limit"), "voltage_r", ModbusSource("holding", 9), 0, 100)
VOLTAGE = Point("voltage_r", ModbusSource("holding", 0, scale=0.1), 1.0, 0.0, 300.0)


def _answer(unit: int, value: int = 2300) -> bytes:
    body = bytes([unit, 3, 2]) + struct.pack(">H", value)
    return body + crc16(body).to_bytes(2, "little")


LIES = {
    "wrong_checksum": _answer(LIAR)[:-1] + b"\x00",
    "truncated": _answer(LIAR)[:4],
    "another_unit": _answer(7),
    "another_function": b"\x02\x04\x02\x08\xfc"
    + crc16(b"\x02\x04\x02\x08\xfc").to_bytes(2, "little"),
    "too_long": _answer(LIAR) + os.urandom(64),
    "silence": b"",
}


@contextmanager
def _line(lie: bytes, times: int = 1):
    """Give the port of a serial line with an honest device and one that always says a lie."""
    near, far = pty.openpty()
    tty.setraw(far)
    stop = threading.Event()

    def serve() -> None:
        heard = b""
        while not stop.is_set():
            with suppress(OSError):
                heard += os.read(near, 256)
            while len(heard) >= 8:
                request, heard = heard[:8], heard[8:]
                reply = _answer(HONEST) if request[0] == HONEST else lie * times
                with suppress(OSError):
                    os.write(near, reply)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield os.ttyname(far)
    finally:
        stop.set()
        os.write(far, b"x" * 1)
        thread.join(5)
        os.close(near)
        os.close(far)


@pytest.fixture
def driver_on(clock, make_profile):
    profile = make_profile(VOLTAGE)

    def made(port: str) -> ModbusDriver:
        link = Link("rs485", "modbus_rtu", port=port, baudrate=9600)
        stations = [Station(f"meter-{unit}", unit, profile) for unit in (HONEST, LIAR)]
        return ModbusDriver(link, stations, clock, 0.3)

    return made


@pytest.mark.parametrize("lie", LIES)
async def test_a_lie_is_no_reading_and_the_neighbour_is_read(lie, driver_on):
    with _line(LIES[lie]) as port:
        driver = driver_on(port)
        await driver.open()
        try:
            for _ in range(2):
                try:
                    readings = await driver.read("meter-2", (VOLTAGE,))
                    assert lie == "too_long"
                    assert [r.value for r in readings] == [230.0]
                except DeviceUnavailable as error:
                    assert "meter-2" in str(error)  # noqa: PT017 - either is right, not silence
                    assert isinstance(error, Garbled) == (lie != "silence")  # noqa: PT017 - ditto
                (reading,) = await driver.read("meter-1", (VOLTAGE,))
                assert reading.value == 230.0
        finally:
            await driver.close()


async def test_an_endless_stream_does_not_hold_the_line(driver_on):
    with _line(os.urandom(256), times=64) as port:
        driver = driver_on(port)
        await driver.open()
        try:
            async with asyncio.timeout(10):
                with pytest.raises(DeviceUnavailable):
                    await driver.read("meter-2", (VOLTAGE,))
                for _ in range(5):
                    with suppress(DeviceUnavailable):
                        (reading,) = await driver.read("meter-1", (VOLTAGE,))
                        break
                assert reading.value == 230.0
        finally:
            await driver.close()


@pytest.mark.parametrize("act", ["read", "write"])
async def test_a_port_that_went_away_between_two_polls_is_a_lost_link(act, driver_on):
    near, far = pty.openpty()
    tty.setraw(far)
    driver = driver_on(os.ttyname(far))
    await driver.open()
    os.close(near)
    os.close(far)
    try:
        for _ in range(1000):  # until the loop has heard of it
            if driver.health.endswith("closed"):
                break
            await asyncio.sleep(0.01)
        reads = act == "read"
        asked = driver.read("meter-1", (VOLTAGE,)) if reads else driver.write("meter-1", ORDER, 1.0)
        with pytest.raises(LinkLost, match="lost its connection"):
            await asked
    finally:
        await driver.close()


async def test_an_absurd_value_is_kept_and_marked(driver_on):
    with _line(_answer(LIAR, 0xFFFF)) as port:
        driver = driver_on(port)
        await driver.open()
        try:
            (reading,) = await driver.read("meter-2", (VOLTAGE,))
        finally:
            await driver.close()
    assert (reading.value, reading.quality.reason) == (6553.5, Reason.OUT_OF_LIMITS)
