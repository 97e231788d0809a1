"""Readings: what a device said, by its profile, with the quality that its codes stand for.

Values are computed in decimal (raw x scale + shift, rounded once), so that 127908 counts of 0.1 kWh
are 12790.8 kWh and not 12790.800000000001.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import GOOD, Quality, Reason
from area_configs.domain.quantities import BY_GATEWAY, QUANTITIES
from area_configs.domain.quantity import Kind
from area_configs.domain.readings import Reading
from area_configs.domain.sources import EchonetSource, ModbusSource
from edge_agent.decoding import echonet, modbus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from area_configs.domain.devices import DeviceProfile, Point

_NO_PROPERTY = Quality(Reason.NOT_SUPPORTED, "52")


def from_properties(
    profile: DeviceProfile,
    edts: Mapping[int, bytes],
    factors: Mapping[int, bytes],
    device: str,
    observed_us: int,
) -> list[Reading]:
    """Return a reading for every point of the profile whose property is in an answer.

    Args:
        profile: the device's model; its points have ECHONET sources.
        edts: data of each property in the answer, empty where the device refused it.
        factors: data of properties that scale others and were read before; `edts` override them.
        device: id of the device.
        observed_us: when the answer came.
    """
    scaling = {**factors, **edts}
    return [
        Reading(device, point.quantity, observed_us, *_property(point, point.source, edts, scaling))
        for point in profile.points
        if isinstance(point.source, EchonetSource) and point.source.epc in edts
    ]


def from_registers(
    profile: DeviceProfile, registers: modbus.Registers, device: str, observed_us: int
) -> list[Reading]:
    """Return a reading for every point of the profile that lies wholly inside a block."""
    return [
        Reading(device, point.quantity, observed_us, *_number(point, point.source, words))
        for point in profile.points
        if isinstance(point.source, ModbusSource)
        and (words := _words_of(point.source, registers)) is not None
    ]


def refused(
    points: Iterable[Point], quality: Quality, device: str, observed_us: int
) -> list[Reading]:
    """Return readings without a value: the device answered that it will not give them."""
    return [Reading(device, point.quantity, observed_us, None, quality) for point in points]


def silent(points: Iterable[Point], how: str, device: str, observed_us: int) -> list[Reading]:
    """Return that a device said nothing of points; what happens once is not missed.

    Args:
        points: what was expected of it; what the gateway itself finds out is left out.
        how: `no answer`, `damaged answer`, `link down` or `not heard`; it goes out with the readings, so it names
            no address.
        device: id of the device.
        observed_us: when that was noticed.
    """
    expected = (
        point
        for point in points
        if point.quantity not in BY_GATEWAY and QUANTITIES[point.quantity].kind is not Kind.EVENT
    )
    return refused(expected, Quality(Reason.SILENT, how), device, observed_us)


def _property(
    point: Point, source: EchonetSource, edts: Mapping[int, bytes], scaling: Mapping[int, bytes]
) -> tuple[float | None, Quality]:
    edt = edts[source.epc]
    if not edt:
        return None, _NO_PROPERTY
    try:
        raw = echonet.number(edt, source.offset, source.type)
    except BadFrame:
        return None, Quality(Reason.DEVICE, _hex(edt))
    if _is_listed(raw, raw, source.no_data, source.type):
        return None, Quality(Reason.NO_DATA, _hex(edt))
    if source.codes:
        return _coded(point, source.codes, raw, _hex(edt))
    if code := echonet.code_of(raw, source.type):
        return None, Quality(code, _hex(edt))
    return _scaled_by(point, source, raw, scaling)


def _coded(
    point: Point, codes: tuple[tuple[int, float], ...], raw: int, shown: str
) -> tuple[float | None, Quality]:
    """Return the value of a state's code; one that the profile does not list is no state."""
    for code, value in codes:
        if code == raw:
            return _judged(point, value, shown)
    return None, Quality(Reason.CONFIG, shown)


def _scaled_by(
    point: Point, source: EchonetSource, raw: int, scaling: Mapping[int, bytes]
) -> tuple[float | None, Quality]:
    scale = Decimal(repr(source.scale))
    for epc in source.factor_epcs:
        factor = echonet.factor(epc, scaling.get(epc))
        if factor is None:  # a count of unknown size is no value
            return None, Quality(Reason.NOT_SUPPORTED, f"{epc:02X}")
        scale *= factor
    return _judged(point, float(raw * scale), str(raw))


def _words_of(source: ModbusSource, registers: modbus.Registers) -> tuple[int, ...] | None:
    if source.table != registers.table:
        return None
    return registers.of(source.address, modbus.size(source.table, source.type))


def _number(
    point: Point, source: ModbusSource, words: tuple[int, ...]
) -> tuple[float | None, Quality]:
    if source.table in ("coil", "discrete"):
        return _judged(point, _scaled(words[0], source), str(words[0]))
    data = modbus.pack(words, source.word_order)
    raw = modbus.number(data, source.type)
    if math.isnan(raw) or _is_listed(raw, int.from_bytes(data, "big"), source.no_data, source.type):
        return None, Quality(Reason.NOT_IMPLEMENTED, _hex(data))
    if math.isinf(raw):
        return None, Quality(Reason.OVER_RANGE if raw > 0 else Reason.UNDER_RANGE, _hex(data))
    return _judged(point, _scaled(raw, source), _hex(data))


def _scaled(raw: float, source: ModbusSource) -> float:
    if source.scale == 1.0 and source.shift == 0.0:
        return float(raw)
    return float(Decimal(repr(raw)) * Decimal(repr(source.scale)) + Decimal(repr(source.shift)))


def _is_listed(raw: float, bits: int, codes: tuple[int, ...], number_type: str) -> bool:
    """Tell whether a number is a no-data code, given signed or as the bits on the wire."""
    return raw in codes or bits % (1 << int(number_type[1:])) in codes


def _judged(point: Point, value: float, raw: str) -> tuple[float, Quality]:
    low = -math.inf if point.minimum is None else point.minimum
    high = math.inf if point.maximum is None else point.maximum
    quality = GOOD if low <= value <= high else Quality(Reason.OUT_OF_LIMITS, raw)
    return value + 0.0, quality  # a scale below zero makes -0.0 of nothing


def _hex(data: bytes) -> str:
    return data.hex().upper()
