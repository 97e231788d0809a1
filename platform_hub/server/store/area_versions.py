"""Versions of the area's files; a file that several versions share is stored once."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import insert, select

from platform_hub.server.store.area_tables import area_content, area_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from platform_hub.server.store.database import Transaction

_QUICK = 1  # compression; geometry is text and shrinks to a tenth anyway


class AreaVersion(NamedTuple):
    """One version; `files` gives the SHA-256 of each file by its name in the pack."""

    number: int
    digest: str
    files: dict[str, str]
    note: str
    created_us: int
    created_by: str


def compressed(files: Mapping[str, bytes], hashes: Mapping[str, str]) -> dict[str, bytes]:
    """Return contents as they are stored, by hash; it takes time, so do it before `add`."""
    return {hashes[name]: zlib.compress(content, _QUICK) for name, content in files.items()}


def add(transaction: Transaction, version: AreaVersion, contents: Mapping[str, bytes]) -> None:
    """Store a version with those of its contents that are not there yet."""
    wanted = set(version.files.values())
    query = select(area_content.c.hash).where(area_content.c.hash.in_(wanted))
    missing = wanted - set(transaction.scalars(query))
    for one in sorted(missing):
        transaction.execute(insert(area_content).values(hash=one, body=contents[one]))
    row = {**version._asdict(), "files": msgspec.json.encode(version.files)}
    transaction.execute(insert(area_version).values(row))


def newest(transaction: Transaction) -> AreaVersion | None:
    """Return the version in force, None where the area was never changed from here."""
    return next(iter(versions(transaction, 1)), None)


def versions(transaction: Transaction, limit: int) -> list[AreaVersion]:
    """Return the newest versions, newest first."""
    query = select(area_version).order_by(area_version.c.number.desc()).limit(limit)
    return [_version(row) for row in transaction.execute(query)]


def find(
    transaction: Transaction, *, number: int | None = None, digest: str = ""
) -> AreaVersion | None:
    """Return a version by its number or its digest."""
    same = area_version.c.number == number if digest == "" else area_version.c.digest == digest
    query = select(area_version).where(same).order_by(area_version.c.number.desc()).limit(1)
    row = transaction.execute(query).one_or_none()
    return _version(row) if row else None


def contents(transaction: Transaction, version: AreaVersion) -> dict[str, bytes]:
    """Return the files of a version by name."""
    query = select(area_content).where(area_content.c.hash.in_(set(version.files.values())))
    bodies = {row.hash: row.body for row in transaction.execute(query)}
    return {name: zlib.decompress(bodies[one]) for name, one in version.files.items()}


def _version(row: Sequence[Any]) -> AreaVersion:
    number, digest, files, *rest = row
    return AreaVersion(number, digest, msgspec.json.decode(files), *rest)
