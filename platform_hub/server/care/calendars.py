"""Local days of the area as numbers, and where they begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MINUTE_US = 60_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).date()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Local days of the area as numbers."""

    zone: ZoneInfo

    @classmethod
    def of(cls, timezone: str) -> Calendar:
        """Return the calendar of a time zone."""
        return cls(ZoneInfo(timezone))

    def day_of(self, minute: int) -> int:
        """Return the local day of a minute since 1970 UTC."""
        at = datetime.fromtimestamp(minute * 60, self.zone)
        return (at.date() - _EPOCH).days

    def day_at(self, at_us: int) -> int:
        """Return the local day of an instant."""
        return self.day_of(at_us // _MINUTE_US)

    def begins(self, day: int) -> int:
        """Return the first minute of a local day."""
        midnight = datetime.combine(_EPOCH + timedelta(days=day), time(), self.zone)
        return int(midnight.timestamp()) // 60

    def text(self, day: int) -> str:
        """Return a day as YYYY-MM-DD."""
        return (_EPOCH + timedelta(days=day)).isoformat()

    def number(self, text: str) -> int:
        """Return the number of a day that is written as YYYY-MM-DD."""
        return (datetime.fromisoformat(text).date() - _EPOCH).days
