"""Durable files: replaced whole, and on the disk when the call returns."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def replace_durably(file: Path, content: bytes, like: Path | None = None) -> None:
    """Replace a file; a power cut leaves the old content or the new one.

    Rights and owner are those of `like`, or else of the file itself, as far as this user may.

    Raises:
        OSError: the disk or the folder does not take it; the old content stands.
    """
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            _resemble(stream.fileno(), like or file)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)


def _resemble(handle: int, model: Path) -> None:
    with contextlib.suppress(OSError):  # there is none yet, or the owner may not be given away
        found = model.stat()
        os.fchmod(handle, found.st_mode & 0o777)
        os.fchown(handle, found.st_uid, found.st_gid)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)  # without it the new name itself may be lost
    finally:
        os.close(handle)
