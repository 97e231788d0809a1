"""The time bar: last week, now and the forecast on one line, with play, speed, steps and jumps to alarms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QPainter, QPolygonF
from PySide6.QtWidgets import QComboBox, QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from desktop.models.time_source import FUTURE_US, PAST_US, SPEEDS, Mode
from desktop.views.panels import Panel, label, restyle, row
from desktop.views.time_icons import time_icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_HEIGHT_PX, _TRACK_PX = 44, 14
_STEP_S, _PAGE_S = 60, 3_600
_HANDLE_PX, _HAND_PX, _SIGN_PX = 7, 36, 16


class TimeLine(QWidget):
    """The line itself: drag to scrub, arrows step a minute, with Page keys an hour, Home is now."""

    wanted = Signal(object)  # an instant, microseconds UTC
    live_wanted = Signal()

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme, self._time = models, theme, models.time
        self._zone = ZoneInfo(models.area.timezone)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        for signal in (self._time.moved, self._time.changed, models.replay.changed, theme.changed):
            signal.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT_PX)

    def span_us(self) -> tuple[int, int]:
        """Return begin and end of the line: last week to the end of the forecast, or further back."""
        now = self._time.now_us
        begins = now - PAST_US
        return min(begins, self._time() - PAST_US // 7), now + FUTURE_US

    def x_of(self, instant_us: int) -> float:
        """Return where an instant stands."""
        begins, ends = self.span_us()
        return (instant_us - begins) / (ends - begins) * self.width()

    def instant_at(self, x_px: float) -> int:
        """Return the instant at a place."""
        begins, ends = self.span_us()
        return begins + int(min(max(x_px / max(1, self.width()), 0.0), 1.0) * (ends - begins))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.wanted.emit(self.instant_at(event.position().x()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.wanted.emit(self.instant_at(event.position().x()))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -_STEP_S,
            Qt.Key.Key_Right: _STEP_S,
            Qt.Key.Key_PageUp: -_PAGE_S,
            Qt.Key.Key_PageDown: _PAGE_S,
        }
        seconds = steps.get(Qt.Key(event.key()))
        if seconds is not None:
            self.wanted.emit(self._time() + seconds * 1_000_000)
        elif event.key() == Qt.Key.Key_Home:
            self.live_wanted.emit()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - _TRACK_PX) / 2 - 6
        track = QRectF(0.5, top, self.width() - 1, _TRACK_PX)
        now_px = self.x_of(self._time.now_us)
        self._paint_track(painter, track, now_px)
        self._paint_days(painter, track)
        self._paint_alarms(painter, track)
        self._paint_handle(painter, track)
        if self.hasFocus():
            painter.setPen(self._theme.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_track(self, painter: QPainter, track: QRectF, now_px: float) -> None:
        past, future = QRectF(track), QRectF(track)
        past.setRight(now_px)
        future.setLeft(now_px)
        painter.setPen(self._theme.colour("border"))
        painter.fillRect(past, self._theme.colour("field"))
        painter.fillRect(future, QBrush(self._theme.colour("hatch"), Qt.BrushStyle.BDiagPattern))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(track)
        painter.setPen(self._theme.colour("text"))
        painter.drawLine(QPointF(now_px, track.top() - 4), QPointF(now_px, track.bottom() + 4))

    def _paint_days(self, painter: QPainter, track: QRectF) -> None:
        begins, ends = self.span_us()
        day = datetime.fromtimestamp(begins / 1e6, tz=self._zone).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        metrics = painter.fontMetrics()
        least_px = max(64.0, 1.3 * metrics.horizontalAdvance("12/28"))
        tall_px, last_px = max(16.0, float(metrics.height())), -least_px / 2  # none is cut off
        while (day := day + timedelta(days=1)).timestamp() * 1e6 < ends:
            x = self.x_of(int(day.timestamp() * 1e6))
            painter.setPen(self._theme.colour("border"))
            painter.drawLine(QPointF(x, track.top()), QPointF(x, track.bottom()))
            if x - last_px >= least_px and x < self.width() - least_px / 2:
                painter.setPen(self._theme.colour("muted"))
                box = QRectF(x - least_px / 2, track.bottom() + 2, least_px, tall_px)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), f"{day.month}/{day.day}")
                last_px = x

    def _paint_alarms(self, painter: QPainter, track: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("alarm"))
        begins, _ = self.span_us()
        last_px = -10.0
        for at in self._models.replay.alarms.raised_us:
            x = self.x_of(at)
            if at >= begins and x - last_px >= 2:  # noqa: PLR2004  # closer ones are one mark
                painter.drawRect(QRectF(x - 1, track.top() + 1, 2, track.height() - 2))
                last_px = x

    def _paint_handle(self, painter: QPainter, track: QRectF) -> None:
        colour = {Mode.LIVE: "accent", Mode.REPLAY: "warning", Mode.FORECAST: "stale"}
        x = self.x_of(self._time())
        painter.setPen(self._theme.colour("field"))
        painter.setBrush(self._theme.colour(colour[self._time.mode]))
        low, high = track.bottom() + 3, track.top() - 3
        points = [(-_HANDLE_PX, high), (_HANDLE_PX, high), (_HANDLE_PX, low - 8), (0, low)]
        points.append((-_HANDLE_PX, low - 8))
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y) for dx, y in points]))


class TimeBar(Panel):
    """What time it is on the screen, and the hands that move it."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, "timeBar")
        self._models, self._theme, self._time = models, theme, models.time
        self._zone = ZoneInfo(models.area.timezone)
        self.line = TimeLine(models, theme)
        self.mode, self.instant = label("timeMode"), label("timeShown")
        self.play, self.live = QPushButton(), QPushButton()
        self.back, self.forward = QPushButton(), QPushButton()
        self.alarm_before, self.alarm_after = QPushButton(), QPushButton()
        self.speed = QComboBox()
        self._drawn = ""
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}×", speed)  # noqa: RUF001  # the sign of times
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        hands = (self.alarm_before, self.back, self.play, self.forward, self.alarm_after)
        box = row(self.mode, self.instant, *hands, self.speed, self.line, self.live, gap=6)
        box.setContentsMargins(16, 2, 8, 2)
        box.setStretchFactor(self.line, 1)
        self.instant.setMinimumWidth(150)
        self.setLayout(box)
        self._connect()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        named = {
            self.back: self.tr("One minute back"),
            self.forward: self.tr("One minute forward"),
            self.alarm_before: self.tr("To the alarm before"),
            self.alarm_after: self.tr("To the next alarm"),
            self.live: self.tr("Show the present"),
        }
        for button, words in named.items():
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.live.setText(self.tr("Live"))
        self.speed.setAccessibleName(self.tr("Speed"))
        self.line.setAccessibleName(self.tr("Time shown; arrows step, Home is the present"))
        self.show_time()

    def show_time(self, *_: object) -> None:
        """Write mode and instant, and enable what can be done."""
        time, alarms = self._time, self._models.replay.alarms
        names = {
            Mode.LIVE: self.tr("LIVE"),
            Mode.REPLAY: self.tr("REPLAY"),
            Mode.FORECAST: self.tr("FORECAST"),
        }
        self.mode.setText(names[time.mode])
        restyle(self.mode, mode=str(time.mode))
        restyle(self, mode=str(time.mode))
        shown = datetime.fromtimestamp(time() / 1e6, tz=self._zone)
        self.instant.setText(f"{shown:%Y-%m-%d %H:%M:%S}")
        moving = time.playing
        if self._drawn != (sign := "pause" if moving else "play"):
            self._drawn = sign
            self._draw(self.play, sign)
        words = self.tr("Pause") if moving else self.tr("Play")
        self.play.setToolTip(words)
        self.play.setAccessibleName(words)
        self.live.setEnabled(not time.is_live)
        self.speed.setEnabled(not time.is_live)
        self.alarm_before.setEnabled(alarms.before(time()) is not None)
        self.alarm_after.setEnabled(alarms.after(time()) is not None)

    def _connect(self) -> None:
        time = self._time
        self.line.wanted.connect(time.go_to)
        self.line.live_wanted.connect(time.go_live)
        self.live.clicked.connect(time.go_live)
        self.play.clicked.connect(lambda: time.pause() if time.playing else time.play())
        self.back.clicked.connect(lambda: time.step(-_STEP_S))
        self.forward.clicked.connect(lambda: time.step(_STEP_S))
        self.alarm_before.clicked.connect(lambda: self._go(self._models.replay.alarms.before))
        self.alarm_after.clicked.connect(lambda: self._go(self._models.replay.alarms.after))
        self.speed.activated.connect(lambda _: time.set_speed(float(self.speed.currentData())))
        time.moved.connect(self.show_time)
        time.changed.connect(self.show_time)
        self._models.replay.changed.connect(self.show_time)
        self._theme.changed.connect(self._draw_all)
        self._draw_all()

    def _draw_all(self) -> None:
        signs = {
            self.back: "back",
            self.forward: "forward",
            self.alarm_before: "alarm_before",
            self.alarm_after: "alarm_after",
        }
        for button, sign in signs.items():
            button.setFixedWidth(_HAND_PX)
            self._draw(button, sign)
        self.play.setFixedWidth(_HAND_PX)
        self._drawn = ""
        self.show_time()

    def _draw(self, button: QPushButton, sign: str) -> None:
        tokens = self._theme.tokens
        ratio = self.devicePixelRatioF()
        button.setIcon(time_icon(sign, tokens.text, tokens.border, _SIGN_PX, ratio))

    def _go(self, find: Callable[[int], int | None]) -> None:
        instant = find(self._time())
        if instant is not None:
            self._time.go_to(instant)
