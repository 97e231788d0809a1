"""The area in force at the start of a hub: what its folder holds, or a newer version from the store."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from area_configs import area_pack
from area_configs.loader import load_area
from platform_hub.server.registry.pack import version_of
from platform_hub.server.store import area_versions as stored

if TYPE_CHECKING:
    from pathlib import Path

    from area_configs.domain.areas import Area
    from platform_hub.server.store.database import Database, Transaction

_LOG = logging.getLogger(__name__)
_NOTE = "changed by hand in the hub's folder"


def settled(folder: Path, database: Database, now_us: int) -> tuple[Area, str]:
    """Return the area in force, which the folder holds then, and the digest of its version.

    A folder that holds an earlier version was not brought up to date: the newest is put there. One
    that holds something else was changed by hand, which is a version of its own. The digest is empty
    where the area was never changed from here.

    Raises:
        AreaFileError: the area in the folder is wrong.
        StoreUnavailable: the database does not answer.
    """
    newest = database.read(stored.newest)
    if newest is None:
        return load_area(folder), ""
    files = area_pack.files_of(folder)
    found = area_pack.digest(area_pack.hashes_of(files))
    if found == newest.digest:
        return load_area(folder), found
    if database.read(lambda tx: stored.find(tx, digest=found)) is not None:
        _LOG.warning("version %d of the area is put into %s", newest.number, folder)
        contents = database.read(lambda tx: stored.contents(tx, newest))
        return load_area(area_pack.put_files(contents, folder)), newest.digest
    version, compressed = version_of(files, newest.number + 1, now_us, _NOTE)

    def store(transaction: Transaction) -> None:
        stored.add(transaction, version, compressed)

    database.write(store).result()
    return load_area(folder), found
