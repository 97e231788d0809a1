"""The signs of the time bar, drawn in the theme's colour: no font needs to have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPolygonF

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNITS = 16.0
_RIGHT = ((0, 0), (0, 8), (6, 4))
_LEFT = ((6, 0), (6, 8), (0, 4))
Shape = tuple[float, "Sequence[tuple[float, float]]"]
_TRIANGLES: dict[str, Sequence[Shape]] = {
    "play": ((5, _RIGHT),),
    "back": ((2, _LEFT), (8, _LEFT)),
    "forward": ((2, _RIGHT), (8, _RIGHT)),
    "alarm_before": ((1, _LEFT),),
    "alarm_after": ((9, _RIGHT),),
}
_BARS = {
    "pause": ((4, 4, 3, 8), (9, 4, 3, 8)),
    "alarm_before": ((11, 3, 2, 6), (11, 11, 2, 2)),
    "alarm_after": ((4, 3, 2, 6), (4, 11, 2, 2)),
}


def time_icon(name: str, colour: str, muted: str, size_px: int, ratio: float) -> QIcon:
    """Return a sign; where its button is disabled it is drawn in the muted colour."""
    icon = QIcon()
    for mode, ink in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, muted)):
        icon.addPixmap(_drawn(name, ink, size_px, ratio), mode)
    return icon


def _drawn(name: str, colour: str, size_px: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(size_px * ratio), round(size_px * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size_px / _UNITS, size_px / _UNITS)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    for x, shape in _TRIANGLES.get(name, ()):
        painter.drawPolygon(QPolygonF([QPointF(x + dx, 4 + dy) for dx, dy in shape]))
    for bar in _BARS.get(name, ()):
        painter.drawRect(QRectF(*bar))
    painter.end()
    return pixmap
