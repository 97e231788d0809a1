"""The agent's package that goes onto a card: a Debian package for the board's architecture (deb(5))."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from area_configs.domain.file_faults import file_fault
from area_configs.domain.names import Name
from firmware_tools.sentences import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = "area-edge"
BOARD_ARCHITECTURE = "arm64"  # Raspberry Pi OS, 64 bit
_MAGIC, _HEADER = b"!<arch>\n", 60
_NO_PACKAGE = Name(en="it is no whole Debian package", ja="完全な Debian パッケージではありません")


def read_package(file: Path) -> bytes:
    """Return a package that the board can install.

    Raises:
        Refused: it cannot be read, is none or cut short, or is another one or for another architecture.
    """
    try:
        content = file.read_bytes()
        fields = _fields(content)
    except OSError as error:
        raise Refused("bad_table", source=file, why=file_fault(error)) from error
    except (ValueError, KeyError, tarfile.TarError, EOFError) as error:
        raise Refused("bad_table", source=file, why=_NO_PACKAGE) from error
    name, architecture = fields.get("Package", "-"), fields.get("Architecture", "-")
    if name != PACKAGE or architecture != BOARD_ARCHITECTURE:
        facts = {"wanted": f"{name} ({architecture})", "found": f"{PACKAGE} ({BOARD_ARCHITECTURE})"}
        raise Refused("other_package", source=file, **facts)
    return content


def _fields(content: bytes) -> dict[str, str]:
    members = dict(_members(content))
    name = next((name for name in members if name.startswith("control.tar")), "")
    with tarfile.open(fileobj=io.BytesIO(members[name])) as archive:
        member = archive.extractfile("./control")
        lines = member.read().decode().splitlines() if member else []
    pairs = (line.partition(":") for line in lines if not line.startswith(" "))
    return {name: value.strip() for name, _, value in pairs}


def _members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the members of an ar archive: a name of 16 bytes, a size of 10 at byte 48, an even length."""
    if not content.startswith(_MAGIC):
        raise ValueError("no ar archive")
    at = len(_MAGIC)
    while at < len(content):
        head = content[at : at + _HEADER]
        size = int(head[48:58])
        at += _HEADER
        if at + size > len(content):
            raise ValueError("it is cut short")
        yield head[:16].decode().rstrip(" /"), content[at : at + size]
        at += size + size % 2
