"""Everything painted over the picture: symbols, labels, scale, north, legend, notes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from desktop.models.device_states import State
from desktop.twin.scene.labels import Box, Wish, place
from desktop.twin.scene.symbols import paint_symbol, reach
from desktop.twin.scene.words import NORTH, STATE_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QSize

    from area_configs.domain.devices import DeviceKind
    from area_configs.domain.names import Language
    from desktop.twin.colour_scales import CityColours, Rgb

_EDGE = 12.0
_PAD = 6.0
_SCALE_PX = 130.0
_TIED_PX = 12.0
_CORNER_PX = 44.0  # of note, credit and scale, which stand in the corners
_URGENCY = {
    State.ALARM: 4,
    State.STALE: 3,
    State.UNCERTAIN: 2,
    State.NO_DATA: 1,
    State.NORMAL: 0,
}
_SMALL_WIDTH, _SMALL_HEIGHT = 420, 260


BuildingNote = tuple[float, float, str, str]  # pixel of its roof, title, facts


@dataclass(frozen=True, slots=True)
class DeviceMark:
    """A device as it is painted: where its symbol is, and what its label says.

    Attributes:
        x, y: middle of the symbol.
        anchor: top of the mast; another place where symbols had to make room for each other.
        depth: metres from the eye.
    """

    device: str
    kind: DeviceKind
    x: float
    y: float
    anchor: tuple[float, float]
    depth: float
    name: str
    headline: str
    state: State
    chosen: bool = False
    hovered: bool = False


@dataclass(slots=True)
class Overlay:
    """What is painted over one picture of a given size, in logical pixels."""

    width: int
    height: int
    language: Language
    colours: CityColours
    marks: Sequence[DeviceMark] = ()
    all_labels: bool = False
    metres_per_pixel: float = 1.0
    heading: float = 0.0
    credit: str = ""
    note: str = ""
    banner: str = ""
    building: BuildingNote | None = None
    reserved: Sequence[Box] = ()
    _taken: list[Box] = field(default_factory=list)

    def paint(self, painter: QPainter, font: QFont) -> None:
        """Paint it all; the symbols of urgent and near devices last."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        roomy = self.width >= _SMALL_WIDTH and self.height >= _SMALL_HEIGHT
        self._taken[:] = self.reserved
        top = self._paint_banner(painter)
        if roomy:
            self._paint_scale(painter)
            self._paint_legend(painter, top)
        self._paint_note(painter, top)
        self._paint_credit(painter)
        self._paint_devices(painter)
        self._paint_building(painter)

    @staticmethod
    def stamp(painter: QPainter, size: QSize, text: str, colours: CityColours) -> None:
        """Paint a line above the credit: what belongs to a picture that leaves the screen."""
        metrics = QFontMetricsF(painter.font())
        wide = metrics.horizontalAdvance(text)
        at = QPointF(size.width() - _EDGE - wide, size.height() - _EDGE - metrics.height() - 4)
        painter.setPen(QColor(*colours.ink))
        painter.drawText(at, text)

    def _paint_devices(self, painter: QPainter) -> None:
        order = sorted(self.marks, key=lambda m: (m.chosen, _URGENCY[m.state], -m.depth))
        painter.setPen(QPen(QColor(*self.colours.mast), 1.4))
        for mark in order:
            painter.drawLine(QPointF(*mark.anchor), QPointF(mark.x, mark.y))
        for mark in order:
            at = QPointF(mark.x, mark.y)
            paint_symbol(painter, at, mark.kind, mark.state, self.colours, chosen=mark.chosen)
        shown = [mark for mark in self.marks if self._is_labelled(mark)]
        wishes = [self._wish(mark, painter.font()) for mark in shown]
        others = [mark for mark in self.marks if not self._is_labelled(mark)]
        taken = [*self._taken, *(symbol_box(mark) for mark in others)]
        placed = zip(shown, place(wishes, self._room(), taken), strict=True)
        labelled = [(mark, box) for mark, box in placed if box is not None]
        self._taken.extend(box for _, box in labelled)
        for mark, box in labelled:
            self._paint_leader(painter, box, mark)
        for mark, box in labelled:
            self._paint_label(painter, box, mark)

    def _is_labelled(self, mark: DeviceMark) -> bool:
        return self.all_labels or mark.chosen or mark.hovered or mark.state is not State.NORMAL

    def _wish(self, mark: DeviceMark, font: QFont) -> Wish:
        bold = QFontMetricsF(_bold(font))
        plain = QFontMetricsF(font)
        said = self._said(mark)
        wide = max(plain.horizontalAdvance(mark.name), bold.horizontalAdvance(said))
        tall = 2 * _line(font)
        important = mark.chosen or mark.hovered
        urgency = _URGENCY[mark.state] + (10 if important else 0)
        size = (wide + 2 * _PAD + 2, tall + _PAD)
        return Wish(mark.x, mark.y, reach(mark.state), *size, urgency, important)

    def _paint_leader(self, painter: QPainter, box: Box, mark: DeviceMark) -> None:
        """Tie a label that had to go far to its symbol."""
        end = box.nearest(mark.x, mark.y)
        far = math.dist(end, (mark.x, mark.y))
        if far > reach(mark.state) + _TIED_PX:
            share = reach(mark.state) / far
            edge = (mark.x + (end[0] - mark.x) * share, mark.y + (end[1] - mark.y) * share)
            painter.setPen(QPen(QColor(*_state_ink(mark.state, self.colours)), 1.2))
            painter.drawLine(QPointF(*edge), QPointF(*end))

    def _said(self, mark: DeviceMark) -> str:
        """Return a device's headline, or its state in words where it has none."""
        return (
            STATE_NAMES[mark.state].text(self.language) if mark.headline == "-" else mark.headline
        )

    def _paint_label(self, painter: QPainter, box: Box, mark: DeviceMark) -> None:
        frame = self.colours.accent if mark.chosen else _state_ink(mark.state, self.colours)
        self._paint_card(painter, box, frame, strong=mark.chosen or mark.state is State.ALARM)
        lines = [(mark.name, False, self.colours.ink)]
        lines.append((self._said(mark), True, _state_ink(mark.state, self.colours)))
        self._paint_lines(painter, box, lines)

    def _paint_building(self, painter: QPainter) -> None:
        if self.building is None:
            return
        x, y, title, facts = self.building
        metrics, bold = QFontMetricsF(painter.font()), QFontMetricsF(_bold(painter.font()))
        title = bold.elidedText(title, Qt.TextElideMode.ElideMiddle, self.width * 0.4)
        wide = max(metrics.horizontalAdvance(facts), bold.horizontalAdvance(title))
        alone = not any(mark.chosen for mark in self.marks)  # beside a device it only adds
        wish = Wish(
            x, y, 4.0, wide + 2 * _PAD + 2, 2 * _line(painter.font()) + _PAD, 20, must=alone
        )
        symbols = [symbol_box(mark) for mark in self.marks]
        box = place([wish], self._room(), [*self._taken, *symbols])[0]
        if box is not None:
            self._paint_card(painter, box, self.colours.accent, strong=True)
            ink = self.colours.ink
            self._paint_lines(painter, box, [(title, True, ink), (facts, False, ink)])

    def _paint_card(self, painter: QPainter, box: Box, frame: Rgb, *, strong: bool) -> None:
        paper = QColor(*self.colours.paper)
        paper.setAlpha(235)
        painter.setBrush(paper)
        painter.setPen(QPen(QColor(*frame), 1.8 if strong else 1.0))
        painter.drawRoundedRect(QRectF(box.x, box.y, box.width, box.height), 4, 4)

    def _paint_ground(self, painter: QPainter, box: Box) -> None:
        """Paint what lets words be read over any layer, and is not seen over a bare city."""
        paper = QColor(*self.colours.paper)
        paper.setAlpha(190)
        painter.setBrush(paper)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(box.x, box.y, box.width, box.height), 4, 4)

    def _paint_lines(
        self, painter: QPainter, box: Box, lines: Sequence[tuple[str, bool, Rgb]]
    ) -> None:
        painter.save()
        font = painter.font()
        y = box.y + _PAD / 2
        for text, strong, colour in lines:
            painter.setFont(_bold(font) if strong else font)
            tall = _line(painter.font())
            painter.setPen(QColor(*colour))
            room = QRectF(box.x + _PAD, y, box.width - 2 * _PAD + 4, tall)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            y += tall
        painter.restore()

    def _paint_scale(self, painter: QPainter) -> None:
        metres = nice_length(self.metres_per_pixel * _SCALE_PX)
        wide = metres / self.metres_per_pixel
        left, base = _EDGE + 40, self.height - _EDGE - 4
        box = Box(_EDGE - 4, base - 50, wide + 56, 56)
        self._paint_ground(painter, box)
        painter.setPen(QPen(QColor(*self.colours.ink), 2))
        painter.drawPolyline(
            [
                QPointF(left, base - 6),
                QPointF(left, base),
                QPointF(left + wide, base),
                QPointF(left + wide, base - 6),
            ]
        )
        text = f"{metres:g} m" if metres < 1000 else f"{metres / 1000:g} km"  # noqa: PLR2004  # metres in a km
        painter.drawText(QPointF(left + 6, base - 6), text)
        self._paint_north(painter, QPointF(_EDGE + 14, base - 16))
        self._taken.append(box)

    def _paint_north(self, painter: QPainter, at: QPointF) -> None:
        painter.save()
        painter.translate(at)
        painter.rotate(-self.heading)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*self.colours.ink))
        painter.drawPolygon(QPolygonF([QPointF(0, -13), QPointF(6, 9), QPointF(0, 4)]))
        painter.setBrush(QColor(*self.colours.edge))
        painter.drawPolygon(QPolygonF([QPointF(0, -13), QPointF(-6, 9), QPointF(0, 4)]))
        painter.rotate(self.heading)
        turn = math.radians(self.heading)
        text = NORTH.text(self.language)
        wide = QFontMetricsF(painter.font()).horizontalAdvance(text)
        painter.setPen(QColor(*self.colours.ink))
        painter.drawText(QPointF(-math.sin(turn) * 22 - wide / 2, -math.cos(turn) * 22 + 5), text)
        painter.restore()

    def _paint_legend(self, painter: QPainter, top: float) -> None:
        """Name the states that are seen, in the corner where it covers the fewest symbols."""
        metrics = QFontMetricsF(painter.font())
        row = max(28.0, metrics.height() + 6)
        seen = {State.NORMAL, *(mark.state for mark in self.marks)}
        names = {s: STATE_NAMES[s].text(self.language) for s in State if s in seen}
        wide = max(metrics.horizontalAdvance(name) for name in names.values()) + 60
        box = self._free_corner(wide, row * len(names) + 10, top)
        if box is None:
            return
        self._paint_card(painter, box, self.colours.edge, strong=False)
        for line, (state, name) in enumerate(names.items()):
            y = box.y + 5 + row * (line + 0.5)
            painter.save()
            painter.translate(box.x + 25, y)
            painter.scale(0.6, 0.6)
            paint_symbol(painter, QPointF(), None, state, self.colours)
            painter.restore()
            painter.setPen(QColor(*self.colours.ink))
            painter.drawText(QPointF(box.x + 48, y + metrics.ascent() / 2 - 1), name)
        self._taken.append(box)

    def _free_corner(self, wide: float, tall: float, top: float) -> Box | None:
        """Return a place at the edge, the upper right first; None where it took half the height."""
        if tall > self.height / 2:
            return None
        right, below = self.width - _EDGE - wide, self.height - _EDGE - tall - _CORNER_PX
        upper = top + _EDGE
        corners = [Box(right, upper, wide, tall), Box(right, below, wide, tall)]
        corners += [Box(_EDGE, upper + _CORNER_PX, wide, tall), Box(_EDGE, below, wide, tall)]
        symbols = [symbol_box(mark) for mark in self.marks]
        free = [one for one in corners if not any(one.overlaps(box) for box in self._taken)]
        return min(
            free or corners[:1], key=lambda one: sum(one.overlaps(symbol) for symbol in symbols)
        )

    def _paint_note(self, painter: QPainter, top: float) -> None:
        if self.note:
            metrics = QFontMetricsF(painter.font())
            wide = metrics.horizontalAdvance(self.note) + 2 * _PAD + 2
            box = Box(_EDGE, top + _EDGE, wide, _line(painter.font()) + _PAD)
            self._paint_card(painter, box, self.colours.edge, strong=False)
            self._paint_lines(painter, box, [(self.note, False, self.colours.ink)])
            self._taken.append(box)

    def _paint_credit(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(self.credit, Qt.TextElideMode.ElideRight, self.width * 0.55)
        wide = metrics.horizontalAdvance(text)
        at = QPointF(self.width - _EDGE - wide, self.height - _EDGE)
        top = at.y() - metrics.ascent() - 3
        box = Box(at.x() - 6, top, wide + 12, metrics.height() + 6)
        self._paint_ground(painter, box)
        painter.setPen(QColor(*self.colours.ink))
        painter.drawText(at, text)
        self._taken.append(box)

    def _paint_banner(self, painter: QPainter) -> float:
        """Paint the banner over the whole width; return where the picture begins below it."""
        if not self.banner:
            return 0.0
        words = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        room = QRectF(_EDGE, _PAD, self.width - 2 * _EDGE, self.height)
        text = QFontMetricsF(painter.font()).boundingRect(room, int(words), self.banner)
        tall = text.height() + 2 * _PAD
        painter.fillRect(QRectF(0, 0, self.width, tall), QColor(255, 236, 179))
        painter.fillRect(QRectF(0, tall - 2, self.width, 2), QColor(166, 110, 0))
        painter.setPen(QColor(60, 44, 0))
        painter.drawText(room, int(words), self.banner)
        self._taken.append(Box(0, 0, self.width, tall))
        return float(tall)

    def _room(self) -> Box:
        return Box(2, 2, self.width - 4, self.height - 4)


def symbol_box(mark: DeviceMark) -> Box:
    """Return the room of a device's symbol."""
    size = reach(mark.state)
    return Box(mark.x - size, mark.y - size, 2 * size, 2 * size)


def nice_length(most: float) -> float:
    """Return the longest of 1, 2 or 5 times a power of ten that is not over `most`."""
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most * 1.0000001)


def _state_ink(state: State, colours: CityColours) -> Rgb:
    return {
        State.NORMAL: colours.ink,
        State.UNCERTAIN: colours.uncertain,
        State.NO_DATA: colours.no_data,
        State.STALE: colours.stale,
        State.ALARM: colours.alarm,
    }[state]


def _bold(font: QFont) -> QFont:
    strong = QFont(font)
    strong.setBold(True)
    return strong


def _line(font: QFont) -> float:
    """Return the height of a line: Japanese fonts leave no air between lines of their own."""
    return QFontMetricsF(font).height() * 1.22
