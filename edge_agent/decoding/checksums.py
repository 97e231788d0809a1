"""The checksum that Modbus RTU and DSMR P1 share: CRC-16 with polynomial A001, a byte at a step."""

from __future__ import annotations

_POLYNOMIAL = 0xA001  # 8005, low bit first


def crc16(data: bytes, start: int = 0) -> int:
    """Return the checksum: CRC-16/ARC from 0, CRC-16/MODBUS from FFFF."""
    crc, table = start, _TABLE
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc


def _of_byte(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ _POLYNOMIAL if byte & 1 else byte >> 1
    return byte


_TABLE = tuple(_of_byte(byte) for byte in range(256))
