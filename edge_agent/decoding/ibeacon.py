"""iBeacon: the identity that a presence tag broadcasts in Apple's manufacturer data (0x004C)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from area_configs.domain.errors import BadFrame

COMPANY = 0x004C
_HEAD = bytes((0x02, 0x15))  # type, and the length of what follows
_LENGTH = 23


@dataclass(frozen=True, slots=True)
class Beacon:
    """What a beacon says: who it is, and how strong it is heard at one metre."""

    uuid: str
    major: int
    minor: int
    power_dbm: int

    @property
    def address(self) -> str:
        """Return its address in an area file; its radio address may change at any time."""
        return f"ibeacon:{self.uuid}/{self.major}/{self.minor}"


def parse(data: bytes) -> Beacon:
    """Return what manufacturer data of company 0x004C say.

    Raises:
        BadFrame: they are not an iBeacon's.
    """
    if len(data) != _LENGTH or data[:2] != _HEAD:
        raise BadFrame(f"no iBeacon: expected {_LENGTH} bytes that begin with 0215")
    return Beacon(
        str(uuid.UUID(bytes=data[2:18])),
        int.from_bytes(data[18:20], "big"),
        int.from_bytes(data[20:22], "big"),
        int.from_bytes(data[22:23], "big", signed=True),
    )
