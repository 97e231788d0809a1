"""A meter with a P1 port on a pseudo-terminal: it sends a telegram every few seconds, unasked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.sources import TelegramSource
from edge_agent.simulators.faults import HEALTHY
from edge_agent.simulators.ledger import Said
from edge_agent.simulators.pty_port import PtyPort

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from area_configs.domain.areas import Device
    from area_configs.domain.devices import DeviceProfile, Point
    from edge_agent.simulators.faults import Fault
    from edge_agent.simulators.ledger import Ledger
    from edge_agent.simulators.speaker import Speaker

EVERY_S = 5.0
_UNITS = {"W": "kW", "m³": "m3"}


class P1Meter:
    """One meter; it sends only while somebody has the port open, as with the request line of P1.

    Args:
        path: where the serial port appears.
        meter: the device and its model.
        speaker: which numbers it says.
        ledger: where they are noted.
        world: the clock in microseconds, the area's wall clock of an instant, and faults by device.
    """

    def __init__(
        self,
        path: Path,
        meter: tuple[Device, DeviceProfile],
        speaker: Speaker,
        ledger: Ledger,
        world: tuple[Callable[[], int], Callable[[int], datetime], Mapping[str, Fault]],
    ) -> None:
        self._device, self._profile = meter
        self._speaker = speaker
        self._ledger = ledger
        self._clock, self._local, self._faults = world
        self._port = PtyPort(path, _ignore)
        self._port.let_go()
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(EVERY_S, self._tick)

    def close(self) -> None:
        """Fall silent."""
        self._timer.cancel()
        self._port.close()

    def send(self) -> None:
        """Send one telegram, if anybody listens."""
        fault = self._faults.get(self._device.id, HEALTHY)
        if fault.silent or not self._port.is_listened_to:
            return
        now_us = self._clock()
        data, said = self._telegram(now_us)
        if fault.garbled:
            data = data.replace(b"(0", b"(9", 1)
        if self._port.write(data) and not fault.garbled:
            self._ledger.write(said, now_us)

    def _tick(self) -> None:
        self._timer = self._loop.call_later(EVERY_S, self._tick)
        self.send()

    def _telegram(self, now_us: int) -> tuple[bytes, list[Said]]:
        local = self._local(now_us).strftime("%y%m%d%H%M%SW")
        lines = ["/SIM5\\2P1-500", "", "1-3:0.2.8(50)", f"0-0:1.0.0({local})"]
        said = []
        for point in self._profile.points:
            if isinstance(point.source, TelegramSource):
                line, meaning = self._line(point, point.source, local, now_us)
                lines.append(line)
                said.append(meaning)
        body = "\r\n".join([*lines, "!"]).encode()
        return body + f"{crc16(body):04X}\r\n".encode(), said

    def _line(
        self, point: Point, source: TelegramSource, local: str, now_us: int
    ) -> tuple[str, Said]:
        value = self._speaker(point, now_us) or 0.0
        symbol = QUANTITIES[point.quantity].symbol
        text = f"{value / source.scale:010.3f}"
        before = f"({local})" * source.position
        said = Said(self._device.id, point.quantity, float(text) * source.scale)
        return f"{source.obis}{before}({text}*{_UNITS.get(symbol, symbol)})", said


def crc16(data: bytes) -> int:
    """Return the CRC-16/ARC of data (DSMR P1 5.0.2, 5.2.2)."""
    crc = 0
    for byte in data:
        for bit in range(8):
            mixed = (crc ^ byte >> bit) & 1
            crc = crc >> 1 ^ 0xA001 if mixed else crc >> 1
    return crc


def _ignore(_data: bytes) -> None:
    """A P1 port hears nothing."""
