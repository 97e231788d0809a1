"""Secrets of the gateway: read from files that only its user may read, never shown."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from area_configs.domain.errors import SmartAreaError

if TYPE_CHECKING:
    from pathlib import Path

_ID_CHARACTERS = 32
_PASSWORD_CHARACTERS = 12
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class BadSecret(SmartAreaError):
    """A secret that is missing, open to others or of the wrong form; says what to do."""


@dataclass(frozen=True, slots=True)
class RouteBSecrets:
    """B-route id and password from the utility; both stay out of every text made of this."""

    route_b_id: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpcUaIdentity:
    """Where the gateway keeps its own OPC UA certificate and key; made there on first use."""

    folder: Path


LinkSecrets = RouteBSecrets | OpcUaIdentity


@dataclass(frozen=True, slots=True)
class SecretStore:
    """Secrets of links and devices, one 0600 file each, named `<owner>.<name>`.

    What systemd has passed on (`$CREDENTIALS_DIRECTORY`, systemd.exec(5)) comes before the folder.
    """

    folder: Path
    passed_on: Path | None = None

    def of(self, owner: str) -> dict[str, str]:
        """Return the secrets of a link or device by name.

        Raises:
            BadSecret: one of them is open to others or empty.
        """
        found: dict[str, str] = {}
        for folder in (self.folder, self.passed_on):
            for file in sorted(folder.glob(f"{owner}.*")) if folder and folder.is_dir() else ():
                found[file.name.removeprefix(f"{owner}.")] = read_secret(file)
        return found

    def put(self, owner: str, name: str, secret: str) -> Path:
        """Store a secret; return its file.

        Raises:
            BadSecret: it is empty, has more than one line, or cannot be written.
        """
        text = secret.strip()
        if not text or "\n" in text:
            raise BadSecret(f"the {name} of {owner} must be one line")
        if not _NAME.fullmatch(name):
            raise BadSecret(f"{name!r} is no name of a secret: letters, digits and underscores")
        file = self.folder / f"{owner}.{name}"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            with os.fdopen(os.open(file, flags, 0o600), "w", encoding="utf-8") as opened:
                opened.write(text + "\n")
                opened.flush()
                os.fsync(opened.fileno())
        except OSError as error:
            raise BadSecret(f"{file} cannot be written: {error.strerror}") from error
        return file


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
