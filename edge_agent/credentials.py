"""Secrets of the gateway: read from files that only its user may read, never shown."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from area_configs.domain.errors import SmartAreaError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from area_configs.domain.protocols import LinkKind

_ID_CHARACTERS = 32
_PASSWORD_CHARACTERS = 12
_KEY_DIGITS = 32
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

    def route_b(self, link: str) -> tuple[str, str]:
        """Return B-route id and password of a link.

        Raises:
            BadSecret: one of them is not here, open to others or empty.
        """
        stored = self.of(link)
        missing = [name for name in ("route_b_id", "password") if name not in stored]
        if missing:
            what = "its secrets" if len(missing) > 1 else f"its {missing[0]} too"
            raise BadSecret(
                f"is missing: link {link!r} is a B-route and needs {what}: "
                "store what is missing with area-edge devices secret"
            )
        return stored["route_b_id"], stored["password"]

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


def checked_secret(kind: LinkKind, name: str, text: str) -> str:
    """Return a secret of a device on a kind of link, in the form that its driver takes.

    Raises:
        BadSecret: such a link knows no secret of that name, or it has another form.
    """
    known = _CHECKS.get(kind, {})
    if not known:
        raise BadSecret(f"a device on a {kind} link has no secrets: {name!r} is not stored")
    if name not in known:
        raise BadSecret(f"a device on a {kind} link has {' and '.join(known)}, not {name!r}")
    if not (plain := text.strip()):
        raise BadSecret(f"no {name} came: give it as one line on standard input, or with --file")
    return known[name](plain)


def _checked_key(text: str) -> str:
    if not re.fullmatch(rf"[0-9A-Fa-f]{{{_KEY_DIGITS}}}", text):
        raise BadSecret(
            f"expected a bind key of {_KEY_DIGITS} hexadecimal digits, found {len(text)} characters"
        )
    return text


def _checked_pin(text: str) -> str:
    return text


_CHECKS: Mapping[LinkKind, Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "b_route": {"route_b_id": checked_id, "password": checked_password},
        "ble": {"bind_key": _checked_key, "pin": _checked_pin},
    }
)


def _checked(text: str, characters: int, what: str) -> str:
    plain = text.replace(" ", "")
    if len(plain) != characters or not plain.isascii() or not plain.isalnum():
        raise BadSecret(
            f"expected a {what} of {characters} letters and digits, found {len(plain)} characters"
        )
    return plain
