"""CSV files as offices publish them: in any encoding in use, with a header that is looked for."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from area_configs.domain.errors import AreaFileError, Mistake

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENCODINGS = ("utf-8-sig", "utf-16", "cp932", "utf-16-le")
_LARGEST = 20_000_000  # bytes; the longest list known has half a megabyte


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A file: how it was written, its header, and its rows by column, with their lines."""

    encoding: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def read_table(data: bytes, name: str, columns: tuple[str, ...], what: str) -> CsvTable:
    """Read a CSV file whose first line names some columns; blank lines are left out.

    Args:
        data: the file.
        name: what to call it in errors.
        columns: names that the header must have.
        what: what kind of file to choose instead.

    Raises:
        AreaFileError: too large, undecodable, or without these columns.
    """
    if len(data) > _LARGEST:
        raise wrong_table(name, f"has {len(data):,} bytes, more than any {what}", what)
    text, encoding = _decoded(data, name, columns, what)
    try:
        lines = list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise wrong_table(name, f"is not a CSV file ({error})", what) from error
    header = tuple(cell.strip() for cell in lines[0]) if lines else ()
    if any(column not in header for column in columns):
        raise wrong_table(name, f"has no columns {' and '.join(columns)} in its first line", what)
    rows = (
        (line, dict(zip(header, (cell.strip() for cell in cells), strict=False)))
        for line, cells in enumerate(lines[1:], start=2)
    )
    return CsvTable(encoding, header, tuple((n, row) for n, row in rows if any(row.values())))


def wrong_table(name: str, fault: str, what: str) -> AreaFileError:
    """Return the error for a file that is no such table."""
    return AreaFileError((Mistake(name, 0, "", f"{fault}: choose a {what}."),))


def _decoded(data: bytes, name: str, columns: tuple[str, ...], what: str) -> tuple[str, str]:
    """Return the text and its encoding: the first that fits it whole and gives our columns."""
    fitting = []
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if columns[0] in text.partition("\n")[0]:
            return text, encoding
        fitting.append((text, encoding))
    if not fitting:
        raise wrong_table(name, "is neither UTF-8 nor Shift_JIS nor UTF-16", what)
    return fitting[0]
