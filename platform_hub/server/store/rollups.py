"""Roll-ups: series by minute, half hour and day, and which of them are out of date.

A day is a day where the area lies. Only the default instance of an attribute (the one without a dataset) is
rolled up, and only values count: a reading without a value covers nothing.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Double,
    and_,
    cast,
    delete,
    func,
    literal,
    literal_column,
    select,
)

from platform_hub.server.store import copying_in, engines
from platform_hub.server.store.tables import attribute, instance, outdated, rollup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import FromClause, Select

    from platform_hub.server.store.staging import Row
    from platform_hub.server.store.writer import Transaction

MINUTE, HALF_HOUR, DAY = 60, 1800, 86_400
PERIODS = (MINUTE, HALF_HOUR, DAY)
_US = 1_000_000
HALF_HOUR_US = HALF_HOUR * _US
GRACE_US = 300 * _US  # after its end a half hour is left alone this long: it still fills
_TOGETHER = (
    "INSERT INTO outdated (entity_pk, attribute_pk, begins_us) SELECT * FROM unnest("
    "%(entity_pk)s::bigint[], %(attribute_pk)s::bigint[], %(begins_us)s::bigint[]) "
    "ON CONFLICT DO NOTHING"
)
_FEW = 4  # half hours in a period from which on they are worth a second query
_SUMS = (
    func.sum(rollup.c.samples),
    func.sum(rollup.c.mean * rollup.c.samples),
    func.min(rollup.c.low),
    func.max(rollup.c.high),
)
_MARKED = "marked"
_SERIES, _INSTANT, _DATASET = itemgetter(0, 1), itemgetter(2), itemgetter(3)  # of a row
_MOST_MARKED = 200_000


class Bucket(NamedTuple):
    """What a series was in one period; `low`, `mean` and `high` are None where it had no value.

    Attributes:
        begins_us: first instant of the period.
        samples: values in it.
        coverage: share of it that has values, from 0 to 1, by the interval that is expected.
    """

    begins_us: int
    low: float | None
    mean: float | None
    high: float | None
    samples: int
    coverage: float


class Sum(NamedTuple):
    """What the numbers of a period are together."""

    number: int
    samples: int
    total: float
    least: float
    most: float


class Mark(NamedTuple):
    """A half hour of a series whose roll-ups are out of date."""

    entity_pk: int
    attribute_pk: int
    begins_us: int


def mark(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Mark the half hours of these instances; what is marked and still open needs no new mark."""
    halves = _halves(rows)
    marked: set[tuple[int, int, int]] = transaction.info.setdefault(_MARKED, set())
    # Nobody takes the mark of a half hour that has not ended, so until then it stands.
    open_from = rows[0][-1] - HALF_HOUR_US
    missing = {one for one in halves if one not in marked or one[2] <= open_from}
    if not missing:
        return
    _write_marks(transaction, sorted(missing))
    if len(marked) > _MOST_MARKED:
        marked.clear()
    marked |= missing


