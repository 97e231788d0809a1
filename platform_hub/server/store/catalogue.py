"""The catalogue: which series there are, since when, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, and_, select, true

from platform_hub.server.store.rollups import HALF_HOUR
from platform_hub.server.store.tables import attribute, entity, instance, rollup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ScalarSelect, Table

    from platform_hub.server.store.database import Transaction

_DELETIONS = "~%"  # what `evolution.GONE` begins


class Known(NamedTuple):
    """One attribute of one entity that has a history.

    Attributes:
        held: the attribute as it is now, normalised; None where it is gone.
        first_us, last_us: its first and last instant. Where readings were dropped and roll-ups kept,
            the first is the begin of a half hour.
    """

    entity: str
    type: str
    attribute: str
    held: Any
    first_us: int
    last_us: int


def series(
    transaction: Transaction, only: str, attribute_name: str, after: str, limit: int
) -> list[Known]:
    """Return the series of some entities of the area, ordered by entity and attribute.

    Args:
        transaction: where to read.
        only: id of one entity, empty for all.
        attribute_name: only this attribute, empty for all.
        after: entities whose id follows this one.
        limit: entities, not series.
    """
    query = select(entity.c.pk, entity.c.id, entity.c.type, entity.c.document).where(
        entity.c.tenant == "", entity.c.deleted_us.is_(None), entity.c.id > after
    )
    if only:
        query = query.where(entity.c.id == only)
    page = transaction.execute(query.order_by(entity.c.id).limit(limit)).all()
    found: dict[int, list[tuple[str, int, int]]] = {}
    for pk, name, first_us, last_us in _spans(
        transaction, [row.pk for row in page], attribute_name
    ):
        found.setdefault(pk, []).append((name, first_us, last_us))
    return [
        Known(row.id, row.type, name, document.get(name), first_us, last_us)
        for row in page
        for document in (msgspec.json.decode(row.document),)
        for name, first_us, last_us in sorted(found.get(row.pk, []))
    ]


def _spans(
    transaction: Transaction, pks: list[int], name: str
) -> Iterator[tuple[int, str, int, int]]:
    # Every bound is one look into an index; a grouping would pass over all that is stored.
    ends = [
        _end(table, column, newest=newest)
        for table, column in ((instance, instance.c.observed_us), (rollup, rollup.c.begins_us))
        for newest in (False, True)
    ]
    every = entity.join(attribute, true())
    query = select(entity.c.pk, attribute.c.name, *ends).select_from(every)
    query = query.where(entity.c.pk.in_(pks), attribute.c.name.not_like(_DELETIONS))
    if name:
        query = query.where(attribute.c.name == name)
    for pk, known, first_us, last_us, first_rolled, last_rolled in transaction.execute(query):
        firsts = [one for one in (first_us, first_rolled) if one is not None]
        if firsts:
            yield pk, known, min(firsts), last_rolled if last_us is None else last_us


def _end(table: Table, column: ColumnElement[int], *, newest: bool) -> ScalarSelect[int]:
    mine = and_(table.c.entity_pk == entity.c.pk, table.c.attribute_pk == attribute.c.pk)
    if table is rollup:
        mine = and_(mine, table.c.period_s == HALF_HOUR)
    order = column.desc() if newest else column.asc()
    return select(column).where(mine).order_by(order).limit(1).scalar_subquery()
