"""How long care is kept: once a day the hub deletes what is old enough, by the settings.

Days are those of the area. Minutes go as a whole local day with the afternoon before it, so that
a day that can still be made anew always has all of its minutes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from platform_hub.server.store import care as stored
from platform_hub.server.store.database import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_hub.server.care.calendars import Calendar
    from platform_hub.server.settings import CareSettings
    from platform_hub.server.store.database import Database, Transaction

_LOG = logging.getLogger(__name__)
INTERVAL_S = 300.0
_HALF_DAY_MIN = 720
_HOUR_MIN = 60
_MINUTE_US = 60_000_000


def oldest_minute(settings: CareSettings, calendar: Calendar, now_us: int) -> int:
    """Return the first minute that is taken and kept; earlier ones would make days of half a day."""
    if not settings.minute_days:
        return 0
    return max(0, calendar.begins(calendar.day_at(now_us) - settings.minute_days))


def drop(
    transaction: Transaction, settings: CareSettings, calendar: Calendar, now_us: int
) -> dict[str, int]:
    """Delete what is old enough; return how many rows of each kind went."""
    today = calendar.day_at(now_us)
    begins_us = {
        name: calendar.begins(today - days) * _MINUTE_US
        for name, days in (("events", settings.event_days), ("records", settings.record_days))
        if days
    }
    oldest = oldest_minute(settings, calendar, now_us) - _HALF_DAY_MIN
    gone = {"hours": stored.drop_hours_before(transaction, oldest // _HOUR_MIN)}
    if settings.day_days:
        gone["days"] = stored.drop_days_before(transaction, today - settings.day_days)
    if "events" in begins_us:
        gone["events"] = stored.drop_events_before(transaction, begins_us["events"])
    if "records" in begins_us:
        gone["records"] = stored.drop_records_before(transaction, begins_us["records"])
    return gone


@dataclass(slots=True)
class Keeping:
    """Deletes at the first look of each day of the area.

    Attributes:
        now_us: the clock, microseconds since 1970 UTC.
    """

    database: Database
    settings: CareSettings
    calendar: Calendar
    now_us: Callable[[], int]
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _done_day: int = -1

    async def run(self, interval_s: float = INTERVAL_S) -> None:
        """Delete what is due until `stop`."""
        while not self._stopping.is_set():
            await self.work()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), interval_s)

    async def work(self) -> None:
        """Delete what is due today, once; a database that cannot be written is asked again."""
        now_us = self.now_us()
        today = self.calendar.day_at(now_us)
        if today == self._done_day:
            return
        try:
            gone = await asyncio.wrap_future(
                self.database.write(lambda tx: drop(tx, self.settings, self.calendar, now_us))
            )
        except StoreUnavailable as error:
            _LOG.info("old care data stays for now: %s", error)
            return
        self._done_day = today
        if any(gone.values()):
            told = ", ".join(f"{count} {kind}" for kind, count in gone.items())
            _LOG.info("care that was kept long enough is deleted: %s", told)

    def stop(self) -> None:
        """End `run`."""
        self._stopping.set()
