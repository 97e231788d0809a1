"""Broadcasts of one device: each packet counts once, an old encrypted one not at all."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from area_configs.domain.errors import BadFrame
from area_configs.domain.gatt import long_uuid
from area_configs.domain.quality import Quality, Reason
from area_configs.domain.sources import BleSource
from edge_agent.decoding import bthome
from edge_agent.decoding.ble_readings import from_packet, from_signal, unreadable
from edge_agent.drivers.base import Forgetful

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bleak.backends.scanner import AdvertisementData

    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.drivers.base import Memory, Station

BTHOME = long_uuid(bthome.SERVICE)
_KEY_BYTES = 16
_AWAY_PERIODS = 3
_SAME_PACKET_S = 4.0  # a packet without a number is repeated for a few seconds


def bind_key(station: Station) -> bytes:
    """Return the key that was stored for a device, empty where there is none or it is no key."""
    try:
        key = bytes.fromhex(station.secrets.get("bind_key", ""))
    except ValueError:
        return b""
    return key if len(key) == _KEY_BYTES else b""


class Broadcasts:
    """What one station broadcasts, as readings.

    Args:
        station: the device.
        clock: dates what is heard.
        memory: keeps the replay counter of each key; a key that is stored anew begins afresh.
    """

    def __init__(self, station: Station, clock: Clock, memory: Memory | None = None) -> None:
        self._station = station
        self._clock = clock
        self._memory = memory or Forgetful()
        self._key = bind_key(station)
        self._counter = f"replay counter {hashlib.sha256(self._key).hexdigest()[:8]}"
        self._sources = [
            (point, point.source)
            for point in station.profile.points
            if isinstance(point.source, BleSource) and point.source.advertisement
        ]
        self._period_s = min((point.period_s for point, _ in self._sources), default=0.0)
        self._last_packet: tuple[bytes, float] = (b"", 0.0)
        self._last_number: int | None = None
        self._last_counter = self._memory.of(station.device).get(self._counter, -1)
        self._signal_at: float | None = None
        self._present = False
        self._good_at: float | None = None

    @property
    def expects(self) -> bool:
        """Tell whether the station's model broadcasts anything."""
        return bool(self._sources)

    def take(self, address: str, said: AdvertisementData) -> list[Reading]:
        """Return the readings of one advertisement, none where it says nothing new."""
        readings = list(self._signal(said.rssi))
        data = said.service_data.get(BTHOME)
        if data is not None and any(s.advertisement.startswith("bthome") for _, s in self._sources):
            readings += self._packet(bytes(data), address)
        return readings

    def missing(self) -> list[Reading]:
        """Return that the device is away, once it was not heard for three of its periods."""
        now = self._clock.monotonic()
        if not self._present or self._signal_at is None:
            return []
        if now - self._signal_at <= _AWAY_PERIODS * self._period_s:
            return []
        self._present = False
        return from_signal(self._station.profile, {"presence": 0.0}, *self._stamp())

    def _signal(self, rssi: int) -> Iterator[Reading]:
        """Tell presence and strength at most every half period: a tag repeats itself."""
        now = self._clock.monotonic()
        told = self._signal_at is not None and self._present
        if told and now - (self._signal_at or 0.0) < self._period_s / 2:
            return
        self._signal_at, self._present = now, True
        heard = {"presence": 1.0, "rssi": float(rssi)}
        yield from from_signal(self._station.profile, heard, *self._stamp())

    def _packet(self, data: bytes, address: str) -> list[Reading]:
        now = self._clock.monotonic()
        if data == self._last_packet[0] and (
            self._last_number is not None or now - self._last_packet[1] < _SAME_PACKET_S
        ):
            return []
        self._last_packet = data, now
        try:
            packet = self._opened(data, address)
        except BadFrame as error:
            return self._bad(str(error), now)
        if packet.packet_id is not None and packet.packet_id == self._last_number:
            return []
        self._last_number = packet.packet_id
        self._good_at = now
        return from_packet(self._station.profile, packet, *self._stamp())

    def _opened(self, data: bytes, address: str) -> bthome.Packet:
        """Open a packet; with a key, a plain one is forged and an older one is replayed."""
        key = self._key
        if key and not bthome.is_encrypted(data):
            raise BadFrame("the packet is not encrypted although its device has a bind key")
        packet = bthome.parse(data, key, address)
        if packet.counter is not None:
            if packet.counter <= self._last_counter:
                raise BadFrame(f"replayed: counter {packet.counter} was used before")
            self._last_counter = packet.counter
            self._memory.note(self._station.device, self._counter, packet.counter)
        return packet

    def _bad(self, sentence: str, now: float) -> list[Reading]:
        """Tell of unreadable packets only where no good ones come: anybody may send rubbish."""
        if self._good_at is not None and now - self._good_at < _AWAY_PERIODS * self._period_s:
            return []
        self._good_at = now
        keyless = self._station.profile.is_encrypted and not self._key
        quality = Quality(Reason.CONFIG if keyless else Reason.REJECTED, sentence)
        source = next(s for _, s in self._sources if s.advertisement.startswith("bthome"))
        return unreadable(self._station.profile, source, quality, *self._stamp())

    def _stamp(self) -> tuple[str, int]:
        return self._station.device, self._clock.now_us()
