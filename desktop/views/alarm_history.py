"""The journal of alarms, and the figures that say how well they serve their operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QWidget,
)
from typing_extensions import override

from area_configs.domain.alarms import Priority
from desktop.models import wording
from desktop.models.alarm_journal import Column
from desktop.models.alarms import PRIORITY_NAMES
from desktop.views.panels import Panel, Translated, column, label, restyle, row, spaced
from desktop.views.plain_table import PlainTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from desktop.models.area_models import AreaModels

_WIDTHS: Mapping[int, int] = {
    Column.TIME: 168,
    Column.WHAT: 144,
    Column.DEVICE: 208,
    Column.PRIORITY: 80,
    Column.STATE: 184,
    Column.VALUE: 112,
    Column.BY: 120,
    Column.NOTE: 224,
}
_SHARES = {Priority.CRITICAL: "5 %", Priority.HIGH: "15 %"}  # EEMUA 191, of all alarms
_HOURS = (1, 8, 24, 24 * 7, 24 * 30)


class JournalPanel(Translated):
    """What happened, newest first; older lines come as one scrolls down."""

    def __init__(self, models: AreaModels, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self.table = PlainTable(models.alarm_journal, _WIDTHS, Column.ALARM)
        self.more, self._empty = QPushButton(), label("muted")
        self.more.clicked.connect(models.alarm_journal.ask_more)
        models.alarm_journal.modelReset.connect(self._show_more)
        self.setLayout(column(self._empty, self.table, self.more))
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.table.setAccessibleName(self.tr("Journal of alarms"))
        self.more.setText(self.tr("Show older lines"))
        self._empty.setText(self.tr("Nothing has happened to any alarm yet."))
        self._show_more()

    def _show_more(self) -> None:
        journal = self._models.alarm_journal
        lines = journal.rowCount()
        self.more.setVisible(journal.begun and not journal.complete)
        self._empty.setVisible(not lines)


class StatisticsPanel(Translated):
    """Figures of the last hours against what one operator can answer (EEMUA 191)."""

    def __init__(self, models: AreaModels, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self.hours, self._span, self.until = QComboBox(), label("muted"), label("muted")
        for hours in _HOURS:
            self.hours.addItem("", hours)
        self.hours.setCurrentIndex(2)
        self.hours.currentIndexChanged.connect(lambda _: self.ask())
        inner = QWidget()
        inner.setLayout(self._grid)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        top = row(self._span, self.hours, self.until)
        top.addStretch(1)
        self.setLayout(column(top, scroll))
        models.alarm_journal.statistics_changed.connect(self._show)
        models.time.moved.connect(self._follow)
        self.retranslate()

    def ask(self) -> None:
        """Ask for the figures of the chosen span."""
        self._models.alarm_journal.ask_statistics(int(self.hours.currentData()))

    def _follow(self) -> None:
        """Ask anew where a replay has moved on, or was left."""
        if self.isVisible() and self._models.alarm_journal.statistics_are_old:
            self.ask()

    @override
    def retranslate(self) -> None:
        self._span.setText(self.tr("The last"))
        self.hours.setAccessibleName(self.tr("Span of the statistics"))
        for at, hours in enumerate(_HOURS):
            words = wording.span_text(hours * 3600, self._models.language)
            self.hours.setItemText(at, words)
        self._show()

    def _show(self) -> None:
        end = self._models.alarm_journal.until_text()
        self.until.setText(self.tr("until {at}").format(at=end) if end else "")
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        cards = self._cards(self._models.alarm_journal.statistics)
        for at, (title, value, words, bad) in enumerate(cards):
            self._grid.addWidget(_figure(title, value, words, bad=bad), at // 3, at % 3)
        self._grid.setRowStretch(len(cards), 1)

    def _cards(self, found: Mapping[str, Any]) -> Sequence[tuple[str, str, str, bool]]:
        if not found:
            return [(self.tr("Alarms per hour"), wording.UNKNOWN, self.tr("Not asked yet"), False)]
        return [
            self._rate(found),
            self._floods(found["floods"]),
            self._listing(self.tr("Chattering"), found["chattering"], self.tr("3 in 1 min")),
            self._listing(self.tr("Stale"), found["stale"], self.tr("active over 24 h")),
            self._answering(found["meanTimeToAcknowledgeS"]),
            self._shares(found["byPriority"]),
            self._frequent(found["mostFrequent"]),
        ]

    def _rate(self, found: Mapping[str, Any]) -> tuple[str, str, str, bool]:
        rate, target = float(found["perHour"]), float(found["targetPerHour"])
        words = self.tr("{n} alarms; one operator answers {target} per hour")
        told = words.format(n=found["raised"], target=f"{target:g}")
        return self.tr("Alarms per hour"), wording.number(rate, 1), told, rate > target

    def _floods(self, floods: Sequence[Any]) -> tuple[str, str, str, bool]:
        minutes = sum(one["endsUs"] - one["beginsUs"] for one in floods) / 60e6
        words = self.tr("more than 10 in 10 min; {minutes} min in all")
        told = words.format(minutes=wording.number(minutes, 0))
        return self.tr("Floods"), str(len(floods)), told, bool(floods)

    def _listing(self, title: str, alarms: Sequence[str], rule: str) -> tuple[str, str, str, bool]:
        names = [self._models.alarm_journal.alarm_name(one) for one in alarms[:4]]
        return title, str(len(alarms)), "\n".join([rule, *names]), bool(alarms)

    def _answering(self, seconds: float | None) -> tuple[str, str, str, bool]:
        title = self.tr("Mean time to acknowledge")
        if seconds is None:
            return title, wording.UNKNOWN, self.tr("none was acknowledged"), False
        span = wording.span_text(seconds, self._models.language)
        return title, span, self.tr("from raised to acknowledged"), False

    def _shares(self, found: Mapping[str, Any]) -> tuple[str, str, str, bool]:
        lines = []
        for priority in Priority:
            share = found.get(priority, {"raised": 0, "share": 0.0})
            name = PRIORITY_NAMES[priority].text(self._models.language)
            line = f"{name}: {share['raised']} ({wording.number(share['share'] * 100, 0)} %)"
            aim = _SHARES.get(priority)
            lines.append(self.tr("{line}, aim {aim}").format(line=line, aim=aim) if aim else line)
        return self.tr("By priority"), "", "\n".join(lines), False

    def _frequent(self, found: Sequence[Any]) -> tuple[str, str, str, bool]:
        name = self._models.alarm_journal.alarm_name
        lines = [f"{one['raised']} × {name(one['alarm'])}" for one in found[:6]]  # noqa: RUF001  # the sign of times is meant
        return self.tr("Most frequent"), "", "\n".join(lines) or self.tr("none"), False


def _figure(title: str, value: str, words: str, *, bad: bool) -> Panel:
    panel = Panel()
    heading, figure = label("muted", title), label("headline", value)
    lines = words.splitlines()
    below = label(text=spaced(*lines) if len(lines) > 1 else words)
    restyle(figure, abnormal="alarm" if bad else "")
    below.setWordWrap(True)
    below.setAlignment(Qt.AlignmentFlag.AlignTop)
    figure.setVisible(bool(value))
    box = column(heading, figure, below, margin=16, gap=4)
    box.addStretch(1)
    panel.setLayout(box)
    panel.setAccessibleName(f"{title}: {value} {words}")
    return panel
