"""The page of one resident: coverage first, trends, events, scores beside them, notes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QWidget
from typing_extensions import override

from desktop.models import care_words
from desktop.models.care_drafts import EventAnswer, NewNote
from desktop.models.care_tables import local_now, short_day
from desktop.models.wording import UNKNOWN
from desktop.views.care_form import FormLife
from desktop.views.care_strips import CoverageStrip, ScoreStrip, TrendStrip
from desktop.views.panels import Translated, column, label, row, spaced

if TYPE_CHECKING:
    from area_configs.domain.care import CareEvent, ResidentPage
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_SHOWN = 5


class CareResident(Translated):
    """Shows what the care desk holds; says so while nothing is there."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme = models, theme
        self.heading, self.invented = label("heading"), label("muted")
        self.coverage_words = label("muted")
        self.coverage = CoverageStrip(theme)
        self.trends = [TrendStrip(metric, theme) for metric in care_words.METRIC_NAMES]
        self.score_strip = ScoreStrip(theme)
        self.question, self.events = label("heading"), label("careWords")
        self.confirmed, self.false_alarm = QPushButton(), QPushButton()
        self.scores, self.notes = label("careWords"), label("careWords")
        self.titles = {name: label("stripTitle") for name in ("events", "scores", "notes")}
        self.note, self.for_handover, self.keep = QLineEdit(), QCheckBox(), QPushButton()
        self._lay_out()
        self._connect()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.titles["events"].setText(self.tr("Events"))
        self.titles["scores"].setText(self.tr("Scores"))
        self.titles["notes"].setText(self.tr("Notes"))
        self.confirmed.setText(self.tr("It was real"))
        self.false_alarm.setText(self.tr("False alarm"))
        self.note.setPlaceholderText(self.tr("Write what you saw"))
        self.note.setAccessibleName(self.tr("Note"))
        self.for_handover.setText(self.tr("For the next shift"))
        self.keep.setText(self.tr("Keep note"))
        self._show()

    def open_event(self) -> CareEvent | None:
        """Return the oldest event that nobody has answered, None where there is none."""
        page = self._models.care.page
        waiting = [one for one in page.events if one.acknowledged_us is None] if page else []
        return waiting[-1] if waiting else None

    def answer(self, outcome: str) -> None:
        """Say what became of the open event."""
        event = self.open_event()
        if event:
            given = EventAnswer(event.resident, event.id, outcome)
            self._models.care.answer_wanted.emit(given)

    def keep_note(self) -> None:
        """Record the note that is written."""
        text, resident = self.note.text().strip(), self._models.care.chosen
        if text and resident:
            new = NewNote(resident, text, self.for_handover.isChecked())
            self._life.sent()
            self._models.care.note_wanted.emit(new)

    def _lay_out(self) -> None:
        words = (self.events, self.scores, self.notes, self.question)
        for text in (*words, self.heading, self.invented, self.coverage_words):
            text.setWordWrap(True)
        choice = row(self.confirmed, self.false_alarm, gap=8)
        choice.addStretch(1)
        answers = column(self.question, choice, gap=6)
        writing = row(self.note, self.for_handover, self.keep, gap=8)
        writing.setStretch(0, 1)
        left = column(self.titles["events"], self.events, gap=4)
        middle = column(self.titles["scores"], self.scores, gap=4)
        right = column(self.titles["notes"], self.notes, gap=4)
        for box in (left, middle, right):
            box.addStretch(1)
        below = row(left, middle, right, gap=16)
        for place in range(3):
            below.setStretch(place, 1)
        strips = column(
            *(self.coverage_words, self.coverage, *self.trends, self.score_strip), gap=6
        )
        inner = column(
            self.heading, self.invented, answers, strips, below, writing, margin=12, gap=10
        )
        inner.setStretch(4, 1)
        self.setLayout(inner)

    def _connect(self) -> None:
        care = self._models.care
        care.page_changed.connect(self._show)
        self._life = FormLife(care, self.note.clear)
        self.confirmed.clicked.connect(lambda: self.answer("confirmed"))
        self.false_alarm.clicked.connect(lambda: self.answer("false"))
        self.keep.clicked.connect(self.keep_note)
        self.note.returnPressed.connect(self.keep_note)
        self._theme.changed.connect(self.update)

    def _show(self) -> None:
        page = self._models.care.page
        for part in (self.coverage, *self.trends, *self.titles.values(), self.note, self.keep):
            part.setVisible(page is not None)
        for text in (self.coverage_words, self.for_handover, self.events, self.scores, self.notes):
            text.setVisible(page is not None)
        self.score_strip.setVisible(bool(page and page.scores))
        self.invented.setVisible(page is not None and page.resident.invented)
        self.invented.setText(care_words.INVENTED.text(self._models.language))
        if page is None:
            self.heading.setText(self.tr("Choose a resident at the left."))
        else:
            self._show_days(page)
            self._show_words(page)
        self._show_event()

    def _show_days(self, page: ResidentPage) -> None:
        language = self._models.language
        now = local_now(self._models.clock(), self._models.area.timezone)
        heard = self.tr("not yet") if page.last_heard_us is None else self._at(page.last_heard_us)
        words = self.tr("{label}: battery {charge}, last heard {heard}")
        label_, charge = page.resident.label, _charge(page, now[0])
        self.heading.setText(words.format(label=label_, charge=charge, heard=heard))
        yesterday = next((day for day in page.days if day.day == now[0] - 1), None)
        words = self.tr(
            "Worn, 28 days from left to right, 0 to 24 h downwards; hatched: nothing came. "
            "Yesterday: {worn}."
        )
        self.coverage_words.setText(words.format(worn=care_words.worn_text(yesterday, language)))
        self.coverage.setAccessibleName(self.coverage_words.text())
        self.coverage.show_days(page.days, now[0])
        for strip in self.trends:
            strip.show_days(page.days, page.usual.get(strip.shows), now, language)
        self.score_strip.show_scores(page.scores, now[0], language)

    def _show_words(self, page: ResidentPage) -> None:
        language = self._models.language
        none = self.tr("None")
        events = [
            f"{self._at(one.at_us)} {care_words.EVENT_NAMES[one.kind].text(language)}: "
            f"{care_words.OUTCOME_NAMES[one.outcome].text(language)}"
            for one in page.events[:_SHOWN]
        ]
        scores = [care_words.score_line(one, page.scores, language) for one in page.scores[:_SHOWN]]
        notes = [f"{self._at(one.at_us)} {one.by}: {one.text}" for one in page.notes[:_SHOWN]]
        for shown, lines in ((self.events, events), (self.scores, scores), (self.notes, notes)):
            shown.setText(spaced(*(lines or [none])))

    def _show_event(self) -> None:
        event = self.open_event()
        for part in (self.question, self.confirmed, self.false_alarm):
            part.setVisible(event is not None)
        if event:
            name = care_words.EVENT_NAMES[event.kind].text(self._models.language)
            words = self.tr("{what} at {at}. Go and look, then say what it was:")
            self.question.setText(words.format(what=name, at=self._at(event.at_us)))

    def _at(self, at_us: int) -> str:
        zone = ZoneInfo(self._models.area.timezone)
        at = datetime.fromtimestamp(at_us / 1e6, tz=zone)
        return f"{at.month}/{at.day} {at:%H:%M}"


def _charge(page: ResidentPage, today: int) -> str:
    """Write the newest charge of the battery, with its day where that is not today."""
    charged = [day for day in page.days if day.battery is not None]
    if not charged:
        return UNKNOWN
    newest = charged[-1]
    said = f"{newest.battery:.0f} %"
    return said if newest.day == today else f"{said} ({short_day(newest.day)})"
