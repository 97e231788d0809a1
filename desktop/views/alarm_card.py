"""The chosen alarm in full: what it is, what to do, and every answer with why it cannot be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from desktop.models import alarm_rows
from desktop.models.alarm_rows import View
from desktop.models.alarm_rules import ACTION_NAMES, Action
from desktop.models.alarms import PRIORITY_NAMES
from desktop.views.alarm_dialogs import AskingDialog, ShelveDialog, listed
from desktop.views.alarm_signs import alarm_icon
from desktop.views.panels import ElidedLabel, Panel, column, label, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.models.alarm_rows import AlarmRow
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_SIGN_PX = 32
_LEAST_PX = 152
_PLACES = ("acknowledge", "reset", "shelve", "service")


class AlarmCard(Panel):
    """Shows what is chosen in the list; answers go to the alarm desk."""

    device_wanted = Signal(str)
    trend_wanted = Signal(str, str)  # device, quantity

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme = models, theme
        self._rows: list[AlarmRow] = []
        self._sign, self._title = label(), label("heading")
        self._facts, self._answer = ElidedLabel(), ElidedLabel("muted")
        self._to_do, self._action = label("small"), label()
        self.note = QLineEdit()
        self.note.setMaxLength(500)
        self.buttons = {place: QPushButton() for place in _PLACES}
        self._reasons = {place: label("small") for place in _PLACES}
        self.device, self.trend = QPushButton(), QPushButton()
        self._lay_out()
        self._connect()
        self.retranslate()

    def show_rows(self, rows: Sequence[AlarmRow]) -> None:
        """Show one row in full, or how many were chosen."""
        self._rows = list(rows)
        self._show()

    def acknowledge(self) -> None:
        """Acknowledge what is chosen: one at once, several after a question."""
        rows = [row for row in self._rows if row.alarm and not row.acknowledged]
        if len(self._rows) > 1:
            self._ask_for_all(rows)
        elif rows and self._why_not(Action.ACKNOWLEDGE) is None:
            self._models.alarm_desk.acknowledge([rows[0].alarm], self.note.text().strip())
            self.note.clear()

    def action_of(self, place: str) -> Action:
        """Return what a button does now."""
        one = self._one
        if place == "acknowledge":
            return Action.ACKNOWLEDGE
        if place == "reset":
            return Action.RESET
        if place == "shelve":
            return Action.UNSHELVE if one and one.shelved else Action.SHELVE
        out = one is not None and one.out_of_service
        return Action.IN_SERVICE if out else Action.OUT_OF_SERVICE

    @override
    def retranslate(self) -> None:
        self.note.setPlaceholderText(self.tr("Note for the acknowledgement"))
        self.note.setAccessibleName(self.tr("Note for the acknowledgement"))
        self.device.setText(self.tr("Show in the twin"))
        self.trend.setText(self.tr("Show the trend"))
        self._to_do.setText(self.tr("To do"))
        self._show()

    @property
    def _one(self) -> AlarmRow | None:
        return self._rows[0] if len(self._rows) == 1 else None

    def _lay_out(self) -> None:
        self._sign.setFixedSize(_SIGN_PX, _SIGN_PX)
        for line in (self._facts, self._answer):
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for words in (self._title, self._action, *self._reasons.values()):
            words.setWordWrap(True)
        names = column(self._title, self._facts, self._answer, gap=6)
        left = row(self._sign, names, gap=12)
        left.setAlignment(self._sign, Qt.AlignmentFlag.AlignTop)
        jump = row(self.device, self.trend)
        jump.addStretch(1)
        first = column(left, jump, gap=12)
        first.addStretch(1)
        second = column(self._to_do, self._action, gap=4)
        second.addStretch(1)
        third = column(self.note, self._grid(), gap=8)
        third.addStretch(1)
        box = row(first, second, third, margin=16, gap=32)
        for place, share in enumerate((6, 3, 6)):
            box.setStretch(place, share)
        self.setLayout(box)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        for at, place in enumerate(_PLACES):
            grid.addWidget(self.buttons[place], 0, at)
            grid.addWidget(self._reasons[place], 1, at, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(at, 1)
        return grid

    def _connect(self) -> None:
        self.buttons["acknowledge"].clicked.connect(self.acknowledge)
        for place in _PLACES[1:]:
            self.buttons[place].clicked.connect(lambda _=False, at=place: self._press(at))
        self.note.returnPressed.connect(self.acknowledge)
        self.device.clicked.connect(self._go_to_device)
        self.trend.clicked.connect(self._go_to_trend)
        self._theme.changed.connect(self._fit)
        self._fit()
        self._models.alarm_desk.changed.connect(self._show_actions)
        self._models.connection.changed.connect(self._show_actions)

    def _fit(self) -> None:
        """Keep room for every line: a splitter does not ask how high wrapped words are."""
        self.setMinimumHeight(self._theme.px(_LEAST_PX))
        self._show()

    def _show(self) -> None:
        one, language = self._one, self._models.language
        self._sign.setVisible(one is not None)
        self._to_do.setVisible(one is not None)
        self._action.setText(one.action.text(language) if one else "")
        if one is None:
            self._title.setText(self._count_words())
            self._facts.setText("")
            self._answer.setText("")
        else:
            self._show_one(one)
        self._show_actions()

    def _count_words(self) -> str:
        if self._rows:
            return self.tr("{n} rows are chosen").format(n=len(self._rows))
        return self.tr("Choose an alarm to see it in full and to answer it.")

    def _show_one(self, one: AlarmRow) -> None:
        icon = alarm_icon(one, self._theme.tokens, _SIGN_PX, self.devicePixelRatioF())
        self._sign.setPixmap(icon.pixmap(_SIGN_PX, _SIGN_PX))
        self._title.setText(one.text(self._models.language))
        self._facts.setText(" · ".join(self._fact_words(one)))
        self._answer.setText(self._answer_words(one))

    def _fact_words(self, one: AlarmRow) -> list[str]:
        language, table = self._models.language, self._models.alarm_table
        words = [alarm_rows.STATE_NAMES[one.state].text(language)]
        if one.limit:
            shown = (one.value_text(language), one.limit.text(language))
            words.append(self.tr("{value} (alarm {limit})").format(value=shown[0], limit=shown[1]))
        if one.priority:
            priority = PRIORITY_NAMES[one.priority].text(language)
            words.append(self.tr("Priority: {name}").format(name=priority))
        if one.since_us:
            words.append(self.tr("since {time}").format(time=table.time_text(one.since_us)))
        if one.unknown:
            words.append(self.tr("no value now: nobody knows whether it is still so"))
        if one.life_safety:
            words.append(self.tr("protects people"))
        return words

    def _answer_words(self, one: AlarmRow) -> str:
        if one.by and one.at_us and not one.shelved:
            time = self._models.alarm_table.time_text(one.at_us)
            words = self.tr("Acknowledged by {name} at {time}").format(name=one.by, time=time)
            return f"{words} · {one.note}" if one.note else words
        return self._models.alarm_table.answer_text(one)

    def _show_actions(self) -> None:
        language = self._models.language
        for place, button in self.buttons.items():
            action = self.action_of(place)
            button.setText(self._words_of(action))
            why = self._why_not(action)
            button.setEnabled(why is None)
            self._reasons[place].setText(why or "" if self._rows else "")
            button.setAccessibleDescription(why or "")
        one = self._one
        self.device.setEnabled(one is not None)
        self.trend.setEnabled(one is not None and bool(one.quantity))
        self.note.setEnabled(self.buttons["acknowledge"].isEnabled())
        self._to_do.setText(self.tr("To do"))
        self.setAccessibleName(one.text(language) if one else self._title.text())

    def _words_of(self, action: Action) -> str:
        words = ACTION_NAMES[action].text(self._models.language)
        count = sum(row.within(View.UNACKNOWLEDGED) for row in self._rows)
        several = action is Action.ACKNOWLEDGE and len(self._rows) > 1
        return f"{words} ({count})" if several else words

    def _why_not(self, action: Action) -> str | None:
        desk, language = self._models.alarm_desk, self._models.language
        if len(self._rows) <= 1:
            why = desk.why_not(action, self._one)
            return why.text(language) if why else None
        if action is not Action.ACKNOWLEDGE:
            return self.tr("One at a time")
        reasons = [desk.why_not(action, one) for one in self._rows]
        first = next((why for why in reasons if why), None)
        return None if None in reasons or first is None else first.text(language)

    def _press(self, place: str) -> None:
        one, action = self._one, self.action_of(place)
        if one is None:
            return
        if action is Action.SHELVE:
            self._ask_shelf(one)
        elif action is Action.OUT_OF_SERVICE:
            title = ACTION_NAMES[action].text(self._models.language)
            asking = AskingDialog(title, self._question(one), required=True, parent=self)
            asking.answered.connect(lambda why: self._models.alarm_desk.take_out(one.alarm, why))
            asking.open()
        else:
            self._models.alarm_desk.do(action, one.alarm, self.note.text().strip())
            self.note.clear()

    def _question(self, one: AlarmRow) -> str:
        return one.text(self._models.language)

    def _ask_shelf(self, one: AlarmRow) -> None:
        title = ACTION_NAMES[Action.SHELVE].text(self._models.language)
        asking = ShelveDialog(title, self._question(one), self)
        asking.answered.connect(
            lambda why: self._models.alarm_desk.shelve(one.alarm, why, asking.for_s)
        )
        asking.open()

    def _ask_for_all(self, rows: Sequence[AlarmRow]) -> None:
        title = self._words_of(Action.ACKNOWLEDGE)
        lines = [row.text(self._models.language) for row in rows]
        question = listed(lines, self.tr("and {n} more"))
        asking = AskingDialog(title, question, required=False, parent=self)
        alarms = [row.alarm for row in rows]
        asking.answered.connect(lambda note: self._models.alarm_desk.acknowledge(alarms, note))
        asking.open()

    def _go_to_device(self) -> None:
        if self._one:
            self.device_wanted.emit(self._one.device)

    def _go_to_trend(self) -> None:
        if self._one:
            self.trend_wanted.emit(self._one.device, self._one.quantity)
