"""Entering a score by keyboard: a row a domain, digits and Tab, the sum as far as it may be said."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from area_configs.domain.care_scores import INSTRUMENTS, ScoreOutOfRange
from desktop.models import care_words
from desktop.models.care_drafts import ScoreDraft
from desktop.models.wording import UNKNOWN
from desktop.views.panels import column, label, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.care_scores import Instrument
    from area_configs.domain.names import Language

_FIELD_PX = 64
_SIZE = (560, 640)


class ScoreEntry(QDialog):
    """One assessment; only codes and numbers, the form itself lies on the table."""

    def __init__(
        self,
        assessed_on: str,
        language: Language,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._assessed_on, self._language, self._clock = assessed_on, language, clock
        self._began = clock()
        self.instrument, self.informant = QComboBox(), QLineEdit()
        for one in INSTRUMENTS.values():
            self.instrument.addItem(one.name, one.id)
        self.instrument.setCurrentIndex(self.instrument.findData("npi_nh"))
        self.fields: dict[str, tuple[QLineEdit, QLineEdit]] = {}
        self.sum, self.fault, self.help = label("heading"), label("verdict"), label("muted")
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._lay_out()
        self.instrument.currentIndexChanged.connect(self._rows)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._rows()

    def draft(self) -> ScoreDraft:
        """Return what is entered; empty fields are unknown."""
        made = ScoreDraft(self._chosen, self._assessed_on, self.informant.text().strip() or "-")
        for item, (score, burden) in self.fields.items():
            made.scores[item] = _number(score)
            if burden.text():
                made.burdens[item] = _number(burden)
        made.minutes_used = (self._clock() - self._began) / 60.0
        return made

    @property
    def _chosen(self) -> Instrument:
        return INSTRUMENTS[self.instrument.currentData()]

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Enter a score"))
        self.informant.setPlaceholderText(self.tr("Who told you (for example: night staff)"))
        self.help.setText(
            self.tr("Digits and Tab. Leave empty what is not known: it is not counted as 0.")
        )
        for text in (self.help, self.fault):
            text.setWordWrap(True)
        head = row(self.instrument, self.informant, gap=8)
        head.setStretch(1, 1)
        box = column(head, self.help, self._area, self.sum, self.fault, self.buttons, margin=12)
        box.setStretch(2, 1)
        self.setLayout(box)
        self.resize(*_SIZE)

    def _rows(self) -> None:
        inner, grid = QWidget(), QGridLayout()
        self.fields = {}
        allowed = ", ".join(map(str, sorted(self._chosen.scores)))
        titles = ("", self.tr("Score ({values})").format(values=allowed), self.tr("Burden (0-5)"))
        for place, title in enumerate(titles):
            grid.addWidget(label("muted", title), 0, place)
        for line, item in enumerate(self._chosen.items, start=1):
            pair = (QLineEdit(), QLineEdit())
            grid.addWidget(QLabel(f"{line}. {item.replace('_', ' ')}"), line, 0)
            for place, field in enumerate(pair, start=1):
                field.setValidator(QIntValidator(0, 99, field))
                field.setMaximumWidth(_FIELD_PX)
                field.setAccessibleName(f"{item} {titles[place]}")
                field.textChanged.connect(self._add_up)
                grid.addWidget(field, line, place, Qt.AlignmentFlag.AlignLeft)
            self.fields[item] = pair
        inner.setLayout(grid)
        self._area.setWidget(inner)
        self._order()
        self._add_up()

    def _order(self) -> None:
        """Let Tab go down the scores first: they are what the form is read for."""
        scores = [pair[0] for pair in self.fields.values()]
        burdens = [pair[1] for pair in self.fields.values()]
        stops = [*scores, *burdens]
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)
        scores[0].setFocus()

    def _add_up(self) -> None:
        save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        try:
            sums = self.draft().sums
        except ScoreOutOfRange as error:
            allowed = ", ".join(map(str, sorted(error.allowed)))
            words = self.tr("{item}: {value} is not possible. Enter one of {allowed}.")
            item = error.item.replace("_", " ")
            self.fault.setText(words.format(item=item, value=error.value, allowed=allowed))
            self.sum.setText(UNKNOWN)
            save.setEnabled(False)
            return
        self.fault.setText("")
        save.setEnabled(sums.answered > 0)
        self.sum.setText(self._sum_words(sums.answered, sums.items, dict(sums.scores)))

    def _sum_words(self, answered: int, items: int, scores: dict[str, int | None]) -> str:
        if answered < items:
            words = self.tr("Partial {n}/{all}: no sum is said")
            return words.format(n=answered, all=items)
        names = care_words.DOMAIN_NAMES
        return " · ".join(f"{names[k].text(self._language)} {v}" for k, v in scores.items())


def _number(field: QLineEdit) -> int | None:
    return int(field.text()) if field.text() else None
