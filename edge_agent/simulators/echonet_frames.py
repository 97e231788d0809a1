"""ECHONET Lite as a node sees it: the frame of a request and the frame of its answer."""

from __future__ import annotations

from dataclasses import dataclass

# ECHONET Lite Specification Part II, 3.2.5: service codes
SET_I, SET_C, GET, INF_REQ = 0x60, 0x61, 0x62, 0x63
SET_I_SNA, SET_RES, GET_RES, INF = 0x50, 0x71, 0x72, 0x73
REFUSED = 0x10  # a request's ESV less this is its "not available" answer: 61 -> 51, 62 -> 52

_HEAD = b"\x10\x81"
_FIXED = 12  # EHD, TID, SEOJ, DEOJ, ESV, OPC


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a frame: its code and its data, empty where only the code is sent."""

    epc: int
    edt: bytes = b""


@dataclass(frozen=True, slots=True)
class Frame:
    """An ECHONET Lite frame of format 1; objects are three bytes each."""

    tid: bytes
    source: bytes
    destination: bytes
    esv: int
    properties: tuple[Property, ...]

    def encode(self) -> bytes:
        """Return the frame's bytes."""
        head = _HEAD + self.tid + self.source + self.destination
        body = b"".join(bytes([p.epc, len(p.edt)]) + p.edt for p in self.properties)
        return head + bytes([self.esv, len(self.properties)]) + body


def parse(data: bytes) -> Frame | None:
    """Return the frame that the bytes are; None where they are none, as a node then stays silent."""
    if len(data) < _FIXED or data[:2] != _HEAD:
        return None
    properties, at = [], _FIXED
    for _ in range(data[11]):
        if at + 2 > len(data) or (end := at + 2 + data[at + 1]) > len(data):
            return None
        properties.append(Property(data[at], data[at + 2 : end]))
        at = end
    return Frame(data[2:4], data[4:7], data[7:10], data[10], tuple(properties))


def property_map(codes: set[int]) -> bytes:
    """Return a property map (9D, 9E, 9F): a list up to 15 codes, a bitmap from 16 on."""
    if len(codes) < 16:
        return bytes([len(codes), *sorted(codes)])
    rows = [0] * 16
    for code in codes:
        rows[code & 0x0F] |= 1 << (code >> 4) - 8
    return bytes([len(codes), *rows])
