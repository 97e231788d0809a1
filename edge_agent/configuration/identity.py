"""The gateway's identity: an Ed25519 key that is made here and never leaves this machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge_agent.credentials import BadSecret, read_secret

if TYPE_CHECKING:
    from pathlib import Path


def read_identity(file: Path) -> Ed25519PrivateKey | None:
    """Return the key of a file, None where there is none.

    Raises:
        BadSecret: it may be read by others, or holds something else.
    """
    if not file.exists():
        return None
    try:
        found = serialization.load_pem_private_key(read_secret(file).encode(), None)
    except ValueError as error:
        raise BadSecret(
            f"{file} holds no private key: restore it, or register a new one"
        ) from error
    if not isinstance(found, Ed25519PrivateKey):
        raise BadSecret(f"{file} holds no Ed25519 key: restore it, or register a new one")
    return found


def make_identity(file: Path) -> Ed25519PrivateKey:
    """Return the key of a file; where there is none it is made, for this user's eyes only.

    Raises:
        BadSecret: the file cannot be used.
        OSError: it cannot be written.
    """
    if found := read_identity(file):
        return found
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(file, flags, 0o600), "wb") as opened:
        opened.write(pem)
        opened.flush()
        os.fsync(opened.fileno())
    return private
