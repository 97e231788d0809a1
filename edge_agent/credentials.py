"""Secrets of the gateway: read from files that only its user may read, never shown."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import Field

from area_configs.domain.errors import SmartAreaError
from area_configs.schema.fields import StrictFile, Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

_ID_CHARACTERS = 32
_PASSWORD_CHARACTERS = 12
_BIND_KEY_BYTES = 16
_NEEDS_NO_KEY = "is no device of this gateway that sends encrypted: remove it"


class BadSecret(SmartAreaError):
    """A secret that is missing, open to others or of the wrong form; says what to do."""


class InlineSecretFile(StrictFile):
    """Secrets written out, for simulated meters only."""

    route_b_id: Text = Field(description="B-route id, 32 characters")
    password: Text = Field(description="B-route password, 12 characters")


@dataclass(frozen=True, slots=True)
class RouteBSecrets:
    """B-route id and password from the utility; both stay out of every text made of this."""

    route_b_id: str = field(repr=False)
    password: str = field(repr=False)


def read_secret(file: Path) -> str:
    """Return the one line of a secret file.

    Raises:
        BadSecret: no such file, readable by other users, or empty.
    """
    try:
        mode = file.stat().st_mode
        text = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSecret(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadSecret(f"{file} is not text: write the secret as one line") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        found = stat.S_IMODE(mode)
        raise BadSecret(f"{file} may be read by other users (mode {found:04o}): chmod 600 {file}")
    if not text:
        raise BadSecret(f"{file} is empty: write the secret as one line")
    return text


def checked_id(text: str) -> str:
    """Return a B-route id without the spaces that letters from utilities put into it.

    Raises:
        BadSecret: not 32 hexadecimal characters; the id itself is not repeated.
    """
    return _checked(text, _ID_CHARACTERS, "B-route id")


def bind_key(inline: str | None, file: Path | None) -> bytes:
    """Return a BTHome bind key of 32 hex digits, written out or in a file, as bytes.

    Raises:
        BadSecret: it is none; the sentence does not repeat it.
    """
    text = read_secret(file) if file is not None and inline is None else inline or ""
    plain = "".join(text.split())
    try:
        key = bytes.fromhex(plain)
    except ValueError:
        raise BadSecret("is no bind key: expected 32 hexadecimal digits") from None
    if len(key) != _BIND_KEY_BYTES:
        raise BadSecret(f"has {len(plain)} digits, a bind key has 32 hexadecimal ones")
    return key


def bind_keys(
    encrypted: Collection[str], files: Mapping[str, Path], inline: Mapping[str, str]
) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the bind keys of devices, and of those whose key cannot be used what is wrong.

    Args:
        encrypted: ids of the devices that may have one.
        files: files with keys by device.
        inline: keys written out by device; they come before files.
    """
    found: dict[str, bytes] = {}
    wrong = dict.fromkeys({*files, *inline}.difference(encrypted), _NEEDS_NO_KEY)
    for device in sorted({*files, *inline}.intersection(encrypted)):
        try:
            found[device] = bind_key(inline.get(device), files.get(device))
        except BadSecret as error:
            wrong[device] = str(error)
    return found, wrong


def checked_password(text: str) -> str:
    """Return a B-route password.

    Raises:
        BadSecret: not 12 letters and digits; the password itself is not repeated.
    """
    return _checked(text, _PASSWORD_CHARACTERS, "B-route password")


def _checked(text: str, characters: int, what: str) -> str:
    plain = text.replace(" ", "")
    if len(plain) != characters or not plain.isascii() or not plain.isalnum():
        raise BadSecret(
            f"expected a {what} of {characters} letters and digits, found {len(plain)} characters"
        )
    return plain
