"""Backups: one file with everything of a hub, made while it runs, verified before it counts.

The file holds secrets (keys, CA, password hashes): it is readable for its owner alone and belongs
where only the area's manager gets at it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from area_configs.domain.errors import SmartAreaError
from platform_hub.server.settings import HubFolder
from platform_hub.server.store import copying, lock
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from collections.abc import Iterator

_MANIFEST = "manifest.json"
_FORM = 1
_CHUNK = 1 << 20
_MODE = 0o600


class BadBackup(SmartAreaError):
    """A backup cannot be made, read or put back; says why and what to do."""


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds: SHA-256 and size of each file."""

    form: int
    made: str
    files: dict[str, tuple[str, int]]


def backup(folder: HubFolder, target: Path, now_us: int) -> Manifest:
    """Write a backup of a hub's folder, which may be served meanwhile; verified as it stands.

    Raises:
        BadBackup: it cannot be written, or is not whole; nothing stays at `target`.
    """
    if not isinstance(folder.place(), Path):
        raise BadBackup(
            "this hub's data is in PostgreSQL: save it with 'pg_dump --format=custom "
            f"--file=area.dump URL', and {folder.path} (settings, area, keys) as files beside it"
        )
    if target.exists():
        raise BadBackup(f"{target} exists: choose another name")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as stage:
            made = Path(stage) / "backup.tar"
            manifest = _write(folder, Path(stage), made, now_us)
            verify(made)
            made.replace(target)
    except OSError as error:
        raise BadBackup(f"{target} cannot be written: {error.strerror}") from error
    return manifest


def verify(source: Path) -> Manifest:
    """Read a whole backup and check every file against its manifest.

    Raises:
        BadBackup: it is none, or a file in it is missing, changed or not whole.
    """
    with tempfile.TemporaryDirectory(prefix="area-hub-") as stage:
        return _unpack(source, Path(stage))


def restore(source: Path, folder: HubFolder, *, force: bool = False) -> Manifest:
    """Put a backup back into a new or empty folder; with `force` in the place of another hub.

    Nothing is changed unless the whole backup is sound.

    Raises:
        BadBackup, FolderBusy: says why and what to do.
    """
    if folder.given:
        raise BadBackup(
            "a backup is put back into a folder, but the data is said to be in PostgreSQL: leave "
            "the URL (AREA_HUB_DATABASE) out, or put a dump back with "
            "'pg_restore --clean --if-exists --dbname=URL area.dump'"
        )
    path = folder.path
    taken = path.is_dir() and set(path.iterdir()) - {folder.lock}
    if (taken and not force) or (path.exists() and not path.is_dir()):
        raise BadBackup(f"{path} is not empty: choose another folder, or add --force")
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with lock.held(folder.lock), tempfile.TemporaryDirectory(dir=path) as stage:
            manifest = _unpack(source, Path(stage))
            _put(HubFolder(Path(stage)), folder)
    except OSError as error:
        raise BadBackup(f"{path} cannot be written: {error.strerror}") from error
    return manifest


def _write(folder: HubFolder, stage: Path, made: Path, now_us: int) -> Manifest:
    copying.copy(folder.database, stage / "hub.sqlite")
    files: dict[str, tuple[str, int]] = {}
    made.touch(_MODE)
    with tarfile.open(made, "w", format=tarfile.PAX_FORMAT) as archive:
        for name, file in _contents(folder, stage):
            files[name] = (_digest(file), file.stat().st_size)
            archive.add(file, name, recursive=False)
        manifest = Manifest(_FORM, timestamps.to_text(now_us), files)
        data = msgspec.json.encode(manifest)
        entry = tarfile.TarInfo(_MANIFEST)
        entry.size, entry.mode = len(data), _MODE
        archive.addfile(entry, io.BytesIO(data))
    with made.open("rb") as written:
        os.fsync(written.fileno())
    return manifest


def _contents(folder: HubFolder, stage: Path) -> Iterator[tuple[str, Path]]:
    yield "hub.sqlite", stage / "hub.sqlite"
    yield "hub.toml", folder.settings_file
    for part in (folder.area, folder.trust):
        for file in sorted(part.rglob("*")):
            if file.is_file():
                yield file.relative_to(folder.path).as_posix(), file


def _unpack(source: Path, stage: Path) -> Manifest:
    try:
        with tarfile.open(source, "r:") as archive:
            found = {entry.name: entry for entry in archive}
            manifest = _manifest(archive, found)
            for name, expected in manifest.files.items():
                _extract(archive, found.get(name), stage, (name, expected))
    except FileNotFoundError as error:
        raise BadBackup(f"{source}: there is no such file") from error
    except (OSError, tarfile.TarError, EOFError) as error:
        raise BadBackup(f"{source} is no whole backup: {error}") from error
    if reason := copying.fault(stage / "hub.sqlite"):
        raise BadBackup(f"the database in {source} is damaged: {reason}")
    return manifest


def _manifest(archive: tarfile.TarFile, found: dict[str, tarfile.TarInfo]) -> Manifest:
    held = archive.extractfile(found[_MANIFEST]) if _MANIFEST in found else None
    if held is None:
        raise BadBackup(f"{archive.name!s} has no manifest: it is no backup of a hub, or cut off")
    try:
        manifest = msgspec.json.decode(held.read(), type=Manifest)
    except msgspec.MsgspecError as error:
        raise BadBackup(f"the manifest of {archive.name!s} cannot be read: {error}") from error
    if manifest.form != _FORM:
        raise BadBackup(f"{archive.name!s} has form {manifest.form}: this hub reads form {_FORM}")
    return manifest


def _extract(
    archive: tarfile.TarFile,
    entry: tarfile.TarInfo | None,
    stage: Path,
    wanted: tuple[str, tuple[str, int]],
) -> None:
    """Write one file of a backup; only plain files below the stage, whatever the archive says."""
    name, expected = wanted
    place = PurePosixPath(name)
    if place.is_absolute() or ".." in place.parts:
        raise BadBackup(f"{archive.name!s} names a file outside of its folder: {name}")
    held = archive.extractfile(entry) if entry is not None and entry.isreg() else None
    if held is None:
        raise BadBackup(f"{name} is missing in {archive.name!s}")
    target = stage.joinpath(*place.parts)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held, target.open("wb") as written:
        target.chmod(_MODE)
        shutil.copyfileobj(held, written, _CHUNK)
        written.flush()
        os.fsync(written.fileno())
    if (_digest(target), target.stat().st_size) != tuple(expected):
        raise BadBackup(f"{name} in {archive.name!s} is not what the manifest says")


def _put(new: HubFolder, folder: HubFolder) -> None:
    """Put everything in place; the settings, which mark a complete folder, come last."""
    folder.settings_file.unlink(missing_ok=True)
    for suffix in ("-wal", "-shm"):
        Path(f"{folder.database}{suffix}").unlink(missing_ok=True)
    for old, fresh in ((folder.area, new.area), (folder.trust, new.trust)):
        shutil.rmtree(old, ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):
            fresh.replace(old)
    new.database.replace(folder.database)
    new.settings_file.replace(folder.settings_file)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def shown(manifest: Manifest) -> dict[str, Any]:
    """Return what people are told of a backup."""
    size = sum(size for _, size in manifest.files.values())
    return {"made": manifest.made, "files": len(manifest.files), "bytes": size}
