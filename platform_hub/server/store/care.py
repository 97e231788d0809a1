"""Care as rows: residents, assignments, consents, minutes by hour, days, events and records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, func, insert, or_, select, update

from platform_hub.server.store import engines
from platform_hub.server.store.care_tables import (
    care_assignment,
    care_consent,
    care_day,
    care_event,
    care_hour,
    care_record,
    care_resident,
    care_wearable,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Table

    from platform_hub.server.store.database import Transaction


class StoredResident(NamedTuple):
    """A resident: pseudonym and label."""

    id: str
    label: str
    invented: int
    created_us: int


class StoredAssignment(NamedTuple):
    """Who looks after whom; `until_us` ends a look in need."""

    resident: str
    caregiver: str
    since_us: int
    until_us: int | None = None
    reason: str = ""


class StoredWearable(NamedTuple):
    """Who wears a device, or wore it last where `until_us` is set."""

    device: str
    resident: str
    since_us: int
    until_us: int | None = None


class StoredConsent(NamedTuple):
    """One version of a consent; `scopes` are separated by spaces."""

    resident: str
    version: int
    scopes: str
    body: bytes
    given_us: int
    withdrawn_us: int | None = None


class StoredDay(NamedTuple):
    """What lists need of a day; NULL is unknown."""

    resident: str
    day: int
    worn_min: int
    night_worn_min: int
    valid: int
    valid_night: int
    resting_hr: float | None
    rmssd: float | None
    spo2_median: float | None
    steps: float | None
    sleep_min: float | None
    battery: float | None


class StoredEvent(NamedTuple):
    """An event, and what became of it."""

    id: int
    resident: str
    kind: str
    at_us: int
    device: str
    acknowledged_us: int | None
    acknowledged_by: str
    outcome: str
    note: str


class StoredRecord(NamedTuple):
    """A record; it is never changed, a correction is a new one that names it."""

    id: int
    resident: str
    kind: str
    at_us: int
    by: str
    corrects: int | None
    body: bytes


_DAY = [care_day.c[name] for name in StoredDay._fields]


def add_resident(transaction: Transaction, new: StoredResident) -> None:
    """Store a new resident."""
    transaction.execute(insert(care_resident).values(new._asdict()))


def resident(transaction: Transaction, ident: str) -> StoredResident | None:
    """Return a resident by pseudonym."""
    query = select(care_resident).where(care_resident.c.id == ident)
    row = transaction.execute(query).one_or_none()
    return StoredResident(*row) if row else None


def residents(transaction: Transaction) -> list[StoredResident]:
    """Return every resident by label."""
    query = select(care_resident).order_by(care_resident.c.label, care_resident.c.id)
    return [StoredResident(*row) for row in transaction.execute(query)]


def assign(transaction: Transaction, new: StoredAssignment) -> None:
    """Store an assignment."""
    engines.upsert(transaction, care_assignment, [new._asdict()])


def assignments(
    transaction: Transaction, now_us: int, of: str = "", caregiver: str = ""
) -> list[StoredAssignment]:
    """Return the assignments in force, of one resident, of one caregiver, or all."""
    in_force = or_(care_assignment.c.until_us.is_(None), care_assignment.c.until_us > now_us)
    query = select(care_assignment).where(in_force)
    if of:
        query = query.where(care_assignment.c.resident == of)
    if caregiver:
        query = query.where(care_assignment.c.caregiver == caregiver)
    ordered = query.order_by(care_assignment.c.resident, care_assignment.c.caregiver)
    return [StoredAssignment(*row) for row in transaction.execute(ordered)]


def end_assignments(transaction: Transaction, of: str, now_us: int) -> None:
    """End every assignment of a resident that is in force."""
    mine = care_assignment.c.resident == of
    open_ended = or_(care_assignment.c.until_us.is_(None), care_assignment.c.until_us > now_us)
    transaction.execute(update(care_assignment).where(mine, open_ended).values(until_us=now_us))


def hand_out(transaction: Transaction, new: StoredWearable) -> None:
    """Store that a resident wears a device from now on."""
    engines.upsert(transaction, care_wearable, [new._asdict()], ("until_us",))


def take_back(transaction: Transaction, device: str, now_us: int) -> None:
    """Store that nobody wears a device any more."""
    worn = (care_wearable.c.device == device) & care_wearable.c.until_us.is_(None)
    transaction.execute(update(care_wearable).where(worn).values(until_us=now_us))


def wearables(transaction: Transaction) -> dict[str, StoredWearable]:
    """Return who wears each device that was ever given out, or wore it last, by device."""
    ordered = select(care_wearable).order_by(
        care_wearable.c.device, care_wearable.c.since_us, care_wearable.c.until_us.is_(None)
    )
    return {row.device: StoredWearable(*row) for row in transaction.execute(ordered)}


def add_consent(transaction: Transaction, new: StoredConsent) -> None:
    """Store a version of a consent."""
    transaction.execute(insert(care_consent).values(new._asdict()))


def consents(transaction: Transaction, of: str = "") -> list[StoredConsent]:
    """Return every version, oldest first; of one resident or of all."""
    query = select(care_consent)
    if of:
        query = query.where(care_consent.c.resident == of)
    ordered = query.order_by(care_consent.c.resident, care_consent.c.version)
    return [StoredConsent(*row) for row in transaction.execute(ordered)]


def withdraw(transaction: Transaction, of: str, version: int, now_us: int) -> None:
    """Mark a version as withdrawn."""
    mine = (care_consent.c.resident == of) & (care_consent.c.version == version)
    transaction.execute(update(care_consent).where(mine).values(withdrawn_us=now_us))


def hours(transaction: Transaction, of: str, first: int, last: int) -> dict[int, bytes]:
    """Return the stored hours of a resident by number, `first` to `last`, both included."""
    mine = (care_hour.c.resident == of) & care_hour.c.hour.between(first, last)
    query = select(care_hour.c.hour, care_hour.c.body).where(mine)
    return {row.hour: bytes(row.body) for row in transaction.execute(query)}


def save_hours(transaction: Transaction, of: str, bodies: dict[int, bytes]) -> None:
    """Replace hours."""
    rows = [{"resident": of, "hour": hour, "body": body} for hour, body in bodies.items()]
    if rows:
        engines.upsert(transaction, care_hour, rows, ("body",))


def drop_hours_before(transaction: Transaction, hour: int) -> int:
    """Delete minutes that are old enough; the days that were made from them stay."""
    return transaction.execute(delete(care_hour).where(care_hour.c.hour < hour)).rowcount


def drop_days_before(transaction: Transaction, day: int) -> int:
    """Delete daily summaries that are old enough."""
    return transaction.execute(delete(care_day).where(care_day.c.day < day)).rowcount


def drop_events_before(transaction: Transaction, at_us: int) -> int:
    """Delete events that are old enough and were answered."""
    old = (care_event.c.at_us < at_us) & care_event.c.acknowledged_us.is_not(None)
    return transaction.execute(delete(care_event).where(old)).rowcount


def drop_records_before(transaction: Transaction, at_us: int) -> int:
    """Delete records that are old enough."""
    return transaction.execute(delete(care_record).where(care_record.c.at_us < at_us)).rowcount


def save_days(transaction: Transaction, days: Iterable[tuple[StoredDay, bytes]]) -> None:
    """Replace days; the second of each is the whole summary."""
    rows = [{**day._asdict(), "body": body} for day, body in days]
    if rows:
        new = [name for name in rows[0] if name not in {"resident", "day"}]
        engines.upsert(transaction, care_day, rows, new)


def days(transaction: Transaction, of: Collection[str], first: int, last: int) -> list[StoredDay]:
    """Return the days of residents, in order of resident and day; without their bodies."""
    within = care_day.c.resident.in_(of) & care_day.c.day.between(first, last)
    query = select(*_DAY).where(within).order_by(care_day.c.resident, care_day.c.day)
    return [StoredDay(*row) for row in transaction.execute(query)]


def day_bodies(transaction: Transaction, of: str, first: int, last: int) -> list[bytes]:
    """Return whole summaries of one resident in order."""
    mine = (care_day.c.resident == of) & care_day.c.day.between(first, last)
    query = select(care_day.c.body).where(mine).order_by(care_day.c.day)
    return [bytes(body) for body in transaction.scalars(query)]


def add_event(transaction: Transaction, values: dict[str, Any]) -> bool:
    """Store an event; False where it is known already."""
    same = [care_event.c[name] == values[name] for name in ("resident", "kind", "at_us")]
    if transaction.scalar(select(care_event.c.id).where(*same)) is not None:
        return False
    empty = {"device": "", "acknowledged_by": "", "outcome": "", "note": ""}
    transaction.execute(insert(care_event).values({**empty, **values}))
    return True


def event(transaction: Transaction, ident: int) -> StoredEvent | None:
    """Return an event."""
    row = transaction.execute(select(care_event).where(care_event.c.id == ident)).one_or_none()
    return StoredEvent(*row) if row else None


def events(
    transaction: Transaction, of: Collection[str], since_us: int = 0, *, only_open: bool = False
) -> list[StoredEvent]:
    """Return the events of residents from an instant on, newest first."""
    mine = care_event.c.resident.in_(of) & (care_event.c.at_us >= since_us)
    query = select(care_event).where(mine)
    if only_open:
        query = query.where(care_event.c.acknowledged_us.is_(None))
    rows = transaction.execute(query.order_by(care_event.c.at_us.desc(), care_event.c.id.desc()))
    return [StoredEvent(*row) for row in rows]


def acknowledge(transaction: Transaction, ident: int, values: dict[str, Any]) -> bool:
    """Acknowledge an event; False where somebody was faster."""
    free = (care_event.c.id == ident) & care_event.c.acknowledged_us.is_(None)
    return bool(transaction.execute(update(care_event).where(free).values(values)).rowcount)


def add_record(transaction: Transaction, values: dict[str, Any]) -> int:
    """Store a record; return its number."""
    added = transaction.execute(insert(care_record).values(values).returning(care_record.c.id))
    return int(added.scalar_one())


def records(
    transaction: Transaction,
    of: Collection[str],
    kinds: Sequence[str],
    since_us: int = 0,
    limit: int = 1000,
) -> list[StoredRecord]:
    """Return records of residents of some kinds, newest first."""
    mine = care_record.c.resident.in_(of) & (care_record.c.at_us >= since_us)
    query = select(care_record).where(mine, care_record.c.kind.in_(kinds))
    newest = query.order_by(care_record.c.at_us.desc(), care_record.c.id.desc()).limit(limit)
    return [StoredRecord(*row) for row in transaction.execute(newest)]


def erase(
    transaction: Transaction, of: str, *, wearable: bool, records_too: bool
) -> dict[str, int]:
    """Delete what may not be kept any more; return how many rows of each kind went."""
    tables = _erased(wearable=wearable, records_too=records_too)
    return {
        name: transaction.execute(delete(table).where(table.c.resident == of)).rowcount
        for name, table in tables.items()
    }


def erasable(
    transaction: Transaction, of: str, *, wearable: bool, records_too: bool
) -> dict[str, int]:
    """Return how many rows of each kind `erase` would delete."""
    tables = _erased(wearable=wearable, records_too=records_too)
    counts = {
        name: select(func.count()).select_from(table).where(table.c.resident == of)
        for name, table in tables.items()
    }
    return {name: int(transaction.scalar(query) or 0) for name, query in counts.items()}


def _erased(*, wearable: bool, records_too: bool) -> dict[str, Table]:
    gone = {"hours": care_hour, "days": care_day, "events": care_event} if wearable else {}
    return gone | ({"records": care_record} if records_too else {})


def newest_minute_hour(transaction: Transaction) -> dict[str, int]:
    """Return the newest stored hour of every resident that has one."""
    query = select(care_hour.c.resident, func.max(care_hour.c.hour)).group_by(care_hour.c.resident)
    return {row[0]: int(row[1]) for row in transaction.execute(query)}
