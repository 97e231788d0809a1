"""What a device may be told: one form per command, and the life of every command it was given."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QPushButton, QScrollArea, QWidget
from typing_extensions import override

from area_configs.domain.readings import Series
from desktop.models import command_desk, wording
from desktop.models.command_desk import Ask
from desktop.views.command_dialog import CommandDialog
from desktop.views.panels import Panel, Translated, column, label, restyle, row, spaced

if TYPE_CHECKING:
    from area_configs.domain.commands import Command
    from area_configs.domain.readings import Reading
    from desktop.models.area_models import AreaModels
    from desktop.models.command_desk import Life

_EDITOR_PX = 200
_LIVES_SHOWN = 12


class CommandPanel(Translated):
    """The commands of one device; each goes out after a question, and its life is shown."""

    def __init__(self, models: AreaModels, device: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._device = models, device
        desk = models.fleet.commands
        self.why_not, self.refused = label("notice"), label("mistake")
        self.forms = [CommandForm(models, device, one) for one in desk.commands(device)]
        self._head, self.lives = label("heading"), label()
        self._lay_out()
        desk.changed.connect(self.refresh)
        desk.refused.connect(self._refused)
        models.connection.changed.connect(self.refresh)
        for form in self.forms:
            form.asked.clicked.connect(lambda _=False: self._refused(""))
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._head.setText(self.tr("Commands given"))
        for form in self.forms:
            form.retranslate()
        self.refresh()

    def refresh(self) -> None:
        """Show why nothing can be sent, and what became of what was."""
        why = self._models.fleet.commands.why_not(self._device)
        self.why_not.setVisible(why is not None)
        self.why_not.setText(why.text(self._models.language) if why else "")
        for form in self.forms:
            form.allow(why is None)
        lives = self._models.fleet.commands.lives(self._device)[:_LIVES_SHOWN]
        shown = "\n\n".join(life_text(life, self._models) for life in lives)
        self.lives.setText(spaced(*(shown or self.tr("None yet.")).splitlines()))

    def _lay_out(self) -> None:
        for text in (self.why_not, self.refused, self.lives):
            text.setWordWrap(True)
        self.refused.hide()
        self.lives.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inner = QWidget()
        box = column(self.why_not, *self.forms, self.refused, self._head, self.lives, gap=8)
        box.addStretch(1)
        inner.setLayout(box)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setObjectName("plainScroll")
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        whole = column(scroll)
        whole.setContentsMargins(0, 12, 0, 0)
        self.setLayout(whole)

    def _refused(self, words: str) -> None:
        self.refused.setText(words)
        self.refused.setVisible(bool(words))


class CommandForm(Panel):
    """One command: its argument, its limits, its interlocks as the device stands now."""

    def __init__(self, models: AreaModels, device: str, command: Command) -> None:
        super().__init__(name="inset")
        self._models, self._device, self.command = models, device, command
        self._allowed = False
        self._name, self._now, self._limits = label("heading"), label("muted"), label("small")
        self.problem = label("mistake")
        self.locks = label("small")
        self.conditions: list[str] = []
        self.asked = QPushButton()
        self.editor = self._made()
        self._unit = label("muted")
        line = row(self.editor, self._unit, self.asked)
        line.addStretch(1)
        line.addWidget(self._now)
        self.setLayout(
            column(self._name, line, self._limits, self.locks, self.problem, margin=12, gap=6)
        )
        self.asked.clicked.connect(self.ask)
        models.live.dataChanged.connect(self.refresh)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        language = self._models.language
        quantity = wording.quantity_of(self.command.quantity)
        self._name.setText(self.command.name.text(language))
        self._unit.setText("" if quantity.states else quantity.symbol)
        self._limits.setText(self._limit_text())
        self.asked.setText(self.tr("Send ..."))
        self.editor.setAccessibleName(self.command.name.text(language))
        if isinstance(self.editor, QComboBox):
            for at, value in enumerate(self.command.values):
                text = wording.value_text(self.command.quantity, value, language)
                self.editor.setItemText(at, text)
        self.refresh()

    def allow(self, allowed: bool) -> None:
        """Let this command be sent, or not."""
        self._allowed = allowed
        self.refresh()

    def value(self) -> float | None:
        """Return the argument as it stands in the form, None where it is no number."""
        if isinstance(self.editor, QComboBox):
            return self.command.values[self.editor.currentIndex()]
        try:
            return float(self.editor.text())
        except ValueError:
            return None

    def refresh(self, *_: object) -> None:
        """Show what the device says now, and whether the gate would let this through."""
        language, value = self._models.language, self.value()
        problem = command_desk.value_problem(self.command, value, language)
        empty = isinstance(self.editor, QLineEdit) and not self.editor.text().strip()
        shown = "" if empty else problem
        self.problem.setText(shown)
        self.problem.setVisible(bool(shown))
        restyle(self.editor, wrong="yes" if shown else "")
        self._show_locks(value)
        now = self._seen(self.command.read_back or self.command.quantity)
        text = wording.value_text(self.command.quantity, now.value if now else None, language)
        self._now.setText(self.tr("Now: {value}").format(value=text))
        self.asked.setEnabled(self._allowed and not problem)

    def ask(self) -> CommandDialog | None:
        """Ask whether it is meant; it goes out from there."""
        value = self.value()
        if value is None:
            return None
        dialog = CommandDialog(
            self.command.name.text(self._models.language),
            self._question(value),
            self.tr("I have made sure that nobody and nothing is harmed by it.")
            if self.command.confirm == "remote"
            else "",
            self,
        )
        dialog.confirmed.connect(lambda reason, ticked: self._send(value, reason, ticked))
        dialog.open()
        return dialog

    def _send(self, value: float, reason: str, ticked: bool) -> None:
        ask = Ask(self._device, self.command.quantity, value, reason, ticked)
        self._models.fleet.commands.give(ask, self._models.language)

    def _question(self, value: float) -> list[str]:
        language, quantity = self._models.language, self.command.quantity
        device = self._models.area.device(self._device).name.text(language)
        now = self._seen(self.command.read_back or quantity)
        before = wording.value_text(quantity, now.value if now else None, language)
        after = wording.value_text(quantity, value, language)
        lines = [f"{device}:  {before} → {after}", self._limits.text()]
        lines += self.conditions
        if self.command.confirm == "local":
            lines.append(self.tr("It waits until somebody confirms it at the gateway itself."))
        return lines

    def _limit_text(self) -> str:
        language, command = self._models.language, self.command
        parts = [
            self.tr("Limits: {limits}").format(limits=command_desk.limits_text(command, language))
        ]
        if command.min_interval_s > 1:
            parts.append(self.tr("at most every {n:g} s").format(n=command.min_interval_s))
        return " · ".join(parts)

    def _show_locks(self, value: float | None) -> None:
        lines: list[str] = []
        blocked = False
        for lock in self.command.interlocks:
            reading = self._seen(lock.quantity)
            shut = value is not None and command_desk.interlock_open(lock, value, reading)
            blocked |= shut
            text = command_desk.interlock_text(lock, reading, self._models.language)
            words = self.tr("Interlock: {text}") if shut else self.tr("Condition: {text}")
            lines.append(words.format(text=text))
        self.conditions = lines
        self.locks.setText(spaced(*lines))
        self.locks.setVisible(bool(lines))
        restyle(self.locks, level="warning" if blocked else "")

    def _seen(self, quantity: str) -> Reading | None:
        return self._models.live.latest(Series(self._device, quantity))

    def _made(self) -> QLineEdit | QComboBox:
        if self.command.values:
            choices = QComboBox()
            choices.addItems([f"{value:g}" for value in self.command.values])
            choices.currentIndexChanged.connect(self.refresh)
            choices.setFixedWidth(_EDITOR_PX)
            return choices
        line = QLineEdit()
        line.setFixedWidth(_EDITOR_PX)
        line.textChanged.connect(self.refresh)
        line.returnPressed.connect(self.asked.setFocus)
        return line


def life_text(life: Life, models: AreaModels) -> str:
    """Write the life of a command: what, by whom, each step with its time, and how it ended."""
    language = models.language
    zone = ZoneInfo(models.area.timezone)
    value = wording.value_text(life.quantity, life.value, language)
    name = wording.quantity_of(life.quantity).name.text(language)
    lines = [f"{name} → {value}   {life.outcome().text(language)}   ({life.by}: {life.reason})"]
    for step in life.steps:
        at = f"{datetime.fromtimestamp(step.at_us / 1e6, tz=zone):%m-%d %H:%M:%S}"
        words = command_desk.STATE_NAMES.get(step.state)
        text = words.text(language) if words else step.state
        seen = "" if step.value is None else wording.value_text(life.quantity, step.value, language)
        lines.append(f"\N{EM SPACE}{at}  " + " · ".join(filter(None, (text, seen, step.detail))))
    return "\n".join(lines)
