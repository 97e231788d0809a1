"""What a plot shows: which series, over which span, and which history it still needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from area_configs.domain.readings import Series

SPANS_S = (600, 3_600, 86_400)
MAX_SERIES = 6  # more lines than hues tell nothing apart


class Trend(QObject):
    """The chosen series of one plot and its time span ending now."""

    changed = Signal()
    needs_history = Signal(str, list, object, object)  # device, quantities, begins_us, ends_us

    def __init__(self, clock: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._series: list[Series] = []
        self._span_s = SPANS_S[0]
        self._asked_from: dict[Series, int] = {}

    @property
    def series(self) -> tuple[Series, ...]:
        """Return the chosen series, in the order in which they were chosen."""
        return tuple(self._series)

    @property
    def span_s(self) -> int:
        """Return how much time the plot shows."""
        return self._span_s

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
        """Show another span of time."""
        if span_s != self._span_s:
            self._span_s = span_s
            self._tell()

    def ask_again(self) -> None:
        """Ask for all history anew, as after a lost connection."""
        self._asked_from.clear()
        self._ask()

    def _tell(self) -> None:
        self.changed.emit()
        self._ask()

    def _ask(self) -> None:
        now = self._clock()
        begins = now - self._span_s * 1_000_000
        missing: dict[str, list[str]] = {}
        for series in self._series:
            if self._asked_from.get(series, now) > begins:
                self._asked_from[series] = begins
                missing.setdefault(series.device, []).append(series.quantity)
        for device, quantities in missing.items():
            self.needs_history.emit(device, quantities, begins, now)
