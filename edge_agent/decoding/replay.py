"""Replay: recorded raw frames read again by a device profile, each with the request before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from area_configs.domain.errors import BadFrame
from edge_agent.decoding import modbus
from edge_agent.decoding.one_frame import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from area_configs.domain.devices import DeviceProfile
    from edge_agent.decoding.one_frame import Decoded

_HEADER = 6  # of Modbus TCP before the unit: transaction, protocol, length


class Frame(NamedTuple):
    """One raw frame: when, whether it was heard (or sent), and its bytes as on the wire."""

    t: float
    heard: bool
    data: bytes


class Replayed(NamedTuple):
    """What one heard frame says, or why it says nothing."""

    t: float
    decoded: Decoded | None
    words: str = ""

    def lines(self) -> list[str]:
        """Return it as lines for a terminal."""
        first, *rest = self.decoded.lines() if self.decoded else [self.words]
        return [f"{self.t:.3f}  {first}", *(f"    {line}" for line in rest)]


def replay(profile: DeviceProfile, frames: Iterable[Frame]) -> Iterator[Replayed]:
    """Read every frame that was heard; frames of other devices on the line come out in words."""
    request = b""
    for frame in frames:
        data = _serial(frame.data) if profile.protocol == "modbus" else frame.data
        if not frame.heard:
            request = data
            continue
        try:
            asked = request.hex() if profile.protocol == "modbus" else ""
            heard = data.decode("ascii", "replace") if profile.protocol == "ble" else data.hex()
            yield Replayed(frame.t, decode(profile, heard, asked))
        except BadFrame as error:
            yield Replayed(frame.t, None, str(error))


def _serial(data: bytes) -> bytes:
    """Return a Modbus TCP frame as it would stand on a serial line; any other as it is."""
    is_tcp = (
        len(data) > _HEADER
        and data[2:4] == b"\0\0"
        and len(data) == _HEADER + int.from_bytes(data[4:6], "big")
    )
    if not is_tcp:
        return data
    body = data[_HEADER:]
    return body + modbus.crc16(body).to_bytes(2, "little")
