"""What the tools paint over the picture: the measured line and the handle of the section."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from desktop.twin.scene.words import MEASURE_FIRST, MEASURE_TOTAL

if TYPE_CHECKING:
    from area_configs.domain.names import Language
    from desktop.twin.colour_scales import CityColours
    from desktop.twin.scene.camera import MapCamera
    from desktop.twin.scene.measure import Leg, Measure
    from desktop.twin.scene.section import Section

KNOB_PX = 9.0
_PAD = 5.0
_EDGE = 12.0


class ToolPaint:
    """Paints with one painter over one picture."""

    def __init__(
        self, painter: QPainter, camera: MapCamera, colours: CityColours, language: Language
    ) -> None:
        self._painter, self._camera = painter, camera
        self._colours, self._language = colours, language

    def measure(self, measure: Measure) -> None:
        """Paint the line, a text at each leg, and the sum."""
        painter, accent = self._painter, QColor(*self._colours.accent)
        spots = self._pixels(measure.places)
        painter.setPen(QPen(accent, 2.2))
        painter.drawPolyline(QPolygonF([spot for spot in spots if spot is not None]))
        painter.setBrush(QColor(*self._colours.paper))
        for spot in spots:
            if spot is not None:
                painter.drawEllipse(spot, 4.0, 4.0)
        for leg, start, end in zip(measure.legs, spots, spots[1:], strict=False):
            if start is not None and end is not None:
                self._card((start + end) / 2, words_of(leg))
        self._said(measure)

    def section(self, section: Section, reach_m: float) -> None:
        """Paint the plane's trace on the ground and the handle that moves it."""
        ends = [section.origin - section.along * reach_m, section.origin + section.along * reach_m]
        knob, left, right = self._pixels([section.origin, *ends])
        pen = QPen(QColor(*self._colours.accent), 1.8, Qt.PenStyle.DashLine)
        self._painter.setPen(pen)
        if left is not None and right is not None:
            self._painter.drawLine(left, right)
        if knob is not None:
            self._painter.setPen(QPen(QColor(*self._colours.paper), 2.0))
            self._painter.setBrush(QColor(*self._colours.accent))
            self._painter.drawEllipse(knob, KNOB_PX, KNOB_PX)

    def _said(self, measure: Measure) -> None:
        if len(measure.places) < 2:  # noqa: PLR2004  # a line has two ends
            text = MEASURE_FIRST.text(self._language)
        else:
            text = f"{MEASURE_TOTAL.text(self._language)} {measure.total:.2f} m"
        height = self._painter.viewport().height() / self._painter.device().devicePixelRatioF()
        metrics = QFontMetricsF(self._painter.font())
        wide = metrics.horizontalAdvance(text) / 2
        self._card(QPointF(_EDGE + wide + _PAD, height - 84), text)

    def _card(self, middle: QPointF, text: str) -> None:
        metrics = QFontMetricsF(self._painter.font())
        wide, tall = metrics.horizontalAdvance(text) + 2 * _PAD, metrics.height() + _PAD
        box = QRectF(middle.x() - wide / 2, middle.y() - tall / 2, wide, tall)
        self._painter.setPen(QPen(QColor(*self._colours.accent), 1.2))
        self._painter.setBrush(QColor(*self._colours.paper))
        self._painter.drawRoundedRect(box, 3, 3)
        self._painter.setPen(QColor(*self._colours.ink))
        self._painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def _pixels(
        self, places: list[np.ndarray[tuple[int], np.dtype[np.float64]]]
    ) -> list[QPointF | None]:
        if not places:
            return []
        across, down, depth = self._camera.project(np.array(places))
        return [
            QPointF(float(x), float(y)) if ahead > 0 else None
            for x, y, ahead in zip(across, down, depth, strict=True)
        ]


def words_of(leg: Leg) -> str:
    """Return a leg in words: its length, on the level, and how far up or down it goes."""
    arrow = "↑" if leg.rise >= 0 else "↓"
    return f"{leg.length:.2f} m (→ {leg.level:.2f} m, {arrow} {abs(leg.rise):.2f} m)"
