"""The trust folder: the root that a machine pins, what was seen since, and who may change either.

Whoever can write here decides what is installed as root. So the folder belongs to root, apart from
what the service's own user may write, and it is refused where anybody else could change it.
"""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root
from tuf.api.serialization import DeserializationError

from area_configs.domain.file_faults import file_fault
from area_configs.domain.names import Name
from firmware_tools.sentences import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT_FILE = "root.json"
_SEEN = "metadata"
_SUPERUSER = 0


def pinned(trust: Path, source: str) -> bytes:
    """Return the root that this machine pins; newer ones follow from it, each signed by the one before.

    Raises:
        Refused: there is none, or somebody else than root or the caller may change it.
    """
    file = trust / ROOT_FILE
    try:
        _require_unchangeable(trust, source)
        content = file.read_bytes()
        Metadata[Root].from_bytes(content)
    except OSError as error:
        raise Refused("bad_pin", place=file, why=file_fault(error)) from error
    except (DeserializationError, RepositoryError) as error:
        why = Name(en="it is damaged or something else", ja="壊れているか、別のファイルです")
        raise Refused("bad_pin", place=file, why=why) from error
    return content


def copy_seen(trust: Path, metadata: Path) -> None:
    """Copy what was seen before into a new folder; it is empty where nothing was."""
    if (trust / _SEEN).is_dir():
        shutil.copytree(trust / _SEEN, metadata)
    else:
        metadata.mkdir()


def remember(metadata: Path, trust: Path) -> None:
    """Keep what was seen: an older source is refused from now on."""
    kept, new, old = (trust / f"{_SEEN}{ending}" for ending in ("", ".new", ".old"))
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    shutil.copytree(metadata, new, symlinks=True)
    if kept.exists():
        kept.rename(old)
    new.rename(kept)
    shutil.rmtree(old, ignore_errors=True)


def _require_unchangeable(trust: Path, source: str) -> None:
    """Refuse a folder that others may change, or swap for another one above it, as sshd does."""
    if not hasattr(os, "geteuid"):
        return  # Windows: its rights are no mode bits, and no gateway runs it
    trusted = {_SUPERUSER, os.geteuid()}
    for path in _concerned(trust.resolve()):
        found = path.stat()
        others_write = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if found.st_uid not in trusted or (others_write and not found.st_mode & stat.S_ISVTX):
            raise Refused("loose_trust", source=source, place=path)


def _concerned(trust: Path) -> Iterator[Path]:
    yield trust / ROOT_FILE
    if (trust / _SEEN).is_dir():
        yield from (trust / _SEEN, *(trust / _SEEN).rglob("*"))
    yield from (trust, *trust.parents)
