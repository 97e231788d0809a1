"""DSMR P1: telegrams cut out of a serial stream, checked, and the numbers in them.

Source: DSMR P1 companion standard 5.0.2, section 6 (CRC-16 over everything from `/` to `!`,
polynomial A001, start 0, written as four hexadecimal digits).
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import GOOD, Quality, Reason
from area_configs.domain.readings import Reading
from area_configs.domain.sources import TelegramSource
from edge_agent.decoding.checksums import crc16

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from area_configs.domain.devices import Point

LONGEST = 4096  # the standard allows 1024 and M-Bus channels; what is longer is no telegram

_HEAD = re.compile(rb"/[A-Za-z]{3}[0-9]")  # IEC 62056-21, 6.3.2: maker and speed
_END = re.compile(rb"![0-9A-Fa-f]{0,4}\r\n")
_LINE = re.compile(r"^(\d+-\d+:\d+\.\d+\.\d+)((?:\([^()]*\))+)$")
_VALUES = re.compile(r"\(([^()]*)\)")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?(\*\S+)?$")
_CHECKED = 4


class TelegramStream:
    """Cuts telegrams out of a stream; what is no telegram is dropped."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take bytes and give each whole telegram, from its `/` to the end of its last line."""
        self._buffer += data
        while (begin := self._buffer.find(b"/")) >= 0:
            self._buffer = self._buffer[begin:]
            end = _END.search(self._buffer)
            if end is None:
                break
            telegram, self._buffer = self._buffer[: end.end()], self._buffer[end.end() :]
            yield telegram[_begin(telegram) :]
        else:
            self._buffer = b""
        if len(self._buffer) > LONGEST:
            self._buffer = b""


def _begin(telegram: bytes) -> int:
    """Return where the last head in it stands; noise and a cut telegram before it are dropped."""
    heads = [found.start() for found in _HEAD.finditer(telegram)]
    return heads[-1] if heads else telegram.rfind(b"\n/") + 1


def parse(telegram: bytes) -> dict[str, tuple[str, ...]]:
    """Read a telegram: the bracketed values of each reference.

    Raises:
        BadFrame: damaged, without its checksum, or no telegram at all.
    """
    if len(telegram) > LONGEST:
        raise BadFrame(f"byte {LONGEST}: no telegram is longer, this one has {len(telegram)}")
    begin, end = telegram.find(b"/"), telegram.rfind(b"!")
    if begin < 0 or end < begin:
        raise BadFrame("byte 0: a telegram begins with / and ends with !")
    sent = telegram[end + 1 : end + 1 + _CHECKED].decode("ascii", "replace")
    computed = f"{crc16(telegram[begin : end + 1]):04X}"
    if sent.upper() != computed:
        raise BadFrame(f"byte {end + 1}: checksum {sent!r} does not match, it would be {computed}")
    lines = telegram[begin:end].decode("ascii", "replace").split("\r\n")
    found = [match for line in lines if (match := _LINE.match(line))]
    return {match[1]: tuple(_VALUES.findall(match[2])) for match in found}


def readings(
    points: Iterable[Point], values: Mapping[str, tuple[str, ...]], device: str, observed_us: int
) -> list[Reading]:
    """Return a reading for every point whose reference is in a telegram."""
    return [
        Reading(device, point.quantity, observed_us, *_number(point, point.source, values))
        for point in points
        if isinstance(point.source, TelegramSource) and point.source.obis in values
    ]


def _number(
    point: Point, source: TelegramSource, values: Mapping[str, tuple[str, ...]]
) -> tuple[float | None, Quality]:
    found = values[source.obis]
    text = found[source.position] if source.position < len(found) else ""
    if not _NUMBER.match(text):
        return None, Quality(Reason.DEVICE, text[:32])
    number = Decimal(text.split("*")[0]) * Decimal(repr(source.scale))
    low = -math.inf if point.minimum is None else point.minimum
    high = math.inf if point.maximum is None else point.maximum
    value = float(number)
    if math.isinf(value):
        return None, Quality(Reason.OVER_RANGE, text[:32])
    return value + 0.0, GOOD if low <= value <= high else Quality(Reason.OUT_OF_LIMITS, text[:32])
