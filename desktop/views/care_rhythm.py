"""Sleep and rhythm of one resident: the nights below each other, the rhythm in numbers, a table twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget
from typing_extensions import override

from area_configs.domain.care import Rhythm
from desktop.models import care_record_words as words
from desktop.models.care_tables import NIGHT_METRICS, NightTable, day_number, day_text
from desktop.views.delegates import ROW_PX
from desktop.views.panels import Translated, column, label
from desktop.views.plain_table import PlainTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from area_configs.domain.care import DaySummary
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

NIGHTS = 14
_EPOCHS = 288
_HOURS = ((0, "12"), (72, "18"), (144, "0"), (216, "6"), (288, "12"))
_ROW_PX, _GAP_PX = 16, 3
_TABLE_ROWS = 8


class NightRaster(QWidget):
    """One night a row, noon to noon: asleep is filled, awake is the ground, unknown is hatched."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._nights: dict[int, str] = {}
        self._today = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_nights(self, days: Sequence[DaySummary], today: int) -> None:
        """Show the nights that ended up to today."""
        self._nights = {one.day: one.asleep for one in days}
        self._today = today
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        rows = NIGHTS * self._theme.px(_ROW_PX)
        return QSize(480, rows + self.fontMetrics().height() + 4)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = self.fontMetrics().horizontalAdvance("0000-00-00") + 12
        width = self.width() - left - self.fontMetrics().horizontalAdvance("12")
        for place in range(NIGHTS):
            self._paint_night(painter, place, QRectF(left, 0, width, 0))
        painter.setPen(QColor(self._theme.tokens.muted))
        base = self.height() - self.fontMetrics().descent() - 1
        for epoch, text in _HOURS:
            wide = self.fontMetrics().horizontalAdvance(text)
            painter.drawText(round(left + width * epoch / _EPOCHS - wide / 2), base, text)

    def _paint_night(self, painter: QPainter, place: int, across: QRectF) -> None:
        tokens, height = self._theme.tokens, self._theme.px(_ROW_PX)
        day, top = self._today - NIGHTS + 1 + place, place * height
        painter.setPen(QColor(tokens.text))
        box = QRectF(0, top, across.left(), height)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), day_text(day))
        row = QRectF(across.left(), top + 1, across.width(), height - _GAP_PX)
        painter.fillRect(row, QColor(tokens.field))
        states = self._nights.get(day, "") or "-" * _EPOCHS
        for first, end, state in _runs(states):
            piece = QRectF(
                row.left() + row.width() * first / _EPOCHS,
                row.top(),
                row.width() * (end - first) / _EPOCHS,
                row.height(),
            )
            if state == "1":
                painter.fillRect(piece, QColor(tokens.accent))
            elif state == "-":
                painter.fillRect(piece, QBrush(QColor(tokens.hatch), Qt.BrushStyle.BDiagPattern))


class CareRhythm(Translated):
    """The tab of sleep and rhythm."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme = models, theme
        self.about, self.legend, self.basis = label("muted"), label("muted"), label("muted")
        self.raster = NightRaster(theme)
        self.nights = NightTable(self)
        self.table = PlainTable(self.nights, {}, len(NIGHT_METRICS) + 1)
        self.numbers: dict[str, tuple[QLabel, QLabel, QLabel]] = {
            name: (label("stripTitle"), label("headline"), label("muted"))
            for name in words.RHYTHM_NAMES
        }
        self._lay_out()
        models.care.page_changed.connect(self._show)
        theme.changed.connect(self._show)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.about.setText(
            self.tr("Sleep is estimated from stillness. One row is one night, from noon to noon.")
        )
        self.legend.setText(self.tr("Filled: asleep. Empty: awake. Hatched: not known, not 0."))
        self.table.setAccessibleName(self.tr("Nights as a table"))
        self.raster.setAccessibleName(self.tr("Sleep of 14 nights; the table below says the same"))
        self._show()

    def _lay_out(self) -> None:
        for text in (self.about, self.legend, self.basis):
            text.setWordWrap(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        for place, (name, value, meaning) in enumerate(self.numbers.values()):
            meaning.setWordWrap(True)
            line, side = 3 * (place // 2), place % 2
            for offset, part in enumerate((name, value, meaning)):
                grid.addWidget(part, line + offset, side)
            grid.setColumnStretch(side, 1)
        self.setLayout(
            column(
                *(self.about, self.raster, self.legend, grid, self.basis, self.table),
                margin=12,
                gap=10,
            )
        )

    def _show(self) -> None:
        page, language = self._models.care.page, self._models.language
        today = day_number(self._models.clock(), self._models.area.timezone)
        days = page.days if page else ()
        self.raster.show_nights(days, today)
        self.nights.set_language(language)
        self.nights.show_nights(tuple(reversed(days))[:28])
        rhythm = page.rhythm if page else Rhythm()
        for name, (title, value, meaning) in self.numbers.items():
            title.setText(words.RHYTHM_NAMES[name].text(language))
            value.setText(words.rhythm_value(rhythm, name))
            meaning.setText(words.RHYTHM_MEANINGS[name].text(language))
        text = self.tr("From {n} complete days of the last 28; a dash is not known.")
        self.basis.setText(text.format(n=rhythm.days))
        self.table.fit_words(self._theme.px(ROW_PX))
        self.table.setMinimumHeight(self._theme.px(ROW_PX) * (_TABLE_ROWS + 1))


def _runs(states: str) -> list[tuple[int, int, str]]:
    """Return stretches of one state: first epoch, end, state."""
    found: list[tuple[int, int, str]] = []
    for place, state in enumerate(states):
        if found and found[-1][2] == state:
            found[-1] = (found[-1][0], place + 1, state)
        else:
            found.append((place, place + 1, state))
    return found
