"""Entering a score by keyboard: a row a domain, digits and Enter, the sum as far as it may be said."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)
from typing_extensions import override

from area_configs.domain.care_scores import INSTRUMENTS, ScoreOutOfRange
from desktop.models import care_words
from desktop.models.care_drafts import ScoreDraft, is_day, last_of
from desktop.models.care_tables import day_number, day_text
from desktop.models.wording import UNKNOWN
from desktop.views.panels import column, label, restyle

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

    from area_configs.domain.care import Score
    from area_configs.domain.care_scores import Instrument
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_FIELD_PX = 64
_SIZE = (600, 760)
_USUAL = "npi_nh"
_MOST_LETTERS = 120  # what the hub takes
_MOST_MINUTES = 600.0  # ditto


class ScoreEntry(QDialog):
    """One assessment of the open resident; only codes and numbers, the form itself lies on the table.

    It closes once the hub has it; a refusal, or no answer, leaves everything as it was entered.
    """

    def __init__(
        self,
        models: AreaModels,
        theme: Theme,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._models, self._care, self._theme, self._clock = models, models.care, theme, clock
        self._began, self._resident = clock(), models.care.chosen
        self._sent = self._warned = False
        self.instrument, self.version = QComboBox(), QLineEdit()
        self.assessed_on, self.informant = QLineEdit(), QLineEdit()
        self.fields: dict[str, tuple[QLineEdit, QLineEdit]] = {}
        self.corrects = QCheckBox()
        self._last: Score | None = None  # of this instrument
        self.whose, self.help = label("heading"), label("muted")
        self.sum, self.fault = label("heading"), label("mistake")
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._fill_head()
        self._lay_out()
        self._connect()
        self._rows()

    def draft(self) -> ScoreDraft:
        """Return what is entered; empty fields are unknown."""
        made = ScoreDraft(
            self._chosen,
            self.assessed_on.text().strip(),
            self.informant.text().strip() or "-",
            version=self.version.text().strip(),
            corrects=self._last.id if self._last and self.corrects.isChecked() else None,
        )
        for item, (score, burden) in self.fields.items():
            made.scores[item] = _number(score)
            if burden.text():
                made.burdens[item] = _number(burden)
        made.minutes_used = min(_MOST_MINUTES, (self._clock() - self._began) / 60.0)
        return made

    def record(self) -> None:
        """Send what is entered; the dialog stays until the hub has it."""
        if self.save.isEnabled() and not self._sent:
            self._sent = True
            self.save.setEnabled(False)
            self._care.score_wanted.emit(self._resident, self.draft())

    @override
    def reject(self) -> None:
        """Go; what is entered is thrown away at the second time only."""
        entered = any(field.text() for pair in self.fields.values() for field in pair)
        if entered and not self._warned:
            self._warned = True
            self.fault.setText(self.tr("Not recorded yet. Cancel once more to throw it away."))
            return
        super().reject()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.record()
        elif isinstance(field := self.focusWidget(), QLineEdit):
            field.focusNextChild()  # a number pad has no Tab
        else:
            super().keyPressEvent(event)

    @property
    def _chosen(self) -> Instrument:
        return INSTRUMENTS[self.instrument.currentData()]

    def _fill_head(self) -> None:
        self.setWindowTitle(self.tr("Enter a score"))
        resident = self._care.resident
        words = self.tr("Score of {label}")
        self.whose.setText(words.format(label=resident.label if resident else UNKNOWN))
        for one in INSTRUMENTS.values():
            self.instrument.addItem(one.name, one.id)
        self.instrument.setCurrentIndex(self.instrument.findData(_USUAL))
        self.assessed_on.setText(day_text(self._today))
        self.informant.setPlaceholderText(self.tr("Such as night staff"))
        for field in (self.version, self.informant):
            field.setMaxLength(_MOST_LETTERS)

    def _lay_out(self) -> None:
        for text in (self.help, self.fault, self.sum):
            text.setWordWrap(True)
        box = column(
            *(self.whose, self._head(), self.corrects, self.help, self._area),
            *(self.sum, self.fault, self.buttons),
            margin=12,
        )
        box.setStretch(4, 1)
        self.setLayout(box)
        wanted = QSize(self._theme.px(_SIZE[0]), self._theme.px(_SIZE[1]))
        self.resize(wanted.boundedTo(self.screen().availableSize()))

    def _head(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        named = (
            (self.tr("Instrument"), self.instrument),
            (self.tr("Version"), self.version),
            (self.tr("Assessed on"), self.assessed_on),
            (self.tr("Who told you"), self.informant),
        )
        for place, (name, field) in enumerate(named):
            line, side = 2 * (place // 2), place % 2
            grid.addWidget(label("muted", name), line, side)
            grid.addWidget(field, line + 1, side)
            grid.setColumnStretch(side, 1)
            field.setAccessibleName(name)
        return grid

    def _connect(self) -> None:
        self.instrument.currentIndexChanged.connect(self._rows)
        self.corrects.toggled.connect(self._put_right)
        for field in (self.version, self.assessed_on):
            field.textChanged.connect(self._add_up)
        self.buttons.accepted.connect(self.record)
        self.buttons.rejected.connect(self.reject)
        self._care.done.connect(self._done)
        self._care.failed.connect(self._failed)
        self._care.page_changed.connect(self._page_changed)

    def _rows(self) -> None:
        self._show_instrument()
        inner, grid = QWidget(), QGridLayout()
        self.fields = {}
        titles = ("", self.tr("Score"), self.tr("Burden"))
        for place, title in enumerate(titles):
            grid.addWidget(label("muted", title), 0, place)
        for line, item in enumerate(self._chosen.items, start=1):
            pair = (QLineEdit(), QLineEdit())
            grid.addWidget(QLabel(f"{line}. {_words(item)}"), line, 0)
            for place, field in enumerate(pair, start=1):
                field.setValidator(QIntValidator(0, 99, field))
                field.setMaximumWidth(self._theme.px(_FIELD_PX))
                field.setAccessibleName(f"{_words(item)} {titles[place]}")
                field.textChanged.connect(self._add_up)
                grid.addWidget(field, line, place, Qt.AlignmentFlag.AlignLeft)
            self.fields[item] = pair
        grid.setColumnStretch(len(titles), 1)
        grid.setRowStretch(len(self.fields) + 1, 1)
        inner.setLayout(grid)
        self._area.setWidget(inner)
        self._order()
        self._add_up()

    def _show_instrument(self) -> None:
        page, chosen = self._care.page, self._chosen
        self._last = last_of(page.scores if page else (), chosen.id)
        self.version.setText(self._last.version if self._last else "1")
        self.corrects.setChecked(False)
        self.corrects.setVisible(self._last is not None)
        words = self.tr("This puts the score of {day} right; both are kept")
        self.corrects.setText(words.format(day=self._last.assessed_on if self._last else ""))
        words = self.tr(
            "The last {days} days. Score: {scores}. Burden: 0 to 5. Digits and Enter or Tab; "
            "Ctrl+Enter records. Leave empty what is not known: it is not counted as 0."
        )
        scores = ", ".join(map(str, sorted(chosen.scores)))
        self.help.setText(words.format(days=chosen.period_days, scores=scores))

    def _put_right(self, is_correction: bool) -> None:
        """Begin with what was recorded."""
        last = self._last
        if last is None or not is_correction:
            return
        self.version.setText(last.version)
        self.assessed_on.setText(last.assessed_on)
        self.informant.setText("" if last.informant == "-" else last.informant)
        for item, pair in self.fields.items():
            for field, known in zip(pair, (last.scores, last.burdens), strict=True):
                value = known.get(item)
                field.setText("" if value is None else str(value))

    def _order(self) -> None:
        """Let Tab go down the scores first: they are what the form is read for."""
        scores = [pair[0] for pair in self.fields.values()]
        burdens = [pair[1] for pair in self.fields.values()]
        stops = [self.informant, *scores, *burdens, self.save]
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)
        scores[0].setFocus()

    def _add_up(self) -> None:
        self._warned = False
        fault = self._mark_head()
        draft = self.draft()
        try:
            sums = draft.sums
        except ScoreOutOfRange as error:
            self._say(self._impossible(error), UNKNOWN)
            return
        self._say(fault, self._sum_words(sums.answered, sums.items, dict(sums.scores)))
        self.save.setEnabled(sums.answered > 0 and not fault)

    def _say(self, fault: str, sums: str) -> None:
        self.fault.setText(fault)
        self.sum.setText(sums)
        self.save.setEnabled(not fault)

    def _mark_head(self) -> str:
        """Return what is wrong above the numbers, empty where nothing is."""
        day, version = self.assessed_on.text().strip(), self.version.text().strip()
        right = is_day(day) and day <= day_text(self._today)
        restyle(self.assessed_on, wrong="" if right else "yes")
        restyle(self.version, wrong="" if version else "yes")
        if not right:
            return self.tr("Write the date as YYYY-MM-DD, not later than today.")
        return "" if version else self.tr("Write which version of the form this is.")

    def _impossible(self, error: ScoreOutOfRange) -> str:
        allowed = ", ".join(map(str, sorted(error.allowed)))
        words = self.tr("{item}: {value} is not possible. Enter one of {allowed}.")
        return words.format(item=_words(error.item), value=error.value, allowed=allowed)

    def _sum_words(self, answered: int, items: int, scores: dict[str, int | None]) -> str:
        if answered < items:
            words = self.tr("Partial {n}/{all}: no sum is said")
            return words.format(n=answered, all=items)
        names, language = care_words.DOMAIN_NAMES, self._models.language
        return " · ".join(f"{names[k].text(language)} {v}" for k, v in scores.items())

    @property
    def _today(self) -> int:
        return day_number(self._models.clock(), self._models.area.timezone)

    def _done(self) -> None:
        if self._sent:
            self.accept()

    def _failed(self, why: str) -> None:
        if self._sent:
            self._sent = False
            self.save.setEnabled(True)
            self.fault.setText(why)

    def _page_changed(self) -> None:
        if self._care.chosen != self._resident:  # somebody else sits here now
            self.done(QDialog.DialogCode.Rejected)


def _words(item: str) -> str:
    return item.replace("_", " ")


def _number(field: QLineEdit) -> int | None:
    return int(field.text()) if field.text() else None
