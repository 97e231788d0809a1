"""A table as CSV: what is shown, in the language in which it is shown."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from desktop.models.drafts import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QAbstractItemModel

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # Excel reads Japanese rightly with it only
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(model: QAbstractItemModel) -> str:
    """Return every shown row below its headers (RFC 4180); no cell is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    columns = range(model.columnCount())
    across = Qt.Orientation.Horizontal
    writer.writerow([model.headerData(column, across) for column in columns])
    for row in range(model.rowCount()):
        cells = [str(model.index(row, column).data() or "") for column in columns]
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return text.getvalue()


def write_csv(model: QAbstractItemModel, path: Path) -> None:
    """Write a table as UTF-8 with a byte order mark.

    Raises:
        OSError: it cannot be written; a file that was there before still is.
    """
    write_whole(path, (_BOM + csv_text(model)).encode())
