"""The audit log as a table, newest first, and what the hub's verification of its chain said."""

from __future__ import annotations

import json
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal
from typing_extensions import override

from area_configs.domain.names import Name
from desktop.models.text_table import TextTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PAGE = 1000


class Column(IntEnum):
    """The columns, in order."""

    SEQ = 0
    AT = 1
    WHO = 2
    WHAT = 3
    TARGET = 4
    STATUS = 5
    ADDRESS = 6
    CHANGE = 7


HEADERS = {
    Column.SEQ: Name("番号", "No."),
    Column.AT: Name("時刻 ({zone})", "Time ({zone})"),
    Column.WHO: Name("利用者", "Who"),
    Column.WHAT: Name("操作", "What"),
    Column.TARGET: Name("対象", "Target"),
    Column.STATUS: Name("結果", "Answer"),
    Column.ADDRESS: Name("接続元", "From"),
    Column.CHANGE: Name("変更内容", "Change"),
}
_FIELDS = ("seq", "at", "who", "what", "target", "status", "address", "change")


class AuditLog(TextTable):
    """Entries; `wanted` asks for a page of them, `verification_wanted` for the chain.

    Times are those of the area's own zone, which the head of their column names.
    """

    wanted = Signal(int)  # the last number wanted, 0 for the newest
    verification_wanted = Signal()
    verified = Signal()
    failed = Signal(str)  # why the hub did not tell

    def __init__(self, timezone: str, parent: QObject | None = None) -> None:
        super().__init__([_header(column, timezone) for column in Column], parent)
        self._zone = ZoneInfo(timezone)
        self._words: tuple[str, ...] = ()
        self._entries: list[Mapping[str, Any]] = []
        self._shown: list[Mapping[str, Any]] = []
        self.heard = False  # the hub has answered
        self.verdict: Mapping[str, Any] | None = None  # None before it was asked for

    @property
    def held(self) -> int:
        """Return how many entries are here, listed or not."""
        return len(self._entries)

    @property
    def complete(self) -> bool:
        """Tell whether the first entry is here."""
        return bool(self._entries) and int(self._entries[-1]["seq"]) <= 1

    def refresh(self) -> None:
        """Ask for the newest entries anew."""
        self.wanted.emit(0)

    def ask_more(self) -> None:
        """Ask for older entries."""
        if self._entries and not self.complete:
            self.wanted.emit(int(self._entries[-1]["seq"]) - 1)

    def take(self, entries: Sequence[Mapping[str, Any]], last: int) -> None:
        """Take a page, oldest first, as the answer to `wanted(last)`."""
        page = list(reversed(entries))
        self.heard = True
        self._entries = self._entries + page if last else page
        self._choose()

    def take_verdict(self, verdict: Mapping[str, Any]) -> None:
        """Take what the verification of the whole chain said."""
        self.verdict = verdict
        self.verified.emit()

    def find(self, text: str) -> None:
        """List only entries in which every word occurs."""
        self._words = tuple(text.casefold().split())
        self._choose()

    @override
    def row_total(self) -> int:
        return len(self._shown)

    @override
    def text_at(self, row: int, column: int) -> str:
        return self._text(self._shown[row], Column(column))

    def _choose(self) -> None:
        self.beginResetModel()
        self._shown = [one for one in self._entries if self._has(one)]
        self.endResetModel()

    def _has(self, entry: Mapping[str, Any]) -> bool:
        if not self._words:
            return True
        said = " ".join(self._text(entry, column) for column in Column).casefold()
        return all(word in said for word in self._words)

    def _text(self, entry: Mapping[str, Any], column: Column) -> str:
        value = entry.get(_FIELDS[column])
        if value is None or (column is Column.STATUS and not value):
            return ""
        if column is Column.CHANGE:
            return json.dumps(value, ensure_ascii=False)
        if column is Column.AT:
            return self._local(str(value))
        return str(value)

    def _local(self, instant: str) -> str:
        """Return an instant of the hub, ISO 8601 in UTC, as the clocks of the area show it."""
        try:
            at = datetime.fromisoformat(instant)
        except ValueError:
            return instant  # an auditor sees what stands there
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M:%S}"


def _header(column: Column, timezone: str) -> Name:
    name = HEADERS[column]
    return Name(name.ja.format(zone=timezone), name.en.format(zone=timezone))
