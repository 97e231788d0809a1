"""The page of alarms: the list with its answers, the journal, and the statistics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QWidget,
)
from typing_extensions import override

from area_configs.domain.readings import Series
from desktop.models.alarm_rows import View
from desktop.models.table_export import write_csv
from desktop.views.alarm_card import AlarmCard
from desktop.views.alarm_history import JournalPanel, StatisticsPanel
from desktop.views.alarm_list import AlarmList
from desktop.views.panels import Panel, Translated, column, label, row
from desktop.views.theme import STEP

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel

    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_ONE_LINE_SCALE = 110  # percent
_SECTIONS = ("list", "journal", "statistics")


class AlarmsPage(Translated):
    """Alarms as the hub tells them; Ctrl+Shift+A acknowledges what is chosen."""

    page_wanted = Signal(str)

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme = models, theme
        self.list = AlarmList(models.alarm_table, models.alarm_desk, theme)
        self.card = AlarmCard(models, theme)
        self.journal, self.statistics = JournalPanel(models), StatisticsPanel(models)
        self.views = {view: _toggle() for view in View}
        self.sections = {section: _toggle() for section in _SECTIONS}
        self.filter, self.mute, self.export = QLineEdit(), QPushButton(), QPushButton()
        self._message, self._empty = label("small"), label("emptyList")
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.views[View.ACTIVE].setChecked(True)
        self.sections["list"].setChecked(True)
        self.retranslate()

    def show_view(self, view: View) -> None:
        """List one view."""
        self.views[view].setChecked(True)
        self._models.alarm_table.show(view)

    def show_section(self, section: str) -> None:
        """Turn to the list, the journal or the statistics."""
        self.sections[section].setChecked(True)
        self._stack.setCurrentIndex(_SECTIONS.index(section))
        for widget in (*self.views.values(), self.filter):
            widget.setVisible(section == "list")
        self.export.setVisible(section != "statistics")
        if section != "list":
            self._models.alarm_journal.refresh(int(self.statistics.hours.currentData()))

    def export_to(self, path: Path) -> None:
        """Write what is listed as CSV; a failure is told below the list."""
        try:
            write_csv(self._shown_table(), path)
        except OSError as error:
            self.say(self.tr("Not written: {why}").format(why=error))
        else:
            self.say(self.tr("Written: {path}").format(path=path))

    def say(self, text: str) -> None:
        """Show one line about what was asked for."""
        self._message.setText(text)
        self._message.setVisible(bool(text))

    @override
    def retranslate(self) -> None:
        for section, words in self._section_words().items():
            self.sections[section].setText(words)
        self.filter.setPlaceholderText(self.tr("Filter by device, alarm, name, note"))
        self.filter.setAccessibleName(self.tr("Filter the alarms"))
        self.list.setAccessibleName(self.tr("Alarms"))
        self.export.setText(self.tr("Export CSV"))
        self._show_counts()
        self._show_mute()

    def _section_words(self) -> dict[str, str]:
        return {
            "list": self.tr("List"),
            "journal": self.tr("Journal"),
            "statistics": self.tr("Statistics"),
        }

    def _view_words(self) -> dict[View, str]:
        return {
            View.ACTIVE: self.tr("Open"),
            View.UNACKNOWLEDGED: self.tr("Unacknowledged"),
            View.SHELVED: self.tr("Put aside"),
            View.NO_DATA: self.tr("No data"),
            View.ALL: self.tr("All"),
        }

    def _lay_out(self) -> None:
        for toggles in (self.views, self.sections):
            group = QButtonGroup(self)
            for button in toggles.values():
                group.addButton(button)
        self.filter.setClearButtonEnabled(True)
        self.mute.setCheckable(True)
        self._message.hide()
        chosen = row(*self.sections.values())
        chosen.addSpacing(16)
        for button in self.views.values():
            chosen.addWidget(button)
        chosen.addStretch(1)
        found = row(self.filter, self.mute, self.export)
        found.setStretch(0, 1)
        for button in (
            self.mute,
            self.export,
        ):  # beside the figures there is no filter to take the room
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._bar = row(chosen, found, gap=16)
        self._bar.setStretch(1, 1)
        top = Panel()
        top.setLayout(column(self._empty, self.list, margin=1, gap=0))
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(STEP)
        split.setChildrenCollapsible(False)
        split.addWidget(top)
        split.addWidget(self.card)
        split.setStretchFactor(0, 1)
        for widget in (split, self.journal, self.statistics):
            self._stack.addWidget(widget)
        box = column(self._bar, self._stack, self._message, margin=STEP)
        box.setStretch(1, 1)
        self.setLayout(box)

    def _fit_bar(self) -> None:
        """Let large text have two lines for what fits into one otherwise."""
        large = self._theme.scale > _ONE_LINE_SCALE
        direction = QBoxLayout.Direction
        self._bar.setDirection(direction.TopToBottom if large else direction.LeftToRight)

    def _connect(self) -> None:
        models = self._models
        self._theme.changed.connect(self._fit_bar)
        self._fit_bar()
        for view, button in self.views.items():
            button.clicked.connect(lambda _=False, to=view: self.show_view(to))
        for section, button in self.sections.items():
            button.clicked.connect(lambda _=False, to=section: self.show_section(to))
        self.filter.textChanged.connect(models.alarm_table.find)
        self.list.chosen_changed.connect(lambda: self.card.show_rows(self.list.chosen()))
        self.list.doubleClicked.connect(lambda _: self.card.device.click())
        self.card.device_wanted.connect(self._go_to_device)
        self.card.trend_wanted.connect(self._go_to_trend)
        self.export.clicked.connect(self._ask_where)
        self.mute.clicked.connect(models.bell.mute)
        models.bell.changed.connect(self._show_mute)
        models.alarm_table.modelReset.connect(self._show_empty)
        models.alarm_desk.changed.connect(self._show_counts)
        models.alarm_desk.refused.connect(self.say)
        keys = QShortcut(QKeySequence("Ctrl+Shift+A"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.card.acknowledge)

    def _show_counts(self) -> None:
        counts, heard = self._models.alarm_desk.counts(), self._models.alarm_desk.heard
        for view, words in self._view_words().items():
            known = heard or view is View.NO_DATA
            self.views[view].setText(f"{words} {counts[view]}" if known else words)
        self._show_empty()

    def _show_empty(self, *_: object) -> None:
        """Say why nothing is listed: an empty table would not tell calm from ignorance."""
        desk, listed = self._models.alarm_desk, self._models.alarm_table.rowCount()
        words = (
            self.tr("Nothing to list here.")
            if desk.heard
            else self.tr("The hub has not told its alarms yet: nobody knows whether there are any.")
        )
        if desk.heard and self.views[View.ACTIVE].isChecked() and not self.filter.text():
            words = self.tr("No alarm is open.")
        self._empty.setText(words)
        self._empty.setVisible(not listed)

    def _show_mute(self) -> None:
        muted = self._models.bell.muted
        self.mute.setChecked(muted)
        self.mute.setText(self.tr("Sound off") if muted else self.tr("Sound on"))
        self.mute.setToolTip(self.tr("A new critical or high alarm is heard until it is answered"))

    def _shown_table(self) -> QAbstractItemModel:
        journal = self.sections["journal"].isChecked()
        return self._models.alarm_journal if journal else self._models.alarm_table

    def _ask_where(self) -> None:
        title = self.tr("Export CSV")
        name, _ = QFileDialog.getSaveFileName(self, title, "alarms.csv", "CSV (*.csv)")
        if name:
            self.export_to(Path(name))

    def _go_to_device(self, device: str) -> None:
        self._models.selection.choose(device)
        self.page_wanted.emit("overview")

    def _go_to_trend(self, device: str, quantity: str) -> None:
        self._models.selection.choose(device)
        self._models.wide_trend.show([Series(device, quantity)])
        self.page_wanted.emit("trends")


def _toggle() -> QPushButton:
    button = QPushButton()
    button.setCheckable(True)
    return button
