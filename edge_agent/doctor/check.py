"""What a check is, and the machine that checks look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from edge_agent.clock import Clock, SystemClock, is_synchronised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from area_configs.domain.errors import FileMistakes

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `words` of a warning or failure end with the remedy.

    Attributes:
        ja: the same in Japanese, for screens; empty where what went wrong has no other words.
    """

    name: str
    level: Level
    words: str
    ja: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine as checks see it; tests bring another.

    Attributes:
        clock: its clock.
        synchronised: tells whether a time source has set that.
        sys: where the kernel tells of devices, sysfs.
        ca_file: the certificates that are trusted, None for those that requests trusts.
    """

    clock: Clock = field(default_factory=SystemClock)
    synchronised: Callable[[], bool] = is_synchronised
    sys: Path = Path("/sys")
    ca_file: Path | None = None


def mistakes(name: str, error: FileMistakes) -> Iterator[Check]:
    """Yield a failure for each mistake of a file."""
    for mistake in error.mistakes:
        yield Check(name, "fail", mistake.text())
