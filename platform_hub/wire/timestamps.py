"""Instants on the wire: integer microseconds UTC inside, ISO 8601 with Z outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST_US = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST_US = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_SECONDS = {second * 1_000_000: b":%02dZ" % second for second in range(60)}
_OUTSIDE = "outside the years 1 to 9999 in UTC"


def to_text(instant_us: int) -> str:
    """Write an instant as `2026-11-25T01:02:03Z`, with a fraction only where there is one.

    Raises:
        ValueError: the calendar does not reach that far.
    """
    seconds, fraction = divmod(instant_us, 1_000_000)
    minute, second = divmod(seconds, 60)
    try:
        begins = _minute(minute)
    except OverflowError as error:
        raise ValueError(f"instant {instant_us} us lies {_OUTSIDE}") from error
    return f"{begins}:{second:02}.{fraction:06}Z" if fraction else f"{begins}:{second:02}Z"


def texts(instants_us: Iterable[int]) -> list[bytes]:
    """Write very many instants, each as `to_text` does.

    Raises:
        ValueError: as `to_text` does.
    """
    minutes: dict[int, bytes] = {}
    found = []
    for instant_us in instants_us:
        minute, rest = divmod(instant_us, 60_000_000)
        second = _SECONDS.get(rest)
        begins = minutes.get(minute)
        if second is None or begins is None:
            text = to_text(instant_us).encode()
            minutes[minute] = text[: text.index(b":", text.index(b":") + 1)]
            found.append(text)
        else:
            found.append(begins + second)
    return found


def from_text(text: str) -> int:
    """Read an ISO 8601 instant with any offset, as microseconds UTC.

    Raises:
        ValueError: not ISO 8601, outside the calendar, or no offset, which leaves the instant
            unknown.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"'{text}' has no time zone: end it with Z or an offset such as +09:00")
    instant_us = (moment - _EPOCH) // _MICROSECOND
    if not _FIRST_US <= instant_us <= _LAST_US:
        raise ValueError(f"'{text}' lies {_OUTSIDE}")
    return instant_us


@lru_cache(4096)
def _minute(minute: int) -> str:
    """Write a minute since 1970 UTC; many instants on the wire share one."""
    return (_EPOCH + timedelta(minutes=minute)).isoformat()[:16]
