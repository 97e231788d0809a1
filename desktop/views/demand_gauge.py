"""The running half hour: what it will end with, against target and contract, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from desktop.models.wording import UNKNOWN, number
from desktop.views.panels import Translated
from desktop.views.theme import sized

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from desktop.models.energy import Demand, EnergyBoard
    from desktop.views.theme import Theme

_HEIGHT_PX = 128
_LINE_PX = 20
_BAR_PX = 18
_SCALE = 1.25  # of the contract, so that what is above it has room
_NUMERAL_PX = 30


class DemandGauge(Translated):
    """A bar of the predicted mean with marks at target and contract; hatched where it is not known."""

    def __init__(self, board: EnergyBoard, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board, self._theme = board, theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.refresh()

    @property
    def text(self) -> str:
        """Return everything that it says."""
        return "\n".join(line for line in (*self._lines(), self._measured_text()) if line)

    def refresh(self) -> None:
        """Show the newest."""
        self._demand = self._board.demand()
        self.setAccessibleName(self.text)
        self.updateGeometry()
        self.update()

    @override
    def retranslate(self) -> None:
        self.refresh()

    @override
    def sizeHint(self) -> QSize:
        return QSize(360, _HEIGHT_PX + _LINE_PX * bool(self._measured_text()))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        demand, tokens = self._demand, self._theme.tokens
        title, value, below, stage = self._lines()
        painter.setPen(QColor(tokens.muted))
        painter.drawText(QRectF(0, 0, self.width(), 18), _LEFT, title)
        painter.drawText(QRectF(0, 0, self.width(), 18), _RIGHT, self._left_text(demand))
        painter.setFont(sized(self.font(), _NUMERAL_PX, bold=True))
        painter.setPen(QColor(self._colour(demand)))
        painter.drawText(QRectF(0, 20, self.width(), 36), _LEFT, value)
        painter.setFont(self.font())
        painter.setPen(QColor(tokens.text))
        painter.drawText(QRectF(0, 24, self.width(), 32), _RIGHT, stage)
        self._paint_bar(painter, QRectF(0, 62, self.width(), _BAR_PX))
        painter.setPen(QColor(tokens.text))
        painter.drawText(QRectF(0, 106, self.width(), _LINE_PX), _LEFT, below)
        painter.setPen(QColor(tokens.warning))
        measured = QRectF(0, 106 + _LINE_PX, self.width(), _LINE_PX)
        painter.drawText(measured, _LEFT, self._measured_text())

    def _paint_bar(self, painter: QPainter, box: QRectF) -> None:
        demand, tokens = self._demand, self._theme.tokens
        painter.setPen(QPen(QColor(tokens.border)))
        painter.setBrush(QColor(tokens.field))
        painter.drawRect(box)
        most = _SCALE * max(demand.contract_kw, demand.target_kw or 0.0, 1.0)
        if demand.predicted_kw is None:
            painter.fillRect(box, QBrush(QColor(tokens.hatch), Qt.BrushStyle.BDiagPattern))
        else:
            share = min(max(demand.predicted_kw / most, 0.0), 1.0)
            filled = QRectF(box.left(), box.top(), box.width() * share, box.height())
            painter.fillRect(filled, QColor(self._colour(demand)))
        self._mark(painter, box, demand.contract_kw / most, tokens.alarm, self._contract_text())
        if demand.target_kw is not None and abs(demand.target_kw - demand.contract_kw) > 1:
            self._mark(painter, box, demand.target_kw / most, tokens.warning, self._target_text())

    def _mark(self, painter: QPainter, box: QRectF, share: float, colour: str, text: str) -> None:
        x = box.left() + box.width() * share
        painter.setPen(QPen(QColor(colour), 2))
        painter.drawLine(int(x), int(box.top()) - 3, int(x), int(box.bottom()) + 3)
        width = painter.fontMetrics().horizontalAdvance(text)
        higher = (
            text == self._contract_text()
        )  # its words go to the right, the target's to the left
        if (self._demand.target_kw or 0.0) > self._demand.contract_kw:
            higher = not higher
        left = x - 2 if higher else x - width - 6
        left = min(max(left, 0.0), box.width() - width)
        painter.drawText(QRectF(left, box.bottom() + 3, width + 2, 18), _LEFT, text)

    def _lines(self) -> tuple[str, str, str, str]:
        demand = self._demand
        title = self.tr("This half hour will end with")
        value = f"{_kw(demand.predicted_kw)} kW"
        allowed = self.tr("Now {now} kW; up to {allowed} kW are still allowed")
        below = allowed.format(now=_kw(demand.import_kw), allowed=_kw(demand.allowed_kw))
        if demand.predicted_kw is None:
            below = self.tr("The demand control has told nothing yet.")
            if demand.age_us is not None:
                age = number(demand.age_us / 1e6, 0)
                below = self.tr("The demand control is silent for {age} s.").format(age=age)
        return title, value, below, self._stage_text(demand)

    def _measured_text(self) -> str:
        """Say how much is behind the prediction, where that is not all of it."""
        demand = self._demand
        if not demand.is_incomplete or demand.measured_s is None:
            return ""
        words = self.tr("Measured {minutes} of {passed} minutes; the rest counts as at the target")
        return words.format(minutes=int(demand.measured_s / 60), passed=round(demand.passed_s / 60))

    def _stage_text(self, demand: Demand) -> str:
        if demand.stage is None:
            return ""
        if demand.stage == 0:
            return self.tr("control: on schedule")
        return self.tr("control: stage {stage} acts").format(stage=demand.stage)

    def _left_text(self, demand: Demand) -> str:
        minutes, seconds = divmod(int(demand.left_s), 60)
        return self.tr("{left} left").format(left=f"{minutes}:{seconds:02d}")

    def _contract_text(self) -> str:
        return self.tr("Contract {kw}").format(kw=number(self._demand.contract_kw, 0))

    def _target_text(self) -> str:
        return self.tr("Target {kw}").format(kw=number(self._demand.target_kw or 0.0, 0))

    def _colour(self, demand: Demand) -> str:
        tokens = self._theme.tokens
        if demand.predicted_kw is None:
            return tokens.muted
        if demand.predicted_kw > demand.contract_kw:
            return tokens.alarm
        if demand.target_kw is not None and demand.predicted_kw > demand.target_kw:
            return tokens.warning
        return tokens.accent


def _kw(value: float | None) -> str:
    return UNKNOWN if value is None else number(value, 1)


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
