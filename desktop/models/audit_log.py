"""The audit log as a table, newest first, and what the hub's verification of its chain said."""

from __future__ import annotations

import json
from enum import IntEnum
from typing import TYPE_CHECKING, Any

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
    Column.AT: Name("時刻 (UTC)", "Time (UTC)"),
    Column.WHO: Name("利用者", "Who"),
    Column.WHAT: Name("操作", "What"),
    Column.TARGET: Name("対象", "Target"),
    Column.STATUS: Name("結果", "Answer"),
    Column.ADDRESS: Name("接続元", "From"),
    Column.CHANGE: Name("変更内容", "Change"),
}
_FIELDS = ("seq", "at", "who", "what", "target", "status", "address", "change")


class AuditLog(TextTable):
    """Entries; `wanted` asks for a page of them, `verification_wanted` for the chain."""

    wanted = Signal(int)  # the last number wanted, 0 for the newest
    verification_wanted = Signal()
    verified = Signal()
    failed = Signal(str)  # why the hub did not tell

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__([HEADERS[column] for column in Column], parent)
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
        return _text(self._shown[row], Column(column))

    def _choose(self) -> None:
        self.beginResetModel()
        self._shown = [one for one in self._entries if _has(one, self._words)]
        self.endResetModel()


def _text(entry: Mapping[str, Any], column: Column) -> str:
    value = entry.get(_FIELDS[column])
    if value is None or (column is Column.STATUS and not value):
        return ""
    if column is Column.CHANGE:
        return json.dumps(value, ensure_ascii=False)
    if column is Column.AT:
        return str(value)[:19].replace("T", " ")
    return str(value)


def _has(entry: Mapping[str, Any], words: Sequence[str]) -> bool:
    said = " ".join(_text(entry, column) for column in Column).casefold() if words else ""
    return all(word in said for word in words)
