"""Recording a step of the care cycle: which, when, what; for a plan who does what until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from typing_extensions import override

from area_configs.domain.care import CycleStep, PlanItem
from desktop.models import care_record_words as words
from desktop.models.care_drafts import StepDraft, is_day
from desktop.models.care_tables import day_number, day_text
from desktop.views.panels import Panel, column, label, restyle, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.care import CycleEntry
    from desktop.models.area_models import AreaModels

_ITEMS = 4
_TEXT_LINES = 3
_MOST_MINUTES = 600.0


class _ItemFields(NamedTuple):
    what: QLineEdit
    owner: QLineEdit
    due: QLineEdit


class StepEntry(Panel):
    """The form; `recorded` tells that it was sent. It stays filled until the hub has it."""

    recorded = Signal()

    def __init__(
        self, models: AreaModels, clock: Callable[[], float], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._models, self._clock = models, clock
        self._cycle, self._corrects, self._began = 1, 0, clock()
        self.step, self.dated, self.review = QComboBox(), QLineEdit(), QLineEdit()
        self.text, self.closes = QPlainTextEdit(), QCheckBox()
        self.items = [_ItemFields(QLineEdit(), QLineEdit(), QLineEdit()) for _ in range(_ITEMS)]
        self.save, self.clear, self.fault = QPushButton(), QPushButton(), label("mistake")
        self._title = label("stripTitle")
        self._names = {name: label("muted") for name in ("dated", "review", "what", "owner", "due")}
        self._plan = QWidget()
        for step in CycleStep:
            self.step.addItem("", step)
        self._lay_out()
        self._connect()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        for place, step in enumerate(CycleStep):
            self.step.setItemText(place, words.STEP_NAMES[step].text(self._models.language))
        self._names["dated"].setText(self.tr("Date"))
        self._names["review"].setText(self.tr("Review on"))
        self._names["what"].setText(self.tr("What is done"))
        self._names["owner"].setText(self.tr("Who"))
        self._names["due"].setText(self.tr("Until"))
        self.text.setPlaceholderText(self.tr("What was seen, found or decided"))
        self.closes.setText(self.tr("This ends the cycle"))
        self.save.setText(self.tr("Record step"))
        self.clear.setText(self.tr("Begin anew"))
        self._name_fields()
        self._show()

    def begin(self, cycle: int, step: CycleStep) -> None:
        """Begin with the step that comes next."""
        self._cycle, self._corrects, self._began = cycle, 0, self._clock()
        today = day_number(self._models.clock(), self._models.area.timezone)
        self._fill(step, day_text(today), "", "")
        self.closes.setChecked(False)
        self._fill_items(())

    def correct(self, entry: CycleEntry) -> None:
        """Put a recorded step right."""
        self._cycle, self._corrects, self._began = entry.cycle, entry.id, self._clock()
        self._fill(entry.step, entry.dated, entry.review_on, entry.text)
        self.closes.setChecked(entry.closes)
        self._fill_items(entry.items)
        self.text.setFocus()

    def record(self) -> None:
        """Record what is entered, or say what is wrong."""
        fault = self._fault()
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
        if not fault:
            self.recorded.emit()
            self._models.care.step_wanted.emit(self.draft())

    def draft(self) -> StepDraft:
        """Return what is entered; the minutes are those since the form was begun."""
        minutes = min(_MOST_MINUTES, (self._clock() - self._began) / 60.0)
        chosen = CycleStep(self.step.currentData())
        return StepDraft(
            self._models.care.chosen,
            self._cycle,
            chosen,
            self.dated.text().strip(),
            self.text.toPlainText().strip(),
            self._plan_items() if chosen is CycleStep.PLAN else (),
            self.review.text().strip(),
            round(minutes, 1),
            self.closes.isChecked() and chosen is CycleStep.REVIEW,
            self._corrects or None,
        )

    def _lay_out(self) -> None:
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(self.fontMetrics().lineSpacing() * (_TEXT_LINES + 2))
        self.fault.setWordWrap(True)
        self.save.setObjectName("primary")
        head = QGridLayout()
        head.setHorizontalSpacing(8)
        for place, name in ((1, "dated"), (2, "review")):
            head.addWidget(self._names[name], 0, place)
        for place, field in enumerate((self.step, self.dated, self.review)):
            head.addWidget(field, 1, place)
        head.setColumnStretch(0, 2)
        head.setColumnStretch(1, 1)
        head.setColumnStretch(2, 1)
        self._plan.setLayout(self._item_grid())
        buttons = row(self.save, self.clear, self.closes, gap=8)
        buttons.addStretch(1)
        self.setLayout(
            column(
                *(self._title, head, self.text, self._plan, self.fault, buttons), margin=12, gap=8
            )
        )
        self.fault.hide()

    def _item_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        for place, name in enumerate(("what", "owner", "due")):
            grid.addWidget(self._names[name], 0, place)
            grid.setColumnStretch(place, 3 if name == "what" else 1)
        for line, fields in enumerate(self.items, start=1):
            for place, field in enumerate(fields):
                field.setMaxLength(120)
                grid.addWidget(field, line, place)
        return grid

    def _connect(self) -> None:
        self.step.currentIndexChanged.connect(self._show)
        self.save.clicked.connect(self.record)

    def _name_fields(self) -> None:
        self.step.setAccessibleName(self.tr("Step"))
        self.text.setAccessibleName(self.tr("What was seen, found or decided"))
        self.dated.setAccessibleName(self._names["dated"].text())
        self.review.setAccessibleName(self._names["review"].text())
        for line, fields in enumerate(self.items, start=1):
            for name, field in zip(("what", "owner", "due"), fields, strict=True):
                field.setAccessibleName(f"{self._names[name].text()} {line}")

    def _show(self) -> None:
        chosen = self.step.currentData()
        self._plan.setVisible(chosen == CycleStep.PLAN)
        self.closes.setVisible(chosen == CycleStep.REVIEW)
        words_ = (
            self.tr("Correct a step of cycle {n}")
            if self._corrects
            else self.tr("Record a step of cycle {n}")
        )
        self._title.setText(words_.format(n=self._cycle))

    def _fill(self, step: CycleStep, dated: str, review: str, text: str) -> None:
        self.step.setCurrentIndex(self.step.findData(step))
        self.dated.setText(dated)
        self.review.setText(review)
        self.text.setPlainText(text)
        self.fault.hide()
        self._show()

    def _fill_items(self, items: tuple[PlanItem, ...]) -> None:
        empty = [PlanItem("", "", "")] * _ITEMS
        for fields, item in zip(self.items, [*items, *empty], strict=False):
            for field, text in zip(fields, (item.what, item.owner, item.due), strict=True):
                field.setText(text)

    def _plan_items(self) -> tuple[PlanItem, ...]:
        texts = ([field.text().strip() for field in fields] for fields in self.items)
        return tuple(PlanItem(*parts) for parts in texts if any(parts))

    def _fault(self) -> str:
        dated, review = self.dated.text().strip(), self.review.text().strip()
        restyle(self.dated, wrong="" if is_day(dated) else "yes")
        restyle(self.review, wrong="" if not review or is_day(review) else "yes")
        if not self.text.toPlainText().strip():
            return self.tr("Write what was seen, found or decided.")
        if not is_day(dated) or (review and not is_day(review)):
            return self.tr("Write the date as YYYY-MM-DD.")
        return self._fault_of_items()

    def _fault_of_items(self) -> str:
        draft = self.draft()
        if draft.step is CycleStep.PLAN and not draft.items:
            return self.tr("A plan needs at least one thing that is done.")
        for item in draft.items:
            if not (item.what and item.owner and is_day(item.due)):
                return self.tr("Each thing of the plan needs what, who and a date (YYYY-MM-DD).")
        return ""
