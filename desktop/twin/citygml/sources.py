"""Where city files come from: one gml file, a zip of them, or a folder."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from area_configs.domain.errors import CityFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Folders of the PLATEAU package layout that the twin draws; others hold floods, land use, codes.
DRAWN_FOLDERS = frozenset({"bldg", "dem", "tran", "rwy", "squr", "trk", "wtr"})
_ENCODING = re.compile(rb'^\s*<\?xml[^>]*?encoding=["\']([\w.-]+)["\']')
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"


def city_sources(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (name for messages, XML as UTF-8) of every city file at a path.

    Raises:
        CityFileError: nothing there, nothing readable there, or a broken zip.
    """
    if path.is_dir():
        yield from _from_folder(path)
        return
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise CityFileError(f"{path}: there is no such file; check the path.") from error
    except OSError as error:
        raise CityFileError(f"{path}: cannot be read ({error.strerror}).") from error
    if data.startswith(b"PK") or path.suffix.lower() == ".zip":
        yield from _from_zip(path)
    else:
        yield str(path), as_utf8(str(path), data)


def as_utf8(name: str, data: bytes) -> bytes:
    """Return XML text as UTF-8 without a byte order mark; UTF-8 is passed on as it is."""
    if data.startswith(_UTF8_MARK):
        return data[len(_UTF8_MARK) :]
    said = _ENCODING.match(data[:200])
    encoding = "utf-16" if data.startswith(_UTF16_MARKS) else said[1].decode() if said else "utf-8"
    if encoding.lower() in {"utf-8", "utf8", "us-ascii", "ascii"}:
        return data
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeDecodeError) as error:
        raise CityFileError(
            f"{name}: says that it is written in {encoding}, but cannot be read so ({error}); "
            "save it as UTF-8."
        ) from error
    return re.sub(r'encoding=["\'][\w.-]+["\']', 'encoding="UTF-8"', text, count=1).encode()


def _from_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    found = [p for p in sorted(folder.rglob("*")) if _is_drawn(p.relative_to(folder).as_posix())]
    if not found:
        raise CityFileError(
            f"{folder}: holds no .gml file of buildings, terrain, roads or water; "
            "give the folder that contains udx, or a .gml file."
        )
    for path in found:
        yield str(path), as_utf8(str(path), path.read_bytes())


def _from_zip(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in sorted(archive.namelist()) if _is_drawn(name)]
            if not names:
                raise CityFileError(f"{path}: the zip holds no .gml file; choose another one.")
            for name in names:
                yield f"{path}/{name}", as_utf8(f"{path}/{name}", archive.read(name))
    # zipfile raises RuntimeError for an encrypted member, NotImplementedError for an unknown method.
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        raise CityFileError(
            f"{path}: the zip file is incomplete, damaged or locked ({error}); fetch it again."
        ) from error


def _is_drawn(name: str) -> bool:
    """Tell whether a name in a package is a city file of a kind that the twin draws."""
    path = PurePosixPath(name)
    if path.suffix.lower() != ".gml" or path.name.startswith("."):
        return False
    folders = path.parts[:-1]
    if "udx" not in folders:
        return True
    kind = folders[folders.index("udx") + 1 : folders.index("udx") + 2]
    return not kind or kind[0] in DRAWN_FOLDERS