def _halves(rows: Sequence[Row]) -> set[tuple[int, int, int]]:
    instants = set(map(_INSTANT, rows))
    begins = min(instants) // HALF_HOUR_US * HALF_HOUR_US
    if max(instants) < begins + HALF_HOUR_US and not any(map(_DATASET, rows)):  # often
        return {(*of, begins) for of in set(map(_SERIES, rows))}
    return {(row[0], row[1], row[2] // HALF_HOUR_US * HALF_HOUR_US) for row in rows if not row[3]}


def _write_marks(transaction: Transaction, missing: list[tuple[int, int, int]]) -> None:
    names = ("entity_pk", "attribute_pk", "begins_us")
    if engines.is_postgresql(transaction):  # one statement, where many would cost as many journeys
        arrays = map(copying_in.array, zip(*missing, strict=True))
        columns = dict(zip(names, arrays, strict=True))
        transaction.exec_driver_sql(_TOGETHER, columns)
    else:
        found = [dict(zip(names, one, strict=True)) for one in missing]
        engines.upsert(transaction, outdated, found)


def out_of_date(transaction: Transaction, now_us: int, limit: int) -> list[Mark]:
    """Return the oldest marks of half hours that have ended."""
    ended = outdated.c.begins_us <= now_us - HALF_HOUR_US - GRACE_US
    columns = (outdated.c.entity_pk, outdated.c.attribute_pk, outdated.c.begins_us)
    query = select(*columns).where(ended).order_by(*outdated.primary_key).limit(limit)
    return [Mark(*row) for row in transaction.execute(query)]


def marks_of(transaction: Transaction, of: tuple[int, int], span: tuple[int, int]) -> list[int]:
    """Return the half hours of a series within [begin, end) that are out of date."""
    within = and_(
        outdated.c.entity_pk == of[0],
        outdated.c.attribute_pk == of[1],
        outdated.c.begins_us >= span[0],
        outdated.c.begins_us < span[1],
    )
    return list(transaction.scalars(select(outdated.c.begins_us).where(within)))


def renew(transaction: Transaction, one: Mark, expected_us: int, day: tuple[int, int]) -> None:
    """Compute a half hour anew, with its minutes and its day, and take its mark away.

    Args:
        transaction: where to read and write.
        one: which half hour.
        expected_us: the interval at which values are expected.
        day: begin and end of the day that the half hour lies in.
    """
    of, span = one[:2], (one.begins_us, one.begins_us + HALF_HOUR_US)
    for period in (MINUTE, HALF_HOUR):
        found = computed(transaction, of, span, period, expected_us)
        _replace(transaction, of, span, period, found)
    whole = gathered(kept(transaction, of, day, HALF_HOUR), day)
    _replace(transaction, of, day, DAY, [whole] if whole else [])
    forget(transaction, [one])


def forget(transaction: Transaction, marks: Iterable[Mark]) -> None:
    """Take marks away without computing anything."""
    for one in marks:
        mine = and_(*(outdated.c[name] == value for name, value in one._asdict().items()))
        transaction.execute(delete(outdated).where(mine))


def computed(
    transaction: Transaction,
    of: tuple[int, int],
    span: tuple[int, int],
    period_s: int,
    expected_us: int,
) -> list[Bucket]:
    """Compute the buckets of a series within [begin, end) from its instances.

    Args:
        transaction: where to read.
        of: entity and attribute.
        span: both ends are bounds of buckets.
        period_s: length of a bucket.
        expected_us: the interval at which values are expected.
    """
    offset = instance.c.observed_us - span[0]  # never negative, so that // is the same everywhere
    number = (offset // literal(period_s * _US)).label("number")
    slots = max(1, period_s * _US // expected_us)
    slot = offset // literal(period_s * _US // slots)
    query = (
        select(
            number,
            func.min(instance.c.num),
            func.avg(instance.c.num),
            func.max(instance.c.num),
            func.count(instance.c.num),
            cast(func.count(slot.distinct()), Double) / slots,
        )
        .where(_of(instance, of), instance.c.observed_us >= span[0])
        .where(instance.c.observed_us < span[1], instance.c.dataset == "")
        .where(instance.c.num.is_not(None))
        .group_by(number)
        .order_by(number)
    )
    return [
        Bucket(span[0] + number * period_s * _US, low, mean, high, count, min(1.0, coverage))
        for number, low, mean, high, count, coverage in transaction.execute(query)
    ]


def gathered(halves: Iterable[Bucket], day: tuple[int, int]) -> Bucket | None:
    """Put the half hours of a day together; None where they hold no value."""
    held = [one for one in halves if one.samples]
    if not held:
        return None
    samples = sum(one.samples for one in held)
    return Bucket(
        day[0],
        min(one.low for one in held if one.low is not None),
        sum(one.mean * one.samples for one in held if one.mean is not None) / samples,
        max(one.high for one in held if one.high is not None),
        samples,
        sum(one.coverage for one in held) * HALF_HOUR_US / (day[1] - day[0]),
    )


def drop_before(
    transaction: Transaction, of: tuple[int, int], period_s: int, before_us: int
) -> int:
    """Drop the buckets of a series that began before an instant; return how many there were."""
    old = delete(rollup).where(
        _of(rollup, of), rollup.c.period_s == period_s, rollup.c.begins_us < before_us
    )
    return transaction.execute(old).rowcount


def attributes_of(transaction: Transaction, entity_pk: int) -> dict[str, int]:
    """Return the attributes that an entity has instances or buckets of, by name."""
    said, kept_of = (
        select(table.c.entity_pk).where(_of(table, (entity_pk, attribute.c.pk))).exists()
        for table in (instance, rollup)
    )
    rows = transaction.execute(select(attribute.c.name, attribute.c.pk).where(said | kept_of))
    return {row.name: row.pk for row in rows}


def oldest_mark(transaction: Transaction) -> int | None:
    """Return when the oldest half hour that is out of date began."""
    found: int | None = transaction.scalar(select(func.min(outdated.c.begins_us)))
    return found


def kept(
    transaction: Transaction, of: tuple[int, int], span: tuple[int, int], period_s: int
) -> list[Bucket]:
    """Return the stored buckets of a series within [begin, end), oldest first."""
    query = _buckets(of, span, period_s).order_by(rollup.c.begins_us)
    return [Bucket._make(row) for row in transaction.execute(query)]


def bounds(
    transaction: Transaction, of: tuple[int, int], span: tuple[int, int], period_s: int
) -> tuple[int, int] | None:
    """Return when the first bucket within [begin, end) begins and the last one ends."""
    first, last = (
        transaction.scalar(_within_span(select(end(rollup.c.begins_us)), of, span, period_s))
        for end in (func.min, func.max)
    )
    return None if first is None or last is None else (first, last + period_s * _US)


def summed(
    transaction: Transaction,
    of: tuple[int, int],
    span: tuple[int, int],
    period_s: int,
    grid: tuple[int, int],
) -> list[Sum]:
    """Put the stored buckets within [begin, end) together into periods.

    Args:
        transaction: where to read.
        of: entity and attribute.
        span: which buckets.
        period_s: MINUTE or HALF_HOUR.
        grid: where period 0 begins and how long each is, in microseconds, of whole buckets.
    """
    if period_s == HALF_HOUR or grid[1] < _FEW * HALF_HOUR_US:
        return _added(transaction, of, span, period_s, grid)
    # Most half hours lie within one period: only of the others the minutes are needed.
    begins_us = -(-span[0] // HALF_HOUR_US) * HALF_HOUR_US
    ends_us = max(begins_us, span[1] // HALF_HOUR_US * HALF_HOUR_US)
    if begins_us >= span[1]:
        return _added(transaction, of, span, period_s, grid)
    return [
        *_added(transaction, of, (span[0], begins_us), MINUTE, grid),
        *_added(transaction, of, (begins_us, ends_us), HALF_HOUR, grid, whole=True),
        *_divided(transaction, of, (begins_us, ends_us), grid),
        *_added(transaction, of, (ends_us, span[1]), MINUTE, grid),
    ]


def _added(
    transaction: Transaction,
    of: tuple[int, int],
    span: tuple[int, int],
    period_s: int,
    grid: tuple[int, int],
    *,
    whole: bool = False,
) -> list[Sum]:
    """Put stored buckets together; with `whole` only those that lie within one period."""
    number = _number(rollup.c.begins_us, grid)
    query = _within_span(select(number, *_SUMS), of, span, period_s)
    if whole:
        last = _number(rollup.c.begins_us + (period_s * _US - 1), grid)
        query = query.where(number == last)
    return [
        Sum(n, int(samples), *rest)
        for n, samples, *rest in transaction.execute(query.group_by(number))
    ]


def _divided(
    transaction: Transaction, of: tuple[int, int], span: tuple[int, int], grid: tuple[int, int]
) -> list[Sum]:
    """Put the minutes together of those half hours in which a period ends."""
    half = rollup.alias("half")
    ends_us = half.c.begins_us + HALF_HOUR_US
    minutes = and_(
        _of(rollup, of),
        rollup.c.period_s == MINUTE,
        rollup.c.begins_us >= half.c.begins_us,
        rollup.c.begins_us < ends_us,
    )
    number = _number(rollup.c.begins_us, grid)
    query = (
        select(number, *_SUMS)
        .select_from(half.join(rollup, minutes))
        .where(_of(half, of), half.c.period_s == HALF_HOUR)
        .where(half.c.begins_us >= span[0], half.c.begins_us < span[1])
        .where(_number(half.c.begins_us, grid) != _number(ends_us - 1, grid))
        .group_by(number)
    )
    return [Sum(n, int(samples), *rest) for n, samples, *rest in transaction.execute(query)]


def _number(instant: ColumnElement[int], grid: tuple[int, int]) -> ColumnElement[int]:
    return (instant - literal_column(str(grid[0]))) // literal_column(str(grid[1]))


def _within_span(query: Any, of: tuple[int, int], span: tuple[int, int], period_s: int) -> Any:
    return query.where(
        _of(rollup, of),
        rollup.c.period_s == period_s,
        rollup.c.begins_us >= span[0],
        rollup.c.begins_us < span[1],
    )


def _buckets(
    of: tuple[int, int], span: tuple[int, int], period_s: int
) -> Select[tuple[object, ...]]:
    columns = (rollup.c[name] for name in Bucket._fields)
    found: Select[tuple[object, ...]] = _within_span(select(*columns), of, span, period_s)
    return found


def _replace(
    transaction: Transaction,
    of: tuple[int, int],
    span: tuple[int, int],
    period_s: int,
    buckets: list[Bucket],
) -> None:
    within = (rollup.c.begins_us >= span[0]) & (rollup.c.begins_us < span[1])
    old = delete(rollup).where(_of(rollup, of), rollup.c.period_s == period_s, within)
    transaction.execute(old)
    key = {"entity_pk": of[0], "attribute_pk": of[1], "period_s": period_s}
    engines.upsert(transaction, rollup, [key | one._asdict() for one in buckets])


def _of(table: FromClause, of: tuple[int, Any]) -> ColumnElement[bool]:
    return and_(table.c.entity_pk == of[0], table.c.attribute_pk == of[1])
