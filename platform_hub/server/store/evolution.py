"""Evolution: windows into what attributes have been, cut by time, dataset and number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, and_, delete, func, literal, select, text

from platform_hub.server.store.instances import Instance, Key
from platform_hub.server.store.tables import UNCOMMON, attribute, instance

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Row

    from platform_hub.server.store.database import Transaction

Point: TypeAlias = (
    "tuple[int, int, str, float | None, bytes]"  # observed, stored, dataset, number, body
)
GONE = "~"  # before the name of an attribute: under it stand the times at which it was deleted


class Series(NamedTuple):
    """One attribute of one entity, by their numbers."""

    entity_pk: int
    attribute_pk: int


class Slice(NamedTuple):
    """Which instances of a series are meant.

    Attributes:
        begins_us, ends_us: instants, both included; None is open.
        by_arrival: instants are those of storing, not of observing.
        datasets: ids of datasets, empty text for the default one; None means all.
    """

    begins_us: int | None = None
    ends_us: int | None = None
    by_arrival: bool = False
    datasets: frozenset[str] | None = None


class Bucket(NamedTuple):
    """What a period of time held.

    Attributes:
        number: counts periods from the begin that was asked for.
        size, distinct: instances, and those that differ.
        numbers: instances whose value is a number; what follows is None where there are none.
    """

    number: int
    size: int
    distinct: int
    numbers: int
    total: float | None
    least: float | None
    most: float | None
    squares: float | None


def attributes_of(transaction: Transaction, entity_pk: int) -> dict[str, int]:
    """Return the attributes that an entity has instances of, by name; `GONE` ones are among them."""
    used = select(instance.c.entity_pk).where(
        instance.c.entity_pk == entity_pk, instance.c.attribute_pk == attribute.c.pk
    )
    rows = transaction.execute(select(attribute).where(used.exists()).order_by(attribute.c.name))
    return {row.name: row.pk for row in rows}


def instances(
    transaction: Transaction,
    of: Series,
    cut: Slice,
    limit: int | None = None,
    *,
    newest: bool = False,
) -> list[Instance]:
    """Return instances, oldest first, or newest first where they are counted from there."""
    query = select(instance).where(_within(of, cut)).order_by(*_order(cut, newest)).limit(limit)
    return [_instance(row) for row in transaction.execute(query)]


def points(
    transaction: Transaction,
    of: Series,
    cut: Slice,
    limit: int | None = None,
    *,
    newest: bool = False,
) -> list[Point]:
    """Return what `instances` does as bare tuples, for whoever reads very many."""
    columns = ("observed_us", "modified_us", "dataset", "num", "body")
    query = select(*(instance.c[name] for name in columns)).where(_within(of, cut))
    with transaction.execute(query.order_by(*_order(cut, newest)).limit(limit)) as found:
        # Past SQLAlchemy's rows: of a day they would take as long as the database does.
        return list(found.cursor.fetchall())


def full_page_ends(
    transaction: Transaction, of: Series, cut: Slice, size: int, *, newest: bool
) -> int | None:
    """Return the instant at which a page of `size` instances ends, None where all fit in it."""
    query = (
        select(_time(cut))
        .where(_within(of, cut))
        .order_by(*_order(cut, newest))
        .offset(size - 1)
        .limit(2)
    )
    ends = list(transaction.scalars(query))
    return ends[0] if len(ends) > 1 else None


def holds_any(transaction: Transaction, of: Series, cut: Slice, *, default: bool = False) -> bool:
    """Tell whether there is an instance; with `default` one of the default dataset."""
    query = select(instance.c.observed_us).where(_within(of, cut))
    if default:
        query = query.where(instance.c.dataset == "")
    return transaction.scalar(query.limit(1)) is not None


def datasets(transaction: Transaction, of: Series, cut: Slice) -> list[str]:
    """Return the datasets that the instances belong to."""
    # Among the uncommon ones an index finds the others; a pass over all would take seconds.
    others = select(instance.c.dataset).where(_within(of, cut), text(f"({UNCOMMON})"))
    found = set(transaction.scalars(others.where(instance.c.dataset != "").distinct()))
    if holds_any(transaction, of, cut, default=True):
        found.add("")
    return sorted(found)


def bounds(transaction: Transaction, of: Series, cut: Slice) -> tuple[int, int] | None:
    """Return the first and the last instant, None where there is no instance."""
    # One after the other: SQLite finds a single end in its index, but passes over all for both.
    first, last = (
        transaction.scalar(select(end(_time(cut))).where(_within(of, cut)))
        for end in (func.min, func.max)
    )
    return None if first is None or last is None else (first, last)


def buckets(
    transaction: Transaction, of: Series, cut: Slice, begins_us: int, period_us: int
) -> list[Bucket]:
    """Return what each period of equal length held, those without instances left out."""
    num = instance.c.num
    distinct = func.count(func.distinct(instance.c.body))
    held = (distinct, func.count(num), func.sum(num), func.min(num), func.max(num))
    return _grouped(transaction, (of, cut), (begins_us, period_us), (*held, func.sum(num * num)))


def counted(
    transaction: Transaction, of: Series, cut: Slice, begins_us: int, period_us: int
) -> list[Bucket]:
    """Return what `buckets` does, but nothing of `distinct` and `squares`, which take long."""
    num = instance.c.num
    held = (func.count(num), func.sum(num), func.min(num), func.max(num))
    return _grouped(
        transaction, (of, cut), (begins_us, period_us), (literal(0), *held, literal(None))
    )


def without_number(
    transaction: Transaction, of: Series, cut: Slice, begins_us: int, period_us: int
) -> dict[int, int]:
    """Return how many instances of each period hold no number."""
    number = ((_time(cut) - begins_us) // period_us).label("number")
    query = select(number, func.count()).where(_within(of, cut), text(f"({UNCOMMON})"))
    rows = transaction.execute(query.where(instance.c.num.is_(None)).group_by(number))
    return {row[0]: row[1] for row in rows}


def remove(
    transaction: Transaction, entity_pk: int, attribute_pks: Collection[int] | None = None
) -> None:
    """Forget all instances of an entity, or those of some attributes."""
    statement = delete(instance).where(instance.c.entity_pk == entity_pk)
    if attribute_pks is not None:
        statement = statement.where(instance.c.attribute_pk.in_(attribute_pks))
    transaction.execute(statement)


def remove_dataset(transaction: Transaction, of: Series, dataset: str) -> bool:
    """Forget the instances of one dataset; tell whether there were any."""
    meant = _within(of, Slice(datasets=frozenset({dataset})))
    return transaction.execute(delete(instance).where(meant)).rowcount > 0


def at(transaction: Transaction, of: Series, observed_us: int) -> list[Instance]:
    """Return the instances at an instant, one of each dataset."""
    return instances(transaction, of, Slice(observed_us, observed_us))


def remove_one(transaction: Transaction, key: Key) -> None:
    """Forget one instance."""
    same = [instance.c[name] == held for name, held in key._asdict().items()]
    transaction.execute(delete(instance).where(*same))


def _grouped(
    transaction: Transaction,
    which: tuple[Series, Slice],
    grid: tuple[int, int],
    held: tuple[ColumnElement[Any], ...],
) -> list[Bucket]:
    number = ((_time(which[1]) - grid[0]) // grid[1]).label("number")
    query = select(number, func.count(), *held).where(_within(*which))
    rows = transaction.execute(query.group_by(number).order_by(number))
    return [Bucket(*row) for row in rows]


def _instance(row: Row[Any]) -> Instance:
    key = Key(row.entity_pk, row.attribute_pk, row.observed_us, row.dataset)
    return Instance(key, row.num, row.body, row.modified_us)


def _time(cut: Slice) -> ColumnElement[int]:
    return instance.c.modified_us if cut.by_arrival else instance.c.observed_us


def _within(of: Series, cut: Slice) -> ColumnElement[bool]:
    bounds = [
        instance.c.entity_pk == of.entity_pk,
        instance.c.attribute_pk == of.attribute_pk,
    ]
    if cut.begins_us is not None:
        bounds.append(_time(cut) >= cut.begins_us)
    if cut.ends_us is not None:
        bounds.append(_time(cut) <= cut.ends_us)
    if cut.datasets is not None:
        bounds.append(instance.c.dataset.in_(cut.datasets))
    return and_(*bounds)


def _order(cut: Slice, newest: bool) -> list[ColumnElement[Any]]:
    times = (_time(cut), instance.c.observed_us) if cut.by_arrival else (_time(cut),)
    columns = (*times, instance.c.dataset)
    return [column.desc() if newest else column.asc() for column in columns]
