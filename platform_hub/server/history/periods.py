"""Periods: durations of ISO 8601 in the calendar, and what a series amounts to in each of them."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

from platform_hub.server.history import trends
from platform_hub.server.store import evolution

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.evolution import Bucket, Series, Slice

METHODS = ("totalCount", "distinctCount", "sum", "avg", "min", "max", "stddev", "sumsq")
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,6})?)S)?)?"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOST = 10_000  # periods of one attribute in one answer


class TooManyPeriods(ValueError):
    """The duration is too short for the window."""


class Duration(NamedTuple):
    """A length of time: months of the calendar, and microseconds beside them; zero is endless."""

    months: int = 0
    us: int = 0

    def after(self, begins_us: int, times: int) -> int:
        """Return the instant that lies so many durations after another."""
        begin = _EPOCH + timedelta(microseconds=begins_us)
        year, month = divmod(begin.year * 12 + begin.month - 1 + self.months * times, 12)
        day = min(begin.day, calendar.monthrange(year, month + 1)[1])
        moved = begin.replace(year=year, month=month + 1, day=day)
        return (moved - _EPOCH) // _MICROSECOND + self.us * times


class Amount(NamedTuple):
    """What one period held."""

    begins_us: int
    ends_us: int
    bucket: Bucket

    def of(self, method: str) -> Any:
        """Return one of `METHODS`; None where there is no number to say it of."""
        held = self.bucket
        if method == "totalCount":
            return held.size
        if method == "distinctCount":
            return held.distinct
        if held.total is None:
            return None
        numbers = {
            "sum": held.total,
            "avg": held.total / held.numbers,
            "min": held.least,
            "max": held.most,
            "sumsq": held.squares,
        }
        return numbers[method] if method in numbers else _deviation(held)


def parse(text: str) -> Duration:
    """Read a duration such as `PT1H`.

    Raises:
        ValueError: it is none.
    """
    found = _DURATION.fullmatch(text)
    if not found or text.endswith(("P", "T")):
        raise ValueError(f"{text[:50]!r} is not a duration such as PT1H or P1D")
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in found.groups()[:6])
    length = timedelta(
        weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=float(found.group(7) or 0)
    )
    return Duration(years * 12 + months, length // _MICROSECOND)


def amounts(
    transaction: Transaction,
    of: Series,
    cut: Slice,
    duration: Duration,
    methods: Collection[str] = METHODS,
) -> list[Amount]:
    """Return what a series amounts to, period by period from its first instance on.

    Long windows are read from roll-ups where `methods` and the duration allow it (see `trends`);
    periods then begin at a whole minute or half hour.

    Raises:
        TooManyPeriods: there would be more than an answer can hold.
        OverflowError, ValueError: the calendar does not reach that far.
    """
    if coarse := _coarse(transaction, of, cut, duration, methods):
        return coarse
    bounds = evolution.bounds(transaction, of, cut)
    if bounds is None:
        return []
    first, last = bounds
    if duration == Duration():
        whole = evolution.buckets(transaction, of, cut, first, last - first + 1)
        return [Amount(first, last, bucket) for bucket in whole]
    if duration.months:
        return list(_by_calendar(transaction, of, cut, duration))
    _check_number(first, last, duration)
    return [
        Amount(
            first + bucket.number * duration.us, first + (bucket.number + 1) * duration.us, bucket
        )
        for bucket in evolution.buckets(transaction, of, cut, first, duration.us)
    ]


def _coarse(
    transaction: Transaction, of: Series, cut: Slice, duration: Duration, methods: Collection[str]
) -> list[Amount]:
    """Return the periods of a long window from roll-ups; none where they are not fit for it."""
    grain = None if duration.months else trends.grain(cut, duration.us, methods)
    if grain is None or cut.datasets != frozenset({""}):
        return []
    found = trends.trend(transaction, of, cut, grain)
    if found is None:
        return []
    _check_number(found.begins_us, found.ends_us, duration)
    return [
        Amount(
            found.origin_us + one.number * duration.us,
            found.origin_us + (one.number + 1) * duration.us,
            one,
        )
        for one in trends.buckets(transaction, of, cut, found, duration.us)
    ]


def _check_number(first: int, last: int, duration: Duration) -> None:
    if (last - first) // duration.us >= _MOST:
        raise TooManyPeriods(
            f"the window holds more than {_MOST} such periods: ask for longer ones"
        )


def _by_calendar(
    transaction: Transaction, of: Series, cut: Slice, duration: Duration
) -> Iterator[Amount]:
    first, last = evolution.bounds(transaction, of, cut) or (0, -1)
    for times in range(_MOST):
        begins, ends = duration.after(first, times), duration.after(first, times + 1)
        if begins > last:
            return
        part = cut._replace(begins_us=begins, ends_us=min(ends - 1, last))
        for bucket in evolution.buckets(transaction, of, part, begins, ends - begins):
            yield Amount(begins, ends, bucket)


def _deviation(held: Bucket) -> float:
    """Return the standard deviation of the whole period, not estimated from a sample."""
    mean = (held.total or 0.0) / held.numbers
    return sqrt(max(0.0, (held.squares or 0.0) / held.numbers - mean * mean))
