"""Access keys: 256 random bits, shown once and kept as a hash, each with one role and one plan."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from platform_hub.server.governance.roles import Role
from platform_hub.server.store import keys as stored

if TYPE_CHECKING:
    from platform_hub.server.store.database import Transaction

_PREFIX = "sah_"  # makes a leaked key findable
ID_CHARACTERS = 12
OPERATOR_PLAN = "operator"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request; a gateway's name is its id.

    Attributes:
        ident: the id of the key, or of the login, that was shown; empty for nobody in particular.
        plan: class of quota.
        session: id of the login; empty where a key was shown.
    """

    role: Role
    name: str
    ident: str = field(default="", compare=False)
    plan: str = field(default=OPERATOR_PLAN, compare=False)
    session: str = field(default="", compare=False)

    def may_store_for(self, gateway: str) -> bool:
        """Tell whether the caller may store the readings of a gateway."""
        return self.role is Role.MANAGER or (self.role is Role.GATEWAY and self.name == gateway)

    @property
    def who(self) -> str:
        """Return what limits, usage and the audit log call this caller."""
        return f"{self.role}:{self.name}"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `secret` is seen only now."""

    role: Role
    name: str
    secret: str = field(repr=False)
    plan: str = OPERATOR_PLAN

    @property
    def ident(self) -> str:
        """Return the id by which the key can be named without knowing it."""
        return id_of(_digest(self.secret))


ANYONE = Caller(Role.MANAGER, "anyone")  # every caller of a hub that is open on loopback


def create(
    transaction: Transaction, role: Role, name: str, now_us: int, plan: str = OPERATOR_PLAN
) -> NewKey:
    """Make and store a key."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    stored.add(transaction, stored.StoredKey(_digest(secret), role, name, now_us, None, plan))
    return NewKey(role, name, secret, plan)


def is_key(secret: str) -> bool:
    """Tell whether a credential looks like one of these keys."""
    return secret.startswith(_PREFIX)


def caller_of(transaction: Transaction, secret: str) -> Caller | None:
    """Return who holds a key, None where it is unknown or revoked."""
    found = stored.find(transaction, _digest(secret))
    if not found:
        return None
    return Caller(Role(found.role), found.name, id_of(found.hash), found.plan)


def id_of(digest: str) -> str:
    """Return the id of a key from its hash."""
    return digest[:ID_CHARACTERS]


def _digest(secret: str) -> str:
    # A plain hash suffices: nobody can guess 256 random bits, unlike a password.
    return hashlib.sha256(secret.encode()).hexdigest()
