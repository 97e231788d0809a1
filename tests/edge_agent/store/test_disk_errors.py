"""Disks that fail: a commit is confirmed only when it is certain, and the log goes on by itself."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edge_agent.store import LogUnavailable, ReadingLog
from tests.edge_agent.store.conftest import drained, segment_files, some_readings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from edge_agent.store.database import Statement, WriteConnection


class FailingDisk:
    """Stands before a connection; its commits fail as those of a failing disk do."""

    def __init__(self, behind: WriteConnection, code: int, words: str, *, kept: bool) -> None:
        self._behind = behind
        self._kept = kept
        self.error = sqlite3.OperationalError(words)
        self.error.sqlite_errorcode = code  # type: ignore[misc]  # as SQLite itself sets it

    def transact(self, statements: Iterable[Statement]) -> None:
        if self._kept:  # the sync failed, but the bytes may be there all the same
            self._behind.transact(statements)
        raise self.error

    def __getattr__(self, name: str) -> object:
        return getattr(self._behind, name)


def _fail(log: ReadingLog, code: int, *, kept: bool = False) -> None:
    assert log._keeper
    log._keeper._active = FailingDisk(log._keeper._active, code, "disk I/O error", kept=kept)  # type: ignore[assignment]  # a fake


@pytest.mark.logs("it goes on in a new segment")
@pytest.mark.parametrize("kept", [True, False])
def test_after_a_failed_sync_the_same_numbers_go_to_a_new_segment(
    log: ReadingLog, folder: Path, kept: bool
):
    log.append(some_readings(5)).result()
    _fail(log, sqlite3.SQLITE_IOERR_FSYNC, kept=kept)
    assert log.append(some_readings(5, 5)).result() == 10
    assert log.append(some_readings(5, 10)).result() == 15
    assert [int(f.stem.split("-")[2]) for f in segment_files(folder)] == [1, 6]
    assert log.read("hub", 100).readings == tuple(some_readings(15))
    log.close()
    with ReadingLog(folder, gateway="gw-1") as again:
        assert drained(again) == some_readings(15)
        assert again.losses("hub") == ()


@pytest.mark.logs("it goes on in a new segment")
def test_a_failed_sync_of_an_empty_segment(log: ReadingLog, folder: Path):
    _fail(log, sqlite3.SQLITE_IOERR_FSYNC, kept=True)
    assert log.append(some_readings(5)).result() == 5
    assert drained(log) == some_readings(5)
    assert len(segment_files(folder)) == 1


def test_where_no_new_segment_can_be_made_readings_are_refused_and_counted(
    log: ReadingLog, monkeypatch: pytest.MonkeyPatch
):
    log.append(some_readings(5)).result()
    _fail(log, sqlite3.SQLITE_IOERR_FSYNC)
    with monkeypatch.context() as patched:
        patched.setattr("edge_agent.store.segments.create", _no_disk)
        for _ in range(2):
            with pytest.raises(LogUnavailable, match="check the disk"):
                log.append(some_readings(5, 5)).result()
    assert log.append(some_readings(5, 5)).result() == 10, "it goes on by itself"
    log.append([]).result()
    (loss,) = log.losses("hub")
    assert (loss.readings, loss.first_seq) == (10, 0)
    assert drained(log) == some_readings(10)


def test_what_was_refused_does_not_come_back(
    log: ReadingLog, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    log.append(some_readings(5)).result()
    _fail(log, sqlite3.SQLITE_IOERR_FSYNC, kept=True)
    with monkeypatch.context() as patched:
        patched.setattr("edge_agent.store.segments.create", _no_disk)
        with pytest.raises(LogUnavailable):
            log.append(some_readings(5, 5)).result()
    log.close()
    with ReadingLog(folder, gateway="gw-1") as again:
        assert again.last_seq == 5
        assert again.append(some_readings(5, 20)).result() == 10
        assert drained(again) == some_readings(5) + some_readings(5, 20)


def _no_disk(*_: object) -> None:
    raise sqlite3.OperationalError("disk I/O error")


_FULL = """
import os, sys
from pathlib import Path
from edge_agent.store import LogUnavailable, Policy, ReadingLog, Retention
from tests.edge_agent.store.test_segments import noise

folder, policy = Path(sys.argv[1]), Policy(sys.argv[2])
keep = Retention(segment_bytes=300_000, policy=policy, least_free_bytes=0)
log = ReadingLog(folder / "log", retention=keep)
confirmed, refused, n = [], 0, 0
while n < 350 and refused < 5:
    try:
        confirmed.append((n, log.append(noise(2000, 2000 * n)).result()))
    except LogUnavailable:
        refused += 1
    n += 1
log.acknowledge("hub", 500)
print("acknowledged", flush=True)
if policy is Policy.REFUSE:
    assert refused == 5, refused
    head = log.last_seq
    log.acknowledge("hub", head)
else:
    assert refused == 0, refused
assert log.append(noise(500, 10**9)).result() == log.last_seq
log.append([]).result()
lost = log.losses("hub", 1000)
log.close()
with ReadingLog(folder / "log", retention=keep) as again:
    first, have = again._reader.first_seq(), 0
    while batch := again.read("auditor", 5000):
        have += len(batch)
        assert not batch.gaps
        again.acknowledge("auditor", batch.upto)
    assert first - 1 + have == again.last_seq
not_taken = sum(loss.readings for loss in lost if loss.kind == "not_taken")
dropped = sum(loss.readings for loss in lost if loss.kind == "dropped")
assert not_taken == 2000 * refused, (not_taken, refused)
assert dropped == (first - 1 if policy is Policy.DROP_OLDEST else 0), (dropped, first)
print("held", flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small disk")
@pytest.mark.parametrize("policy", ["refuse", "drop-oldest"])
def test_a_small_disk_that_is_full(tmp_path: Path, policy: str):
    mounted = (
        f"mount -t tmpfs -o size=3m tmpfs {tmp_path} && exec $0 -c '{_FULL}' {tmp_path} {policy}"
    )
    command = ["unshare", "-rm", "sh", "-c", mounted.replace("$0", sys.executable)]
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}  # noqa: PTH109  # the root of the tests
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip("this machine lets nobody mount a small disk")
    assert done.stdout.split() == ["acknowledged", "held"], done.stderr


def test_a_folder_that_becomes_read_only_refuses_and_goes_on(log: ReadingLog, folder: Path):
    log.append(some_readings(2)).result()
    _fail(log, sqlite3.SQLITE_READONLY)
    with pytest.raises(LogUnavailable):
        log.append(some_readings(2, 2)).result()
    assert log._keeper
    log._keeper._active = log._keeper._active._behind  # type: ignore[attr-defined]  # mended
    assert log.append(some_readings(2, 2)).result() == 4
    assert len(segment_files(folder)) == 1


@pytest.mark.logs("goes on in a new segment")
def test_random_histories_of_failing_syncs(folder: Path):
    dice = random.Random(7)
    log = ReadingLog(folder)
    for n in range(30):
        if dice.random() < 0.4:
            _fail(log, sqlite3.SQLITE_IOERR_FSYNC, kept=dice.random() < 0.5)
        assert log.append(some_readings(3, 3 * n)).result() == 3 * n + 3
        if dice.random() < 0.2:
            log.close()
            log = ReadingLog(folder)
    assert drained(log) == some_readings(90)
    log.close()
