"""Instants on the wire: integer microseconds UTC inside, ISO 8601 with Z outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_text(instant_us: int) -> str:
    """Write an instant as `2026-11-25T01:02:03Z`, with a fraction only where there is one."""
    moment = _EPOCH + timedelta(microseconds=instant_us)
    return moment.isoformat(timespec="auto").replace("+00:00", "Z")


def from_text(text: str) -> int:
    """Read an ISO 8601 instant with any offset, as microseconds UTC.

    Raises:
        ValueError: not ISO 8601, or no offset, which leaves the instant unknown.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"'{text}' has no time zone: end it with Z or an offset such as +09:00")
    return (moment - _EPOCH) // _MICROSECOND
