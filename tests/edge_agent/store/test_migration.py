"""A log of the version before segments goes on where it was."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest

from edge_agent.store import LogUnavailable, Place, ReadingLog, migration
from tests.edge_agent.store.conftest import numbers, segment_files, some_readings

OLD = Path(__file__).parent / "data" / "readings-v1.db.gz"  # 4 blocks of 10; hub at 25, 7-8 refused
EPOCH = 6342173793388316


@pytest.fixture
def old_log(folder: Path) -> Path:
    folder.mkdir()
    (folder / "readings.db").write_bytes(gzip.decompress(OLD.read_bytes()))
    return folder


def _check(folder: Path) -> None:
    with ReadingLog(folder, gateway="gw-1") as log:
        assert log.epoch == EPOCH
        assert log.place("hub") == Place(25)
        assert log.place("ngsi-ld") == Place(0)
        assert log.stats().of("hub").refused == 2
        assert numbers(log.read("hub", 100)) == (26, 40, 15)
        assert log.read("ngsi-ld", 100).readings == tuple(some_readings(40))
        assert log.append(some_readings(1, 40)).result() == 41
    assert not (folder / "readings.db").exists()
    assert segment_files(folder)[0].name == f"seg-{EPOCH}-1.db"


def test_an_old_log_goes_on(old_log: Path):
    _check(old_log)
    with ReadingLog(old_log, gateway="gw-1") as log:
        assert log.read("ngsi-ld", 100).readings == tuple(some_readings(41))


@pytest.mark.parametrize("step", ["_as_segment", "sync_folder"])
def test_a_cut_on_the_way_is_made_good(old_log: Path, step: str, monkeypatch: pytest.MonkeyPatch):
    class _Cut(Exception):
        pass

    def cut(*_: object) -> None:
        raise _Cut

    with monkeypatch.context() as patched:
        patched.setattr(migration, step, cut)  # the power goes at this point
        with pytest.raises(_Cut):
            migration.adopt(old_log)
    _check(old_log)


def test_an_old_log_of_a_newer_version_is_refused_unchanged(old_log: Path):
    with sqlite3.connect(old_log / "readings.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(LogUnavailable, match="newer version"):
        ReadingLog(old_log, gateway="gw-1")
    assert (old_log / "readings.db").exists()


def test_the_log_of_another_gateway_stays_as_it_was(old_log: Path):
    with pytest.raises(LogUnavailable, match="belongs to gateway 'gw-1'"):
        ReadingLog(old_log, gateway="other")
    _check(old_log)
