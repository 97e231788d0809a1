"""The area file on the disk: read as it is, replaced whole, never over somebody else's change."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from area_configs.domain.errors import AreaFileError, Mistake, SmartAreaError
from area_configs.loader import load_area
from area_configs.loader.toml_text import TomlText

_MARK = b"\xef\xbb\xbf"  # what Windows editors put first


class ChangedMeanwhile(SmartAreaError):
    """Read the file again: somebody else has changed it since it was read."""


def read_text(file: Path) -> str:
    """Return the text of an area file, with its line ends as they are.

    Raises AreaFileError where it cannot be read or is not TOML.
    """
    TomlText(file)  # says in a sentence what is wrong
    return file.read_bytes().decode("utf-8-sig")


def write_text(file: Path, text: str, before: str) -> None:
    """Put a text in the place of the one that was read; a cut leaves the old one or the new one.

    The area is checked first, as by everybody who reads it.

    Raises:
        AreaFileError: the area would be wrong (every mistake), or the disk refuses.
        ChangedMeanwhile: the file is not any more what was read. In all cases it stays as it is.
    """
    load_area(file, text)
    try:
        there = file.read_bytes()
        mark = _MARK if there.startswith(_MARK) else b""
        if there != mark + before.encode():
            raise ChangedMeanwhile(
                f"{file} was changed by somebody else meanwhile: save to another place, "
                "or open it again"
            )
        if text != before:
            _replace(file, mark + text.encode())
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        raise AreaFileError((Mistake(str(file), 0, "", message),)) from None


def _replace(file: Path, content: bytes) -> None:
    mode = file.stat().st_mode & 0o777
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    flag = getattr(os, "O_DIRECTORY", None)
    if flag is None:
        return  # Windows writes names through by itself
    handle = os.open(folder, os.O_RDONLY | flag)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
