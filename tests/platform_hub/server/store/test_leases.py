"""Leases: one holder at a time, and another one once it has lapsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_hub.server.store import leases

if TYPE_CHECKING:
    from platform_hub.server.store.database import Database


def take(database: Database, holder: str, now_us: int) -> bool:
    return database.write(lambda tx: leases.take(tx, "work", holder, now_us, now_us + 30)).result()


def test_one_holder_at_a_time(database: Database) -> None:
    assert take(database, "a", 0)
    assert not take(database, "b", 10)
    assert take(database, "a", 20)
    assert not take(database, "b", 49)
    assert take(database, "b", 50)
    assert not take(database, "a", 51)


def test_an_sqlite_file_is_shared_with_nobody(database: Database) -> None:
    assert not database.read(leases.is_shared)
