"""The technician's page: the way from a blank card to data as steps, and one form for the step chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStackedWidget, QWidget
from typing_extensions import override

from desktop.models.technician_tasks import TASKS
from desktop.views.panels import Panel, Translated, column, label, row, spaced
from desktop.views.technician_form import TaskForm

if TYPE_CHECKING:
    from desktop.models.area_models import AreaModels

_STEPS_PX = 256


class TechnicianPage(Translated):
    """A click on a gateway that was found leads to its claim, filled in."""

    def __init__(self, models: AreaModels, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._bench = models, models.bench
        self.steps = QListWidget()
        self.forms = {task.id: TaskForm(models, task.id) for task in TASKS}
        self.items = {task.id: QListWidgetItem() for task in TASKS}
        for task, item in self.items.items():
            item.setData(Qt.ItemDataRole.UserRole, task)
        self._others = QListWidgetItem()
        self._stack = QStackedWidget()
        self._title, self._before = label("heading"), label("small")
        self._lay_out()
        self.steps.currentItemChanged.connect(self._turn)
        self._bench.changed.connect(self._show_states)
        self.forms["discover"].chosen.connect(self._use_found)
        self.show_task(TASKS[0].id)
        self.retranslate()

    def show_task(self, task: str) -> None:
        """Turn to a task."""
        self.steps.setCurrentItem(self.items[task])

    @override
    def retranslate(self) -> None:
        self._title.setText(self.tr("From a blank card to data"))
        self._before.setText(
            spaced(
                self.tr(
                    "Before this: write the card with area-tech image, stick its label on the box, plug "
                    "the box in."
                )
            )
        )
        self._others.setText(self.tr("When it is needed"))
        self.steps.setAccessibleName(self.tr("Steps"))
        self._show_states()

    def _show_states(self) -> None:
        number = 0
        for task in TASKS:
            number += task.in_journey
            name = task.name.text(self._models.language)
            named = f"{number}. {name}" if task.in_journey else name
            self.items[task.id].setText(f"{named}{self._mark(task.id)}")

    def _turn(self, item: QListWidgetItem | None) -> None:
        if item:
            self._stack.setCurrentWidget(self.forms[item.data(Qt.ItemDataRole.UserRole)])

    def _mark(self, task: str) -> str:
        """Say in a word how a task ended."""
        outcome = self._bench.outcomes.get(task)
        if outcome is None:
            return ""
        if outcome.good is None:
            return self.tr(" ...")
        return self.tr(" - done") if outcome.good else self.tr(" - not done")

    def _use_found(self, at: int) -> None:
        if self._bench.use_found(at):
            self.show_task("claim")
            self.forms["claim"].editors["code"].setFocus()

    def _lay_out(self) -> None:
        self.steps.setObjectName("parts")
        self._before.setWordWrap(True)
        self._title.setWordWrap(True)
        heavy = self.steps.font()
        heavy.setBold(True)
        self._others.setFont(heavy)
        self._others.setFlags(Qt.ItemFlag.NoItemFlags)  # words between the steps, not to be chosen
        for task in TASKS:
            if not task.in_journey and self.steps.row(self._others) < 0:
                self.steps.addItem(self._others)
            self.steps.addItem(self.items[task.id])
            self._stack.addWidget(self.forms[task.id])
        side = Panel()
        side.setFixedWidth(_STEPS_PX)
        inner = column(self._title, self._before, self.steps, margin=12)
        inner.setStretch(2, 1)
        side.setLayout(inner)
        whole = row(side, self._stack)
        whole.setStretch(1, 1)
        whole.setContentsMargins(8, 8, 8, 8)
        self.setLayout(whole)
