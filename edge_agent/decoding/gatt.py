"""GATT: the values of characteristics that the Bluetooth SIG adopted, as named fields.

Field names are those of `area_configs.domain.gatt.FIELDS`; values are in the unit of the suite's
quantity: bpm, ms, %, degrees Celsius, mmHg, kg. Rules: GATT Specification Supplement, and the
service specifications HRS 1.0, PLXS 1.0.1, HTS 1.0, BLS 1.1.1, WSS 1.0, RSCS 1.0, CTS 1.1.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from area_configs.domain import gatt
from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import GOOD, Quality, Reason
from edge_agent.decoding import ieee11073

if TYPE_CHECKING:
    from collections.abc import Callable

_MMHG_PER_KPA = Decimal("7.500615758")  # 1 mmHg = 133.322387415 Pa
_KG_PER_POUND = Decimal("0.45359237")
_MS_PER_TICK = Decimal(1000) / 1024  # HRS 1.0: an RR interval is counted in 1/1024 s
_LONGEST = 512  # Core Specification, Vol 3 Part F, 3.2.9: no attribute value is longer
_NO_WEIGHT = 0xFFFF  # WSS 1.0, 3.2.1.2: measurement unsuccessful


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a characteristic.

    Attributes:
        name: its name in `gatt.FIELDS`.
        before_s: how long before the frame came the value belongs to.
        taken: when it was taken by the device's own clock, local time without a zone; None where
            the device does not say.
    """

    name: str
    value: Decimal | None
    quality: Quality = GOOD
    before_s: float = 0.0
    taken: datetime | None = None


def decode(characteristic: str, data: bytes) -> list[Field]:
    """Return the fields of a characteristic's value.

    Args:
        characteristic: four hex digits, a key of `gatt.FIELDS`.
        data: the value as read, notified or indicated.

    Raises:
        BadFrame: it is cut short, longer than any value, or says what cannot be.
    """
    if len(data) > _LONGEST:
        raise BadFrame(f"byte {_LONGEST}: no value is longer, this one has {len(data)}")
    reader = _Reader(data)
    fields = _DECODERS[characteristic](reader)
    reader.end()
    return fields


