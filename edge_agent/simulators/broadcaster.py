"""Broadcasters: devices that nobody connects to; BTHome sensors and iBeacon tags."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

from area_configs.domain.sources import BleSource
from edge_agent.simulators.air import element
from edge_agent.simulators.faults import LEAVES
from edge_agent.simulators.wearable_frames import beacon, bthome_packet, plain, sealed

if TYPE_CHECKING:
    from area_configs.domain.devices import Point
    from edge_agent.simulators.air import Air
    from edge_agent.simulators.wearable import Voice

_INTERVAL_S, _SLOW_INTERVAL_S = 0.25, 2.0  # between repetitions of one packet
_BURST_S = 1.0  # a tag is heard so long at a time
_SERVICE_DATA, _MAKER_DATA = 0x16, 0xFF
_BTHOME, _APPLE = b"\xd2\xfc", b"\x4c\x00"
_HERE_TURNS, _ROUND_TURNS = 2, 30  # of its periods, where a tag leaves and comes back
_STRENGTH_DBM = -50.0  # the virtual channel knows no distance


class Broadcaster:
    """One device; what it says is written down when the first gateway hears it.

    Args:
        voice: the device and what it measures.
        air: where it is heard.
        key: 16 bytes for packets that only its gateway can open.
    """

    def __init__(self, voice: Voice, air: Air, key: bytes = b"") -> None:
        self._voice = voice
        self._air = air
        self._key = key
        self._address = _radio_address(voice.device.address)
        self._points = [
            (p, s) for p in voice.profile.points if isinstance(s := p.source, BleSource)
        ]
        self._period_s = min(point.period_s for point, _ in self._points)
        self._interval_s = _INTERVAL_S if self._period_s <= 60.0 else _SLOW_INTERVAL_S
        self._counter = int(voice.clock() // 1_000_000)  # grows across restarts too
        self._unheard: dict[str, float] = {}
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to send."""
        self._air.when_heard(self._address, self._heard)
        self._task = asyncio.create_task(self._send())

    async def close(self) -> None:
        """Fall silent."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _send(self) -> None:
        tag = self._voice.device.address.startswith("ibeacon:")
        lasts_s = _BURST_S if tag else self._period_s
        for turn in itertools.count():
            elements, self._unheard = self._tag() if tag else self._packet()
            for _ in range(round(lasts_s / self._interval_s)):
                if not self._is_silent(turn):
                    self._air.broadcast(self._address, elements)
                await asyncio.sleep(self._interval_s)
            self._unheard = {}
            await asyncio.sleep(self._period_s - lasts_s)

    def _is_silent(self, turn: int) -> bool:
        fault = self._voice.fault
        return fault.silent or (fault.event == LEAVES and turn % _ROUND_TURNS >= _HERE_TURNS)

    def _heard(self) -> None:
        meant, self._unheard = self._unheard, {}
        self._voice.wrote(meant, self._voice.clock())

    def _tag(self) -> tuple[bytes, dict[str, float]]:
        heard = {"presence": 1.0, "rssi": _STRENGTH_DBM}
        meant = {point.quantity: heard[source.field] for point, source in self._points}
        return element(_MAKER_DATA, _APPLE + beacon(self._voice.device.address)), meant

    def _packet(self) -> tuple[bytes, dict[str, float]]:
        self._counter += 1
        values = {n: v for p, n in self._numbers() if (v := self._value(p)) is not None}
        objects, meant = bthome_packet(self._counter, values)
        data = plain(objects)
        if self._key:
            data = sealed(objects, self._key, self._address, self._counter)
        said = {p.quantity: meant[n] for p, n in self._numbers() if n in meant}
        return element(_SERVICE_DATA, _BTHOME + data), said

    def _numbers(self) -> list[tuple[Point, int]]:
        """Return the points with their objects; nobody presses a button here."""
        return [(p, s.object) for p, s in self._points if s.object is not None and s.code is None]

    def _value(self, point: Point) -> float | None:
        return self._voice.say(point, self._voice.clock())


def _radio_address(address: str) -> str:
    """Return the address that a device sends from; a tag's own says nothing, so one is invented."""
    if not address.startswith("ibeacon:"):
        return address
    _, major, minor = address.split("/")
    number = int(major) << 16 | int(minor)
    return "D0:0D:" + ":".join(f"{byte:02X}" for byte in number.to_bytes(4, "big"))
