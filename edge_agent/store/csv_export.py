"""Every reading of a log as CSV, for people and spreadsheets."""

from __future__ import annotations

import csv
import os
import sys
from typing import TYPE_CHECKING, NamedTuple, TextIO

from edge_agent.store.errors import LogUnavailable
from edge_agent.store.inspection import COLUMNS, everything

if TYPE_CHECKING:
    from pathlib import Path


class Exported(NamedTuple):
    """How many readings were written, and what could not be read, a sentence each."""

    readings: int
    left_out: tuple[str, ...]


def export(folder: Path, target: Path) -> Exported:
    """Write all readings that can be read to a file, or to standard output for `-`.

    The file appears as a whole or not at all; what is no file, such as a device, is left alone.

    Raises:
        LogUnavailable: the log cannot be read or the file not be written.
    """
    if str(target) == "-":
        return _write(folder, sys.stdout)
    target = target.resolve()  # a link stays one, also /dev/stdout that leads to a file
    if target.exists() and not target.is_file():
        raise LogUnavailable(f"{target} is no file: choose another, or - for standard output")
    draft = target.with_name(f".{target.name}.new")
    try:
        try:
            with draft.open("w", encoding="utf-8", newline="") as out:
                written = _write(folder, out)
            os.replace(draft, target)  # noqa: PTH105  # the same, and says what it does
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise LogUnavailable(
            f"{target} cannot be written ({error.strerror}): choose another file"
        ) from error
    return written


def _write(folder: Path, out: TextIO) -> Exported:
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    count, left_out = 0, list[str]()
    for numbered in everything(folder, left_out.append):
        rows.writerow(numbered.cells().values())
        count += 1
    return Exported(count, tuple(left_out))
