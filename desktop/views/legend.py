"""The legend of a plot: for each series its stroke, its name, and a value with its instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from desktop.views.theme import STEP, sized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from desktop.views.theme import Theme

_ROW_PX = 22
_STROKE_PX = 24
_COARSE_PX = 24
_COLUMN_PX = 440  # less room than this for each column, and they stand below one another


@dataclass(frozen=True, slots=True)
class Entry:
    """One series as the legend shows it; `when` is empty where there is no value."""

    pen: QPen
    name: str
    value: str
    when: str


class Legend(QWidget):
    """Entries in columns that share the width; long names end in an ellipsis, values never."""

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, column_px: int = _COLUMN_PX
    ) -> None:
        super().__init__(parent)
        self._theme, self._column_px = theme, column_px
        self._entries: tuple[Entry, ...] = ()
        self._need_px = column_px
        self._hint = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """Return everything that is written, one entry in a line."""
        lines = [f"{e.name} {e.value} {e.when}".rstrip() for e in self._entries]
        return "\n".join(lines) or self._hint

    def show_entries(self, entries: Sequence[Entry], hint: str) -> None:
        """Show entries, or a hint where there is none."""
        before = (len(self._entries), self._columns())
        self._entries, self._hint = tuple(entries), hint
        self._need_px = max((self._needed(entry) for entry in entries), default=self._column_px)
        taller = before != (len(self._entries), self._columns())
        self.setAccessibleName(self.text)
        if taller:
            self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        rows = -(-len(self._entries) // self._columns()) or 1
        return QSize(self._column_px, rows * self._row_px())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()  # the height follows from the width

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._entries:
            painter.setPen(self._theme.colour("muted"))
            painter.drawText(self.rect(), int(_LEFT), self._hint)
        columns = self._columns()
        width, tall = self.width() // columns, self._row_px()
        for place, entry in enumerate(self._entries):
            down, across = divmod(place, columns)
            box = QRect(across * width, down * tall, width - 2 * STEP, tall)
            self._paint(painter, box, entry)

    def _row_px(self) -> int:
        return max(_ROW_PX, self._theme.px(_ROW_PX))

    def _columns(self) -> int:
        room_px = min(self._need_px, self._column_px)
        return max(1, min(len(self._entries), self.width() // room_px))

    def _needed(self, entry: Entry) -> int:
        """Return the width of an entry, its values rounded up: they change all the time."""
        metrics = self.fontMetrics()
        said = metrics.horizontalAdvance(entry.value + entry.when)
        names = metrics.horizontalAdvance(entry.name)
        return _STROKE_PX + names + (said // _COARSE_PX + 1) * _COARSE_PX + 5 * STEP

    def _paint(self, painter: QPainter, box: QRect, entry: Entry) -> None:
        pen = QPen(entry.pen)
        pen.setWidthF(2.4)
        painter.setPen(pen)
        middle = box.center().y()
        painter.drawLine(box.left(), middle, box.left() + _STROKE_PX, middle)
        box = box.adjusted(_STROKE_PX + STEP, 0, 0, 0)
        plain, bold = self.font(), sized(self.font(), self.font().pixelSize(), bold=True)
        painter.setFont(bold)
        value_px = painter.fontMetrics().horizontalAdvance(entry.value)
        painter.setFont(plain)
        when_px = painter.fontMetrics().horizontalAdvance(entry.when)
        room = box.width() - value_px - when_px - 2 * STEP
        metrics = painter.fontMetrics()
        name = metrics.elidedText(entry.name, Qt.TextElideMode.ElideRight, room)
        pieces = ((plain, "text", name), (bold, "text", entry.value), (plain, "muted", entry.when))
        for font, colour, text in pieces:
            painter.setFont(font)
            painter.setPen(self._theme.colour(colour))
            painter.drawText(box, int(_LEFT), text)
            box = box.adjusted(painter.fontMetrics().horizontalAdvance(text) + STEP, 0, 0, 0)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
