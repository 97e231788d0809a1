"""The hub's own key: signs tokens of people, orders to gateways and the head of the audit log."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from area_configs.domain.errors import SmartAreaError
from platform_hub.wire import tokens

if TYPE_CHECKING:
    from pathlib import Path


class IdentityMissing(SmartAreaError):
    """The hub's key file is missing or no such key; says what to do."""


@dataclass(frozen=True, slots=True)
class HubIdentity:
    """The key pair of one hub; the private half stays out of every text made of this."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate, repr=False)

    @property
    def kid(self) -> str:
        """Return the short name of the key."""
        return tokens.key_id(self.private.public_key())

    @property
    def public(self) -> str:
        """Return the public half as text."""
        return tokens.public_text(self.private.public_key())

    def sign(self, claims: dict[str, Any]) -> str:
        """Sign claims as a token."""
        return tokens.mint(self.private, claims)

    def signs(self, token: tokens.Token) -> dict[str, Any]:
        """Return the claims of a token that this hub signed.

        Raises:
            BadToken: somebody else did.
        """
        return token.check(self.private.public_key())

    def save(self, file: Path) -> None:
        """Write the private half for this machine's user alone."""
        pem = self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write_secret(file, pem)


def load(file: Path) -> HubIdentity:
    """Read a key that `save` wrote.

    Raises:
        IdentityMissing: there is none, or something else stands there.
    """
    try:
        private = serialization.load_pem_private_key(file.read_bytes(), None)
    except OSError as error:
        raise IdentityMissing(
            f"{file} cannot be read ({error.strerror}): restore it from a backup"
        ) from error
    except ValueError as error:
        raise IdentityMissing(f"{file} is no key: restore it from a backup") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise IdentityMissing(f"{file} is no Ed25519 key: restore it from a backup")
    return HubIdentity(private)


def write_secret(file: Path, content: bytes) -> None:
    """Write a file that only this user may read, from its first byte on."""
    with contextlib.suppress(FileNotFoundError):
        file.unlink()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(file, flags, 0o600), "wb") as opened:
        opened.write(content)
