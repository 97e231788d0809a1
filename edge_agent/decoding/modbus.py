"""Modbus: RTU frames and their checksum, and the numbers inside registers.

Source: Modbus application protocol 1.1b3; Modbus over serial line 1.02 (checksum, section 2.5.1).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import Reason
from edge_agent.decoding import checksums

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from area_configs.domain.sources import ModbusTable, NumberType, WordOrder

READ_FUNCTIONS: Mapping[ModbusTable, int] = MappingProxyType(
    {"coil": 1, "discrete": 2, "holding": 3, "input": 4}
)
TABLES: Mapping[int, ModbusTable] = MappingProxyType({f: t for t, f in READ_FUNCTIONS.items()})
EXCEPTIONS: Mapping[int, str] = MappingProxyType(
    {
        1: "illegal function",
        2: "illegal data address",
        3: "illegal data value",
        4: "device failure",
        5: "acknowledge",
        6: "device busy",
        8: "memory parity error",
        10: "gateway path unavailable",
        11: "gateway target does not answer",
    }
)
_FORMATS = {
    "u8": ">xB",
    "i8": ">xb",
    "u16": ">H",
    "i16": ">h",
    "u32": ">I",
    "i32": ">i",
    "u64": ">Q",
    "i64": ">q",
    "f32": ">f",
    "f64": ">d",
}
_FLOATS = ("f32", "f64")
_BITS = {1, 2}
_EXCEPTION_FLAG = 0x80
_SHORTEST_RTU = 5  # unit, function, one byte, checksum
_LONGEST_RTU = 256  # Modbus over serial line 1.02, section 2.3


@dataclass(frozen=True, slots=True)
class Registers:
    """What a read answered: the words (or bits) of one table from `address` on."""

    table: ModbusTable
    address: int
    values: tuple[int, ...]

    def of(self, address: int, count: int) -> tuple[int, ...] | None:
        """Return `count` values from an address; None where they are not all here."""
        at = address - self.address
        inside = at >= 0 and at + count <= len(self.values)
        return self.values[at : at + count] if inside else None


@dataclass(frozen=True, slots=True)
class Request:
    """A read request: `count` values of a table from `address` on."""

    unit: int
    function: int
    address: int
    count: int


@dataclass(frozen=True, slots=True)
class Response:
    """A read response; `exception` is 0 where the device answered with values.

    For bits, `values` is filled up to whole bytes as on the wire.
    """

    unit: int
    function: int
    values: tuple[int, ...] = ()
    exception: int = 0

    @property
    def table(self) -> ModbusTable:
        """Return the table that was read."""
        return TABLES[self.function]


def crc16(data: bytes) -> int:
    """Return the checksum of an RTU frame (polynomial A001, start FFFF)."""
    return checksums.crc16(data, 0xFFFF)


def parse_request(frame: bytes) -> Request:
    """Read an RTU read request.

    Raises:
        BadFrame: damaged, or not a read request.
    """
    body = _checked(frame)
    if body[1] not in TABLES or len(body) != 6:
        raise BadFrame(f"byte 1: function {body[1]:02X} with {len(body)} bytes is no read request")
    return Request(*struct.unpack(">BBHH", body))


def parse_response(frame: bytes) -> Response:
    """Read an RTU response to a read request.

    Raises:
        BadFrame: damaged, cut, or the answer to something else than a read.
    """
    body = _checked(frame)
    return parse_pdu(body[0], body[1:])


def parse_pdu(unit: int, pdu: bytes) -> Response:
    """Read the protocol data unit of a response: function, then data; `unit` is passed through.

    Raises:
        BadFrame: names the byte of the RTU frame that does not fit.
    """
    function = pdu[0] & ~_EXCEPTION_FLAG
    if function not in TABLES:
        raise BadFrame(f"byte 1: function {pdu[0]:02X} answers no read, so it carries no readings")
    if len(pdu) < 2:
        raise BadFrame("byte 2: the frame ends after its function")
    if pdu[0] & _EXCEPTION_FLAG:
        return Response(unit, function, exception=pdu[1])
    data = pdu[2:]
    if pdu[1] != len(data):
        raise BadFrame(f"byte 2: {pdu[1]} bytes of data are announced, {len(data)} are there")
    return Response(unit, function, _bits(data) if function in _BITS else _words(data))


def reason_of(exception: int) -> Reason:
    """Return why a device that answers with an exception gives no value."""
    if exception in (1, 2, 3):
        return Reason.CONFIG
    return Reason.COMM if exception in (10, 11) else Reason.DEVICE


def explain(exception: int) -> str:
    """Name an exception in words."""
    return f"exception {exception} ({EXCEPTIONS.get(exception, 'unknown')})"


def size(table: ModbusTable, number_type: NumberType) -> int:
    """Return how many registers (or bits) a number takes."""
    bits = READ_FUNCTIONS[table] in _BITS
    return 1 if bits else struct.calcsize(_FORMATS[number_type]) // 2


def pack(words: Sequence[int], order: WordOrder) -> bytes:
    """Return the bytes of a number's registers, most significant first."""
    return struct.pack(f">{len(words)}H", *(words if order == "high_first" else reversed(words)))


def number(data: bytes, number_type: NumberType) -> int | float:
    """Read a number from its bytes; 8-bit numbers stand in the low byte of their register."""
    value: int | float = struct.unpack(_FORMATS[number_type], data)[0]
    return value


def words_of(raw: float, number_type: NumberType, order: WordOrder) -> list[int]:
    """Return the registers that carry a raw number; integers are rounded.

    Raises:
        ValueError: it is too large for them.
    """
    shape = _FORMATS[number_type]
    try:
        data = struct.pack(shape, raw if number_type in _FLOATS else round(raw))
    except (struct.error, OverflowError) as error:
        raise ValueError(f"{raw:g} does not fit {number_type}") from error
    words = list(struct.unpack(f">{len(data) // 2}H", data))
    return words if order == "high_first" else words[::-1]


def _checked(frame: bytes) -> bytes:
    """Return a frame without its checksum, which is sent low byte first."""
    if len(frame) < _SHORTEST_RTU:
        raise BadFrame(f"byte {len(frame)}: {_SHORTEST_RTU} bytes are the least of an RTU frame")
    if len(frame) > _LONGEST_RTU:
        raise BadFrame(f"byte {_LONGEST_RTU}: no RTU frame is longer, this one has {len(frame)}")
    body, sent = frame[:-2], int.from_bytes(frame[-2:], "little")
    if (computed := crc16(body)) != sent:
        wanted = computed.to_bytes(2, "little").hex().upper()
        raise BadFrame(
            f"byte {len(body)}: checksum {frame[-2:].hex().upper()} does not match, it would be {wanted}"
        )
    return body


def _words(data: bytes) -> tuple[int, ...]:
    if len(data) % 2:
        raise BadFrame(f"byte 2: {len(data)} bytes are no whole number of registers")
    return struct.unpack(f">{len(data) // 2}H", data)


def _bits(data: bytes) -> tuple[int, ...]:
    return tuple(byte >> bit & 1 for byte in data for bit in range(8))