def encode_time(now: datetime, reason: int = 0x01) -> bytes:
    """Return Current Time (2A2B): local time, day of week, 1/256 s, adjust reason (1: manual)."""
    head = now.year.to_bytes(2, "little") + bytes((now.month, now.day))
    clock = bytes((now.hour, now.minute, now.second, now.isoweekday()))
    return head + clock + bytes((now.microsecond * 256 // 1_000_000, reason))


def decode_time(data: bytes) -> datetime | None:
    """Return the date and time at the head of Current Time, None where the clock is not set.

    Raises:
        BadFrame: cut short, or no date of the calendar.
    """
    return _Reader(data).date_time()


class _Reader:
    """Takes numbers off a value, first flags, then what they announce."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._at = 0
        self._open_ended = False

    def flags(self, known: int, width: int = 1) -> int:
        """Take the flags; bits nobody defined yet announce bytes that are left unread."""
        flags = self.whole(width)
        self._open_ended = bool(flags & ~known)
        return flags

    def whole(self, width: int) -> int:
        """Take a little-endian whole number."""
        begin, self._at = self._at, self._at + width
        if self._at > len(self.data):
            raise BadFrame(f"byte {begin}: {width} more bytes expected, {self.left(begin)} left")
        return int.from_bytes(self.data[begin : self._at], "little")

    def words(self) -> tuple[int, ...]:
        """Take all that is left as whole numbers of two bytes; a last odd byte stays."""
        begin, count = self._at, self.left() // 2
        self._at += 2 * count
        return struct.unpack_from(f"<{count}H", self.data, begin)

    def sfloat(self) -> tuple[Decimal | None, Quality]:
        """Take a 16-bit medical number."""
        self._at += 2
        return ieee11073.sfloat(self.data, self._at - 2)

    def float32(self) -> tuple[Decimal | None, Quality]:
        """Take a 32-bit medical number."""
        self._at += 4
        return ieee11073.float32(self.data, self._at - 4)

    def date_time(self) -> datetime | None:
        """Take a Date Time of seven bytes; None where year, month or day are not known."""
        year, month, day = self.whole(2), self.whole(1), self.whole(1)
        hour, minute, second = self.whole(1), self.whole(1), self.whole(1)
        if 0 in (year, month, day):
            return None
        try:
            return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - it has no zone
        except ValueError as error:
            raise BadFrame(f"the time stamp is no date: {error}") from None

    def left(self, begin: int | None = None) -> int:
        """Return how many bytes are left."""
        return max(0, len(self.data) - (self._at if begin is None else begin))

    def end(self) -> None:
        """Check that nothing is left that no flag announced."""
        if self.left() and not self._open_ended:
            raise BadFrame(f"byte {self._at}: {self.left()} bytes more than its flags announce")


def _heart_rate(reader: _Reader) -> list[Field]:
    flags = reader.flags(0x1F)
    quality = GOOD
    if flags & 0x06 == 0x04:  # contact is supported and not there
        quality = Quality(Reason.NO_CONTACT, f"{flags:02X}")
    fields = [Field("heart_rate", Decimal(reader.whole(1 + (flags & 1))), quality)]
    if flags & 0x08:
        fields.append(Field("energy", Decimal(reader.whole(2))))
    if not flags & 0x10:
        return fields
    return [*fields, *_beats(reader.words(), quality)]


def _beats(beats: tuple[int, ...], quality: Quality) -> list[Field]:
    """Each interval ended when those after it had passed; in units of 1/1024 s, oldest first."""
    fields, after = [], 0
    for raw in reversed(beats):
        fields.append(Field("rr_interval", raw * _MS_PER_TICK, quality, after / 1024))
        after += raw
    return fields[::-1]


def _spot(reader: _Reader) -> list[Field]:
    flags = reader.flags(0x1F)
    values = reader.sfloat(), reader.sfloat()
    taken = reader.date_time() if flags & 0x01 else None
    doubt = _oximeter_doubt(reader, bool(flags & 0x02), bool(flags & 0x04))
    if flags & 0x08:
        reader.sfloat()
    if flags & 0x10:  # the device's clock was never set
        taken = None
    return _oximetry(values, doubt, taken)


def _continuous(reader: _Reader) -> list[Field]:
    flags = reader.flags(0x1F)
    values = reader.sfloat(), reader.sfloat()
    for bit in (0x01, 0x02):  # the same two, fast and slow; the normal response is what we keep
        if flags & bit:
            reader.whole(4)
    doubt = _oximeter_doubt(reader, bool(flags & 0x04), bool(flags & 0x08))
    if flags & 0x10:
        reader.sfloat()
    return _oximetry(values, doubt, None)


def _oximetry(
    values: tuple[tuple[Decimal | None, Quality], ...], doubt: Quality, taken: datetime | None
) -> list[Field]:
    names = gatt.FIELDS[gatt.SPOT_OXIMETRY]
    return [
        Field(name, *_doubted(value, doubt), taken=taken)
        for name, value in zip(names, values, strict=True)
    ]


def _oximeter_doubt(reader: _Reader, has_status: bool, has_sensor: bool) -> Quality:
    """Read what PLXS 1.0.1 (3.2.1.4, 3.2.1.5) says of the measurement and of the sensor."""
    status = reader.whole(2) if has_status else 0
    sensor = reader.whole(3) if has_sensor else 0
    found = _first(status, _PLX_STATUS) or _first(sensor, _PLX_SENSOR)
    return Quality(found, f"{status:04X} {sensor:06X}") if found else GOOD


_PLX_STATUS = (
    (0xA000, Reason.NO_DATA),  # invalid, unavailable
    (0x0C00, Reason.DEVICE),  # made up for demonstration or testing
    (0x5060, Reason.QUESTIONABLE),  # questionable, calibrating, early estimate, still measuring
)
_PLX_SENSOR = (
    (0x4002, Reason.DEVICE),  # malfunction of sensor or equipment
    (0xA800, Reason.NO_CONTACT),  # disconnected, displaced, not on the user
    (0x01FC, Reason.QUESTIONABLE),  # weak, erratic or non-pulsatile signal, low perfusion
)


def _first(bits: int, table: tuple[tuple[int, Reason], ...]) -> Reason | None:
    return next((reason for mask, reason in table if bits & mask), None)


def _doubted(
    value: tuple[Decimal | None, Quality], doubt: Quality
) -> tuple[Decimal | None, Quality]:
    """A number that the device itself calls invalid is no value; a special number stays one."""
    if value[0] is None:
        return value
    return (None if doubt.level.name == "BAD" else value[0]), doubt


def _thermometer(reader: _Reader) -> list[Field]:
    flags = reader.flags(0x07)
    value, quality = reader.float32()
    taken = reader.date_time() if flags & 0x02 else None
    if flags & 0x04:
        reader.whole(1)  # where on the body
    if value is not None and flags & 0x01:
        value = (value - 32) * 5 / 9
    return [Field("temperature", value, quality, taken=taken)]


def _blood_pressure(reader: _Reader) -> list[Field]:
    flags = reader.flags(0x1F)
    unit = _MMHG_PER_KPA if flags & 0x01 else Decimal(1)
    pressures = [reader.sfloat() for _ in range(3)]
    taken = reader.date_time() if flags & 0x02 else None
    pulse = [reader.sfloat()] if flags & 0x04 else []
    if flags & 0x08:
        reader.whole(1)  # which user
    status = reader.whole(2) if flags & 0x10 else 0
    found = _first(status, _CUFF_STATUS)
    doubt = Quality(found, f"{status:04X}") if found else GOOD
    scaled = [(value if value is None else value * unit, q) for value, q in pressures]
    names = gatt.FIELDS[gatt.BLOOD_PRESSURE]
    return [
        Field(name, *_doubted(value, doubt), taken=taken)
        for name, value in zip(names, [*scaled, *pulse], strict=False)
    ]


_CUFF_STATUS = (
    (0x0002, Reason.NO_CONTACT),  # cuff too loose
    (0x0021, Reason.QUESTIONABLE),  # the body moved, wrong position
)


def _weight(reader: _Reader) -> list[Field]:
    flags = reader.flags(0x0F)
    raw = reader.whole(2)
    taken = reader.date_time() if flags & 0x02 else None
    if flags & 0x04:
        reader.whole(1)  # which user
    if flags & 0x08:
        reader.whole(4)  # body mass index, height
    if raw == _NO_WEIGHT:
        return [Field("weight", None, Quality(Reason.NO_DATA, "FFFF"), taken=taken)]
    kilograms = Decimal(raw) * (
        Decimal("0.01") * _KG_PER_POUND if flags & 0x01 else Decimal("0.005")
    )
    return [Field("weight", kilograms, taken=taken)]


def _battery(reader: _Reader) -> list[Field]:
    level = reader.whole(1)
    if level > 100:
        return [Field("battery", None, Quality(Reason.DEVICE, f"{level:02X}"))]
    return [Field("battery", Decimal(level))]


def _running(reader: _Reader) -> list[Field]:
    flags = reader.flags(0x07)
    fields = [
        Field("speed", Decimal(reader.whole(2)) / 256),
        Field("cadence", Decimal(reader.whole(1))),
    ]
    if flags & 0x01:
        reader.whole(2)  # length of a stride
    if flags & 0x02:
        fields.append(Field("distance", Decimal(reader.whole(4)) / 10))
    return fields


_DECODERS: dict[str, Callable[[_Reader], list[Field]]] = {
    gatt.HEART_RATE: _heart_rate,
    gatt.SPOT_OXIMETRY: _spot,
    gatt.CONTINUOUS_OXIMETRY: _continuous,
    gatt.THERMOMETER: _thermometer,
    gatt.BLOOD_PRESSURE: _blood_pressure,
    gatt.WEIGHT: _weight,
    gatt.BATTERY: _battery,
    gatt.RUNNING: _running,
}
