"""The outbox: minutes and events that the hub has not taken yet, durable, one file per batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from platform_hub.wire.care import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

MOST_FILES = 40_000  # four weeks of a batch a minute; then the oldest give way


class Outbox:
    """Batches in order; `replace` writes a file durably."""

    def __init__(self, folder: Path, replace: Callable[[Path, bytes], None]) -> None:
        self._folder = folder
        self._replace = replace
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._next = max((int(file.stem) for file in self._files()), default=0) + 1

    def put(self, batch: Batch) -> None:
        """Keep a batch; returns once it is on the disk.

        Raises:
            OSError: the disk does not take it.
        """
        self._replace(self._folder / f"{self._next:012}.json", msgspec.json.encode(batch))
        self._next += 1
        for old in self._files()[:-MOST_FILES]:
            old.unlink(missing_ok=True)

    def first(self) -> tuple[Path, Batch] | None:
        """Return the oldest batch with its file, None where all was taken; what is torn is dropped."""
        for file in self._files():
            try:
                return file, msgspec.json.decode(file.read_bytes(), type=Batch)
            except msgspec.MsgspecError:
                file.unlink(missing_ok=True)
        return None

    def taken(self, file: Path) -> None:
        """Forget a batch that the hub has."""
        file.unlink(missing_ok=True)

    def erase_others(self, allowed: Iterable[str]) -> None:
        """Delete what waits of everybody who is not allowed any more."""
        kept = frozenset(allowed)
        for file in self._files():
            try:
                batch = msgspec.json.decode(file.read_bytes(), type=Batch)
            except msgspec.MsgspecError:  # torn: nobody can tell whose it is
                file.unlink(missing_ok=True)
                continue
            minutes = [one for one in batch.minutes if one.resident in kept]
            happenings = [one for one in batch.happenings if one.resident in kept]
            if not minutes and not happenings:
                file.unlink(missing_ok=True)
            elif len(minutes) + len(happenings) < len(batch.minutes) + len(batch.happenings):
                self._replace(file, msgspec.json.encode(Batch(minutes, happenings)))

    @property
    def waiting(self) -> int:
        """Return how many batches wait."""
        return len(self._files())

    def _files(self) -> list[Path]:
        return sorted(file for file in self._folder.glob("*.json") if file.stem.isdecimal())
