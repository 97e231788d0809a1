"""Strips of a resident's weeks: hours worn, and one number a day against what is usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from area_configs.domain.care import is_whole
from area_configs.domain.care_scores import INSTRUMENTS
from area_configs.domain.names import Name
from desktop.models import care_words
from desktop.models.care_tables import day_of_text, short_day
from desktop.models.wording import UNKNOWN
from desktop.views.panels import column, label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QPaintEvent

    from area_configs.domain.care import Baseline, DaySummary, Metric, Score
    from area_configs.domain.names import Language
    from desktop.views.theme import Theme

DAYS = 28
_HOURS = 24
_HOUR_MIN = 60
_FULL_ALPHA = 255
_DOT_PX = 3.0
_OLD = Name("{n}日前のもの", "{n} days old")
_FEW_DAYS = Name("普段の値は14日分そろうと出ます", "usual: needs 14 days")
_SCORES = Name("{name} の合計: この28日間に {n} 回", "{name} sum: {n} in these 28 days")
_USUALLY = Name("普段 {usual}", "usually {usual}")


class CoverageStrip(QWidget):
    """28 days beside each other, 24 hours downwards: the darker, the longer worn; never heard is hatched."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._days: dict[int, DaySummary] = {}
        self._today = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_days(self, days: Sequence[DaySummary], today: int) -> None:
        """Show the days up to today."""
        self._days = {one.day: one for one in days}
        self._today = today
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(480, self._theme.px(76))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = self._theme.tokens
        width, height = self.width() / DAYS, self.height() / _HOURS
        painter.fillRect(self.rect(), QColor(tokens.field))
        for place in range(DAYS):
            day = self._days.get(self._today - DAYS + 1 + place)
            column = QRectF(place * width + 1, 0, width - 2, self.height())
            if day is None or not day.is_heard:
                painter.fillRect(column, QBrush(QColor(tokens.hatch), Qt.BrushStyle.BDiagPattern))
                continue
            for hour, worn in enumerate(day.worn_by_hour):
                shade = QColor(tokens.accent)
                shade.setAlpha(round(_FULL_ALPHA * worn / _HOUR_MIN))
                top, bottom = round(hour * height), round((hour + 1) * height)
                box = QRectF(column.left(), top, column.width(), bottom - top)
                painter.fillRect(box, shade)


