"""What gateways bring: minutes and events of residents who consent, and the days made from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from area_configs.domain.care import DaySummary, Metric, Scope
from platform_hub.server.care import keeping, residents, summaries, wearing
from platform_hub.server.governance import bodies
from platform_hub.server.governance.answers import json_response
from platform_hub.server.store import care as stored
from platform_hub.server.store.care import StoredDay
from platform_hub.wire.care import Batch, Collection, Minute, Taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from area_configs.domain.areas import Area
    from platform_hub.server.care.calendars import Calendar
    from platform_hub.server.governance.access import Authority
    from platform_hub.server.settings import CareSettings
    from platform_hub.server.store.database import Transaction

MINUTES_PATH = "/area/v1/care/minutes"
COLLECTION_PATH = "/area/v1/care/collection"
MOST_BYTES = 2 << 20
_HOUR_MIN = 60
_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True)
class Collecting:
    """The endpoints of gateways; `area` gives the one in force."""

    authority: Authority
    calendar: Calendar
    settings: CareSettings
    area: Callable[[], Area]

    async def collection(self, request: Request) -> Response:
        """Say whose data may be collected now, and who wears what of the gateway that asks."""
        gateway = request.state.caller.name

        def find(transaction: Transaction) -> Collection:
            scopes = residents.scopes_of(transaction)
            allowed = sorted(one for one, held in scopes.items() if Scope.WEARABLE in held)
            return Collection(allowed, wearing.told(transaction, self.area(), gateway))

        return json_response(await self.authority.read(find))

    async def take(self, request: Request) -> Response:
        """Store minutes and events; those without a consent are not, and the answer names whose."""
        batch = await bodies.read(request, Batch, MOST_BYTES)
        now_us = self.authority.now_us()

        oldest = keeping.oldest_minute(self.settings, self.calendar, now_us)

        def store(transaction: Transaction) -> Taken:
            return taken(transaction, batch, self.calendar, now_us, oldest)

        done = await self.authority.write(store)
        request.state.change = {"minutes": done.minutes, "stopped": done.stopped}
        return json_response(done)


def taken(
    transaction: Transaction, batch: Batch, calendar: Calendar, now_us: int, oldest: int = 0
) -> Taken:
    """Store what is consented to from the minute `oldest` on, and make the days it touches anew."""
    scopes = residents.scopes_of(transaction)
    allowed = {one for one, held in scopes.items() if Scope.WEARABLE in held}
    named = {one.resident for one in batch.minutes}
    named |= {one.resident for one in batch.happenings}
    by_resident: dict[str, list[Minute]] = {}
    for one in batch.minutes:
        if one.resident in allowed and one.minute >= oldest:
            by_resident.setdefault(one.resident, []).append(one)
    for of, minutes in by_resident.items():
        _merge(transaction, of, minutes)
        refresh(transaction, of, _touched(minutes, calendar), calendar)
    happened = [
        stored.add_event(transaction, msgspec.structs.asdict(one))
        for one in batch.happenings
        if one.resident in allowed and one.at_us <= now_us + _MINUTE_US
    ]
    count = sum(map(len, by_resident.values()))
    return Taken(count, sum(happened), sorted(named - allowed))


def refresh(transaction: Transaction, of: str, days: Iterable[int], calendar: Calendar) -> None:
    """Make days anew from what is stored of them."""
    made = []
    for day in sorted(set(days)):
        begins = calendar.begins(day)
        minutes = minutes_of(transaction, of, begins - 720, begins + summaries.DAY_MIN)
        made.append(row_of(of, summaries.summary(day, begins, minutes)))
    stored.save_days(transaction, made)


def minutes_of(transaction: Transaction, of: str, first: int, end: int) -> dict[int, Minute]:
    """Return the stored minutes of a resident by number, `end` not included."""
    found: dict[int, Minute] = {}
    bodies_ = stored.hours(transaction, of, first // _HOUR_MIN, (end - 1) // _HOUR_MIN)
    for body in bodies_.values():
        for minute in msgspec.msgpack.decode(body, type=list[Minute]):
            if first <= minute.minute < end:
                found[minute.minute] = minute
    return found


def row_of(of: str, day: DaySummary) -> tuple[StoredDay, bytes]:
    """Return a summary as its row and its body."""

    def value(metric: Metric) -> float | None:
        return day.metrics[metric].value

    row = StoredDay(
        of,
        day.day,
        day.worn_min,
        day.night_worn_min,
        int(day.valid),
        int(day.valid_night),
        value(Metric.RESTING_HR),
        value(Metric.RMSSD),
        value(Metric.SPO2_MEDIAN),
        value(Metric.STEPS),
        value(Metric.SLEEP),
        day.battery,
    )
    return row, msgspec.msgpack.encode(day)


def summary_of(body: bytes) -> DaySummary:
    """Return a summary from its body."""
    return msgspec.msgpack.decode(body, type=DaySummary)


def _touched(minutes: Iterable[Minute], calendar: Calendar) -> set[int]:
    """Return the days that minutes belong to: their own, and after noon the night of the next."""
    halves = {one.minute // 720 for one in minutes}
    return {calendar.day_of(half * 720 + more) for half in halves for more in (0, 719, 1439)}


def _merge(transaction: Transaction, of: str, minutes: Iterable[Minute]) -> None:
    by_hour: dict[int, dict[int, Minute]] = {}
    for one in minutes:
        by_hour.setdefault(one.minute // _HOUR_MIN, {})[one.minute] = one
    known = stored.hours(transaction, of, min(by_hour), max(by_hour))
    stored.save_hours(
        transaction, of, {h: _packed(known.get(h), new) for h, new in by_hour.items()}
    )


def _packed(known: bytes | None, new: Mapping[int, Minute]) -> bytes:
    before: list[Minute] = msgspec.msgpack.decode(known, type=list[Minute]) if known else []
    merged: dict[int, Any] = {one.minute: one for one in before} | dict(new)
    return msgspec.msgpack.encode([merged[number] for number in sorted(merged)])
