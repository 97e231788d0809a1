"""Migrations: a database of any earlier form opens as one of this form, with all it holds."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from platform_hub.server.history import series
from platform_hub.server.history.series import Window
from platform_hub.server.store import engines, entities, gateways, keys
from platform_hub.server.store.database import Database
from platform_hub.server.store.tables import VERSION, metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_hub.server.store.database import Transaction

OLD = sorted((Path(__file__).parent / "old").glob("form_*.sql"))
METER = "urn:ngsi-ld:Device:town:meter-1"


@pytest.fixture(params=OLD, ids=lambda file: file.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a database as an earlier version wrote it."""
    path = tmp_path / "hub.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as raw:
        raw.executescript(request.param.read_text(encoding="utf-8"))
    return path


def form(transaction: Transaction) -> dict[str, set[str]]:
    return {
        name: {column["name"] for column in transaction.dialect.get_columns(transaction, name)}
        for name in transaction.dialect.get_table_names(transaction)
    }


def test_an_old_database_has_the_form_of_a_new_one(old: Path, tmp_path: Path) -> None:
    Database.create(tmp_path / "new.sqlite")
    with (
        contextlib.closing(Database(old)) as migrated,
        contextlib.closing(Database(tmp_path / "new.sqlite")) as new,
    ):
        assert migrated.read(form) == new.read(form)
        version = migrated.read(lambda tx: tx.scalar(text("SELECT value FROM meta")))
        assert version == str(VERSION)


def test_an_old_database_keeps_what_it_holds(old: Path) -> None:
    def look(transaction: Transaction) -> None:
        (meter,) = entities.load(transaction, [METER]).values()
        held = series.read(transaction, [meter.pk], Window(), 100).series[meter.pk]["activePower"]
        assert [one.num for one in held] == [0.0, 1.0, 2.0, 3.0, 4.0]
        assert meter.document["activePower"]["value"] == 4.0
        assert gateways.arrived(transaction, "gw-1", 1) == gateways.Arrived(5, ((7, 9),))
        assert [key.name for key in keys.all_keys(transaction)] == ["someone"]

    with contextlib.closing(Database(old)) as migrated:
        migrated.read(look)


def test_columns_and_tables_that_are_missing_are_added(new_url: Callable[[], str]) -> None:
    url = new_url()
    Database.create(url)
    opened = engines.opened(url)
    with contextlib.closing(Database(url)) as database:
        new = database.read(form)
    with opened.writer.begin() as raw:
        raw.execute(text("ALTER TABLE api_key DROP COLUMN revoked_us"))
        raw.execute(text("DROP TABLE lane"))
        raw.execute(text("UPDATE meta SET value = :form"), {"form": str(VERSION - 1)})
    opened.dispose()
    with contextlib.closing(Database(url)) as database:
        assert database.read(form) == new


def test_creating_twice_changes_nothing(new_url: Callable[[], str]) -> None:
    url = new_url()
    Database.create(url)
    Database.create(url)
    with contextlib.closing(Database(url)) as database:
        assert metadata.tables.keys() <= database.read(form).keys()
