"""Founding a hub: its folder with settings, area, database and first keys."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from area_configs import area_pack
from area_configs.domain.errors import SmartAreaError
from area_configs.loader import load_area
from platform_hub.server.governance import audit, keys
from platform_hub.server.governance.audit import Deed
from platform_hub.server.governance.certificates import CertificateFolder
from platform_hub.server.governance.identity import HubIdentity
from platform_hub.server.governance.roles import Role
from platform_hub.server.settings import TEMPLATE, HubFolder
from platform_hub.server.store import lock
from platform_hub.server.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from area_configs.domain.areas import Area
    from platform_hub.server.governance.keys import NewKey
    from platform_hub.server.store.database import Transaction


class FolderTaken(SmartAreaError):
    """The folder cannot become a hub's; says why and what to do."""


def found(
    folder: HubFolder,
    area: str,
    now_us: int,
    *,
    names: Sequence[str] = (),
    force: bool = False,
) -> list[NewKey]:
    """Make a folder a hub's and return its first keys; nothing is left behind on failure.

    Args:
        folder: a new or empty folder; with `force` a hub's folder, whose history and keys are
            thrown away.
        area: id of a bundled area or path of an area.
        now_us: when.
        names: DNS names and addresses under which other machines will reach the hub.
        force: begin anew.

    Raises:
        FolderTaken, FolderBusy, AreaFileError: one reason, for people.
    """
    source = load_area(area)
    fresh = not folder.path.exists()
    try:
        _check_free(folder, force=force)
        return _build(folder, area, source, (now_us, names))
    except OSError as error:
        raise FolderTaken(f"{folder.path} cannot be written: {error.strerror}") from error
    finally:
        if fresh and not folder.settings_file.exists():
            shutil.rmtree(folder.path, ignore_errors=True)


def _check_free(folder: HubFolder, *, force: bool) -> None:
    path = folder.path
    if path.exists() and not path.is_dir():
        raise FolderTaken(f"{path} is a file: choose a folder")
    if force or not path.is_dir() or set(path.iterdir()) <= {folder.lock}:
        return
    if folder.settings_file.exists():
        raise FolderTaken(f"{path} is a hub already: --force throws its history and keys away")
    raise FolderTaken(f"{path} is not empty: choose another folder, or add --force")


def _build(
    folder: HubFolder, area: str, source: Area, made_for: tuple[int, Sequence[str]]
) -> list[NewKey]:
    """Build everything beside what is there, then put it in place; the settings come last."""
    now_us, names = made_for
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with lock.held(folder.lock), tempfile.TemporaryDirectory(dir=folder.path) as stage:
        new = HubFolder(Path(stage))
        area_pack.unpack(area_pack.pack(area), new.area)
        CertificateFolder(new.trust).found(source.id, names, now_us)
        identity = HubIdentity()
        identity.save(new.identity)
        made = _new_database(new.database, source, identity, now_us)
        new.settings_file.write_text(TEMPLATE, encoding="utf-8")
        folder.settings_file.unlink(missing_ok=True)
        for suffix in ("-wal", "-shm"):
            Path(f"{folder.database}{suffix}").unlink(missing_ok=True)
        shutil.rmtree(folder.area, ignore_errors=True)
        shutil.rmtree(folder.trust, ignore_errors=True)
        for old, fresh in (
            (folder.area, new.area),
            (folder.trust, new.trust),
            (folder.database, new.database),
            (folder.settings_file, new.settings_file),
        ):
            fresh.replace(old)
    return made


def _new_database(path: Path, area: Area, identity: HubIdentity, now_us: int) -> list[NewKey]:
    def begin(transaction: Transaction) -> list[NewKey]:
        # The first entry: a log without any has lost it.
        audit.record(transaction, Deed(audit.SHELL, "init", area.id), identity, now_us)
        return list(_first_keys(transaction, area, now_us))

    Database.create(path)
    database = Database(path)
    try:
        return database.write(begin).result()
    finally:
        database.close()


def _first_keys(transaction: Transaction, area: Area, now_us: int) -> Iterator[NewKey]:
    for gateway in area.gateways:
        yield keys.create(transaction, Role.GATEWAY, gateway.id, now_us)
    yield keys.create(transaction, Role.READER, "reader", now_us)
    yield keys.create(transaction, Role.MANAGER, "manager", now_us)
