"""Numbered readings: each can be told from its number alone, so that nothing needs to be kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from area_configs.domain.readings import Reading
from edge_agent.store import ReadingLog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

GATEWAY = "gw-residence"
BEGIN_US = 1_790_000_000_000_000
KEEPER = "after"  # the sink that acknowledges only in the end: until then all is kept for it
DEVICES = tuple(f"unlisted-{n}" for n in range(8))
_ALL = 1 << 40


def reading(number: int) -> Reading:
    """Return the reading with a number; its instant tells the number."""
    return Reading(
        DEVICES[number % len(DEVICES)],
        "active_power",
        BEGIN_US + number,
        number % 1000 / 10,
    )


def number_of(found: Reading) -> int:
    """Return a reading's number; ValueError where it is none of ours, or changed."""
    number = found.observed_us - BEGIN_US
    if found != reading(number):
        raise ValueError(f"this was never stored: {found}")
    return number


@dataclass(frozen=True)
class Verdict:
    """What became of what was acknowledged.

    Attributes:
        acknowledged: how many readings the store had promised.
        missing: how many of them are gone.
        doubled: how many readings are there more than once.
        extra: how many were stored without a promise, which is harmless.
    """

    acknowledged: int
    missing: int
    doubled: int
    extra: int

    @property
    def sound(self) -> bool:
        """Tell whether nothing is lost and nothing is there twice."""
        return not self.missing and not self.doubled


def judge(acknowledged: Iterable[int], found: Iterable[int]) -> Verdict:
    """Compare what was promised with what is there."""
    promised, there = set(acknowledged), Counter(found)
    return Verdict(
        len(promised),
        len(promised - there.keys()),
        sum(times > 1 for times in there.values()),
        len(there.keys() - promised),
    )


def everything(log: ReadingLog, sink: str = KEEPER) -> Iterator[Reading]:
    """Yield all readings that a sink has not acknowledged, in their order; it then has them."""
    while (batch := log.read(sink, _ALL)) or batch.damaged:
        yield from batch.readings
        log.acknowledge(sink, batch.upto)


def stored(log: ReadingLog, sink: str = KEEPER) -> list[int]:
    """Return the numbers of everything that a sink has not acknowledged, in their order."""
    return [number_of(each) for each in everything(log, sink)]


def opened(folder: Path) -> ReadingLog:
    """Open the log by the product's own way."""
    return ReadingLog(folder, gateway=GATEWAY)


def still_takes(log: ReadingLog) -> bool:
    """Tell whether a new reading is stored and can be read: whether the log is alive."""
    before = log.last_seq
    return log.append([reading(_ALL)]).result(timeout=30) > before


def spans(said: bytes) -> Iterator[int]:
    """Return the numbers in what a workload said: a line with first and last per promise."""
    for line in said.splitlines():
        first, last = map(int, line.split())
        yield from range(first, last + 1)
