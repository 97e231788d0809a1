"""Instances: every value an attribute has had, each once by its natural key."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, select

from platform_hub.server.store import engines, rollups, staging
from platform_hub.server.store.tables import attribute, instance

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.staging import Row


_NUMBERS, _MOST_NUMBERS = "attribute numbers", 10_000


class Key(NamedTuple):
    """What makes an instance itself; `dataset` is empty for the default one."""

    entity_pk: int
    attribute_pk: int
    observed_us: int
    dataset: str = ""


class Instance(NamedTuple):
    """One value in time; `body` is the normalised attribute as JSON, without `observedAt`."""

    key: Key
    num: float | None
    body: bytes
    modified_us: int


class Span(NamedTuple):
    """Instants from `begins_us` up to and including `ends_us`; None is open."""

    begins_us: int | None = None
    ends_us: int | None = None


def attribute_pks(transaction: Transaction, names: Collection[str]) -> dict[str, int]:
    """Return the numbers of attribute names; new names are numbered."""
    held: dict[str, int] = transaction.info.setdefault(_NUMBERS, {})  # a number stays for ever
    if missing := [name for name in sorted(names) if name not in held]:
        known = _known(transaction, missing)
        if new := [{"name": name} for name in missing if name not in known]:
            engines.upsert(transaction, attribute, new)
            known = _known(transaction, missing)
        if len(held) > _MOST_NUMBERS:
            held.clear()
            known = _known(transaction, names)
        held |= known
    return {name: held[name] for name in names}


def attributes_of(transaction: Transaction, entity_pk: int) -> dict[str, int]:
    """Return the attributes that an entity has instances of, by name."""
    used = select(instance.c.entity_pk).where(
        instance.c.entity_pk == entity_pk, instance.c.attribute_pk == attribute.c.pk
    )
    rows = transaction.execute(select(attribute).where(used.exists()).order_by(attribute.c.name))
    return {row.name: row.pk for row in rows}


def attribute_names(transaction: Transaction, pks: Collection[int]) -> dict[int, str]:
    """Return the names of attributes by their numbers."""
    rows = transaction.execute(select(attribute).where(attribute.c.pk.in_(pks)))
    return {row.pk: row.name for row in rows}


def insert_new(transaction: Transaction, rows: Sequence[Instance]) -> set[Key]:
    """Store instances with distinct keys; return the keys that were new or said something new."""
    flat = [(*row.key[:3], row.key.dataset, row.num, row.body, row.modified_us) for row in rows]
    known = store_rows(transaction, flat)
    return {row.key for place, row in enumerate(rows) if place not in known}


def store_rows(transaction: Transaction, rows: Sequence[Row]) -> set[int]:
    """Store rows with distinct keys; return the places of those that said nothing new.

    What is rolled up of them is marked as out of date.
    """
    known = staging.store(transaction, rows)
    if len(known) < len(rows):
        rollups.mark(transaction, rows)
    return known


def full_page_ends(
    transaction: Transaction, of: tuple[int, int], span: Span, size: int, *, newest: bool
) -> int | None:
    """Return the instant at which a page of `size` instances ends, None where all fit in it.

    Args:
        transaction: where to read.
        of: entity and attribute.
        span: instants to look at.
        size: instances in a page.
        newest: count from the newest back.
    """
    query = (
        select(instance.c.observed_us)
        .where(_within(of, span))
        .order_by(*_order(newest))
        .offset(size - 1)
        .limit(2)
    )
    ends = list(transaction.scalars(query))
    return ends[0] if len(ends) > 1 else None


def window(
    transaction: Transaction,
    of: tuple[int, int],
    span: Span,
    limit: int | None = None,
    *,
    newest: bool = False,
) -> list[Instance]:
    """Return the instances of (entity, attribute) in a span, oldest or newest first."""
    query = select(instance).where(_within(of, span)).order_by(*_order(newest)).limit(limit)
    return [
        Instance(Key(*of, observed_us, dataset), num, body, modified_us)
        for _, _, observed_us, dataset, num, body, modified_us in transaction.execute(query)
    ]


def drop_before(transaction: Transaction, of: tuple[int, int], before_us: int, limit: int) -> int:
    """Drop instances of a series that were observed before an instant; return how many there were.

    They are the oldest, and about as many as `limit`: a job must not keep others waiting.
    """
    old = _within(of, Span(None, before_us - 1))
    oldest = select(instance.c.observed_us).where(old).order_by(instance.c.observed_us)
    last = transaction.scalar(oldest.offset(limit - 1).limit(1))
    upto = _within(of, Span(None, before_us - 1 if last is None else last))
    return transaction.execute(delete(instance).where(upto)).rowcount


def _known(transaction: Transaction, names: Collection[str]) -> dict[str, int]:
    rows = transaction.execute(select(attribute).where(attribute.c.name.in_(names)))
    return {row.name: row.pk for row in rows}


def _within(of: tuple[int, int], span: Span) -> ColumnElement[bool]:
    bounds = [instance.c.entity_pk == of[0], instance.c.attribute_pk == of[1]]
    if span.begins_us is not None:
        bounds.append(instance.c.observed_us >= span.begins_us)
    if span.ends_us is not None:
        bounds.append(instance.c.observed_us <= span.ends_us)
    return and_(*bounds)


def _order(newest: bool) -> list[ColumnElement[object]]:
    columns = (instance.c.observed_us, instance.c.dataset)
    return [column.desc() if newest else column.asc() for column in columns]
