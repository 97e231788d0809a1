"""The alarm list as a table: one view of the desk's rows, searched by words."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Qt
from typing_extensions import override

from area_configs.domain.names import Name
from desktop.models import alarm_rows, wording
from desktop.models.alarm_rows import AlarmRow, View
from desktop.models.alarms import PRIORITY_NAMES
from desktop.models.text_table import TextTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desktop.models.alarm_desk import AlarmDesk


class Column(IntEnum):
    """The columns, in order."""

    STATE = 0
    PRIORITY = 1
    DEVICE = 2
    WHAT = 3
    VALUE = 4
    SINCE = 5
    ACTION = 6
    ANSWER = 7


class Role(IntEnum):
    """What a view may ask for beside the text."""

    KEY = Qt.ItemDataRole.UserRole + 1


HEADERS = {
    Column.STATE: Name("状態", "State"),
    Column.PRIORITY: Name("優先度", "Priority"),
    Column.DEVICE: Name("機器", "Device"),
    Column.WHAT: Name("内容", "What"),
    Column.VALUE: Name("値", "Value"),
    Column.SINCE: Name("発生", "Since"),
    Column.ACTION: Name("対応", "To do"),
    Column.ANSWER: Name("確認者・メモ", "Answered by"),
}
UNTIL = Name("{time}まで保留", "until {time}")


class AlarmTable(TextTable):
    """The rows of one view; `show` and `find` choose them, the desk's changes keep them true."""

    def __init__(self, desk: AlarmDesk, timezone: str, parent: QObject | None = None) -> None:
        super().__init__([HEADERS[column] for column in Column], parent)
        self._desk, self._zone = desk, ZoneInfo(timezone)
        self._view = View.ACTIVE
        self._words: tuple[str, ...] = ()
        self._rows: list[AlarmRow] = []
        desk.changed.connect(self._refresh)
        self._refresh()

    @property
    def rows(self) -> tuple[AlarmRow, ...]:
        """Return the rows that are listed, in order."""
        return tuple(self._rows)

    def show(self, view: View) -> None:
        """List another view."""
        self._view = view
        self._refresh()

    def find(self, text: str) -> None:
        """List only rows in which every word occurs, in either language."""
        self._words = tuple(text.casefold().split())
        self._refresh()

    def row_of(self, key: str) -> int:
        """Return where a row stands, -1 where it is not listed."""
        return next((at for at, row in enumerate(self._rows) if row.key == key), -1)

    def time_text(self, at_us: int) -> str:
        """Write an instant in the area's own time, a dash where there is none."""
        if not at_us:
            return wording.UNKNOWN
        return f"{datetime.fromtimestamp(at_us / 1e6, tz=self._zone):%m-%d %H:%M:%S}"

    def answer_text(self, row: AlarmRow) -> str:
        """Write who answered, until when it is put aside, and the note or reason."""
        parts = [row.by, row.note]
        if row.shelved:
            until = f"{datetime.fromtimestamp(row.until_us / 1e6, tz=self._zone):%H:%M}"
            parts.insert(1, UNTIL.text(self.language).format(time=until))
        return " · ".join(part for part in parts if part)

    @override
    def row_total(self) -> int:
        return len(self._rows)

    @override
    def text_at(self, row: int, column: int) -> str:
        return self._text(self._rows[row], Column(column))

    @override
    def fact_at(self, row: int, role: int) -> Any:
        return self._rows[row].key if role == Role.KEY else None

    def _text(self, row: AlarmRow, column: Column) -> str:
        language = self.language
        match column:
            case Column.STATE:
                return alarm_rows.STATE_NAMES[row.state].text(language)
            case Column.PRIORITY:
                return PRIORITY_NAMES[row.priority].text(language) if row.priority else ""
            case Column.VALUE:
                return row.value_text(language)
            case Column.SINCE:
                return self.time_text(row.since_us)
            case Column.ANSWER:
                return self.answer_text(row)
        names = {Column.DEVICE: row.subject, Column.WHAT: row.what, Column.ACTION: row.action}
        return names[column].text(language)

    def _refresh(self) -> None:
        rows = list(self._chosen())
        if [row.key for row in rows] == [row.key for row in self._rows]:
            self._rows = rows
            self.tell_all()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _chosen(self) -> Iterator[AlarmRow]:
        for row in self._desk.rows:
            if row.within(self._view) and all(word in _said(row) for word in self._words):
                yield row


def _said(row: AlarmRow) -> str:
    names = (row.subject, row.what, row.action)
    words = [text for name in names for text in (name.ja, name.en)]
    return " ".join([*words, row.device, row.alarm, row.by, row.note]).casefold()
