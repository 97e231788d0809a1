"""Moving to PostgreSQL: everything arrives, is compared, and can be taken up again."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update

from area_configs.domain.readings import Reading
from platform_hub.server.history.recording import Recorder
from platform_hub.server.store import changes, entities, gateways, keys, moving
from platform_hub.server.store.database import Database
from platform_hub.server.store.gateways import Arrived
from platform_hub.server.store.moving import CannotMove
from platform_hub.server.store.tables import instance
from tests.platform_hub.server.town import T0, power

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from platform_hub.server.store.database import Transaction

pytestmark = pytest.mark.slow


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Database]:
    """Return a hub's data: two series of different length, a gateway, a key."""
    Database.create(tmp_path / "hub.sqlite")
    with contextlib.closing(Database(tmp_path / "hub.sqlite")) as database:
        database.write(_fill).result()
        yield database


def _fill(transaction: Transaction) -> None:
    readings = [power(n, None if n % 7 == 0 else n / 3) for n in range(100)]
    recorder = Recorder("town", 1000)
    recorder.record(transaction, "gw-1", readings, T0)
    recorder.record(transaction, "gw-1", [Reading("meter-2", "current_r", T0, 1.5)], T0)
    gateways.saw(transaction, "gw-1", 3, T0, 7)
    gateways.save_arrived(transaction, "gw-1", 3, Arrived(), Arrived(101, ((105, 110),)))
    keys.add(transaction, keys.StoredKey("h", "reader", "someone", T0))


@pytest.fixture
def target(new_url: Callable[[], str]) -> Iterator[Database]:
    url = new_url()
    Database.create(url)
    with contextlib.closing(Database(url)) as database:
        yield database


def quiet(_done: int, _every: int) -> None:
    """Say nothing."""


def test_everything_arrives(source: Database, target: Database) -> None:
    told: list[tuple[int, int]] = []
    moved = moving.move(source, target, lambda *far: told.append(far))
    assert (moved.entities, moved.series, moved.instances, moved.copied) == (2, 2, 101, 101)
    assert told == [(0, 2), (1, 2), (2, 2)]
    for look in (entities.select_by, keys.all_keys, gateways.sightings, changes.extent):
        assert target.read(look) == source.read(look)
    arrived = target.read(lambda tx: gateways.arrived(tx, "gw-1", 3))
    assert arrived == Arrived(101, ((105, 110),))
    for of in ((1, 1), (2, 2)):
        assert moving.sum_of(source, of) == moving.sum_of(target, of)


def test_the_new_hub_numbers_on(source: Database, target: Database) -> None:
    moving.move(source, target, quiet)
    new = [power(0, 2.0, device="stranger"), Reading("stranger", "voltage", T0, 1.0)]
    recorder = Recorder("town", 1000)
    before = target.read(changes.extent)
    assert target.write(lambda tx: recorder.record(tx, "gw-1", new, T0)).result() == 2
    after = target.read(changes.extent)
    assert (after.total, after.last) == (before.total + 2, before.last + 1)


def test_a_second_call_goes_on_where_the_first_was_stopped(
    source: Database, target: Database
) -> None:
    def stop(done: int, _every: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moving.move(source, target, stop)
    moved = moving.move(source, target, quiet)
    assert (moved.instances, moved.copied) == (101, 1)


def test_what_is_missing_or_altered_on_the_other_side_is_mended(
    source: Database, target: Database
) -> None:
    moving.move(source, target, quiet)
    first = instance.c.observed_us < T0 + 5
    altered = update(instance).where(instance.c.entity_pk == 2).values(body=b"{}")
    target.write(lambda tx: tx.execute(delete(instance).where(first)).rowcount).result()
    target.write(lambda tx: tx.execute(altered).rowcount).result()
    assert moving.move(source, target, quiet).copied == 101
    for of in ((1, 1), (2, 2)):
        assert moving.sum_of(source, of) == moving.sum_of(target, of)


def test_a_surplus_on_the_other_side_is_said(source: Database, target: Database) -> None:
    moving.move(source, target, quiet)
    recorder = Recorder("town", 1000)
    target.write(lambda tx: recorder.record(tx, "gw-1", [power(1000)], T0)).result()
    with pytest.raises(CannotMove, match="differs"):
        moving.move(source, target, quiet)


def test_a_database_that_holds_a_hub_is_left_alone(source: Database, target: Database) -> None:
    recorder = Recorder("town", 1000)
    target.write(lambda tx: recorder.record(tx, "gw-1", [power(1000)], T0)).result()
    with pytest.raises(CannotMove, match="holds a hub already"):
        moving.move(source, target, quiet)


def test_two_hubs_are_not_mixed(source: Database, target: Database, tmp_path: Path) -> None:
    Database.create(tmp_path / "other.sqlite")
    moving.move(source, target, quiet)
    with (
        contextlib.closing(Database(tmp_path / "other.sqlite")) as other,
        pytest.raises(CannotMove, match="another hub"),
    ):
        moving.move(other, target, quiet)
