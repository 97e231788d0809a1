"""Medical floating point numbers of GATT: SFLOAT (16 bits) and FLOAT (32 bits), IEEE 11073-20601.

Exponent and mantissa are both two's complement, the exponent in the top bits.
"""

from __future__ import annotations

import math
from decimal import Decimal

from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import GOOD, Quality, Reason

_SPECIAL = {
    16: {
        0x07FF: Reason.NO_DATA,
        0x0800: Reason.NO_DATA,  # NRes: not at this resolution
        0x07FE: Reason.OVER_RANGE,
        0x0802: Reason.UNDER_RANGE,
        0x0801: Reason.NO_DATA,  # reserved
    },
    32: {
        0x007FFFFF: Reason.NO_DATA,
        0x00800000: Reason.NO_DATA,
        0x007FFFFE: Reason.OVER_RANGE,
        0x00800002: Reason.UNDER_RANGE,
        0x00800001: Reason.NO_DATA,
    },
}


def sfloat(data: bytes, offset: int = 0) -> tuple[Decimal | None, Quality]:
    """Return a 16-bit number and its quality; None for NaN, NRes and the infinities.

    Raises:
        BadFrame: the data end before it.
    """
    return _number(data, offset, 16, 4)


def float32(data: bytes, offset: int = 0) -> tuple[Decimal | None, Quality]:
    """Return a 32-bit number and its quality; None for NaN, NRes and the infinities.

    Raises:
        BadFrame: the data end before it.
    """
    return _number(data, offset, 32, 8)


def to_float(value: Decimal | None) -> float:
    """Return a number as Python's own, NaN for none."""
    return math.nan if value is None else float(value)


def _number(data: bytes, offset: int, bits: int, top: int) -> tuple[Decimal | None, Quality]:
    end = offset + bits // 8
    if end > len(data):
        raise BadFrame(f"byte {offset}: a number of {bits // 8} bytes ends beyond the {len(data)}")
    raw = int.from_bytes(data[offset:end], "little")
    if reason := _SPECIAL[bits].get(raw):
        return None, Quality(reason, f"{raw:0{bits // 4}X}")
    low = bits - top
    return Decimal(_signed(raw & (1 << low) - 1, low)).scaleb(_signed(raw >> low, top)), GOOD


def _signed(raw: int, bits: int) -> int:
    return raw - (1 << bits) if raw >> (bits - 1) else raw
