"""How long and how much the log keeps, and what it does when that is not enough."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_DAY_US = 86_400_000_000
_EVIDENCE = 4  # so many times longer stays what a sink has refused, for people to look at
_SHARE = 50  # of a small disk at most this part is kept free


class Policy(StrEnum):
    """What gives way when there is no room and some sink still lacks the oldest readings."""

    REFUSE = "refuse"  # new readings
    DROP_OLDEST = "drop-oldest"


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept, and what gives way; space is freed by dropping whole segments.

    Attributes:
        days: readings that every sink has are kept so long; those near a refused one four times.
        most_bytes: the segments take no more than this.
        least_free_bytes: so much stays free on the disk, for others; at most a fiftieth of it.
        policy: what happens when there is no room for new readings.
        segment_bytes: a segment that has grown to this size is closed and the next one begun.
        segment_days: so is one that is so old.
    """

    days: float = 7.0
    most_bytes: int = 4 << 30
    least_free_bytes: int = 64 << 20
    policy: Policy = Policy.REFUSE
    segment_bytes: int = 64 << 20
    segment_days: float = 1.0

    def is_old(self, stored_us: int, now_us: int, *, evidence: bool) -> bool:
        """Tell whether readings that every sink has may go because of their age."""
        days = self.days * _EVIDENCE if evidence else self.days
        return stored_us < now_us - int(days * _DAY_US)

    def is_complete(self, size: int, begun_us: int, now_us: int) -> bool:
        """Tell whether a segment is to be closed; a clock that jumped back closes it too."""
        return size >= self.segment_bytes or abs(now_us - begun_us) >= self.segment_days * _DAY_US

    def shortage(self, used: int, disk: Space) -> str:
        """Say why there is no room for more; empty where there is."""
        if used > self.most_bytes:
            return f"it takes {used} bytes of {self.most_bytes} allowed"
        least = kept_free(self.least_free_bytes, disk)
        if disk.free < least:
            return f"only {disk.free} bytes are free on its disk, {least} are to stay free"
        return ""


@dataclass(frozen=True, slots=True)
class Space:
    """A disk: its size and what is free for us, in bytes."""

    total: int
    free: int


def space_of(folder: Path) -> Space:
    """Measure the disk that a folder is on."""
    usage = shutil.disk_usage(folder)
    return Space(usage.total, usage.free)


def kept_free(least_bytes: int, disk: Space) -> int:
    """Return how much of a disk really stays free for others: of a small one less than is set."""
    return min(least_bytes, disk.total // _SHARE)
