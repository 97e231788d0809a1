"""What the log does when the process is killed, the disk is full or a file is damaged."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edge_agent.store import LogUnavailable, ReadingLog
from tests.edge_agent.store.conftest import drained, segment_files, some_readings

if TYPE_CHECKING:
    from pathlib import Path

_WRITE_FOR_EVER = """
import itertools, sys, threading
from area_configs.domain.readings import Reading
from edge_agent.store import ReadingLog

log = ReadingLog(sys.argv[1])
said = threading.Lock()

def work(name):
    for n in itertools.count():
        readings = [Reading(name, "active_power", n * 10 + k, 0.5) for k in range(10)]
        seq = log.append(readings).result()
        with said:
            print(seq, name, n * 10 + 9, flush=True)

for number in range(4):
    threading.Thread(target=work, args=(f"{sys.argv[2]}-{number}",)).start()
"""

_FILL_THE_DISK = """
import random, resource, sys
from area_configs.domain.readings import Reading
from edge_agent.store import LogUnavailable, ReadingLog

def readings(begin):
    return [Reading("m", "active_power", begin + n, random.random()) for n in range(500)]

log = ReadingLog(sys.argv[1])
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
stored = refused = 0
while refused < 3:
    try:
        stored = log.append(readings(stored)).result()
    except LogUnavailable as error:
        refused, sentence = refused + 1, error
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
stored = log.append(readings(stored)).result()
log.close()
print(stored)
print(sentence)
"""


def _child(code: str, *args: object, **options) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)


@pytest.mark.slow
def test_kill_9_loses_nothing_that_was_confirmed(folder: Path):
    confirmed: dict[str, int] = {}
    for turn in range(5):
        with _child(_WRITE_FOR_EVER, folder, f"turn{turn}") as child:
            lines = [child.stdout.readline() for _ in range(20 + 15 * turn)]
            child.send_signal(signal.SIGKILL)
            lines += child.stdout.readlines()
        for line in lines:
            if line.endswith("\n"):
                _, name, instant = line.split()
                confirmed[name] = int(instant)
    with ReadingLog(folder) as log:
        found: dict[str, list[int]] = {}
        for reading in drained(log):
            found.setdefault(reading.device, []).append(reading.observed_us)
    assert len(confirmed) == 20
    for name, last in confirmed.items():
        assert found[name] == list(range(len(found[name]))), "order or completeness is gone"
        assert len(found[name]) > last


@pytest.mark.slow
def test_a_full_disk_refuses_aloud_and_goes_on_by_itself(folder: Path):
    with _child(_FILL_THE_DISK, folder) as child:
        stored, sentence = child.stdout.read().splitlines()
    assert "free space" in sentence
    with ReadingLog(folder) as log:
        assert [r.observed_us for r in drained(log)] == list(range(int(stored)))


def _damage(folder: Path, first_seq: int) -> None:
    """Flip one bit inside a stored block."""
    with sqlite3.connect(segment_files(folder)[-1]) as database:
        select = "SELECT body FROM block WHERE first_seq = ?"
        body = bytearray(database.execute(select, (first_seq,)).fetchone()[0])
        body[len(body) // 2] ^= 4
        database.execute("UPDATE block SET body = ? WHERE first_seq = ?", (body, first_seq))
    database.close()


@pytest.mark.logs("readings 3 to 4 are lost")
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_a_damaged_block_is_reported_once_and_passed_over(
    log: ReadingLog, folder: Path, limit: int, caplog: pytest.LogCaptureFixture
):
    for n in range(3):
        log.append(some_readings(2, 2 * n)).result()
    _damage(folder, 3)
    other = drained(log, "other", limit)
    assert drained(log, "hub", limit) == other == some_readings(2) + some_readings(2, 4)
    assert len(caplog.records) == 1
    assert log.stats().damaged == 2
    assert log.stats().of("hub").backlog == 0


@pytest.mark.logs("are lost")
def test_a_damaged_last_block_still_moves_the_batch_on(log: ReadingLog, folder: Path):
    log.append(some_readings(2)).result()
    _damage(folder, 1)
    batch = log.read("hub", 10)
    assert not batch
    assert [gap[:2] for gap in batch.damaged] == [(1, 2)]
    log.acknowledge("hub", batch.upto)
    log.append(some_readings(2)).result()
    assert log.read("hub", 10).first_seq == 3


@pytest.mark.logs("are lost")
def test_damage_is_remembered(folder: Path, caplog: pytest.LogCaptureFixture):
    with ReadingLog(folder) as log:
        log.append(some_readings(2)).result()
        _damage(folder, 1)
        log.read("hub", 10)
    with ReadingLog(folder) as log:
        log.read("hub", 10)
        assert log.stats().damaged == 2
    assert len(caplog.records) == 1


def test_a_missing_folder_above_is_named(tmp_path: Path):
    with pytest.raises(LogUnavailable, match=r"missing/log.*create the folder above it"):
        ReadingLog(tmp_path / "missing" / "log")


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path):
    (tmp_path / "log").write_bytes(b"not a folder")
    with pytest.raises(LogUnavailable, match="it is a file, not a folder"):
        ReadingLog(tmp_path / "log")
    assert (tmp_path / "log").read_bytes() == b"not a folder"


@pytest.mark.parametrize("name", ["readings.db", "control.db"])
@pytest.mark.logs("was damaged")
def test_a_file_that_is_no_database_is_kept_and_not_in_the_way(folder: Path, name: str):
    folder.mkdir()
    (folder / name).write_bytes(b"holiday pictures" * 100)
    with ReadingLog(folder) as log:
        assert log.append(some_readings(1)).result() == 1
    assert (folder / "quarantine" / name).read_bytes() == b"holiday pictures" * 100


def test_a_lock_whose_file_is_damaged_still_locks(folder: Path):
    folder.mkdir()
    (folder / "owner.lock").write_bytes(b"holiday pictures" * 100)
    with ReadingLog(folder) as log:
        assert log.append(some_readings(3)).result() == 3
        with pytest.raises(LogUnavailable, match="another process"):
            ReadingLog(folder)


def test_a_second_owner_is_kept_out(log: ReadingLog, folder: Path):
    with pytest.raises(LogUnavailable, match="another process has this log open"):
        ReadingLog(folder, gateway="gw-1")
    assert log.append(some_readings(1)).result() == 1


def test_the_log_of_another_gateway_is_refused(log: ReadingLog, folder: Path):
    log.close()
    with pytest.raises(LogUnavailable, match="belongs to gateway 'gw-1', not 'gw-2'"):
        ReadingLog(folder, gateway="gw-2")


def test_a_log_of_a_newer_version_is_refused_unchanged(log: ReadingLog, folder: Path):
    log.close()
    with contextlib.closing(sqlite3.connect(folder / "control.db")) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(LogUnavailable, match="newer version"):
        ReadingLog(folder, gateway="gw-1")
    with contextlib.closing(sqlite3.connect(folder / "control.db")) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (99,)


_WITHOUT_RIGHTS = """
import os, sys
from edge_agent.store import LogUnavailable, ReadingLog

os.setuid(65534)
for path in sys.argv[1:]:
    try:
        ReadingLog(path)
    except LogUnavailable as error:
        print(error)
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="changes the user of a child")
@pytest.mark.slow
def test_a_folder_without_the_right_to_write_is_named(tmp_path: Path, folder: Path):
    ReadingLog(folder).close()
    for parent in (folder, tmp_path, *tmp_path.parents[:2]):
        parent.chmod(0o755)
    with _child(_WITHOUT_RIGHTS, folder, tmp_path / "new") as child:
        there, new = child.stdout.read().splitlines()
    assert str(folder) in there
    assert str(tmp_path / "new") in new
    assert there.endswith("give this user the right to write there")
    assert new.endswith("give this user the right to write there")


def test_every_commit_is_synced(log: ReadingLog):
    """A power cut would take what NORMAL has not synced; no test of a killed process sees that."""
    for connection in (log._keeper._active, log._keeper._control._connection):
        assert connection.rows("PRAGMA synchronous") == [(2,)]
        assert connection.rows("PRAGMA journal_mode") == [("wal",)]
