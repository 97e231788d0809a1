"""Modbus as a server sees it: RTU framing with its CRC, and the answer to one request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge_agent.simulators.registers import RegisterImage, Unmapped, Unwilling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from area_configs.domain.sources import ModbusTable
    from edge_agent.simulators.ledger import Said

    Written = tuple[ModbusTable, list[int]] | None

ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, TARGET_SILENT = 1, 2, 3, 11

_READS: dict[int, ModbusTable] = {1: "coil", 2: "discrete", 3: "holding", 4: "input"}
_BIT_READS = (1, 2)
_WRITE_COIL, _WRITE_REGISTER, _WRITE_COILS, _WRITE_REGISTERS = 5, 6, 15, 16
_COIL_WORDS = {0x0000: 0, 0xFF00: 1}
_SILENCE_S = (
    0.05  # a pause this long ends a broken frame; the standard's 3.5 characters, generously
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer's function code and data, and what it says."""

    pdu: bytes
    said: list[Said] = field(default_factory=list)


def answer(request: bytes, image: RegisterImage, at_us: int) -> Answer:
    """Answer one request (function code and data) from a device's registers.

    What can be written are the targets of the profile's commands. Every other function is exception
    1, and so is writing to a device that takes no commands; an unmapped register is exception 2, a
    wrong length, count or value exception 3.
    """
    function = request[0]
    if function in _WRITES and image.takes_commands:
        return _taken(request, image, at_us)
    table = _READS.get(function)
    if table is None:
        return refusal(function, ILLEGAL_FUNCTION)
    if len(request) != 5 or not 1 <= (count := _word(request, 3)) <= _longest(function, image):
        return refusal(function, ILLEGAL_VALUE)
    try:
        words, said = image.read(table, _word(request, 1), count, at_us)
    except Unmapped:
        return refusal(function, ILLEGAL_ADDRESS)
    data = _bits(words) if function in _BIT_READS else b"".join(w.to_bytes(2, "big") for w in words)
    return Answer(bytes([function, len(data)]) + data, said)


def _taken(request: bytes, image: RegisterImage, at_us: int) -> Answer:
    function = request[0]
    found = _WRITES[function](request)
    if found is None:
        return refusal(function, ILLEGAL_VALUE)
    table, words = found
    try:
        image.write(table, _word(request, 1), words, at_us)
    except Unmapped:
        return refusal(function, ILLEGAL_ADDRESS)
    except Unwilling:
        return refusal(function, ILLEGAL_VALUE)
    return Answer(request[:5])


def refusal(function: int, code: int) -> Answer:
    """Return the exception answer to a function."""
    return Answer(bytes([function | 0x80, code]))


def crc16(data: bytes) -> int:
    """Return the CRC of a serial line frame (Modbus over Serial Line v1.02, 6.2.2)."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ _CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc


def rtu_frame(unit: int, pdu: bytes) -> bytes:
    """Return a serial line frame: unit, function, data, CRC low byte first."""
    body = bytes([unit]) + pdu
    return body + crc16(body).to_bytes(2, "little")


class RtuRequests:
    """Cuts the requests of one serial line out of its bytes."""

    def __init__(self) -> None:
        self._buffer = b""
        self._heard_s = 0.0

    def feed(self, data: bytes, now_s: float) -> Iterator[tuple[int, bytes]]:
        """Take bytes and give each whole, undamaged request as (unit, function and data)."""
        if now_s - self._heard_s > _SILENCE_S:
            self._buffer = b""
        self._heard_s = now_s
        self._buffer += data
        while len(self._buffer) >= (length := _request_length(self._buffer)):
            frame, self._buffer = self._buffer[:length], self._buffer[length:]
            if crc16(frame) == 0:  # a frame with its own CRC has remainder zero
                yield frame[0], frame[1:-2]
            else:
                self._buffer = b""  # out of step: wait for the next pause


def _request_length(buffer: bytes) -> int:
    """Return the length of the request that begins the buffer, or more than it holds yet."""
    if len(buffer) < 2:
        return 2 + 2
    if 1 <= buffer[1] <= 6:
        return 8
    if buffer[1] in (15, 16):
        return 9 + buffer[6] if len(buffer) > 6 else 9
    return len(buffer) if crc16(buffer) == 0 else len(buffer) + 1  # unknown: the CRC tells its end


def _longest(function: int, image: RegisterImage) -> int:
    return 2000 if function in _BIT_READS else min(125, image.longest)


def _one_coil(request: bytes) -> Written:
    if len(request) != 5 or _word(request, 3) not in _COIL_WORDS:
        return None
    return "coil", [_COIL_WORDS[_word(request, 3)]]


def _one_register(request: bytes) -> Written:
    return ("holding", [_word(request, 3)]) if len(request) == 5 else None


def _coils(request: bytes) -> Written:
    if len(request) < 7 or len(request) != 6 + request[5]:
        return None
    count, bits = _word(request, 3), int.from_bytes(request[6:], "little")
    if request[5] != (count + 7) // 8:
        return None
    return "coil", [bits >> place & 1 for place in range(count)]


def _registers(request: bytes) -> Written:
    if len(request) < 8 or len(request) != 6 + request[5] or request[5] != 2 * _word(request, 3):
        return None
    return "holding", [_word(request, at) for at in range(6, len(request), 2)]


_WRITES: dict[int, Callable[[bytes], Written]] = {
    _WRITE_COIL: _one_coil,
    _WRITE_REGISTER: _one_register,
    _WRITE_COILS: _coils,
    _WRITE_REGISTERS: _registers,
}


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")


def _bits(bits: list[int]) -> bytes:
    packed = sum(bit << place for place, bit in enumerate(bits))
    return packed.to_bytes((len(bits) + 7) // 8, "little")


def _crc_of_byte(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ 0xA001 if byte & 1 else byte >> 1
    return byte


_CRC_TABLE = tuple(_crc_of_byte(byte) for byte in range(256))
