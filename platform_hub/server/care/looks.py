"""Who needs a look, why and since when: a note for people, never an alarm and never a diagnosis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from area_configs.domain.care import Look, LookReason, Metric, is_whole
from platform_hub.server.care.baselines import FLOORS, unusual

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from platform_hub.server.care.calendars import Calendar
    from platform_hub.server.store.care import StoredDay, StoredEvent, StoredResident

ESCALATE_US = 300_000_000  # unacknowledged for five minutes
LOW_BATTERY = 20.0
_SILENT_US = 12 * 3_600_000_000
_MINUTE_US = 60_000_000
_HOUR_US = 3_600_000_000
_COLUMNS: Mapping[Metric, str] = {
    Metric.RESTING_HR: "resting_hr",
    Metric.RMSSD: "rmssd",
    Metric.SPO2_MEDIAN: "spo2_median",
    Metric.STEPS: "steps",
    Metric.SLEEP: "sleep_min",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of several residents.

    Attributes:
        days: of all of them, in order of resident and day.
        open_events: that nobody has acknowledged.
        review_us: when the re-evaluation is due, by resident.
        newest_hour: the newest hour that was heard, by resident.
        collected: residents whose wearables are collected.
    """

    days: Sequence[StoredDay]
    open_events: Sequence[StoredEvent] = ()
    review_us: Mapping[str, int] = field(default_factory=dict)
    newest_hour: Mapping[str, int] = field(default_factory=dict)
    collected: frozenset[str] = frozenset()


def looks(
    found: Iterable[StoredResident], evidence: Evidence, calendar: Calendar, now_us: int
) -> list[Look]:
    """Return every reason, the most urgent first, then the one that waits longest."""
    by_resident: dict[str, list[StoredDay]] = {}
    for day in evidence.days:
        by_resident.setdefault(day.resident, []).append(day)
    reasons = [
        look
        for one in found
        for look in _of(one, by_resident.get(one.id, []), evidence, calendar, now_us)
    ]
    urgency = {reason: place for place, reason in enumerate(LookReason)}
    return sorted(reasons, key=lambda look: (urgency[look.reason], look.since_us, look.label))


def _of(
    one: StoredResident,
    days: Sequence[StoredDay],
    evidence: Evidence,
    calendar: Calendar,
    now_us: int,
) -> Iterator[Look]:
    for event in evidence.open_events:
        if event.resident == one.id:
            late = now_us - event.at_us >= ESCALATE_US
            yield Look(one.id, one.label, LookReason.EVENT, event.at_us, event.kind, escalated=late)
    due = evidence.review_us.get(one.id)
    if due is not None and due <= now_us:
        yield Look(one.id, one.label, LookReason.SCORE_DUE, due)
    if one.id not in evidence.collected:
        return
    yield from _unusual(one, days, calendar, now_us)
    yield from _coverage(one, days, calendar, now_us)
    yield from _technical(one, days, evidence, now_us)


def _unusual(
    one: StoredResident, days: Sequence[StoredDay], calendar: Calendar, now_us: int
) -> Iterator[Look]:
    today = calendar.day_at(now_us)
    now = today, now_us // _MINUTE_US - calendar.begins(today)
    for metric, column in _COLUMNS.items():
        if metric not in FLOORS:
            continue
        values = ((day.day, getattr(day, column)) for day in days)
        known = {
            day: value for day, value in values if value is not None and is_whole(metric, day, now)
        }
        if found := unusual(metric, known, today):
            since_us = calendar.begins(found.since_day) * _MINUTE_US
            yield Look(
                one.id, one.label, LookReason.UNUSUAL, since_us, metric, found.value, found.usual
            )


def _coverage(
    one: StoredResident, days: Sequence[StoredDay], calendar: Calendar, now_us: int
) -> Iterator[Look]:
    """Yield one look where neither of the last two whole days is valid, since the first such day."""
    today = calendar.day_at(now_us)
    valid = {day.day for day in days if day.valid}
    first = min((day.day for day in days), default=today)
    if first > today - 2 or {today - 1, today - 2} & valid:
        return
    last_valid = max((day for day in valid if day < today), default=first - 1)
    worn = next((float(day.worn_min) for day in days if day.day == today - 1), 0.0)
    since_us = calendar.begins(last_valid + 1) * _MINUTE_US
    yield Look(one.id, one.label, LookReason.NOT_WORN, since_us, "", worn)


def _technical(
    one: StoredResident, days: Sequence[StoredDay], evidence: Evidence, now_us: int
) -> Iterator[Look]:
    charged = [day for day in days if day.battery is not None]
    hour = evidence.newest_hour.get(one.id)
    if hour is not None and now_us - (hour + 1) * _HOUR_US > _SILENT_US:
        yield Look(one.id, one.label, LookReason.TECHNICAL, (hour + 1) * _HOUR_US, "sync")
    elif charged and (battery := charged[-1].battery) is not None and battery < LOW_BATTERY:
        yield Look(one.id, one.label, LookReason.TECHNICAL, now_us, "battery", battery)
