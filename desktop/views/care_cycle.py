"""The care cycle of one resident: four steps with their dates, and the form that records one."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget
from typing_extensions import override

from area_configs.domain.care import CycleStep
from desktop.models import care_record_words as words
from desktop.models.care_drafts import present_cycle, steps_of
from desktop.models.care_tables import day_number, day_text
from desktop.models.wording import UNKNOWN
from desktop.views.care_form import FormLife
from desktop.views.panels import Panel, Translated, column, label, restyle, spaced
from desktop.views.step_entry import StepEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QLabel

    from area_configs.domain.care import CycleEntry
    from desktop.models.area_models import AreaModels

_STEPS = tuple(CycleStep)


class StepCard(Panel):
    """One step: when and by whom, what was found or planned, and until when."""

    def __init__(self, step: CycleStep, parent: QWidget | None = None) -> None:
        super().__init__(parent, "inset")
        self.step = step
        self.title, self.signed = label("stripTitle"), label("muted")
        self.text: QLabel = label("careWords")
        self.correct = QPushButton()
        for part in (self.title, self.signed, self.text):
            part.setWordWrap(True)
        box = column(self.title, self.signed, self.text, self.correct, margin=10, gap=6)
        box.setStretch(2, 1)
        self.setLayout(box)


class CareCycle(Translated):
    """The tab of the care cycle; the form begins with the step that comes next."""

    def __init__(
        self,
        models: AreaModels,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._models, self._care = models, models.care
        self.heading, self.due, self.earlier = (
            label("heading"),
            label("verdict"),
            label("careWords"),
        )
        self.cards = {step: StepCard(step) for step in _STEPS}
        self.entry = StepEntry(models, clock)
        self._earlier_title = label("stripTitle")
        self._lay_out()
        self._life = FormLife(self._care, self._begin)
        self._care.page_changed.connect(self._show)
        self.entry.recorded.connect(self._life.sent)
        self.entry.clear.clicked.connect(self._begin)
        for step, card in self.cards.items():
            card.correct.clicked.connect(partial(self._correct, step))
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._earlier_title.setText(self.tr("Earlier cycles"))
        for step, card in self.cards.items():
            card.title.setText(words.STEP_NAMES[step].text(self._models.language))
            card.correct.setText(self.tr("Correct"))
        self._show()

    @property
    def cycle(self) -> int:
        """Return the number of the cycle that is shown."""
        page = self._care.page
        return present_cycle(page.cycle) if page else 1

    def _lay_out(self) -> None:
        for text in (self.heading, self.due, self.earlier):
            text.setWordWrap(True)
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, card in enumerate(self.cards.values()):
            grid.addWidget(card, place // 2, place % 2)
            grid.setColumnStretch(place % 2, 1)
        box = column(
            *(self.heading, self.due, grid, self.entry, self._earlier_title, self.earlier),
            margin=12,
            gap=10,
        )
        box.addStretch(1)
        self.setLayout(box)

    def _begin(self) -> None:
        self.entry.begin(self.cycle, self._next())

    def _steps(self) -> dict[str, CycleEntry]:
        page = self._care.page
        return steps_of(page.cycle, self.cycle) if page else {}

    def _next(self) -> CycleStep:
        there = self._steps()
        return next((step for step in _STEPS if step not in there), CycleStep.REVIEW)

    def _correct(self, step: CycleStep) -> None:
        entry = self._steps().get(step)
        if entry:
            self.entry.correct(entry)

    def _show(self) -> None:
        there = self._steps()
        self.heading.setText(self.tr("Care cycle {n}").format(n=self.cycle))
        for step, card in self.cards.items():
            self._show_step(card, there.get(step))
        self._show_due(there)
        self._show_earlier()

    def _show_step(self, card: StepCard, entry: CycleEntry | None) -> None:
        card.correct.setVisible(entry is not None)
        if entry is None:
            card.signed.setText(self.tr("Not recorded yet"))
            card.text.setText("")
            return
        used = UNKNOWN if entry.minutes_used is None else f"{entry.minutes_used:.0f}"
        signed = self.tr("{day}, {by}, {minutes} min")
        card.signed.setText(signed.format(day=entry.dated, by=entry.by, minutes=used))
        item = self.tr("{what}: {owner}, until {due}")
        lines = entry.text.splitlines()
        lines += [item.format(what=i.what, owner=i.owner, due=i.due) for i in entry.items]
        if entry.review_on:
            lines.append(self.tr("Review on {day}").format(day=entry.review_on))
        card.text.setText(spaced(*lines))

    def _show_due(self, there: dict[str, CycleEntry]) -> None:
        newest = max(there.values(), key=lambda one: (one.at_us, one.id), default=None)
        review = newest.review_on if newest else ""
        today = day_text(day_number(self._models.clock(), self._models.area.timezone))
        self.due.setVisible(bool(review))
        late = bool(review) and review <= today
        restyle(self.due, abnormal="alarm" if late else "")
        said = self.tr("The review is due since {day}.") if late else self.tr("Next review: {day}")
        self.due.setText(said.format(day=review))

    def _show_earlier(self) -> None:
        page = self._care.page
        entries = page.cycle if page else ()
        numbers = sorted({one.cycle for one in entries if one.cycle < self.cycle}, reverse=True)
        line = self.tr("Cycle {n}: {first} to {last}. {text}")
        lines = []
        for number in numbers:
            of = [one for one in entries if one.cycle == number]
            first, last = min(one.dated for one in of), max(one.dated for one in of)
            closing = next((one.text for one in of if one.closes), "")
            lines.append(line.format(n=number, first=first, last=last, text=closing))
        self.earlier.setText(spaced(*lines))
        self.earlier.setVisible(bool(lines))
        self._earlier_title.setVisible(bool(lines))
