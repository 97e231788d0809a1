"""Events of one resident: what happened, what became of it, and how many alerts were real."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from typing_extensions import override

from desktop.models import care_words
from desktop.models.care_drafts import EventAnswer
from desktop.models.care_tables import EventColumn, EventTable, clock_text, precision_by_device
from desktop.models.wording import UNKNOWN
from desktop.views.care_form import FormLife
from desktop.views.delegates import ROW_PX
from desktop.views.panels import Translated, column, label, row, spaced
from desktop.views.plain_table import PlainTable

if TYPE_CHECKING:
    from area_configs.domain.care import CareEvent
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_ROWS = 8


class CareEvents(Translated):
    """The tab of events; the chosen one that nobody has answered can be answered with a note."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme = models, theme
        self.events = EventTable(models.area.timezone, self)
        self.table = PlainTable(self.events, {}, EventColumn.NOTE)
        self.question, self.budget, self.real = label("heading"), label("careWords"), label("muted")
        self.note = QLineEdit()
        self.confirmed, self.false_alarm = QPushButton(), QPushButton()
        self._lay_out()
        self._connect()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.table.setAccessibleName(self.tr("Events"))
        self.note.setPlaceholderText(self.tr("What you found (optional)"))
        self.note.setAccessibleName(self.tr("What you found"))
        self.confirmed.setText(self.tr("It was real"))
        self.false_alarm.setText(self.tr("False alarm"))
        self._show()

    def chosen(self) -> CareEvent | None:
        """Return the chosen event, else the oldest that nobody has answered."""
        row_ = self.table.currentIndex().row()
        if 0 <= row_ < len(self.events.events) and self._is_open(self.events.events[row_]):
            return self.events.events[row_]
        waiting = [one for one in self.events.events if self._is_open(one)]
        return waiting[-1] if waiting else None

    def answer(self, outcome: str) -> None:
        """Say what became of the chosen event."""
        event = self.chosen()
        if event:
            note = self.note.text().strip()
            given = EventAnswer(event.resident, event.id, outcome, note)
            self._life.sent()
            self._models.care.answer_wanted.emit(given)

    def _lay_out(self) -> None:
        for text in (self.question, self.budget, self.real):
            text.setWordWrap(True)
        self.note.setMaxLength(500)
        answers = row(self.note, self.confirmed, self.false_alarm, gap=8)
        answers.setStretch(0, 1)
        box = column(
            *(self.budget, self.real, self.question, answers, self.table), margin=12, gap=10
        )
        box.setStretch(4, 1)
        self.setLayout(box)

    def _connect(self) -> None:
        care = self._models.care
        care.page_changed.connect(self._show)
        care.changed.connect(self._show_budget)
        self._life = FormLife(care, self.note.clear)
        self.table.selectionModel().currentRowChanged.connect(self._show_question)
        self.confirmed.clicked.connect(lambda: self.answer("confirmed"))
        self.false_alarm.clicked.connect(lambda: self.answer("false"))
        self._theme.changed.connect(self._show)

    def _show(self) -> None:
        page = self._models.care.page
        self.events.set_language(self._models.language)
        self.events.show_events(page.events if page else ())
        self.table.fit_words(self._theme.px(ROW_PX))
        self.table.setMinimumHeight(self._theme.px(ROW_PX) * (_ROWS + 1))
        self._show_budget()
        self._show_question()

    def _show_budget(self) -> None:
        overview = self._models.care.overview
        self.budget.setVisible(overview is not None)
        if overview:
            lines = care_words.budget_lines(overview.budget, self._models.language)
            self.budget.setText(spaced(*lines))
        words = self.tr("{device}: {real} of {all} were real")
        found = precision_by_device(self.events.events)
        lines = [
            words.format(device=device or UNKNOWN, real=real, all=judged)
            for device, (real, judged) in found.items()
        ]
        self.real.setText(spaced(*lines))
        self.real.setVisible(bool(lines))

    def _show_question(self, *_: object) -> None:
        event = self.chosen()
        for part in (self.note, self.confirmed, self.false_alarm):
            part.setEnabled(event is not None)
        if event is None:
            self.question.setText(self.tr("Every event has been answered."))
            return
        name = care_words.EVENT_NAMES[event.kind].text(self._models.language)
        words = self.tr("{what} at {at}. Go and look, then say what it was:")
        at = clock_text(event.at_us, self._models.area.timezone)
        self.question.setText(words.format(what=name, at=at))

    @staticmethod
    def _is_open(event: CareEvent) -> bool:
        return event.acknowledged_us is None
