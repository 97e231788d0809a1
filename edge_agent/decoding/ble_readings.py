"""Bluetooth readings: what a device notified or broadcast, by its profile."""

from __future__ import annotations

import math
import struct
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from area_configs.domain import gatt as adopted
from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import GOOD, Level, Quality, Reason
from area_configs.domain.readings import Reading
from area_configs.domain.sources import BleSource
from edge_agent.decoding import gatt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from area_configs.domain.devices import DeviceProfile, Point
    from edge_agent.decoding.bthome import Packet

_CLOCK_TOLERANCE_S = 5.0
_FORMATS = {
    "u8": "<B", "i8": "<b", "u16": "<H", "i16": "<h", "u32": "<I", "i32": "<i",
    "u64": "<Q", "i64": "<q", "f32": "<f", "f64": "<d",
}  # fmt: skip


def from_characteristic(
    profile: DeviceProfile,
    characteristic: str,
    data: bytes,
    device: tuple[str, str],
    observed_us: int,
) -> list[Reading]:
    """Return a reading for every point of the profile that a characteristic's value holds.

    A measurement that the device took earlier, by its own clock, is dated back.

    Args:
        profile: the device's model.
        characteristic: UUID in its short form where it has one.
        data: the value.
        device: id of the device, and the time zone that its clock is set to.
        observed_us: when it came.

    Raises:
        BadFrame: the value is damaged; nothing of it is kept.
    """
    points = [
        (point, point.source)
        for point in profile.points
        if isinstance(point.source, BleSource) and point.source.characteristic == characteristic
    ]
    if characteristic not in adopted.FIELDS:
        return [r for p, s in points for r in _vendor(p, s, data, device[0], observed_us)]
    fields = gatt.decode(characteristic, data)
    return [
        _reading(point, field, device, observed_us)
        for point, source in points
        for field in fields
        if field.name == source.field
    ]


def from_packet(
    profile: DeviceProfile, packet: Packet, device: str, observed_us: int
) -> list[Reading]:
    """Return a reading for every point of the profile whose object a BTHome packet holds."""
    found = []
    for point in profile.points:
        source = point.source
        if not isinstance(source, BleSource) or source.object is None:
            continue
        value = packet.value(source.object, source.index)
        if value is not None and (said := _meant(source, int(value), value)) is not None:
            found.append(Reading(device, point.quantity, observed_us, *_judged(point, said)))
    return found


def from_signal(
    profile: DeviceProfile, heard: Mapping[str, float], device: str, observed_us: int
) -> list[Reading]:
    """Return readings of what the radio itself tells: `presence` and `rssi`."""
    return [
        Reading(device, point.quantity, observed_us, *_judged(point, Decimal(heard[source.field])))
        for point in profile.points
        if isinstance(source := point.source, BleSource)
        and source.advertisement
        and source.field in heard
    ]


def unreadable(
    profile: DeviceProfile, source: BleSource, quality: Quality, device: str, observed_us: int
) -> list[Reading]:
    """Return readings without a value for the points that one frame should have held."""
    return [
        Reading(device, point.quantity, observed_us, None, quality)
        for point in profile.points
        if isinstance(other := point.source, BleSource)
        and other.code is None
        and (other.characteristic, other.advertisement)
        == (source.characteristic, source.advertisement)
        and other.field not in adopted.ADVERTISED
    ]


def packet_number(profile: DeviceProfile, characteristic: str, data: bytes) -> int | None:
    """Return the number of the packet that a maker's characteristic holds, None where none does."""
    places = (
        point.source.packet
        for point in profile.points
        if isinstance(point.source, BleSource) and point.source.characteristic == characteristic
    )
    return next((data[at] for at in places if at is not None and at < len(data)), None)


def _reading(point: Point, field: gatt.Field, device: tuple[str, str], now_us: int) -> Reading:
    at_us, late = _dated(field, device[1], now_us)
    value, quality = field.value, field.quality
    if value is None:
        return Reading(device[0], point.quantity, at_us, None, quality)
    number, judged = _judged(point, value)
    if quality is GOOD:
        quality = late if judged is GOOD else judged
    kept = None if quality is not GOOD and quality.level is Level.BAD else number
    return Reading(device[0], point.quantity, at_us, kept, quality)


def _dated(field: gatt.Field, zone: str, now_us: int) -> tuple[int, Quality]:
    """Date a value; a device's clock that runs ahead of ours is wrong and is not followed."""
    if field.taken is None:
        return now_us - round(field.before_s * 1e6), GOOD
    taken = field.taken.replace(tzinfo=ZoneInfo(zone))
    taken_us = round(taken.timestamp()) * 1_000_000
    if abs(taken_us - now_us) <= _CLOCK_TOLERANCE_S * 1e6:
        return now_us, GOOD
    if taken_us > now_us:
        return now_us, Quality(Reason.CLOCK, field.taken.isoformat())
    return taken_us, GOOD


def _vendor(
    point: Point, source: BleSource, data: bytes, device: str, now_us: int
) -> Iterator[Reading]:
    form = struct.Struct(_FORMATS[source.type])
    if source.offset + form.size > len(data):
        raise BadFrame(
            f"byte {source.offset}: {point.quantity} ends beyond the {len(data)} bytes of the value"
        )
    raw = form.unpack_from(data, source.offset)[0]
    code = data[source.offset : source.offset + form.size].hex().upper()
    if raw in source.no_data or (isinstance(raw, float) and not math.isfinite(raw)):
        yield Reading(device, point.quantity, now_us, None, Quality(Reason.NO_DATA, code))
        return
    said = _meant(source, raw, Decimal(repr(raw)) * Decimal(repr(source.scale)))
    if said is not None:
        yield Reading(device, point.quantity, now_us, *_judged(point, said))


def _meant(source: BleSource, raw: float, value: Decimal) -> Decimal | None:
    """Return 1 or 0 for an event that happened or is over, None where it is not mentioned."""
    if source.code is None:
        return value
    if raw == source.code:
        return Decimal(1)
    return Decimal(0) if raw == source.clear else None


def _judged(point: Point, value: Decimal) -> tuple[float, Quality]:
    low = -math.inf if point.minimum is None else point.minimum
    high = math.inf if point.maximum is None else point.maximum
    number = float(value)
    inside = low <= number <= high
    return number, GOOD if inside else Quality(Reason.OUT_OF_LIMITS, f"{number:g}")
