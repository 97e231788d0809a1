"""Sessions of people: a password opens one, a short-lived token speaks for it, a secret renews it.

The refresh token changes at every use; one that is shown a second time was stolen, from its owner
or by him, so it ends the session (RFC 9700, 4.14.2).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from platform_hub.server.governance import passwords
from platform_hub.server.governance.keys import Caller
from platform_hub.server.governance.roles import Role
from platform_hub.server.store import users
from platform_hub.server.store.users import StoredSession

if TYPE_CHECKING:
    from platform_hub.server.governance.identity import HubIdentity
    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.users import StoredUser

TOKEN_S = 900
SESSION_S = 12 * 3600  # a shift: then the password is asked for again
_SECOND_US = 1_000_000
_ISSUER = "hub"


@dataclass(frozen=True, slots=True)
class Login:
    """What a login or a renewal gives; the two tokens are seen only now."""

    user: StoredUser
    token: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_us: int = 0


def known(user: StoredUser | None, password: str) -> StoredUser | None:
    """Return the person whose password this is; costs a moment of work, in no transaction."""
    fits = passwords.matches(user.password if user else None, password)
    return user if user and fits and user.disabled_us is None else None


def begin(transaction: Transaction, user: StoredUser, identity: HubIdentity, now_us: int) -> Login:
    """Open a session."""
    refresh, ident = secrets.token_urlsafe(32), secrets.token_hex(8)
    ends_us = now_us + SESSION_S * _SECOND_US
    users.open_session(
        transaction, StoredSession(ident, user.name, _digest(refresh), "", now_us, ends_us)
    )
    return _login(user, ident, refresh, identity, now_us)


def renew(
    transaction: Transaction, refresh: str, identity: HubIdentity, now_us: int
) -> Login | None:
    """Renew a session; None where the refresh token is not its newest."""
    digest = _digest(refresh)
    session = users.session_of(transaction, digest)
    if session is None or not _valid(session, now_us):
        return None
    user = users.find(transaction, session.account)
    if session.spent == digest or user is None or user.disabled_us is not None:
        users.end_session(transaction, session.id, now_us)
        return None
    fresh = secrets.token_urlsafe(32)
    if not users.renew(transaction, session.id, _digest(fresh), digest):
        return None
    return _login(user, session.id, fresh, identity, now_us)


def caller_of(transaction: Transaction, claims: dict[str, Any], now_us: int) -> Caller | None:
    """Return whom the claims of one of our tokens speak for, None where they no longer hold.

    The session is looked up, so an ended login, a disabled person and a changed role count at
    once; the token itself only spares the password.
    """
    if claims.get("iss") != _ISSUER or now_us >= claims.get("exp", 0) * _SECOND_US:
        return None
    session = users.find_session(transaction, str(claims.get("sid", "")))
    if session is None or not _valid(session, now_us):
        return None
    user = users.find(transaction, session.account)
    if user is None or user.disabled_us is not None:
        return None
    return Caller(Role(user.role), user.name, session.id, session=session.id)


def _login(user: StoredUser, ident: str, refresh: str, identity: HubIdentity, now_us: int) -> Login:
    now_s = now_us // _SECOND_US
    claims = {"iss": _ISSUER, "sub": user.name, "sid": ident, "iat": now_s, "exp": now_s + TOKEN_S}
    # Two renewals within one second must not give one token.
    token = identity.sign({**claims, "jti": secrets.token_hex(8)})
    return Login(user, token, refresh, (now_s + TOKEN_S) * _SECOND_US)


def _valid(session: StoredSession, now_us: int) -> bool:
    return session.revoked_us is None and now_us < session.expires_us


def _digest(refresh: str) -> str:
    return hashlib.sha256(refresh.encode()).hexdigest()
