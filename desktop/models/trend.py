"""What a plot shows: which series, over which window, compared with what, and what it needs for it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from area_configs.domain.readings import Series

SPANS_S = (600, 3_600, 86_400, 7 * 86_400, 30 * 86_400, 365 * 86_400)
RAW_SPAN_S = 3_600  # longer windows are drawn from tiles of the past
_SHORTEST_US, _LONGEST_US = 2_000_000, 10 * 366 * 86_400_000_000
MAX_SERIES = 6  # more lines than hues tell nothing apart


class Compare(StrEnum):
    """What is drawn behind the lines."""

    NOTHING = "nothing"
    DAY = "day"  # the same hours a day before
    WEEK = "week"
    FORECAST = "forecast"

    @property
    def offset_s(self) -> int:
        """Return how long before the window it was; 0 where it is of the same time."""
        return {Compare.DAY: 86_400, Compare.WEEK: 7 * 86_400}.get(self, 0)


class Trend(QObject):
    """The chosen series of one plot and its window: a span ending now, or any time that was chosen."""

    changed = Signal()  # the series
    moved = Signal()  # window or comparison
    compared = Signal()  # comparison
    needs_history = Signal(str, list, object, object)  # device, quantities, begins_us, ends_us

    def __init__(self, clock: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._series: list[Series] = []
        self._span_s = SPANS_S[0]
        self._held: tuple[int, int] | None = None
        self._past = False
        self._compare = Compare.NOTHING
        self._asked_from: dict[Series, int] = {}

    @property
    def series(self) -> tuple[Series, ...]:
        """Return the chosen series, in the order in which they were chosen."""
        return tuple(self._series)

    @property
    def span_s(self) -> int:
        """Return how much time the plot shows."""
        return self._span_s

    @property
    def compare(self) -> Compare:
        """Return what is drawn behind the lines."""
        return self._compare

    @property
    def follows(self) -> bool:
        """Tell whether the window ends at the shown instant and moves with it."""
        return self._held is None

    @property
    def is_tiled(self) -> bool:
        """Tell whether it is drawn from tiles of the past rather than from what was heard."""
        return self._past or self._held is not None or self._span_s > RAW_SPAN_S

    def window_us(self) -> tuple[int, int]:
        """Return begin and end of what is shown."""
        if self._held is not None:
            return self._held
        now = self._clock()
        return now - self._span_s * 1_000_000, now

    def hold(self, begins_us: int, ends_us: int) -> None:
        """Show a window that stays; a moment at the least, ten years at the most."""
        length = min(max(ends_us - begins_us, _SHORTEST_US), _LONGEST_US)
        middle = (begins_us + ends_us) // 2
        self._held = (middle - length // 2, middle + length - length // 2)
        self.moved.emit()

    def zoom(self, factor: float, at_us: int | None = None) -> None:
        """Show `factor` times as much time; the instant `at_us`, or the end, stays in its place."""
        begins, ends = self.window_us()
        at = ends if at_us is None else at_us
        self.hold(at - int((at - begins) * factor), at + int((ends - at) * factor))

    def pan(self, share: float) -> None:
        """Move the window by a share of its length; a negative one goes back in time."""
        begins, ends = self.window_us()
        step = int((ends - begins) * share)
        self.hold(begins + step, ends + step)

    def follow(self) -> None:
        """Let the window end at the shown instant again."""
        if self._held is not None:
            self._held = None
            self._move()

    def use_past(self, past: bool) -> None:
        """Draw from tiles because the shown instant is not now, or from what is heard again."""
        if past != self._past:
            self._past = past
            self._move()

    def compare_with(self, what: Compare) -> None:
        """Draw something else behind the lines."""
        if what is not self._compare:
            self._compare = what
            self.compared.emit()
            self.moved.emit()

    def show(self, series: Iterable[Series]) -> None:
        """Show these series instead of the present ones."""
        wanted = list(dict.fromkeys(series))[:MAX_SERIES]
        if wanted != self._series:
            self._series = wanted
            self._tell()

    def toggle(self, series: Series) -> None:
        """Show a series more, or no longer; a full plot takes no further one."""
        if series in self._series:
            self._series.remove(series)
        elif len(self._series) < MAX_SERIES:
            self._series.append(series)
        self._tell()

    def set_span(self, span_s: int) -> None:
        """Show another span of time, ending now."""
        if span_s != self._span_s or self._held is not None:
            self._span_s, self._held = span_s, None
            self._move()

    def ask_again(self) -> None:
        """Ask for all history anew, as after a lost connection."""
        self._asked_from.clear()
        self._ask()

    def _tell(self) -> None:
        self.changed.emit()
        self._ask()

    def _move(self) -> None:
        self.moved.emit()
        self._ask()

    def _ask(self) -> None:
        if self.is_tiled:
            return
        begins, now = self.window_us()
        missing: dict[str, list[str]] = {}
        for series in self._series:
            if self._asked_from.get(series, now) > begins:
                self._asked_from[series] = begins
                missing.setdefault(series.device, []).append(series.quantity)
        for device, quantities in missing.items():
            self.needs_history.emit(device, quantities, begins, now)
