"""Passwords: argon2id with the library's current cost, and rules that help rather than annoy."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from area_configs.domain.errors import SmartAreaError

SHORTEST = 10
LONGEST = 256  # argon2 would take more, at the hub's cost
_HASHER = PasswordHasher()  # RFC 9106, second recommendation: 64 MiB, 3 passes


class WeakPassword(SmartAreaError):
    """The password cannot be taken; says why, without repeating it."""


def checked(password: str, name: str) -> str:
    """Return a password that may be used.

    Raises:
        WeakPassword: too short, too long, or easy to guess (NIST SP 800-63B, 5.1.1.2).
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"a password has {SHORTEST} to {LONGEST} characters")
    if password.casefold() in name.casefold() or name.casefold() in password.casefold():
        raise WeakPassword("the password holds the person's own name: choose another")
    if len(set(password)) < 5:  # noqa: PLR2004 - such as aaaaaaaaaa or 1212121212
        raise WeakPassword("the password repeats a few characters: choose another")
    return password


def hashed(password: str) -> str:
    """Return the hash to keep."""
    return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one of a hash; takes as long where there is no hash."""
    decoy = _decoy()
    try:
        _HASHER.verify(kept or decoy, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Tell whether a hash was made at a lower cost than today's."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _decoy() -> str:
    """Return what is compared where there is no such person, as long as a wrong password takes.

    Made at the first sign-in: a hash costs a hub's start 64 MiB and a tenth of a second.
    """
    return _HASHER.hash("there is nobody of this name")
