"""People and their sessions: passwords as argon2 hashes, refresh tokens as plain ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, or_, select, update
from typing_extensions import override

from platform_hub.server.store.area_tables import account, session

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from platform_hub.server.store.database import Transaction


class StoredUser(NamedTuple):
    """A person; `disabled_us` is None while they may log in."""

    name: str
    role: str
    password: str
    created_us: int
    disabled_us: int | None = None

    @override
    def __repr__(self) -> str:
        """Leave the password's hash out of every log."""
        return f"StoredUser({self.name!r}, {self.role!r})"


class StoredSession(NamedTuple):
    """One login."""

    id: str
    account: str
    refresh: str
    spent: str
    created_us: int
    expires_us: int
    revoked_us: int | None = None


def add(transaction: Transaction, user: StoredUser) -> None:
    """Store a new person."""
    transaction.execute(insert(account).values(user._asdict()))


def find(transaction: Transaction, name: str) -> StoredUser | None:
    """Return a person by name, disabled or not."""
    row = transaction.execute(select(account).where(account.c.name == name)).one_or_none()
    return StoredUser(*row) if row else None


def all_users(transaction: Transaction) -> list[StoredUser]:
    """Return everybody by name."""
    return [
        StoredUser(*row) for row in transaction.execute(select(account).order_by(account.c.name))
    ]


def change(transaction: Transaction, name: str, **values: str | int | None) -> bool:
    """Change columns of a person; False where there is none of that name."""
    statement = update(account).where(account.c.name == name).values(**values)
    return bool(transaction.execute(statement).rowcount)


def open_session(transaction: Transaction, new: StoredSession) -> None:
    """Store a login."""
    transaction.execute(insert(session).values(new._asdict()))


def find_session(transaction: Transaction, ident: str) -> StoredSession | None:
    """Return a session by id, whether it is still valid or not."""
    row = transaction.execute(select(session).where(session.c.id == ident)).one_or_none()
    return StoredSession(*row) if row else None


def session_of(transaction: Transaction, refresh: str) -> StoredSession | None:
    """Return the session whose newest or last spent refresh token has this hash."""
    matches = or_(session.c.refresh == refresh, session.c.spent == refresh)
    row = transaction.execute(select(session).where(matches)).one_or_none()
    return StoredSession(*row) if row else None


def renew(transaction: Transaction, ident: str, refresh: str, spent: str) -> bool:
    """Replace a session's refresh token; False where another request was faster."""
    statement = update(session).where(session.c.id == ident, session.c.refresh == spent)
    return bool(transaction.execute(statement.values(refresh=refresh, spent=spent)).rowcount)


def end_session(transaction: Transaction, ident: str, now_us: int) -> int:
    """Revoke one session; return how many were valid until now."""
    return _revoke(transaction, session.c.id == ident, now_us)


def end_sessions_of(transaction: Transaction, name: str, now_us: int) -> int:
    """Revoke every session of a person; return how many were valid until now."""
    return _revoke(transaction, session.c.account == name, now_us)


def _revoke(transaction: Transaction, which: ColumnElement[bool], now_us: int) -> int:
    statement = update(session).where(which, session.c.revoked_us.is_(None))
    return transaction.execute(statement.values(revoked_us=now_us)).rowcount
