"""Moving: everything of one database into another, compared series by series.

It may be stopped at any time and called again: a series that has arrived whole is compared and
passed over, the small tables are written anew. Only an empty database, or one that this very
move has begun to fill, is written to.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.sql import sqltypes

from area_configs.domain.errors import SmartAreaError
from platform_hub.server.store import engines, entities, instances, staging
from platform_hub.server.store.area_tables import EVERY
from platform_hub.server.store.tables import entity, instance, meta

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Table

    from platform_hub.server.store.database import Database, Transaction
    from platform_hub.server.store.staging import Row

_ROWS = 20_000  # in one transaction
_EVERY = (1 << 63) - 1
_IDENTITY, _FROM = "identity", "moving_from"


class CannotMove(SmartAreaError):
    """The databases do not fit together, or differ after the move; says what to do."""


class Sum(NamedTuple):
    """What a series amounts to: how many instances, and a checksum of all that they say."""

    instances: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did: `instances` of all `series` are the same on both sides.

    Attributes:
        copied: instances written by this call; the others had arrived before.
    """

    entities: int
    series: int
    instances: int
    copied: int


def move(source: Database, target: Database, progress: Callable[[int, int], None]) -> Moved:
    """Copy a database and compare; nobody may write to the source meanwhile.

    Args:
        source: what to copy; it gets an identity of its own, else nothing changes in it.
        target: where to; a new database, or one that this source was being moved to.
        progress: called with the series done and all series.

    Raises:
        CannotMove: the target holds something else, or a series differs after copying.
    """
    identity = source.write(_identity).result()
    target.write(lambda transaction: _claim(transaction, identity)).result()
    for table in _small_tables():
        _copy_table(source, target, table)
    target.write(_count_on).result()
    series = source.read(_all_series)
    total = copied = 0
    for done, of in enumerate(series):
        progress(done, len(series))
        count, new = _move_series(source, target, of)
        total, copied = total + count, copied + new
    progress(len(series), len(series))
    return Moved(source.read(_entity_count), len(series), total, copied)


def sum_of(database: Database, of: tuple[int, int]) -> Sum:
    """Return what a series amounts to."""
    digest, count = hashlib.blake2b(digest_size=16), 0
    for rows in _chunks(database, of):
        count += len(rows)
        for row in rows:
            digest.update(repr(row[2:]).encode())
    return Sum(count, digest.hexdigest())


def _move_series(source: Database, target: Database, of: tuple[int, int]) -> tuple[int, int]:
    wanted = sum_of(source, of)
    if sum_of(target, of) == wanted:
        return wanted.instances, 0
    for rows in _chunks(source, of):
        target.write(partial(staging.store, rows=rows)).result()
    if sum_of(target, of) != wanted:
        raise CannotMove(
            f"series {of} differs between {source.place} and {target.place} after copying: "
            "drop the new database and begin again"
        )
    return wanted.instances, wanted.instances


def _chunks(database: Database, of: tuple[int, int]) -> Iterator[list[Row]]:
    """Yield the instances of a series in order, a transaction's worth at a time."""
    last: Row | None = None
    while True:
        rows = database.read(partial(_rows, of=of, last=last))
        if not rows:
            return
        yield rows
        last = rows[-1]


def _rows(transaction: Transaction, of: tuple[int, int], last: Row | None) -> list[Row]:
    mine = and_(instance.c.entity_pk == of[0], instance.c.attribute_pk == of[1])
    if last is not None:
        later = instance.c.observed_us > last[2]
        beside = and_(instance.c.observed_us == last[2], instance.c.dataset > last[3])
        mine = and_(mine, or_(later, beside))
    query = select(instance).where(mine).order_by(instance.c.observed_us, instance.c.dataset)
    return [_plain(row) for row in transaction.execute(query.limit(_ROWS))]


def _plain(row: Any) -> Row:
    entity_pk, attribute_pk, observed_us, dataset, num, body, modified_us = row
    return entity_pk, attribute_pk, observed_us, dataset, num, bytes(body), modified_us


def _all_series(transaction: Transaction) -> list[tuple[int, int]]:
    return [
        (pk, attribute_pk)
        for pk in entities.numbers(transaction, 0, _EVERY)
        for attribute_pk in instances.attributes_of(transaction, pk).values()
    ]


def _entity_count(transaction: Transaction) -> int:
    return int(transaction.scalar(select(func.count()).select_from(entity)) or 0)


def _identity(transaction: Transaction) -> str:
    mine = {"key": _IDENTITY, "value": str(uuid.uuid4())}
    engines.upsert(transaction, meta, [mine])
    return str(transaction.scalar(select(meta.c.value).where(meta.c.key == _IDENTITY)))


def _claim(transaction: Transaction, identity: str) -> None:
    found = transaction.scalar(select(meta.c.value).where(meta.c.key == _FROM))
    if found is None and _entity_count(transaction):
        raise CannotMove("the new database holds a hub already: give an empty one")
    if found not in {None, identity}:
        raise CannotMove("the new database is being filled from another hub: give an empty one")
    engines.upsert(transaction, meta, [{"key": _FROM, "value": identity}])


def _small_tables() -> list[Table]:
    return [table for table in EVERY.sorted_tables if table not in {instance, meta}]


def _copy_table(source: Database, target: Database, table: Table) -> None:
    target.write(partial(_empty, table=table)).result()
    for at in range(0, source.read(partial(_count, table=table)), _ROWS):
        rows = source.read(partial(_page, table=table, at=at))
        target.write(partial(engines.upsert, table=table, rows=rows)).result()


def _empty(transaction: Transaction, table: Table) -> None:
    transaction.execute(delete(table))


def _page(transaction: Transaction, table: Table, at: int) -> list[dict[str, Any]]:
    page = select(table).order_by(*table.primary_key).offset(at).limit(_ROWS)
    return [dict(row) for row in transaction.execute(page).mappings()]


def _count(transaction: Transaction, table: Table) -> int:
    return int(transaction.scalar(select(func.count()).select_from(table)) or 0)


def _count_on(transaction: Transaction) -> None:
    """Let new rows be numbered after those that were copied with their numbers."""
    if not engines.is_postgresql(transaction):
        return
    for table in EVERY.sorted_tables:
        column = table.autoincrement_column
        if column is not None and isinstance(column.type, sqltypes.Integer):
            newest = transaction.scalar(select(func.max(column)))
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            if newest:
                transaction.execute(select(func.setval(sequence, newest)))
