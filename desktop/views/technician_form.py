"""One task of the technician: what it asks for, its beginning and end, and what came of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QStyledItemDelegate,
    QWidget,
)
from typing_extensions import override

from desktop.models.technician_results import Column, Results
from desktop.models.technician_tasks import TASK, Field, Kind
from desktop.views.delegates import ROW_PX
from desktop.views.panels import Panel, column, label, restyle, row
from desktop.views.plain_table import PlainTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QLabel, QStyleOptionViewItem

    from desktop.models.area_models import AreaModels
    from desktop.models.technician import Outcome

_WIDTHS: Mapping[int, int] = {Column.WHAT: 240, Column.STATE: 152}
_TALK_PX = 96
_BETWEEN_PX = 12  # of the words of one row and the next


class _Roomy(QStyledItemDelegate):
    """Keeps words of several lines apart from the row above and below."""

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width(), size.height() + _BETWEEN_PX)


class TaskForm(Panel):
    """Fields at the top, progress and outcome below; `chosen` tells of a row of the outcome."""

    chosen = Signal(int)

    def __init__(self, models: AreaModels, task: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._bench = models, models.bench
        self.task = TASK[task]
        self.editors = {field.key: QLineEdit() for field in self.task.fields}
        self._labels: dict[str, QLabel] = {key: label("muted") for key in self.editors}
        self._browse = {f.key: QPushButton() for f in self.task.fields if f.kind is not Kind.TEXT}
        self._title, self._why = label("heading"), label("muted")
        self.begin, self.cancel, self.open = QPushButton(), QPushButton(), QPushButton()
        self.obstacle, self.words = label("small"), label("verdict")
        self.progress = QProgressBar()
        self.results = Results(self)
        self.table = PlainTable(self.results, _WIDTHS, Column.FACTS)
        self._show_whole_reasons()
        self._talk_title, self.talk = label("small"), QPlainTextEdit()
        self._lay_out()
        self._connect()
        self._take_values()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        language = self._models.language
        self._title.setText(self.task.name.text(language))
        self._why.setText(self.task.why.text(language))
        self.begin.setText(self.task.begin.text(language))
        self.cancel.setText(self.tr("Cancel"))
        self.open.setText(self.tr("Open the report"))
        self._talk_title.setText(self.tr("What the tool says"))
        self.talk.setAccessibleName(self._talk_title.text())
        self.table.setAccessibleName(self.tr("What came of it"))
        for field in self.task.fields:
            words = field.name.text(language)
            self._labels[field.key].setText(f"{words} *" if field.needed else words)
            self.editors[field.key].setAccessibleName(words)
        for button in self._browse.values():
            button.setText(self.tr("Choose ..."))
        self.results.set_language(language)
        self.show_bench()

    def show_bench(self) -> None:
        """Show how far it is."""
        outcome, at_work = self._bench.outcomes.get(self.task.id), self._bench.at_work
        mine = at_work == self.task.id
        obstacle = self._bench.obstacle(self.task.id)
        self.begin.setEnabled(not at_work and obstacle is None)
        self.cancel.setEnabled(mine)
        self.obstacle.setText(obstacle.text(self._models.language) if obstacle else "")
        self.progress.setVisible(mine)
        for editor in self.editors.values():
            editor.setReadOnly(mine)
        if outcome:
            self._show_outcome(outcome)

    def _show_outcome(self, outcome: Outcome) -> None:
        percent = outcome.percent
        self.progress.setRange(0, 0 if percent is None else 100)
        self.progress.setValue(percent or 0)
        self.words.setText(outcome.words.text(self._models.language) if outcome.words else "")
        restyle(self.words, abnormal="alarm" if outcome.good is False else "")
        self.results.show_rows(outcome.rows)
        self.table.setVisible(bool(outcome.rows))
        text = "\n".join(outcome.lines)
        if text != self.talk.toPlainText():
            self.talk.setPlainText(text)
            self.talk.verticalScrollBar().setValue(self.talk.verticalScrollBar().maximum())
        for part in (self._talk_title, self.talk):
            part.setVisible(bool(text) and not outcome.rows)  # the rows say it, and need the room
        self.open.setVisible(self.task.id == "report" and outcome.good is True)

    def _lay_out(self) -> None:
        self.begin.setObjectName("primary")
        self.talk.setReadOnly(True)
        self.talk.setFixedHeight(_TALK_PX)
        self.progress.setTextVisible(False)
        for words in (self._why, self.words, self.obstacle):
            words.setWordWrap(True)
        for part in (self.progress, self.table, self._talk_title, self.talk, self.open):
            part.hide()
        bar = row(self.begin, self.cancel, self.obstacle, gap=8)
        bar.setStretch(2, 1)
        whole = column(self._title, self._why, gap=8, margin=16)
        whole.addLayout(self._fields())
        whole.addLayout(bar)
        for part in (self.progress, self.words, self.open):
            whole.addWidget(part)
        whole.addWidget(self.table, 1)
        whole.addWidget(self._talk_title)
        whole.addWidget(self.talk)
        whole.addStretch(0)
        self.setLayout(whole)

    def _show_whole_reasons(self) -> None:
        """Give a row as many lines as its reason takes: it is what the technician acts on."""
        self.table.setWordWrap(True)
        self.table.setItemDelegate(_Roomy(self.table))
        rows = self.table.verticalHeader()
        rows.setMinimumSectionSize(ROW_PX)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def _fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for at, field in enumerate(self.task.fields):
            editor = self.editors[field.key]
            editor.setPlaceholderText(field.hint)
            self._labels[field.key].setBuddy(editor)
            grid.addWidget(self._labels[field.key], at, 0)
            grid.addWidget(editor, at, 1)
            if button := self._browse.get(field.key):
                grid.addWidget(button, at, 2)
        return grid

    def _connect(self) -> None:
        for field in self.task.fields:
            key = field.key
            self.editors[key].textEdited.connect(partial(self._edited, key))
            self.editors[key].returnPressed.connect(self._begin)
            if key in self._browse:
                self._browse[key].clicked.connect(partial(self._choose, field))
        self.begin.clicked.connect(self._begin)
        self.cancel.clicked.connect(self._bench.cancel)
        self.open.clicked.connect(self._open)
        self.table.activated.connect(lambda index: self.chosen.emit(index.row()))
        self.table.clicked.connect(lambda index: self.chosen.emit(index.row()))
        self._bench.changed.connect(self.show_bench)
        self._bench.filled.connect(self._filled)

    def _edited(self, key: str, text: str) -> None:
        self._bench.values[key] = text
        self._bench.filled.emit(key)

    def _filled(self, _key: str) -> None:
        self._take_values()
        self.show_bench()

    def _take_values(self) -> None:
        for key, editor in self.editors.items():
            if editor.text() != self._bench.values[key]:
                editor.setText(self._bench.values[key])

    def _begin(self) -> None:
        self._bench.begin(self.task.id)

    def _choose(self, field: Field, _checked: bool = False) -> None:
        title, at = field.name.text(self._models.language), self._bench.values[field.key]
        match field.kind:
            case Kind.FOLDER:
                name = QFileDialog.getExistingDirectory(self, title, at)
            case Kind.SAVE:
                confirm = QFileDialog.Option.DontConfirmOverwrite
                name, _ = QFileDialog.getSaveFileName(self, title, at, options=confirm)
            case _:
                name, _ = QFileDialog.getOpenFileName(self, title, at)
        if name:
            self._edited(field.key, name)

    def _open(self) -> None:
        path = Path(self._bench.values["pdf"]).absolute()
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
