"""What ECHONET Lite objects say of themselves: property maps, lists of objects, who made them.

Source: ECHONET Lite specification 1.13, part II, sections 6.10 and 6.11; Appendix Release R,
annex 1 (property maps).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from area_configs.domain.errors import BadFrame

if TYPE_CHECKING:
    from collections.abc import Mapping

NODE = 0x0EF001
OBJECT_LIST = 0xD6
FAULT, VERSION, IDENTITY, MAKER, PRODUCT, SERIAL = 0x88, 0x82, 0x83, 0x8A, 0x8C, 0x8D
INF_MAP, SET_MAP, GET_MAP = 0x9D, 0x9E, 0x9F

_LISTED_AT_MOST = 15  # longer maps come as a bitmap
_MAP_BYTES, _OBJECT_BYTES = 17, 3
CLASS_WORDS: Mapping[int, str] = MappingProxyType(
    {
        0x0130: "air conditioner",
        0x026B: "electric water heater",
        0x0279: "photovoltaic",
        0x027C: "fuel cell",
        0x027D: "storage battery",
        0x027E: "EV charger and discharger",
        0x0287: "distribution board meter",
        0x0288: "low-voltage smart meter",
        0x02A1: "EV charger",
        0x05FF: "controller",
    }
)


def property_codes(edt: bytes) -> frozenset[int]:
    """Read a property map: which properties an object announces, lets set, or gives.

    Raises:
        BadFrame: the data are no property map.
    """
    if not edt:
        raise BadFrame("byte 0: a property map without data")
    if edt[0] <= _LISTED_AT_MOST:
        codes = frozenset(edt[1 : 1 + edt[0]])
    else:
        bits = edt[1:_MAP_BYTES]
        codes = frozenset(
            0x80 + 16 * j + i for i, byte in enumerate(bits) for j in range(8) if byte >> j & 1
        )
    if len(codes) != edt[0] or min(codes, default=0x80) < 0x80:
        raise BadFrame(f"byte 0: the map announces {edt[0]} properties and names {len(codes)}")
    return codes


def objects(edt: bytes) -> tuple[int, ...]:
    """Read a list of objects (properties D5 and D6): their codes, class and instance.

    Raises:
        BadFrame: shorter than it announces.
    """
    if not edt or len(edt) < 1 + edt[0] * _OBJECT_BYTES:
        raise BadFrame(f"byte {len(edt)}: the list of objects ends before its last object")
    ends = range(1, 1 + edt[0] * _OBJECT_BYTES, _OBJECT_BYTES)
    return tuple(int.from_bytes(edt[at : at + _OBJECT_BYTES], "big") for at in ends)


def words_of(eoj: int) -> str:
    """Return what an object is, in words."""
    return CLASS_WORDS.get(eoj >> 8, f"class {eoj >> 8:04X}")


def text(edt: bytes) -> str:
    """Return a property that is text: printable ASCII, what fills it up left out."""
    return "".join(chr(byte) for byte in edt if 0x20 <= byte < 0x7F).strip()
