"""Alarms as rows: the state of each, the journal, and how far the change log was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, insert, select, update

from platform_hub.server.store.area_tables import alarm, alarm_cursor, alarm_journal
from platform_hub.server.store.tables import change

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from platform_hub.server.store.database import Transaction

_CURSOR = 1  # the only row of its table
_RAISED = "raised"


class StoredAlarm(NamedTuple):
    """The state of one alarm as JSON; the revision grows with every change of any alarm."""

    id: str
    body: bytes
    revision: int


class Cursor(NamedTuple):
    """The last change judged, and the last revision given."""

    seq: int
    revision: int


class Line(NamedTuple):
    """One line of the journal."""

    alarm: str
    at_us: int
    what: str
    state: str
    priority: str
    value: float | None = None
    by: str = ""
    note: str = ""
    seq: int = 0


class Change(NamedTuple):
    """A change of an entity, as the change log has it."""

    seq: int
    entity_pk: int
    body: bytes


_LINE = [alarm_journal.c[name] for name in Line._fields]


def cursor(transaction: Transaction) -> Cursor:
    """Return the cursor; other processes wait for it until this transaction ends."""
    query = select(alarm_cursor).where(alarm_cursor.c.id == _CURSOR).with_for_update()
    row = transaction.execute(query).one_or_none()
    if row:
        return Cursor(row.seq, row.revision)
    transaction.execute(insert(alarm_cursor).values(id=_CURSOR, seq=0, revision=0))
    return Cursor(0, 0)


def save_cursor(transaction: Transaction, new: Cursor) -> None:
    """Move the cursor."""
    moved = update(alarm_cursor).where(alarm_cursor.c.id == _CURSOR)
    transaction.execute(moved.values(new._asdict()))


def seen(transaction: Transaction) -> int:
    """Return the last change judged."""
    return transaction.scalar(select(alarm_cursor.c.seq)) or 0


def news(
    transaction: Transaction, entity_pks: Collection[int], after: int, upto: int, limit: int
) -> list[Change]:
    """Return what the change log has of some entities, after one number up to another."""
    within = (change.c.seq > after) & (change.c.seq <= upto) & change.c.entity_pk.in_(entity_pks)
    query = select(change.c.seq, change.c.entity_pk, change.c.body).where(within)
    return [Change(*row) for row in transaction.execute(query.order_by(change.c.seq).limit(limit))]


def all_alarms(transaction: Transaction, after: int = -1) -> dict[str, StoredAlarm]:
    """Return the alarms changed after a revision, by id."""
    query = select(alarm).where(alarm.c.revision > after).order_by(alarm.c.revision)
    return {row.id: StoredAlarm(*row) for row in transaction.execute(query)}


def save(transaction: Transaction, changed: StoredAlarm) -> None:
    """Replace the state of an alarm."""
    values = changed._asdict()
    if not transaction.execute(
        update(alarm).where(alarm.c.id == changed.id).values(values)
    ).rowcount:
        transaction.execute(insert(alarm).values(values))


def write(transaction: Transaction, lines: Iterable[Line]) -> None:
    """Add lines to the journal."""
    rows = [{k: v for k, v in line._asdict().items() if k != "seq"} for line in lines]
    if rows:
        transaction.execute(insert(alarm_journal), rows)


def journal(transaction: Transaction, before: int, limit: int, of: str = "") -> list[Line]:
    """Return lines before a number (0 is the end), newest first; of one alarm or of all."""
    query = select(*_LINE)
    if before:
        query = query.where(alarm_journal.c.seq < before)
    if of:
        query = query.where(alarm_journal.c.alarm == of)
    rows = transaction.execute(query.order_by(alarm_journal.c.seq.desc()).limit(limit))
    return [Line(*row) for row in rows]


def lines_between(transaction: Transaction, begins_us: int, ends_us: int) -> list[Line]:
    """Return the lines from an instant on until another, in time."""
    within = alarm_journal.c.at_us.between(begins_us, ends_us)
    in_time = select(*_LINE).where(within).order_by(alarm_journal.c.at_us, alarm_journal.c.seq)
    return [Line(*row) for row in transaction.execute(in_time)]


def standing_at(transaction: Transaction, instant_us: int) -> dict[str, int]:
    """Return the alarms that were raised and had not returned at an instant, and since when."""
    turns = alarm_journal.c.what.in_((_RAISED, "returned")), alarm_journal.c.at_us <= instant_us
    last = select(func.max(alarm_journal.c.seq)).where(*turns).group_by(alarm_journal.c.alarm)
    columns = alarm_journal.c.alarm, alarm_journal.c.at_us, alarm_journal.c.what
    rows = transaction.execute(select(*columns).where(alarm_journal.c.seq.in_(last)))
    return {alarm: at_us for alarm, at_us, what in rows if what == _RAISED}
