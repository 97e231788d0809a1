"""The database: jobs committed in groups, each whole or not at all."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest

from platform_hub.server.store import keys
from platform_hub.server.store.database import Database, StoreUnavailable
from platform_hub.server.store.keys import StoredKey
from platform_hub.server.store.migrations import ForeignDatabase

if TYPE_CHECKING:
    from pathlib import Path

    from platform_hub.server.store.database import Transaction


def named(name: str) -> StoredKey:
    return StoredKey(f"hash of {name}", "reader", name, 0)


def names(database: Database) -> set[str]:
    return {key.name for key in database.read(keys.all_keys)}


def test_a_failed_job_leaves_nothing_and_spares_the_others(database: Database) -> None:
    def faulty(transaction: Transaction) -> None:
        keys.add(transaction, named("half"))
        raise ZeroDivisionError

    started, go_on = threading.Event(), threading.Event()

    def slow(transaction: Transaction) -> None:
        started.set()
        assert go_on.wait(10)
        keys.add(transaction, named("slow"))

    first = database.write(slow)
    assert started.wait(10)
    good = [database.write(lambda tx, n=n: keys.add(tx, named(f"good {n}"))) for n in range(5)]
    bad = database.write(faulty)
    last = database.write(lambda tx: keys.add(tx, named("last")))
    go_on.set()
    with pytest.raises(ZeroDivisionError):
        bad.result(10)
    for job in (first, *good, last):
        job.result(10)
    assert names(database) == {"slow", "last", *(f"good {n}" for n in range(5))}


def test_closing_finishes_what_is_queued(tmp_path: Path) -> None:
    Database.create(tmp_path / "hub.sqlite")
    database = Database(tmp_path / "hub.sqlite")
    jobs = [database.write(lambda tx, n=n: keys.add(tx, named(str(n)))) for n in range(200)]
    database.close()
    assert all(job.done() for job in jobs)
    with contextlib.closing(Database(tmp_path / "hub.sqlite")) as again:
        assert len(names(again)) == 200


def test_a_cancelled_job_does_not_run(database: Database) -> None:
    started, go_on = threading.Event(), threading.Event()
    blocking = database.write(lambda _tx: (started.set(), go_on.wait(10)))
    assert started.wait(10)
    cancelled = database.write(lambda tx: keys.add(tx, named("cancelled")))
    assert cancelled.cancel()
    go_on.set()
    blocking.result(10)
    database.write(lambda tx: keys.add(tx, named("next"))).result(10)
    assert names(database) == {"next"}


def test_a_job_sees_what_was_committed_before_it(database: Database) -> None:
    database.write(lambda tx: keys.add(tx, named("one"))).result(10)
    assert database.write(lambda tx: len(keys.all_keys(tx))).result(10) == 1


def test_a_broken_constraint_is_explained(database: Database) -> None:
    database.write(lambda tx: keys.add(tx, named("one"))).result(10)
    with pytest.raises(StoreUnavailable, match=r"hub\.sqlite|/hub_"):
        database.write(lambda tx: keys.add(tx, named("one"))).result(10)


def test_commits_survive_a_power_cut(database: Database) -> None:
    mode = database.write(lambda tx: tx.exec_driver_sql("PRAGMA synchronous").scalar()).result(10)
    assert mode == 2  # FULL


def test_a_full_disk_refuses_whole_jobs_and_recovers(database: Database) -> None:
    def pages(transaction: Transaction, most: int) -> None:
        transaction.exec_driver_sql(f"PRAGMA max_page_count={most}")

    def many(transaction: Transaction) -> None:
        for n in range(2000):
            keys.add(transaction, named(f"{n} {'x' * 400}"))

    database.write(lambda tx: pages(tx, 1)).result(10)  # SQLite takes it as: not one page more
    with pytest.raises(StoreUnavailable, match="full"):
        database.write(many).result(10)
    assert names(database) == set()
    database.write(lambda tx: pages(tx, 1 << 30)).result(10)
    database.write(many).result(10)
    assert len(names(database)) == 2000


def test_nothing_is_taken_after_closing(tmp_path: Path) -> None:
    Database.create(tmp_path / "hub.sqlite")
    database = Database(tmp_path / "hub.sqlite")
    database.close()
    with pytest.raises(StoreUnavailable, match="stopping"):
        database.write(keys.all_keys).result(10)


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(StoreUnavailable, match="readonly"):
        database.read(lambda tx: keys.add(tx, named("one")))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="missing"):
        Database(tmp_path / "hub.sqlite")
    assert not (tmp_path / "hub.sqlite").exists()


def test_what_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "hub.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        Database(tmp_path / "hub.sqlite")


def test_another_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hub.sqlite"
    Database.create(path)
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE meta SET value = '99' WHERE key = 'version'")
    with pytest.raises(ForeignDatabase, match="form 99"):
        Database(path)
    with contextlib.closing(sqlite3.connect(tmp_path / "other.sqlite")) as raw, raw:
        raw.execute("CREATE TABLE mine (x)")
    with pytest.raises(ForeignDatabase, match="unknown"):
        Database(tmp_path / "other.sqlite")
