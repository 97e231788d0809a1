"""ECHONET Lite frames: parse and build, and the numbers inside their properties.

Source: ECHONET Lite specification 1.13, part II (frame), and Appendix Release R (property values).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from area_configs.domain.sources import EchonetSource, NumberType

SET_C, GET, INF_REQ = 0x61, 0x62, 0x63
SET_SNA, GET_SNA, INF_SNA = 0x51, 0x52, 0x53
SET_RES, GET_RES, INF, INFC, INFC_RES = 0x71, 0x72, 0x73, 0x74, 0x7A
CONTROLLER = 0x05FF01
METER_CLASS = 0x0288  # low-voltage smart electric energy meter
METER = 0x028801

COEFFICIENT = 0xD3
UNIT = 0xE1
# Class 0288, property E1: what one count of cumulative energy is, in kWh.
ENERGY_UNITS: Mapping[int, Decimal] = MappingProxyType(
    {
        0x00: Decimal(1),
        0x01: Decimal("0.1"),
        0x02: Decimal("0.01"),
        0x03: Decimal("0.001"),
        0x04: Decimal("0.0001"),
        0x0A: Decimal(10),
        0x0B: Decimal(100),
        0x0C: Decimal(1000),
        0x0D: Decimal(10000),
    }
)

_JST = timezone(timedelta(hours=9), "JST")  # meters say Japanese time, without its zone
_HEAD = struct.Struct(">H H 3s 3s B B")
_HEAD_AND_SERVICE = 12
_FORMAT_1 = 0x1081
_WIDTHS = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "u32": 4, "i32": 4, "u64": 8, "i64": 8}

# Raw codes that stand for no number (Appendix, "overflow and underflow codes"; 0288 for no data).
_CODES: Mapping[str, Mapping[int, Reason]] = MappingProxyType(
    {
        "i8": {0x7F: Reason.OVER_RANGE, 0x80: Reason.UNDER_RANGE},
        "u8": {0xFF: Reason.OVER_RANGE, 0xFE: Reason.UNDER_RANGE},
        "i16": {
            0x7FFE: Reason.NO_DATA,
            0x7FFF: Reason.OVER_RANGE,
            0x8000: Reason.UNDER_RANGE,
        },
        "u16": {0xFFFF: Reason.OVER_RANGE, 0xFFFE: Reason.UNDER_RANGE},
        "i32": {
            0x7FFF_FFFE: Reason.NO_DATA,
            0x7FFF_FFFF: Reason.OVER_RANGE,
            0x8000_0000: Reason.UNDER_RANGE,
        },
        "u32": {0xFFFF_FFFE: Reason.NO_DATA, 0xFFFF_FFFF: Reason.OVER_RANGE},
    }
)


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its code and its data, empty where the frame carries none."""

    epc: int
    edt: bytes = b""


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of format 1: who (`seoj`) says what (`esv`) to whom (`deoj`)."""

    tid: int
    seoj: int
    deoj: int
    esv: int
    properties: tuple[Property, ...]

    @property
    def from_meter(self) -> bool:
        """Tell whether a smart meter object sent it."""
        return self.seoj >> 8 == METER_CLASS

    def edts(self) -> dict[int, bytes]:
        """Return the data of every property by its code."""
        return {prop.epc: prop.edt for prop in self.properties}


def build(frame: Frame) -> bytes:
    """Write a frame."""
    seoj, deoj = frame.seoj.to_bytes(3, "big"), frame.deoj.to_bytes(3, "big")
    count = len(frame.properties)
    head = _HEAD.pack(_FORMAT_1, frame.tid, seoj, deoj, frame.esv, count)
    return head + b"".join(bytes((p.epc, len(p.edt))) + p.edt for p in frame.properties)


def confirmation(told: Frame) -> Frame:
    """Return the answer that an announcement with confirmation (INFC) asks for."""
    codes = tuple(Property(prop.epc) for prop in told.properties)
    return Frame(told.tid, told.deoj, told.seoj, INFC_RES, codes)


def parse(data: bytes, tid: int | None = None) -> Frame:
    """Read a frame; with `tid`, only the answer to that transaction.

    Raises:
        BadFrame: names the first byte that does not fit, counted from 0.
    """
    if len(data) < _HEAD_AND_SERVICE:
        raise BadFrame(f"byte {len(data)}: the frame ends inside its {_HEAD_AND_SERVICE} byte head")
    form, found, seoj, deoj, esv, count = _HEAD.unpack_from(data)
    if form != _FORMAT_1:
        raise BadFrame(f"byte 0: {form:04X} is not ECHONET Lite format 1, which begins 1081")
    if tid is not None and found != tid:
        raise BadFrame(f"byte 2: transaction {found:04X} is not the one asked for, {tid:04X}")
    properties = _properties(data, count)
    return Frame(found, int.from_bytes(seoj, "big"), int.from_bytes(deoj, "big"), esv, properties)


def number(edt: bytes, offset: int, number_type: NumberType) -> int:
    """Read the big-endian integer at an offset of a property's data.

    Raises:
        BadFrame: the data end before the number does.
    """
    width = _WIDTHS[number_type]
    raw = edt[offset : offset + width]
    if len(raw) < width:
        raise BadFrame(f"byte {len(edt)}: the data end inside the {number_type} at byte {offset}")
    return int.from_bytes(raw, "big", signed=number_type.startswith("i"))


def code_of(raw: int, number_type: NumberType) -> Reason | None:
    """Return what a raw number means where it is a code, None where it is a number."""
    pattern = raw & ((1 << 8 * _WIDTHS[number_type]) - 1)
    return _CODES.get(number_type, {}).get(pattern)


def factor(epc: int, edt: bytes | None) -> Decimal | None:
    """Return what a property multiplies others by; None where the meter does not say.

    The coefficient D3 is optional and 1 by default; E1 is a code of `ENERGY_UNITS`.
    """
    if not edt:
        return Decimal(1) if epc == COEFFICIENT else None
    if epc == UNIT:
        return ENERGY_UNITS.get(edt[0])
    return Decimal(int.from_bytes(edt, "big"))


def encode(source: EchonetSource, value: float) -> bytes:
    """Write a value as the data of the property that a source names; raw = value / scale.

    Raises:
        ValueError: it is none of the source's codes, or its number does not fit.
    """
    if source.offset or source.factor_epcs:
        raise ValueError(f"property {source.epc:02X} can be read, not written as one number")
    raw = _raw(source, value)
    try:
        return raw.to_bytes(_WIDTHS[source.type], "big", signed=source.type.startswith("i"))
    except OverflowError:
        raise ValueError(f"{value:g} does not fit property {source.epc:02X}") from None


def _raw(source: EchonetSource, value: float) -> int:
    if not source.codes:
        return round(Decimal(repr(value)) / Decimal(repr(source.scale)))
    for raw, meaning in source.codes:
        if meaning == value:
            return raw
    raise ValueError(f"{value:g} is none of the codes of property {source.epc:02X}")


def measured_at(edt: bytes) -> datetime:
    """Read the date and time that begin properties EA and EB, as Japanese time.

    Raises:
        BadFrame: fewer than 7 bytes, or no such date.
    """
    try:
        year, month, day, hour, minute, second = struct.unpack_from(">H5B", edt)
        return datetime(year, month, day, hour, minute, second, tzinfo=_JST)
    except (struct.error, ValueError) as error:
        raise BadFrame(f"byte 0: {edt[:7].hex().upper()} is no date and time: {error}") from error


def _properties(data: bytes, count: int) -> tuple[Property, ...]:
    found, at = list[Property](), _HEAD_AND_SERVICE
    for index in range(count):
        if at + 2 > len(data):
            raise BadFrame(f"byte {at}: the frame ends after {index} of {count} properties")
        end = at + 2 + data[at + 1]
        if end > len(data):
            raise BadFrame(
                f"byte {at + 1}: property {data[at]:02X} says {data[at + 1]} bytes of data, "
                f"the frame has {len(data) - at - 2}"
            )
        found.append(Property(data[at], data[at + 2 : end]))
        at = end
    if at < len(data):
        raise BadFrame(f"byte {at}: {len(data) - at} bytes follow the last of {count} properties")
    return tuple(found)
