"""What a smart meter kept of the past: cumulative energy at every half hour, as counts.

Source: ECHONET Appendix Release R, class 0288: E2, E4 a day of 48 half hours, chosen by E5; EC up to
12 half hours back from an instant, both directions, chosen by ED; EA, EB the last half hour, which a
meter announces at :00 and :30. Times are Japanese.
"""

from __future__ import annotations

import struct
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

from area_configs.domain.errors import BadFrame
from edge_agent.decoding.echonet import measured_at

if TYPE_CHECKING:
    from collections.abc import Mapping

IMPORT, EXPORT = 0xE0, 0xE3
FIXED_IMPORT, FIXED_EXPORT = 0xEA, 0xEB
DAY_IMPORT, DAY_EXPORT, DAY_CHOICE = 0xE2, 0xE4, 0xE5
RECENT, RECENT_CHOICE = 0xEC, 0xED
HALF_HOUR = timedelta(minutes=30)
JST = timezone(timedelta(hours=9), "JST")
MOST_RECENT, OLDEST_DAY = 12, 99

_SLOTS = 48
_HEAD, _COUNT = 7, 4


class Count(NamedTuple):
    """A counter at one instant: its bytes as E0 would give them, `FFFFFFFE` for no data."""

    at: datetime
    edt: bytes


def fixed_counts(edts: Mapping[int, bytes]) -> list[tuple[int, Count]]:
    """Read EA and EB of an announcement, each with the counter that it is a past value of.

    Raises:
        BadFrame: one of them has no such date, or not the length of date and counter.
    """
    found = []
    for epc, source in ((IMPORT, FIXED_IMPORT), (EXPORT, FIXED_EXPORT)):
        if edt := edts.get(source):
            at = measured_at(edt)
            if len(edt) != _HEAD + _COUNT:
                raise BadFrame(f"byte {len(edt)}: {source:02X} has {_HEAD + _COUNT} bytes")
            found.append((epc, Count(at, edt[_HEAD:])))
    return found


def half_hours(after: datetime, until: datetime) -> list[datetime]:
    """Return the half hours after one instant up to another, oldest first."""
    local = after.astimezone(JST)
    first = local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0) + HALF_HOUR
    count = max(0, (until - first) // HALF_HOUR + 1)
    return [first + n * HALF_HOUR for n in range(count)]


def day_choice(back: int) -> bytes:
    """Return the data of E5 for a day, 0 is today."""
    return bytes([back])


def recent_choice(newest: datetime, count: int) -> bytes:
    """Return the data of ED: `count` half hours back from the newest."""
    local = newest.astimezone(JST)
    return struct.pack(">H5B", local.year, local.month, local.day, local.hour, local.minute, count)


def day_counts(edt: bytes, today: date) -> list[Count]:
    """Read E2 or E4.

    Raises:
        BadFrame: it is not as long as a day, or of a day that no meter keeps.
    """
    if len(edt) != 2 + _SLOTS * _COUNT:
        raise BadFrame(f"byte {len(edt)}: a day has {2 + _SLOTS * _COUNT} bytes")
    back = int.from_bytes(edt[:2], "big")
    if back > OLDEST_DAY:
        raise BadFrame(f"byte 0: {back} days back, a meter keeps {OLDEST_DAY}")
    day = today - timedelta(days=back)
    midnight = datetime(day.year, day.month, day.day, tzinfo=JST)
    return [Count(midnight + n * HALF_HOUR, edt[2 + n * _COUNT :][:_COUNT]) for n in range(_SLOTS)]


def recent_counts(edt: bytes) -> list[tuple[Count, Count]]:
    """Read EC: import and export of each half hour, newest first.

    Raises:
        BadFrame: no instant was chosen, or it is shorter than it announces.
    """
    if len(edt) < _HEAD or len(edt) != _HEAD + 2 * _COUNT * edt[_HEAD - 1]:
        raise BadFrame(f"byte {len(edt)}: the half hours end before their last one")
    try:
        year, month, day, hour, minute = struct.unpack_from(">H4B", edt)
        newest = datetime(year, month, day, hour, minute, tzinfo=JST)
    except ValueError as error:
        raise BadFrame(f"byte 0: {edt[:6].hex().upper()} is no date and time") from error
    return [_pair(edt, n, newest - n * HALF_HOUR) for n in range(edt[_HEAD - 1])]


def _pair(edt: bytes, index: int, at: datetime) -> tuple[Count, Count]:
    begin = _HEAD + 2 * _COUNT * index
    taken, given = edt[begin : begin + _COUNT], edt[begin + _COUNT : begin + 2 * _COUNT]
    return Count(at, taken), Count(at, given)
