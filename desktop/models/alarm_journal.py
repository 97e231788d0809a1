"""The journal of alarms as a table, and how well the alarms serve their operators."""

# ruff: noqa: D102  # a property of a protocol says by its name what it is

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal
from typing_extensions import override

from area_configs.domain.alarms import Priority
from area_configs.domain.names import Language, Name
from desktop.models import alarm_rows, wording
from desktop.models.alarms import PRIORITY_NAMES
from desktop.models.text_table import TextTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from area_configs.domain.areas import Area

PAGE = 200
_OLD_US = 60_000_000  # figures of a day do not tell a minute


class Line(Protocol):
    """What happened to an alarm, as the hub keeps it."""

    @property
    def seq(self) -> int: ...
    @property
    def alarm(self) -> str: ...
    @property
    def at_us(self) -> int: ...
    @property
    def what(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def priority(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def by(self) -> str: ...
    @property
    def note(self) -> str: ...


class Column(IntEnum):
    """The columns, in order."""

    TIME = 0
    WHAT = 1
    DEVICE = 2
    ALARM = 3
    PRIORITY = 4
    STATE = 5
    VALUE = 6
    BY = 7
    NOTE = 8


HEADERS = {
    Column.TIME: Name("時刻", "Time"),
    Column.WHAT: Name("出来事", "Happened"),
    Column.DEVICE: Name("機器", "Device"),
    Column.ALARM: Name("警報", "Alarm"),
    Column.PRIORITY: Name("優先度", "Priority"),
    Column.STATE: Name("その後の状態", "State after"),
    Column.VALUE: Name("値", "Value"),
    Column.BY: Name("実行者", "By"),
    Column.NOTE: Name("メモ・理由", "Note or reason"),
}
WHAT_NAMES = {
    "raised": Name("発生", "Raised"),
    "returned": Name("復帰", "Returned"),
    "acknowledged": Name("確認", "Acknowledged"),
    "reset": Name("保持解除", "Reset"),
    "shelved": Name("一時保留", "Shelved"),
    "unshelved": Name("保留解除", "Unshelved"),
    "shelf_expired": Name("保留期限切れ", "Shelf expired"),
    "out_of_service": Name("監視から除外", "Taken out of service"),
    "in_service": Name("監視に復帰", "Put back into service"),
    "suppressed": Name("設計上の抑制", "Suppressed by design"),
    "unsuppressed": Name("抑制解除", "No longer suppressed"),
}


class AlarmJournal(TextTable):
    """Lines, newest first, page by page; `more_wanted` and `statistics_wanted` ask for them."""

    more_wanted = Signal(int)  # seq before which lines are wanted, 0 for the newest
    statistics_wanted = Signal(int, object)  # hours, until when in microseconds; None for now
    statistics_changed = Signal()

    def __init__(self, area: Area, parent: QObject | None = None) -> None:
        super().__init__([HEADERS[column] for column in Column], parent)
        self._area = area
        self._rules = {rule.id: rule for rule in area.alarms}
        self._zone = ZoneInfo(area.timezone)
        self._lines: list[Line] = []
        self._until_us: int | None = None
        self._asked_until_us: int | None = None
        self._hidden = 0  # of the newest lines, which had not happened yet
        self.statistics: Mapping[str, Any] = {}
        self.complete = False  # the oldest line is here

    @property
    def begun(self) -> bool:
        """Tell whether any line is here, listed or not."""
        return bool(self._lines)

    def refresh(self, hours: int) -> None:
        """Ask for the newest lines and the statistics anew."""
        self.more_wanted.emit(0)
        self.ask_statistics(hours)

    def ask_statistics(self, hours: int) -> None:
        """Ask for the sums of the hours before the instant that is shown."""
        self._asked_until_us = self._until_us
        self.statistics_wanted.emit(hours, self._until_us)

    @property
    def statistics_are_old(self) -> bool:
        """Tell whether another instant is shown by now than the one they were asked for."""
        until_us, asked_us = self._until_us, self._asked_until_us
        if until_us is None or asked_us is None:
            return until_us is not asked_us
        return abs(until_us - asked_us) >= _OLD_US

    def until_text(self) -> str:
        """Return the end of the statistics by the clocks of the area, empty for the present."""
        if self._until_us is None or not self.statistics:
            return ""
        at = datetime.fromtimestamp(self.statistics["endsUs"] / 1e6, tz=self._zone)
        return f"{at:%Y-%m-%d %H:%M:%S}"

    def ask_more(self) -> None:
        """Ask for older lines."""
        if self._lines and not self.complete:
            self.more_wanted.emit(self._lines[-1].seq)

    def take(self, lines: Iterable[Line], before: int) -> None:
        """Take a page, the answer to `more_wanted(before)`."""
        page = list(lines)
        kept = [] if not before else [line for line in self._lines if line.seq >= before]
        self.complete = len(page) < PAGE
        self.beginResetModel()
        self._lines = kept + page
        self._hidden = self._not_yet()
        self.endResetModel()

    def show_until(self, instant_us: int | None) -> None:
        """List what had happened by an instant; None lists everything."""
        self._until_us = instant_us
        hidden = self._not_yet()
        if hidden != self._hidden:
            self.beginResetModel()
            self._hidden = hidden
            self.endResetModel()

    def take_statistics(self, statistics: Mapping[str, Any]) -> None:
        """Take the sums of the last hours."""
        self.statistics = statistics
        self.statistics_changed.emit()

    def alarm_name(self, alarm: str) -> str:
        """Return an alarm's name, its id where the area no longer has it."""
        rule = self._rules.get(alarm)
        return rule.name.text(self.language) if rule else alarm

    @override
    def set_language(self, language: Language) -> None:
        super().set_language(language)
        self.statistics_changed.emit()

    @override
    def row_total(self) -> int:
        return len(self._lines) - self._hidden

    @override
    def text_at(self, row: int, column: int) -> str:
        return self._text(self._lines[row + self._hidden], Column(column))

    def _not_yet(self) -> int:
        until_us = self._until_us
        if until_us is None:
            return 0
        return bisect_left(self._lines, -until_us, key=lambda line: -line.at_us)

    def _text(self, line: Line, column: Column) -> str:
        if column is Column.TIME:
            at = datetime.fromtimestamp(line.at_us / 1e6, tz=self._zone)
            return f"{at:%Y-%m-%d %H:%M:%S}"
        if column is Column.BY:
            return line.by
        if column is Column.NOTE:
            return self.alarm_name(line.note) if line.what == "suppressed" else line.note
        return self._alarm_text(line, column)

    def _alarm_text(self, line: Line, column: Column) -> str:
        rule, language = self._rules.get(line.alarm), self.language
        match column:
            case Column.DEVICE:
                return self._area.device(rule.device).name.text(language) if rule else ""
            case Column.VALUE:
                return wording.value_text(rule.quantity if rule else "", line.value, language)
            case Column.WHAT:
                return _named(WHAT_NAMES, line.what, language)
            case Column.STATE:
                return _named(alarm_rows.STATE_NAMES, line.state, language)
            case Column.PRIORITY:
                return _priority(line.priority, language)
        return self.alarm_name(line.alarm)


def _named(names: Mapping[str, Name], word: str, language: Language) -> str:
    name = names.get(word)
    return name.text(language) if name else word


def _priority(word: str, language: Language) -> str:
    known = word in set(Priority)
    return PRIORITY_NAMES[Priority(word)].text(language) if known else word
