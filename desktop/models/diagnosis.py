"""Self-diagnosis: facts about this console and its hub, one line each, good or not, to be copied."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from typing_extensions import override

from area_configs.domain.names import Name
from desktop.models.text_table import TextTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QObject


class Column(IntEnum):
    """The columns, in order."""

    STATE = 0
    WHAT = 1
    FOUND = 2


HEADERS = {
    Column.STATE: Name("判定", "Verdict"),
    Column.WHAT: Name("項目", "What"),
    Column.FOUND: Name("結果", "Found"),
}
_GOOD, _BAD, _OPEN = Name("良好", "Good"), Name("要確認", "Look here"), Name("情報", "Fact")


@dataclass(frozen=True, slots=True)
class Fact:
    """One line; `good` is None for what is neither good nor bad."""

    key: str
    what: Name
    found: Name
    good: bool | None = None


class Diagnosis(TextTable):
    """Facts by key; `wanted` asks for all of them anew."""

    wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__([HEADERS[column] for column in Column], parent)
        self._facts: dict[str, Fact] = {}

    def take(self, facts: Iterable[Fact]) -> None:
        """Take facts, in the place of those with the same key."""
        self.beginResetModel()
        self._facts |= {fact.key: fact for fact in facts}
        self.endResetModel()

    def text(self) -> str:
        """Return every line as text, to be sent to whoever helps."""
        return "\n".join(
            " | ".join(self.text_at(row, column) for column in Column)
            for row in range(self.row_total())
        )

    @override
    def row_total(self) -> int:
        return len(self._facts)

    @override
    def text_at(self, row: int, column: int) -> str:
        fact = list(self._facts.values())[row]
        if column == Column.STATE:
            verdict = {True: _GOOD, False: _BAD, None: _OPEN}[fact.good]
            return verdict.text(self.language)
        return (
            fact.what.text(self.language)
            if column == Column.WHAT
            else fact.found.text(self.language)
        )
