"""Pseudonyms: a keyed hash of what the site calls a wearer; the key is made here and stays here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING

from edge_agent.credentials import read_secret

if TYPE_CHECKING:
    from pathlib import Path

KEY_FILE = "pseudonym.key"
_KEY_BYTES = 32
_CHARACTERS = 26  # of base32: 130 bits


class Pseudonyms:
    """Names wearers so that only who holds the key can tell who they are.

    Args:
        folder: where the key is, mode 0600; it is made where there is none.

    Raises:
        BadSecret: the key may be read by other users, or is empty.
    """

    def __init__(self, folder: Path) -> None:
        file = folder / KEY_FILE
        if not file.exists():
            _make(file)
        self._key = bytes.fromhex(read_secret(file))

    def of(self, wearer: str) -> str:
        """Return the pseudonym of a wearer: `p-` and 26 letters and digits (HMAC-SHA-256)."""
        digest = hmac.new(self._key, wearer.encode(), hashlib.sha256).digest()
        return "p-" + base64.b32encode(digest).decode().lower()[:_CHARACTERS]


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(file, flags, 0o600), "w", encoding="utf-8") as opened:
        opened.write(secrets.token_hex(_KEY_BYTES) + "\n")
        opened.flush()
        os.fsync(opened.fileno())
