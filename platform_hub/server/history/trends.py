"""Trends: what long windows amount to, from the roll-ups where they have it all.

A year of a reading a second is thirty million instances; its half hours are seventeen thousand. Periods then
begin on the grid of the roll-ups, at whole minutes or half hours, and each says exactly what the store
holds of it: what is not rolled up yet, and the ends of a window, are taken from the instances.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from platform_hub.server.store import evolution, rollups
from platform_hub.server.store.evolution import Bucket, Series
from platform_hub.server.store.partitions import DAY_US
from platform_hub.server.store.rollups import HALF_HOUR, HALF_HOUR_US, MINUTE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.evolution import Slice

METHODS = frozenset({"totalCount", "sum", "avg", "min", "max"})
_LONG_US = 2 * DAY_US  # a window from here on is not summed up reading by reading
_US = 1_000_000
_EVER = 1 << 62


class Trend(NamedTuple):
    """Where the periods of a series begin, and the buckets to make them of.

    Attributes:
        begins_us, ends_us: of the window; the end is not in it.
        origin_us: where period 0 begins.
        grain_s: MINUTE or HALF_HOUR.
    """

    begins_us: int
    ends_us: int
    origin_us: int
    grain_s: int

    @property
    def grain_us(self) -> int:
        """Return the length of a bucket."""
        return self.grain_s * _US


def grain(cut: Slice, period_us: int, methods: Collection[str]) -> int | None:
    """Return which roll-ups periods can be made of; None where none are fit for what is asked."""
    whole = period_us > 0 and period_us % (MINUTE * _US) == 0
    if cut.by_arrival or not whole or not set(methods) <= METHODS:
        return None
    return HALF_HOUR if period_us % HALF_HOUR_US == 0 else MINUTE


def trend(transaction: Transaction, of: Series, cut: Slice, grain_s: int) -> Trend | None:
    """Return how to sum a series up from its roll-ups; None where the instances do as well."""
    begins_us = -_EVER if cut.begins_us is None else cut.begins_us
    ends_us = _EVER if cut.ends_us is None else cut.ends_us + 1
    raw = evolution.bounds(transaction, of, cut)
    rolled = rollups.bounds(transaction, of, (begins_us, ends_us), grain_s)
    if rolled is None or (
        raw and rolled[1] - raw[0] < _LONG_US and raw[0] - rolled[0] < HALF_HOUR_US
    ):
        return None
    first = min(rolled[0], raw[0]) if raw else rolled[0]
    last = max(rolled[1] - 1, raw[1]) if raw else rolled[1] - 1
    origin_us = first // (grain_s * _US) * grain_s * _US
    return Trend(max(first, begins_us), min(last + 1, ends_us), origin_us, grain_s)


def buckets(
    transaction: Transaction, of: Series, cut: Slice, found: Trend, period_us: int
) -> list[Bucket]:
    """Return what each period held, those without instances left out; `cut` is one dataset's."""
    grid = (found.origin_us, period_us)
    sums: dict[int, Bucket] = {}
    for begins_us, ends_us, is_rolled in _parts(transaction, of, found):
        part = cut._replace(begins_us=begins_us, ends_us=ends_us - 1)
        if is_rolled:
            _add(sums, _rolled(transaction, of, part, found.grain_s, grid))
        else:
            _add(sums, evolution.counted(transaction, of, part, *grid))
    return [sums[number] for number in sorted(sums)]


def series_of(
    transaction: Transaction, entity_pk: int, cut: Slice, grain_s: int
) -> dict[str, Series]:
    """Return the series of an entity that have buckets in a window, by attribute."""
    span = (
        -_EVER if cut.begins_us is None else cut.begins_us,
        _EVER if cut.ends_us is None else cut.ends_us + 1,
    )
    numbers = rollups.attributes_of(transaction, entity_pk)
    return {
        name: Series(entity_pk, pk)
        for name, pk in numbers.items()
        if rollups.bounds(transaction, (entity_pk, pk), span, grain_s)
    }


def _parts(transaction: Transaction, of: Series, found: Trend) -> Iterator[tuple[int, int, bool]]:
    """Divide a window into what roll-ups have and what only instances have."""
    begins_us = -(-found.begins_us // found.grain_us) * found.grain_us
    ends_us = found.ends_us // found.grain_us * found.grain_us
    if begins_us >= ends_us:
        yield found.begins_us, found.ends_us, False
        return
    if found.begins_us < begins_us:
        yield found.begins_us, begins_us, False
    at = begins_us
    halves = (begins_us // HALF_HOUR_US * HALF_HOUR_US, ends_us)
    for first, last in _runs(sorted(rollups.marks_of(transaction, of, halves))):
        if at < first:
            yield at, first, True
        if max(at, first) < min(last, ends_us):
            yield max(at, first), min(last, ends_us), False
        at = max(at, last)
    if at < ends_us:
        yield at, ends_us, True
    if ends_us < found.ends_us:
        yield ends_us, found.ends_us, False


def _runs(halves: list[int]) -> Iterator[tuple[int, int]]:
    numbered = enumerate(halves)
    for _, run in itertools.groupby(numbered, key=lambda one: one[1] - one[0] * HALF_HOUR_US):
        begins = [begin for _, begin in run]
        yield begins[0], begins[-1] + HALF_HOUR_US


def _rolled(
    transaction: Transaction, of: Series, part: Slice, grain_s: int, grid: tuple[int, int]
) -> Iterator[Bucket]:
    span = (part.begins_us or 0, (part.ends_us or 0) + 1)
    for one in rollups.summed(transaction, of, span, grain_s, grid):
        yield Bucket(one.number, one.samples, 0, one.samples, one.total, one.least, one.most, None)
    for number, count in evolution.without_number(transaction, of, part, *grid).items():
        yield Bucket(number, count, 0, 0, None, None, None, None)


def _add(sums: dict[int, Bucket], more: Iterable[Bucket]) -> None:
    for one in more:
        held = sums.get(one.number)
        sums[one.number] = _together(held, one) if held else one


def _together(one: Bucket, other: Bucket) -> Bucket:
    filled = [bucket for bucket in (one, other) if bucket.numbers]
    return Bucket(
        one.number,
        one.size + other.size,
        0,
        one.numbers + other.numbers,
        sum(bucket.total or 0.0 for bucket in filled) if filled else None,
        min((bucket.least for bucket in filled if bucket.least is not None), default=None),
        max((bucket.most for bucket in filled if bucket.most is not None), default=None),
        None,
    )
