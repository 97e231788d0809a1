"""Backups: made while others write, verified, put back whole, and refused where anything is wrong."""

from __future__ import annotations

import contextlib
import io
import stat
import tarfile
import threading
from typing import TYPE_CHECKING

import pytest

from platform_hub.server.app import backups
from platform_hub.server.app.backups import BadBackup
from platform_hub.server.app.founding import found
from platform_hub.server.governance import audit, identity
from platform_hub.server.governance.audit import Deed
from platform_hub.server.settings import HubFolder
from platform_hub.server.store import lock
from platform_hub.server.store.database import Database
from platform_hub.server.store.lock import FolderBusy
from tests.platform_hub.server.town import T0

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> HubFolder:
    made = HubFolder(tmp_path / "hub")
    found(made, "harumi", T0)
    return made


def verdict(folder: HubFolder) -> audit.Verdict:
    own = identity.load(folder.identity)
    with contextlib.closing(Database(folder.database)) as database:
        return database.read(lambda tx: audit.verify(tx, own))


def test_a_backup_of_a_busy_hub_is_one_instant_of_it(folder: HubFolder, tmp_path: Path) -> None:
    own, stop = identity.load(folder.identity), threading.Event()
    with contextlib.closing(Database(folder.database)) as database:
        begun = threading.Event()

        def write() -> None:
            while not stop.is_set():
                database.write(lambda tx: audit.record(tx, Deed("x", "did"), own, T0)).result()
                begun.set()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            assert begun.wait(20)
            with lock.held(folder.lock):  # as a hub that serves it holds it
                backups.backup(folder, tmp_path / "b.tar", T0)
        finally:
            stop.set()
            writer.join()
    restored = HubFolder(tmp_path / "again")
    backups.restore(tmp_path / "b.tar", restored)
    there, here = verdict(restored), verdict(folder)
    assert there.broken == []
    assert 1 <= there.entries <= here.entries


def test_everything_comes_back(folder: HubFolder, tmp_path: Path) -> None:
    made = backups.backup(folder, tmp_path / "b.tar", T0)
    assert stat.S_IMODE((tmp_path / "b.tar").stat().st_mode) == 0o600
    assert backups.verify(tmp_path / "b.tar") == made
    restored = HubFolder(tmp_path / "again")
    backups.restore(tmp_path / "b.tar", restored)

    def files(one: HubFolder) -> dict[str, bytes]:
        found = {p.relative_to(one.path).as_posix(): p for p in one.path.rglob("*") if p.is_file()}
        return {n: p.read_bytes() for n, p in found.items() if not n.startswith("hub.sqlite")}

    assert files(restored) == files(folder)
    assert restored.settings() == folder.settings()


def test_nothing_is_overwritten_unasked(folder: HubFolder, tmp_path: Path) -> None:
    backups.backup(folder, tmp_path / "b.tar", T0)
    with pytest.raises(BadBackup, match="exists"):
        backups.backup(folder, tmp_path / "b.tar", T0)
    with pytest.raises(BadBackup, match="--force"):
        backups.restore(tmp_path / "b.tar", folder)
    with lock.held(folder.lock), pytest.raises(FolderBusy):
        backups.restore(tmp_path / "b.tar", folder, force=True)
    (folder.area / "area.toml").write_text("damaged")
    backups.restore(tmp_path / "b.tar", folder, force=True)
    assert "harumi" in (folder.area / "area.toml").read_text()


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Copy a backup with every file changed, or left out."""
    with tarfile.open(source) as before, tarfile.open(target, "w") as after:
        for entry in before:
            data = change(entry.name, before.extractfile(entry).read())
            if data is not None:
                entry.size = len(data)
                after.addfile(entry, io.BytesIO(data))
    return target


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda n, d: d.replace(b"harumi", b"hacked") if n == "area/area.toml" else d, "manifest"),
        (lambda n, d: None if n == "trust/ca.key" else d, "missing"),
        (lambda n, d: None if n == "manifest.json" else d, "no manifest"),
        (lambda n, d: b"[" if n == "manifest.json" else d, "cannot be read"),
        (lambda n, d: d.replace(b"hub.toml", b"../b.tom") if n == "manifest.json" else d, "outsi"),
        (lambda n, d: d.replace(b'"form":1', b'"form":9') if n == "manifest.json" else d, "form 9"),
    ],
)
def test_a_changed_backup_is_refused_and_changes_nothing(
    folder: HubFolder, tmp_path: Path, change: Callable[[str, bytes], bytes | None], words: str
) -> None:
    backups.backup(folder, tmp_path / "b.tar", T0)
    bad = rewritten(tmp_path / "b.tar", tmp_path / "bad.tar", change)
    before = sorted(p.name for p in folder.path.iterdir())
    with pytest.raises(BadBackup, match=words):
        backups.restore(bad, folder, force=True)
    assert sorted(p.name for p in folder.path.iterdir()) == before
    assert folder.settings()


def test_what_is_no_backup_is_refused(folder: HubFolder, tmp_path: Path) -> None:
    backups.backup(folder, tmp_path / "b.tar", T0)
    whole = (tmp_path / "b.tar").read_bytes()
    for data in (b"", b"text", whole[: len(whole) // 2], whole[: -24 * 512]):
        (tmp_path / "cut.tar").write_bytes(data)
        with pytest.raises(BadBackup):
            backups.verify(tmp_path / "cut.tar")
    with pytest.raises(BadBackup):
        backups.verify(tmp_path / "nothing.tar")


def test_a_hub_on_postgresql_is_saved_by_its_own_tools(folder: HubFolder, tmp_path: Path) -> None:
    away = HubFolder(folder.path, url="postgresql://area:secret@db.example/area")
    with pytest.raises(BadBackup, match=r"pg_dump --format=custom") as refused:
        backups.backup(away, tmp_path / "b.tar", T0)
    assert "secret" not in str(refused.value)
    assert not (tmp_path / "b.tar").exists()
    backups.backup(folder, tmp_path / "b.tar", T0)
    with pytest.raises(BadBackup, match="pg_restore"):
        backups.restore(tmp_path / "b.tar", HubFolder(tmp_path / "new", url=away.url))
    assert not (tmp_path / "new").exists()
