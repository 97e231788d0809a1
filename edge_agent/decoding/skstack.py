"""SKSTACK-IP: the line with which a Wi-SUN module hands over a received datagram.

Source: SKSTACK-IP command reference. BP35A1 says `ERXUDP src dst rport lport mac sec len hex`;
BP35C2 adds `side` before the length and, with register SA2 set, the link quality after `mac`.
"""

from __future__ import annotations

from dataclasses import dataclass

from area_configs.domain.errors import BadFrame

ECHONET_PORT = 0x0E1A
_FIELDS_BEFORE_SEC = {9: 6, 10: 6, 11: 7}


@dataclass(frozen=True, slots=True)
class Datagram:
    """A received UDP datagram; `secured` tells whether the radio link encrypted it."""

    source: str
    port: int
    secured: bool
    data: bytes


def parse_erxudp(line: str) -> Datagram:
    """Read an `ERXUDP` line of either module.

    Raises:
        BadFrame: names the field that does not fit, counted from 0.
    """
    fields = line.split()
    if not fields or fields[0] != "ERXUDP":
        raise BadFrame("field 0: the line does not begin with ERXUDP")
    if len(fields) not in _FIELDS_BEFORE_SEC:
        raise BadFrame(f"field {len(fields)}: an ERXUDP line has 9, 10 or 11 fields")
    data = bytes(_hex(fields, len(fields) - 1))
    announced = int.from_bytes(_hex(fields, len(fields) - 2), "big")
    if announced != len(data):
        raise BadFrame(
            f"field {len(fields) - 2}: {announced} bytes are announced, {len(data)} are there"
        )
    port = int.from_bytes(_hex(fields, 4), "big")
    return Datagram(fields[1], port, fields[_FIELDS_BEFORE_SEC[len(fields)]] != "0", data)


def _hex(fields: list[str], index: int) -> bytes:
    try:
        return bytes.fromhex(fields[index])
    except ValueError:
        raise BadFrame(f"field {index}: {fields[index]!r} is not hexadecimal") from None
