"""Aggregates: series by minute, half hour or day, with all that is stored, however late it came."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from platform_hub.server.store import rollups
from platform_hub.server.store.rollups import DAY, HALF_HOUR, HALF_HOUR_US, MINUTE
from platform_hub.wire import ngsi_ld

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from area_configs.domain.areas import Area
    from platform_hub.server.settings import HistorySettings
    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.rollups import Bucket

__all__ = ["DAY", "HALF_HOUR", "MINUTE", "Expectations", "days_of", "expectations", "read"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Expectations:
    """How often each series is expected to speak, and where its days begin.

    Attributes:
        periods_us: interval by (entity id, attribute name), as the area's profiles poll it.
        history: says it for everything else.
        zone: time zone of the area.
    """

    periods_us: Mapping[tuple[str, str], int]
    history: HistorySettings
    zone: ZoneInfo

    def expected_us(self, entity: str, attribute: str) -> int:
        """Return the interval at which a series is expected to speak, in microseconds."""
        stated = self.periods_us.get((entity, attribute))
        return stated or self.history.rule(ngsi_ld.quantity_of(attribute)).expected_s * 1_000_000


def expectations(area: Area, history: HistorySettings) -> Expectations:
    """Return what an area file lets expect."""
    periods = {
        (ngsi_ld.entity_id(area.id, device.id), ngsi_ld.attribute_name(point.quantity)): max(
            1, round(point.period_s * 1_000_000)
        )
        for device in area.devices
        for point in area.profile_of(device).points
    }
    return Expectations(periods, history, ZoneInfo(area.timezone))


def read(
    transaction: Transaction,
    of: tuple[int, int],
    span: tuple[int, int],
    period_s: int,
    expected: tuple[int, ZoneInfo],
) -> list[Bucket]:
    """Return the buckets of a series that begin within [begin, end), oldest first.

    Where a roll-up does not have all that is stored yet, the bucket is computed from the instances.

    Args:
        transaction: where to read.
        of: entity and attribute, as numbered in the store.
        span: microseconds since 1970 UTC; begin is moved back to the begin of its half hour or day.
        period_s: MINUTE, HALF_HOUR or DAY.
        expected: interval at which values are expected (microseconds), and the area's time zone.
    """
    if period_s == DAY:
        return list(_days(transaction, of, span, expected))
    begins = span[0] // HALF_HOUR_US * HALF_HOUR_US
    stale = sorted(rollups.marks_of(transaction, of, (begins, span[1])))
    fresh = [
        bucket
        for run in _runs(stale)
        for bucket in rollups.computed(transaction, of, run, period_s, expected[0])
    ]
    apart = set(stale)
    held = [
        bucket
        for bucket in rollups.kept(transaction, of, (begins, span[1]), period_s)
        if bucket.begins_us // HALF_HOUR_US * HALF_HOUR_US not in apart
    ]
    return [bucket for bucket in sorted([*held, *fresh]) if bucket.begins_us < span[1]]


def days_of(instants_us: Iterable[int], zone: ZoneInfo) -> list[tuple[int, int]]:
    """Return begin and end of the days, as the zone counts them, in which these instants lie."""
    return sorted({_day_of(instant, zone) for instant in instants_us})


def _day_of(instant_us: int, zone: ZoneInfo) -> tuple[int, int]:
    local = (_EPOCH + timedelta(microseconds=instant_us)).astimezone(zone)
    begins = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    ends = (begins.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=zone)
    return (_us(begins), _us(ends))


def _us(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _EPOCH) // _MICROSECOND


def _days(
    transaction: Transaction,
    of: tuple[int, int],
    span: tuple[int, int],
    expected: tuple[int, ZoneInfo],
) -> Iterator[Bucket]:
    first = _day_of(span[0], expected[1])[0]
    stale = rollups.marks_of(transaction, of, (first, span[1]))
    fresh = days_of(stale, expected[1])
    found = {
        bucket.begins_us: bucket
        for bucket in rollups.kept(transaction, of, (first, span[1]), DAY)
        if not any(day[0] <= bucket.begins_us < day[1] for day in fresh)
    }
    for day in fresh:
        halves = read(transaction, of, day, HALF_HOUR, expected)
        if whole := rollups.gathered(halves, day):
            found[day[0]] = whole
    yield from (found[begins] for begins in sorted(found) if begins < span[1])


def _runs(halves: list[int]) -> Iterator[tuple[int, int]]:
    """Put half hours that follow one another together, so that each run is one query."""
    numbered = enumerate(halves)
    for _, run in itertools.groupby(numbered, key=lambda one: one[1] - one[0] * HALF_HOUR_US):
        begins = [begin for _, begin in run]
        yield begins[0], begins[-1] + HALF_HOUR_US