class TrendStrip(QWidget):
    """One number over 28 days: its name and newest value above, and below how it went."""

    def __init__(self, metric: Metric, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shows = metric
        self._plot, self._said = _TrendPlot(theme), label("plainWords")
        self._said.setWordWrap(True)
        self._newest: DaySummary | None = None
        self._usual: Baseline | None = None
        self._now = (0, 0)
        self._language: Language = "ja"
        self.setLayout(column(self._said, self._plot, gap=2))

    def show_days(
        self,
        days: Sequence[DaySummary],
        usual: Baseline | None,
        now: tuple[int, int],
        language: Language,
    ) -> None:
        """Show the days up to now, a local day and the minute of it; what is of a part only is not."""
        whole = [one for one in days if is_whole(self.shows, one.day, now)]
        self._newest = max(whole, key=lambda day: day.day, default=None)
        self._usual, self._now, self._language = usual, now, language
        self._said.setText(self.words())
        self.setAccessibleName(self.words())
        values = {one.day: one.metrics[self.shows].value for one in whole}
        self._plot.show_values(_known(values), usual, now[0])

    def words(self) -> str:
        """Return name, day, newest number and what is usual, or why there is none."""
        name, newest = care_words.METRIC_NAMES[self.shows].text(self._language), self._newest
        if newest is None:
            return f"{name}: {UNKNOWN}"
        said = care_words.known_text(self.shows, newest.metrics[self.shows], self._language)
        parts = [f"{name} {short_day(newest.day)}: {said}", self._usual_words()]
        old = self._now[0] - newest.day
        if old > 1:
            parts.insert(1, _OLD.text(self._language).format(n=old))
        return " · ".join(parts)

    def _usual_words(self) -> str:
        if self._usual is None:
            return _FEW_DAYS.text(self._language)
        usual = care_words.amount(self.shows, self._usual.median, self._language)
        return _USUALLY.text(self._language).format(usual=usual)


class ScoreStrip(QWidget):
    """The sums of one instrument on the same 28 days as the trends: a dot an assessment."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot, self._said = _TrendPlot(theme), label("plainWords")
        self._said.setWordWrap(True)
        self.setLayout(column(self._said, self._plot, gap=2))

    def show_scores(self, scores: Sequence[Score], today: int, language: Language) -> None:
        """Show the form that was used last, of the scores newest first."""
        newest = next((one for one in scores if care_words.main_sum(one) is not None), None)
        same = care_words.of_one_form(scores, newest) if newest else []
        values = {day_of_text(one.assessed_on): care_words.main_sum(one) for one in same}
        known = _known(values)
        self._plot.show_values(known, None, today)
        count = sum(today - DAYS < day <= today for day in known)
        name = INSTRUMENTS[newest.instrument].name if newest else ""
        words = _SCORES.text(language).format(name=name, n=count).replace("  ", " ")
        self._said.setText(words)
        self.setAccessibleName(words)


def _known(values: Mapping[int, float | None]) -> dict[int, float]:
    return {day: value for day, value in values.items() if value is not None}


class _TrendPlot(QWidget):
    """The usual range behind, the days as dots and a line, gaps as gaps."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._known: Mapping[int, float] = {}
        self._usual: Baseline | None = None
        self._today = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_values(self, known: Mapping[int, float], usual: Baseline | None, today: int) -> None:
        """Show the numbers of the days up to today."""
        self._known, self._usual, self._today = known, usual, today
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(480, self._theme.px(58))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0, 0, self.width(), self.height() - 2)
        painter.fillRect(box, QColor(self._theme.tokens.field))
        values = self._values()
        if values:
            low, high = self._range(values)
            self._draw_usual(painter, box, low, high)
            self._draw_line(painter, box, low, high)

    def _values(self) -> dict[int, float]:
        first = self._today - DAYS + 1
        return {day: value for day, value in self._known.items() if first <= day <= self._today}

    def _range(self, values: dict[int, float]) -> tuple[float, float]:
        every = list(values.values())
        if self._usual:
            every += [self._usual.median + k * self._usual.spread for k in (-3, 3)]
        low, high = min(every), max(every)
        room = (high - low or 1.0) * 0.08
        return low - room, high + room

    def _draw_usual(self, painter: QPainter, box: QRectF, low: float, high: float) -> None:
        if self._usual is None:
            return
        band = [
            _height(box, self._usual.median + k * self._usual.spread, low, high) for k in (3, -3)
        ]
        shade = QColor(self._theme.tokens.chosen)
        painter.fillRect(QRectF(box.left(), band[0], box.width(), band[1] - band[0]), shade)
        middle = _height(box, self._usual.median, low, high)
        painter.setPen(QPen(QColor(self._theme.tokens.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))

    def _draw_line(self, painter: QPainter, box: QRectF, low: float, high: float) -> None:
        colour = QColor(self._theme.tokens.lines[0])
        width = box.width() / DAYS
        first = self._today - DAYS + 1
        before: tuple[int, QPointF] | None = None
        for number, value in sorted(self._values().items()):
            at = QPointF((number - first + 0.5) * width, _height(box, value, low, high))
            painter.setPen(QPen(colour, 2))
            if before and before[0] == number - 1:
                painter.drawLine(before[1], at)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(at, _DOT_PX, _DOT_PX)
            before = number, at


def _height(box: QRectF, value: float, low: float, high: float) -> float:
    return box.bottom() - (value - low) / (high - low) * box.height()
