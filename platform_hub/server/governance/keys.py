"""Access keys: 256 random bits, shown once and kept as a hash, each with one role."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from platform_hub.server.store import keys as stored

if TYPE_CHECKING:
    from platform_hub.server.store.database import Transaction

_PREFIX = "sah_"  # makes a leaked key findable


class Role(StrEnum):
    """What a key's holder is."""

    GATEWAY = "gateway"  # stores the readings of the gateway it is named after
    READER = "reader"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request; a gateway's name is its id."""

    role: Role
    name: str

    def may_store_for(self, gateway: str) -> bool:
        """Tell whether the caller may store the readings of a gateway."""
        return self.role is Role.MANAGER or (self.role is Role.GATEWAY and self.name == gateway)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `secret` is seen only now."""

    role: Role
    name: str
    secret: str


ANYONE = Caller(Role.MANAGER, "anyone")  # every caller of a hub that is open on loopback


def create(transaction: Transaction, role: Role, name: str, now_us: int) -> NewKey:
    """Make and store a key."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    stored.add(transaction, stored.StoredKey(_digest(secret), role, name, now_us))
    return NewKey(role, name, secret)


def caller_of(transaction: Transaction, secret: str) -> Caller | None:
    """Return who holds a key, None where it is unknown or revoked."""
    found = stored.find(transaction, _digest(secret))
    return Caller(Role(found.role), found.name) if found else None


def _digest(secret: str) -> str:
    # A plain hash suffices: nobody can guess 256 random bits, unlike a password.
    return hashlib.sha256(secret.encode()).hexdigest()
