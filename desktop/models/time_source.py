"""Which instant the console shows: now, a moment of the past being replayed, or one of the forecast."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

SPEEDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
PAST_US = 7 * 86_400_000_000  # the bar begins last week; a replay may go back further
FUTURE_US = 2 * 86_400_000_000  # tomorrow's plan ends within it


class Mode(StrEnum):
    """What kind of truth is on the screen."""

    LIVE = "live"
    REPLAY = "replay"
    FORECAST = "forecast"


class TimeSource(QObject):
    """The one clock of everything that is drawn; calling it gives the shown instant.

    Whoever draws something that depends on time listens to `moved` (at most some ten times a
    second) and to `changed`. Values of the shown instant come through the models as ever.
    """

    moved = Signal(object)  # the shown instant, microseconds UTC
    changed = Signal()  # mode, playing or speed

    def __init__(self, clock: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._mode = Mode.LIVE
        self._playing = True
        self._speed = 1.0
        self._shown_us = self._since_us = clock()

    def __call__(self) -> int:
        """Return the shown instant, microseconds UTC."""
        return self._clock() if self._mode is Mode.LIVE else self._shown_us

    def measured(self) -> int:
        """Return the instant whose measured values are shown: beside a forecast those of now."""
        return min(self(), self._clock())

    @property
    def now_us(self) -> int:
        """Return the true present, whatever is shown."""
        return self._clock()

    @property
    def mode(self) -> Mode:
        """Return what kind of truth is shown."""
        return self._mode

    @property
    def is_live(self) -> bool:
        """Tell whether the present is shown; only then may anything be commanded."""
        return self._mode is Mode.LIVE

    @property
    def playing(self) -> bool:
        """Tell whether the shown instant moves by itself."""
        return self._playing

    @property
    def speed(self) -> float:
        """Return how many seconds are shown in one second."""
        return 1.0 if self._mode is Mode.LIVE else self._speed

    @property
    def latest_us(self) -> int:
        """Return the last instant of the forecast that can be shown."""
        return self._clock() + FUTURE_US

    def go_live(self) -> None:
        """Show the present from now on."""
        self._enter(Mode.LIVE, self._clock(), playing=True)

    def go_to(self, instant_us: int) -> None:
        """Show another instant: the past is replayed, the future is the forecast."""
        instant_us = min(instant_us, self.latest_us)
        mode = Mode.REPLAY if instant_us < self._clock() else Mode.FORECAST
        playing = self._playing and self._mode is mode
        self._enter(mode, instant_us, playing=playing)

    def step(self, seconds: float) -> None:
        """Go forward, or back with a negative number, from what is shown."""
        self.go_to(self() + int(seconds * 1e6))

    def play(self) -> None:
        """Let the shown instant move on; the present does so anyway."""
        self._set(playing=True)

    def pause(self) -> None:
        """Hold the shown instant; of the present it becomes a replay that stands still."""
        if self._mode is Mode.LIVE:
            self._enter(Mode.REPLAY, self._clock(), playing=False)
        else:
            self._set(playing=False)

    def set_speed(self, speed: float) -> None:
        """Play faster or slower, within the first and last of `SPEEDS`."""
        speed = min(max(speed, SPEEDS[0]), SPEEDS[-1])
        if speed != self._speed:
            self._advance()
            self._speed = speed
            self.changed.emit()

    def tick(self) -> None:
        """Let time pass; call some times a second."""
        self._advance()
        self.moved.emit(self())

    def _advance(self) -> None:
        now = self._clock()
        passed, self._since_us = max(0, now - self._since_us), now
        if self._mode is Mode.LIVE:
            return
        if self._playing:
            self._shown_us += int(passed * self._speed)
        if self._mode is Mode.FORECAST:
            self._bound_forecast(now)
        elif self._playing and self._shown_us >= now:
            self.go_live()

    def _bound_forecast(self, now: int) -> None:
        if self._shown_us < now:
            self._enter(Mode.REPLAY, self._shown_us, playing=self._playing)
        elif self._shown_us >= self.latest_us:
            self._shown_us = self.latest_us
            self._set(playing=False)

    def _enter(self, mode: Mode, instant_us: int, *, playing: bool) -> None:
        new = (mode, playing) != (self._mode, self._playing)
        self._mode, self._playing = mode, playing
        self._shown_us, self._since_us = instant_us, self._clock()
        if new:
            self.changed.emit()
        self.moved.emit(self())

    def _set(self, *, playing: bool) -> None:
        if playing != self._playing:
            self._since_us = self._clock()
            self._playing = playing
            self.changed.emit()
