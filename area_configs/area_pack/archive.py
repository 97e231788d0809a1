"""Packs: one zip with an area file, its geometry and lists and the profiles that it uses."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from area_configs.area_pack.staging import refusal, staged
from area_configs.loader import AREA_FILE, area_file, load_area, profile_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LARGEST = 4_000_000_000  # bytes unpacked; a whole ward of PLATEAU is a quarter of it
_EPOCH = (1980, 1, 1, 0, 0, 0)  # one moment for all, so that equal areas give equal packs
_WHAT = "area pack"
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1  # bit of a zip entry's flags

# What reading a damaged zip raises.
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError)


def pack(source: str | Path) -> bytes:
    """Return a valid area as a zip; equal areas give equal bytes.

    Raises AreaFileError with every mistake where the area is wrong.
    """
    return pack_files(files_of(source))


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """Return files of an area by their names in a pack as the zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = 0o644 << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def files_of(source: str | Path, text: str | None = None) -> dict[str, bytes]:
    """Return what belongs to a valid area, by its name in a pack.

    With a text it is the area as it would be, were that the content of its file.

    Raises AreaFileError with every mistake where the area is wrong.
    """
    files = {name: path.read_bytes() for name, path in _entries(source, text)}
    return files if text is None else files | {AREA_FILE: text.encode()}


def put_files(files: Mapping[str, bytes], folder: Path) -> Path:
    """Put the files of an area into a folder, replacing what was there; as `unpack` does."""
    with staged(folder, replace=True) as stage:
        for name, content in files.items():
            place = stage / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        load_area(stage)
    return folder


def digest(hashes: Mapping[str, str]) -> str:
    """Return what a pack is known by, from the SHA-256 of each of its files by name.

    It does not depend on how the zip was compressed, as bytes of the zip do.
    """
    lines = "".join(f"{name}\0{hashes[name]}\n" for name in sorted(hashes))
    return hashlib.sha256(lines.encode()).hexdigest()


def hashes_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each file."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def unpack(data: bytes, folder: Path) -> Path:
    """Put a pack's area into a folder, replacing what was there, and return the folder.

    Raises AreaFileError where the pack is broken, holds what no area holds, or its area is
    wrong; the folder is then as it was.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = _checked(archive)
            with staged(folder, replace=True) as stage:
                for info in entries:
                    place = stage / info.filename
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(archive.read(info))
                load_area(stage)
    except BROKEN_ZIP as error:
        raise refusal(_WHAT, f"is broken: {error}: ask for it again") from None
    return folder


def unreadable(info: zipfile.ZipInfo) -> str:
    """Return why an entry of a zip cannot be read, empty where it can."""
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    return "" if info.compress_type in _METHODS else "is compressed in an unusual way"


def _entries(source: str | Path, text: str | None) -> Iterator[tuple[str, Path]]:
    area, file = load_area(source, text), area_file(source)
    yield AREA_FILE, file
    for path in sorted((*area.geometry, *area.facilities, *area.comparisons)):
        yield path.relative_to(file.parent).as_posix(), path
    profiles = profile_files(file.parent)
    for name in sorted(area.profiles):
        yield f"profiles/{name}.toml", profiles[name]


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the files of a pack once every name and the total size is harmless."""
    entries = [info for info in archive.infolist() if not info.is_dir()]
    for info in entries:
        if not _harmless(info.filename):
            raise refusal(_WHAT, f"holds {info.filename!r}, which belongs to no area")
        if reason := unreadable(info):
            raise refusal(_WHAT, f"{info.filename} {reason}")
    if sum(info.file_size for info in entries) > _LARGEST:
        raise refusal(_WHAT, f"is larger than {_LARGEST // 10**9} GB")
    if AREA_FILE not in {info.filename for info in entries}:
        raise refusal(_WHAT, f"has no {AREA_FILE}")
    return entries


def _harmless(name: str) -> bool:
    """Tell whether a name stays below the folder on every system."""
    parts = PurePosixPath(name).parts
    plain = "/".join(parts) == name and ".." not in parts and not set('\\:*?"<>|\0') & set(name)
    return plain and bool(parts) and parts[0] != "/"
