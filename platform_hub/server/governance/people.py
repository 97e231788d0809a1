"""The commands for people and the audit log, on the hub's folder, running or not."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec

from area_configs.domain.errors import SmartAreaError
from platform_hub.server.governance import accounts, audit, identity, passwords
from platform_hub.server.governance.audit import Broken, Deed
from platform_hub.server.store import users
from platform_hub.server.store.database import Database
from platform_hub.server.store.users import StoredUser

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from platform_hub.server.governance.audit import Verdict
    from platform_hub.server.governance.roles import Role
    from platform_hub.server.settings import HubFolder
    from platform_hub.server.store.database import Transaction

T = TypeVar("T")


class NoSuchUser(SmartAreaError):
    """There is no user of that name, or one too many."""


@dataclass(frozen=True, slots=True)
class People:
    """The people of a hub; every change goes into the audit log as done from the shell."""

    folder: HubFolder
    place: Path
    now_us: int

    def add(self, name: str, role: Role, password: str) -> None:
        """Add a person.

        Raises:
            SmartAreaError: the name is taken or wrong, or the password too weak.
        """
        if not accounts.is_name(name):
            raise NoSuchUser("a name has small letters, digits and . _ - only, at most 64")
        kept = passwords.hashed(passwords.checked(password, name))

        def add(transaction: Transaction) -> None:
            if users.find(transaction, name):
                raise NoSuchUser(f"there is a user {name} already: area-hub user list")
            users.add(transaction, StoredUser(name, role, kept, self.now_us))

        self._change(add, "user add", name, {"role": role})

    def everybody(self) -> list[StoredUser]:
        """Return everybody by name."""
        return self._read(users.all_users)

    def set_role(self, name: str, role: Role) -> None:
        """Change a person's role; their sessions end."""
        self._update(name, "user role", {"role": str(role)}, {"role": role})

    def set_password(self, name: str, password: str) -> None:
        """Set a person's password; their sessions end."""
        kept = passwords.hashed(passwords.checked(password, name))
        self._update(name, "user password", {"password": kept}, None)

    def set_disabled(self, name: str, *, disabled: bool) -> None:
        """Shut a person out, or let them in again."""
        since = self.now_us if disabled else None
        self._update(name, "user disable", {"disabled_us": since}, {"disabled": disabled})

    def verdict(self, head: str) -> Verdict:
        """Verify the audit log, against a head that was kept elsewhere where one is given.

        Raises:
            BadToken: the head was not signed by this hub.
        """
        own = identity.load(self.folder.identity)
        kept = audit.parse_head(head, own) if head else None
        found = self._read(lambda tx: audit.verify(tx, own, kept))
        if found.entries:
            return found
        lost = Broken(0, "the log is empty, yet it began when the hub was founded")
        return msgspec.structs.replace(found, broken=[lost, *found.broken])

    def _update(
        self, name: str, what: str, values: dict[str, str | int | None], change: object
    ) -> None:
        def update(transaction: Transaction) -> None:
            if not users.change(transaction, name, **values):
                raise NoSuchUser(f"there is no user {name}: area-hub user list")
            users.end_sessions_of(transaction, name, self.now_us)

        self._change(update, what, name, change)

    def _change(
        self, work: Callable[[Transaction], None], what: str, name: str, change: object
    ) -> None:
        own = identity.load(self.folder.identity)

        def both(transaction: Transaction) -> None:
            work(transaction)
            deed = Deed(audit.SHELL, what, name, 0, "", change)
            audit.record(transaction, deed, own, self.now_us)

        with contextlib.closing(Database(self.place)) as database:
            database.write(both).result()

    def _read(self, work: Callable[[Transaction], T]) -> T:
        with contextlib.closing(Database(self.place)) as database:
            return database.read(work)
