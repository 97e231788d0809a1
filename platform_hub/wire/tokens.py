"""Signed tokens: compact JWS over Ed25519 (RFC 7515, RFC 9864), for people, gateways and orders.

The algorithm is fixed: a token that names another is refused before any key is looked at.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from area_configs.domain.errors import SmartAreaError

ALGORITHM = "Ed25519"
LIFETIME_S = 300  # of a token that a gateway signs
_LONGEST = 65536
_KID_CHARACTERS = 16
_PUBLIC_BYTES = 32


class BadToken(SmartAreaError):
    """A token that is malformed, signed by somebody else, or not of this time; says which."""


class Token(NamedTuple):
    """A token taken apart; nothing in it may be believed before `check` returns."""

    kid: str
    claims: dict[str, Any]
    signed: bytes
    signature: bytes

    def check(self, public: Ed25519PublicKey) -> dict[str, Any]:
        """Return the claims, now known to be those that the key's holder signed.

        Raises:
            BadToken: somebody else signed it.
        """
        try:
            public.verify(self.signature, self.signed)
        except InvalidSignature:
            raise BadToken("the token's signature does not match its key") from None
        return self.claims


def mint(private: Ed25519PrivateKey, claims: dict[str, Any]) -> str:
    """Sign claims as a token."""
    header = {"alg": ALGORITHM, "kid": key_id(private.public_key()), "typ": "JWT"}
    signed = b".".join(_text(msgspec.json.encode(part)) for part in (header, claims))
    return b".".join((signed, _text(private.sign(signed)))).decode()


def parse(token: str) -> Token:
    """Take a token apart.

    Raises:
        BadToken: it is no compact JWS over Ed25519.
    """
    try:
        head, body, tail = token[: _LONGEST + 1].split(".")
        header = msgspec.json.decode(_bytes(head), type=dict[str, Any])
        claims = msgspec.json.decode(_bytes(body), type=dict[str, Any])
        signature = _bytes(tail)
    except (ValueError, RecursionError) as error:
        raise BadToken("this is no signed token") from error
    if header.get("alg") != ALGORITHM:
        raise BadToken(f"tokens are signed with {ALGORITHM} only")
    return Token(str(header.get("kid", "")), claims, f"{head}.{body}".encode(), signature)


def is_token(text: str) -> bool:
    """Tell whether a credential looks like a token rather than like a key."""
    return text.count(".") == 2  # noqa: PLR2004 - the dots of a compact JWS


def key_id(public: Ed25519PublicKey) -> str:
    """Return the short name of a key: the beginning of its hash."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:_KID_CHARACTERS]


def public_text(public: Ed25519PublicKey) -> str:
    """Write a public key as URL-safe base64 of its 32 bytes."""
    return _text(public.public_bytes_raw()).decode()


def public_key(text: str) -> Ed25519PublicKey:
    """Read a public key that `public_text` wrote.

    Raises:
        BadToken: it is no Ed25519 public key.
    """
    try:
        raw = _bytes(text)
    except ValueError as error:
        raise BadToken("a public key is written as URL-safe base64") from error
    if len(raw) != _PUBLIC_BYTES:
        raise BadToken(f"an Ed25519 public key has {_PUBLIC_BYTES} bytes, not {len(raw)}")
    return Ed25519PublicKey.from_public_bytes(raw)


def gateway_claims(gateway: str, audience: str, now_us: int, jti: str) -> dict[str, Any]:
    """Return what a gateway signs to say who it is."""
    now_s = now_us // 1_000_000
    return {
        "iss": gateway,
        "aud": audience,
        "iat": now_s,
        "exp": now_s + LIFETIME_S,
        "jti": jti,
    }


def _text(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
