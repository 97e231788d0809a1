"""What wearables said word by word: kept on the gateway for some days, then gone; never sent."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from area_configs.domain.readings import Reading


class RawReadings:
    """A folder per pseudonym, a CSV file per day: instant (µs), device, quantity, value.

    Args:
        folder: where; only this user may read it.
        keep_days: whole days that a file stays after its own.
    """

    def __init__(self, folder: Path, keep_days: int) -> None:
        self._folder = folder
        self._keep_days = keep_days

    def put(self, by_pseudonym: Mapping[str, Iterable[Reading]]) -> None:
        """Append readings.

        Raises:
            OSError: the disk does not take them.
        """
        for pseudonym, readings in by_pseudonym.items():
            by_day: dict[str, list[str]] = {}
            for one in readings:
                value = "" if one.value is None else repr(one.value)
                line = f"{one.observed_us},{one.device},{one.quantity},{value}\n"
                by_day.setdefault(_day(one.observed_us), []).append(line)
            for day, lines in by_day.items():
                self._append(pseudonym, day, lines)

    def age_out(self, now_us: int) -> int:
        """Delete the files of days that are over long enough; return how many."""
        oldest = _day(now_us - int(timedelta(days=self._keep_days).total_seconds() * 1e6))
        old = [file for file in self._folder.glob("*/*.csv") if file.stem < oldest]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

    def erase_others(self, allowed: Iterable[str]) -> list[str]:
        """Delete everything of everybody who is not allowed any more; return whose."""
        kept = frozenset(allowed)
        folders = self._folder.iterdir() if self._folder.is_dir() else ()
        gone = sorted(folder.name for folder in folders if folder.name not in kept)
        for name in gone:
            shutil.rmtree(self._folder / name, ignore_errors=True)
        return gone

    def _append(self, pseudonym: str, day: str, lines: list[str]) -> None:
        folder = self._folder / pseudonym
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        with os.fdopen(os.open(folder / f"{day}.csv", flags, 0o600), "w") as opened:
            opened.writelines(lines)


def _day(at_us: int) -> str:
    return datetime.fromtimestamp(at_us / 1e6, UTC).date().isoformat()
