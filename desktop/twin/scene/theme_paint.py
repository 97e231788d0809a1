"""Paints what layers say over the picture: their tags, and a legend for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen

from desktop.twin.scene.labels import Box, Wish, place
from desktop.twin.scene.overlay import symbol_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from area_configs.domain.names import Language
    from desktop.models.twin_layers import LayerFacts
    from desktop.twin.colour_scales import CityColours, Rgb
    from desktop.twin.scene.camera import MapCamera
    from desktop.twin.scene.overlay import DeviceMark
    from desktop.twin.scene.themes import Themes
    from desktop.twin.theme_view import Tag

_EDGE, _PAD, _SWATCH = 12.0, 6.0, 14.0
_BELOW_NOTE = 44.0  # the line that says what city this is stands above
_LEAST_PX = (420, 300)
_WIDEST = 0.42  # of the picture
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ThemePaint:
    """One picture's tags and legends, in logical pixels."""

    def __init__(self, painter: QPainter, camera: MapCamera, colours: CityColours) -> None:
        self._painter, self._camera, self._colours = painter, camera, colours
        self._width, self._height = camera.size
        self._taken: list[Box] = []

    def paint(self, themes: Themes, language: Language, marks: Sequence[DeviceMark]) -> list[Box]:
        """Paint it all, beside the symbols of devices; return the room that it takes."""
        self._painter.save()
        if self._width >= _LEAST_PX[0] and self._height >= _LEAST_PX[1]:
            y = _BELOW_NOTE
            for name, facts in themes.told:
                y = self._legend(name.text(language), facts, y)
        self._tags(themes.tags, [symbol_box(mark) for mark in marks])
        self._painter.restore()
        return self._taken

    def _legend(self, title: str, facts: LayerFacts, y: float) -> float:
        """Paint one legend; return where the next may begin."""
        small = _sized(self._painter.font(), 0.88)
        plain, bold = QFontMetricsF(small), QFontMetricsF(_bold(small))
        title = f"{title} [{facts.unit}]" if facts.unit else title
        lines = [text for text in (facts.scenario, facts.when) if text]
        steps = [step.text for step in facts.steps]
        wide = max(
            [bold.horizontalAdvance(title)]
            + [plain.horizontalAdvance(text) for text in lines]
            + [plain.horizontalAdvance(text) + _SWATCH + _PAD for text in steps]
        )
        wide = min(wide + 2 * _PAD + 4, self._width * _WIDEST)
        line = plain.height() * 1.2
        box = QRectF(_EDGE, y, wide, line * (1 + len(lines) + len(steps)) + _PAD)
        if box.bottom() > self._height - 64:  # the scale bar stands there
            return y
        self._card(box, self._colours.edge)
        at = y + _PAD / 2
        for text, font in [(title, _bold(small)), *((text, small) for text in lines)]:
            self._text(QRectF(_EDGE + _PAD, at, wide - 2 * _PAD, line), text, font)
            at += line
        for step in facts.steps:
            self._painter.setPen(QPen(QColor(*self._colours.ink), 0.6))
            self._painter.setBrush(QColor(*step.colour))
            swatch = QRectF(_EDGE + _PAD, at + (line - _SWATCH * 0.8) / 2, _SWATCH, _SWATCH * 0.8)
            self._painter.drawRect(swatch)
            room = QRectF(swatch.right() + _PAD, at, wide - 3 * _PAD - _SWATCH, line)
            self._text(room, step.text, small)
            at += line
        self._taken.append(Box(box.x(), box.y(), box.width(), box.height()))
        return box.bottom() + _PAD

    def _tags(self, tags: Sequence[Tag], symbols: list[Box]) -> None:
        if not tags:
            return
        font = _sized(self._painter.font(), 0.88)
        metrics = QFontMetricsF(font)
        across, down, depth = self._camera.project(np.array([tag.place for tag in tags]))
        seen = [n for n in range(len(tags)) if depth[n] > 0 and self._inside(across[n], down[n])]
        tall = metrics.height() * 1.2
        wishes = [
            Wish(
                float(across[n]),
                float(down[n]),
                4.0,
                metrics.horizontalAdvance(tags[n].text) + 2 * _PAD,
                tall,
                int(1e6 / max(1.0, depth[n])),
                False,
            )
            for n in seen
        ]
        room = Box(2, 2, self._width - 4, self._height - 4)
        for n, box in zip(seen, place(wishes, room, [*self._taken, *symbols]), strict=True):
            if box is not None:
                rectangle = QRectF(box.x, box.y, box.width, box.height)
                self._card(rectangle, tags[n].colour)
                self._text(rectangle.adjusted(_PAD, 0, 0, 0), tags[n].text, font)
                self._taken.append(box)

    def _inside(self, x: float, y: float) -> bool:
        return 0 <= x <= self._width and 0 <= y <= self._height

    def _card(self, box: QRectF, frame: Rgb) -> None:
        paper = QColor(*self._colours.paper)
        paper.setAlpha(228)
        self._painter.setBrush(paper)
        self._painter.setPen(QPen(QColor(*frame), 1.4))
        self._painter.drawRoundedRect(box, 3, 3)

    def _text(self, room: QRectF, text: str, font: QFont) -> None:
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width() + 1)
        self._painter.setFont(font)
        self._painter.setPen(QColor(*self._colours.ink))
        self._painter.drawText(room, int(_LEFT), shown)


def _sized(font: QFont, share: float) -> QFont:
    changed = QFont(font)
    if font.pixelSize() > 0:
        changed.setPixelSize(max(10, round(font.pixelSize() * share)))
    else:
        changed.setPointSizeF(font.pointSizeF() * share)
    return changed


def _bold(font: QFont) -> QFont:
    strong = QFont(font)
    strong.setBold(True)
    return strong
