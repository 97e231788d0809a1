"""The band of a plot: the room between the least and the most of each period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF
from typing_extensions import override

from desktop.models.tiles import NOTHING, Stretch

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QTransform

_ALPHA = 0.28
_DENSE_PX = 2.0  # shorter periods are drawn as columns of pixels


class Band(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """No peak of a long time is lost in its mean.

    Periods of a pixel or two are put together column by column in numpy and drawn as one image:
    filling a polygon of thousands of corners takes ten times as long.
    """

    def __init__(self, colour: QColor) -> None:
        super().__init__()
        self._brush = QColor(colour)
        self._brush.setAlphaF(_ALPHA)
        self._stretch = NOTHING
        self._known = np.zeros(0, np.bool_)
        self._box = QRectF()
        self.setVisible(False)  # an empty box would still be taken for the point 0, 0

    def draw(self, stretch: Stretch) -> None:
        """Fill between the least and the most of each period."""
        self.prepareGeometryChange()
        known = np.isfinite(stretch.low)
        self._stretch, self._known, self._box = stretch, known, QRectF()
        self.setVisible(bool(known.any()))
        if known.any():
            low, high = float(np.nanmin(stretch.low)), float(np.nanmax(stretch.high))
            first, last = float(stretch.begins_s[0]), float(stretch.ends_s[-1])
            self._box = QRectF(QPointF(first, low), QPointF(last, high))
        self.update()

    @override
    def boundingRect(self) -> QRectF:
        return self._box

    @override
    def paint(self, painter: QPainter, *_: Any) -> None:
        transform = painter.worldTransform()
        periods = self._stretch.ends_s - self._stretch.begins_s
        longest_px = float(periods[self._known].max(initial=0.0)) * transform.m11()
        if longest_px < _DENSE_PX:
            self._paint_columns(painter, transform)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._brush)
        for run in _runs(self._known):
            painter.drawPolygon(_outline(self._stretch, *run))

    def _paint_columns(self, painter: QPainter, transform: QTransform) -> None:
        room = transform.mapRect(self.viewRect()).toAlignedRect()
        if room.isEmpty():
            return
        filled = _columns(self._stretch, self._known, transform, room.getRect())
        pixels = np.where(filled, np.uint32(_premultiplied(self._brush)), np.uint32(0))
        height, width = pixels.shape
        form = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(pixels.data, width, height, 4 * width, form)
        painter.save()
        painter.resetTransform()
        painter.drawImage(room.topLeft(), image)
        painter.restore()


def _premultiplied(colour: QColor) -> int:
    alpha = colour.alpha()
    parts = (colour.red(), colour.green(), colour.blue())
    red, green, blue = (part * alpha // 255 for part in parts)
    return alpha << 24 | red << 16 | green << 8 | blue


def _columns(
    stretch: Stretch,
    known: NDArray[np.bool_],
    transform: QTransform,
    room: tuple[int, int, int, int],
) -> NDArray[np.bool_]:
    """Return which pixels of a room (left, top, width, height) lie between least and most."""
    left, top, width, height = room
    begins, ends = (
        transform.m11() * one[known] + transform.dx() - left
        for one in (stretch.begins_s, stretch.ends_s)
    )
    upper, lower = (
        transform.m22() * one[known] + transform.dy() - top for one in (stretch.high, stretch.low)
    )
    first, last = np.floor(begins).astype(int), np.ceil(ends).astype(int) - 1
    highest, lowest = np.full(width, np.inf), np.full(width, -np.inf)
    for column in (first, (first + last) // 2, last):
        inside = (column >= 0) & (column < width)
        np.minimum.at(highest, column[inside], upper[inside])
        np.maximum.at(lowest, column[inside], lower[inside])
    rows = np.arange(height)[:, None]
    filled: NDArray[np.bool_] = (rows >= np.floor(highest)) & (rows < np.ceil(lowest))
    return filled


def _runs(known: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _outline(stretch: Stretch, first: int, last: int) -> QPolygonF:
    """Walk along the mosts and back along the leasts; a lone period keeps its length."""
    part = slice(first, last)
    times = (stretch.begins_s[part] + stretch.ends_s[part]) / 2
    times[0], times[-1] = stretch.begins_s[first], stretch.ends_s[last - 1]
    if last - first == 1:
        times = np.array([stretch.begins_s[first], stretch.ends_s[first]])
        low, high = np.repeat(stretch.low[part], 2), np.repeat(stretch.high[part], 2)
    else:
        low, high = stretch.low[part], stretch.high[part]
    polygon: QPolygonF = pg.functions.arrayToQPolygonF(
        np.concatenate((times, times[::-1])), np.concatenate((high, low[::-1]))
    )
    return polygon
