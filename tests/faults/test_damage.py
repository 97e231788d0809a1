"""Damaged files: whatever is left is found, what is gone is said, and the gateway starts anyway."""

from __future__ import annotations

import contextlib
import logging
import shutil
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.faults import numbered

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edge_agent.store import ReadingLog

BATCHES, SIZE = 40, 100
COUNT = BATCHES * SIZE
pytestmark = [pytest.mark.slow, pytest.mark.logs("")]  # what is damaged is said in the log

states = pytest.mark.parametrize("state", ["closed", "cut_off"])
flips = pytest.mark.parametrize(
    "count", [40, pytest.param(3000, marks=[pytest.mark.soak, pytest.mark.timeout(0)])]
)


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """Keep thousands of expected lines out of the report."""
    caplog.set_level(logging.CRITICAL, logger="edge_agent")


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """Return the folder of a log that was closed properly, everything in its database files."""
    folder = tmp_path / "closed"
    with numbered.opened(folder) as log:
        _fill(log, 0)
    _checkpoint(folder)
    return folder


@pytest.fixture
def cut_off(tmp_path: Path) -> Path:
    """Return a folder as a kill leaves it: what is written last still stands in the -wal."""
    with numbered.opened(tmp_path / "open") as log:
        _fill(log, 0)
        return shutil.copytree(tmp_path / "open", tmp_path / "cut-off")


def _fill(log: ReadingLog, first: int) -> None:
    log.read("hub", 1)
    for begin in range(first, first + COUNT, SIZE):
        log.append(map(numbered.reading, range(begin, begin + SIZE))).result()
    log.acknowledge("hub", log.last_seq // 4)


def _checkpoint(folder: Path) -> None:
    for file in folder.rglob("*.db"):
        with contextlib.closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@dataclass(frozen=True)
class Aftermath:
    """What a damage left: `silent` is gone without a word, `lost` is gone and was said."""

    lost: int
    silent: int
    alive: bool


def aftermath(folder: Path, count: int = COUNT) -> Aftermath:
    """Open a damaged log as the agent does, read everything, store something new."""
    with numbered.opened(folder) as log:
        found = numbered.stored(log)  # raises where a reading has changed
        assert len(found) == len(set(found))
        missing = count - len(found)
        said = log.stats().damaged
        return Aftermath(missing, max(0, missing - said), numbered.still_takes(log))


def trials(
    folder: Path, count: int, damage: Callable[[Path], str]
) -> Iterator[tuple[str, Aftermath | None]]:
    """Damage a copy again and again; None where the log could not be opened at all."""
    for _ in range(count):
        copy = shutil.copytree(folder, folder.with_name("damaged"))
        words = damage(copy)
        try:
            yield words, aftermath(copy)
        except Exception as error:  # noqa: BLE001  # told with the damage that led to it
            yield f"{words}: {error!r}", None
        finally:
            shutil.rmtree(copy)


def _file(folder: Path, rng: random.Random) -> Path:
    """Draw a file that holds something, the larger ones more often."""
    files = [f for f in sorted(folder.rglob("*")) if f.is_file() and f.stat().st_size]
    return rng.choices(files, [f.stat().st_size for f in files])[0]


def _judge(told: list[tuple[str, Aftermath | None]], note: Callable[..., None]) -> None:
    never_opened = [words for words, after in told if after is None]
    afters = [(words, after) for words, after in told if after is not None]
    losses = sorted(after.lost for _, after in afters)
    note(
        trials=len(told),
        never_opened=len(never_opened),
        lost_at_median=losses[len(losses) // 2] if losses else None,
        lost_at_most=losses[-1] if losses else None,
        lost_silently=sum(after.silent > 0 for _, after in afters),
    )
    assert not never_opened
    assert not [words for words, after in afters if not after.alive]
    # SQLite ends a -wal at the first frame that does not fit, as after a power cut.
    assert not [words for words, after in afters if after.silent and "-wal" not in words]


@flips
@states
def test_a_flipped_bit_is_found_and_the_rest_is_saved(request, rng, note, state, count):
    def flip(folder: Path) -> str:
        file = _file(folder, rng)
        content = bytearray(file.read_bytes())
        at = rng.randrange(len(content))
        content[at] ^= 1 << rng.randrange(8)
        file.write_bytes(content)
        return f"{file.name} byte {at} of {len(content)}"

    _judge(list(trials(request.getfixturevalue(state), count, flip)), note)


@flips
@states
def test_what_stands_before_a_cut_end_is_saved(request, rng, note, state, count):
    def truncate(folder: Path) -> str:
        file = _file(folder, rng)
        size = rng.randrange(file.stat().st_size)
        with file.open("r+b") as opened:
            opened.truncate(size)
        return f"{file.name} cut to {size}"

    _judge(list(trials(request.getfixturevalue(state), count, truncate)), note)


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_a_missing_companion_file_does_not_keep_the_log_from_opening(cut_off, note, suffix):
    def remove(folder: Path) -> str:
        for file in folder.rglob(f"*{suffix}"):
            file.unlink()
        return suffix

    told = list(trials(cut_off, 1, remove))
    ((_, after),) = told
    note(lost=after and after.lost)
    assert after is not None
    assert after.alive
    assert suffix == "-wal" or not after.lost


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_a_companion_file_of_an_earlier_life_is_survived(tmp_path, note, suffix):
    """Put back a -wal of a killed run, as a half-done restore does, after later runs went on."""
    folder, old = tmp_path / "log", tmp_path / "old"
    with numbered.opened(folder) as log:
        _fill(log, 0)
        shutil.copytree(folder, old)
        _fill(log, COUNT)
    _checkpoint(folder)
    files = list(old.rglob(f"*{suffix}"))
    assert files
    for file in files:
        shutil.copy(file, folder / file.relative_to(old))
    after = aftermath(folder, 2 * COUNT)
    note(**vars(after))
    assert (after.lost, after.alive) == (0, True)
