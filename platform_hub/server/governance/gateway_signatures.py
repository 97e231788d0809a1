"""Gateways by signature: a token that the gateway's own Ed25519 key signed speaks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from platform_hub.server.governance.keys import Caller
from platform_hub.server.governance.roles import Role
from platform_hub.server.store import gateway_keys
from platform_hub.wire import tokens
from platform_hub.wire.tokens import BadToken

if TYPE_CHECKING:
    from platform_hub.server.store.database import Transaction
    from platform_hub.wire.tokens import Token

SKEW_S = 120  # a gateway's clock may be off by so much; see GET /area/v1/time
_LONGEST_S = 2 * tokens.LIFETIME_S
_SECOND_US = 1_000_000


def audience(area: str) -> str:
    """Return whom a gateway addresses its tokens to."""
    return f"smartarea:{area}"


def caller_of(transaction: Transaction, token: Token, area: str, now_us: int) -> Caller:
    """Return the gateway that a token speaks for.

    Raises:
        BadToken: unknown or revoked key, wrong signature, hub or time; says which, so that a
            technician can mend it.
    """
    key = gateway_keys.find(transaction, token.kid)
    if key is None or key.revoked_us is not None:
        raise BadToken(f"key {token.kid} is not that of a gateway of this area: register it")
    claims = token.check(tokens.public_key(key.public_key))
    if claims.get("iss") != key.gateway or claims.get("aud") != audience(area):
        raise BadToken(f"the token is not one of {key.gateway} for {audience(area)}")
    _check_time(claims, now_us / _SECOND_US)
    return Caller(Role.GATEWAY, key.gateway, key.kid)


def _check_time(claims: dict[str, Any], now_s: float) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not (isinstance(issued, int | float) and isinstance(expires, int | float)):
        raise BadToken("the token says neither when it was made nor when it ends")
    if issued > now_s + SKEW_S:
        raise BadToken("the token is not yet valid: set the gateway's clock, see /area/v1/time")
    if now_s > expires + SKEW_S or expires - issued > _LONGEST_S:
        raise BadToken("the token has expired: set the gateway's clock, see /area/v1/time")
