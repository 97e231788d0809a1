"""The lines behind the plots: bounded arrays of time and value for every series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from area_configs.domain.readings import Reading, Series

CAPACITY = 20_000  # a day at one value every five seconds
KEPT_US = 3_900_000_000  # longer windows than an hour are drawn from tiles of the past
_MANY = 1024  # shorter lines keep what they have
_WORTH = 32  # of a line: moving the rest costs some microseconds
_FIRST = 256


class Line:
    """One series in time order, each instant once; the oldest fall out beyond the capacity.

    Where room is needed, what is older than `KEPT_US` makes it: a console that runs for months holds
    no more than one that runs for little over an hour.

    A reading without a value is kept as NaN, so that it breaks the drawn line.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._times = np.empty(min(_FIRST, capacity), np.int64)
        self._values = np.empty(min(_FIRST, capacity), np.float64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def times(self) -> NDArray[np.int64]:
        """Return the instants, microseconds UTC."""
        return self._times[: self._count]

    @property
    def values(self) -> NDArray[np.float64]:
        """Return the values, NaN where there was none."""
        return self._values[: self._count]

    def add(
        self, times: NDArray[np.int64], values: NDArray[np.float64], *, whole: bool = False
    ) -> None:
        """Take points in any order; a point whose instant is held already replaces it.

        With `whole` nothing is dropped for its age.
        """
        follows = not self._count or times[0] > self._times[self._count - 1]
        if follows and (len(times) == 1 or bool(np.all(np.diff(times) > 0))):
            self._append(times[-self._capacity :], values[-self._capacity :], whole=whole)
        else:
            self._merge(times, values)

    def _append(
        self, times: NDArray[np.int64], values: NDArray[np.float64], *, whole: bool
    ) -> None:
        more = len(times)
        if self._count + more > len(self._times):
            self._make_room(more, 0 if whole else int(times[-1]))
        new = slice(self._count, self._count + more)
        self._times[new], self._values[new] = times, values
        self._count += more

    def _make_room(self, more: int, newest_us: int) -> None:
        """Drop what is too old to be drawn where that is worth it, else take a larger array."""
        old = int(np.searchsorted(self.times, newest_us - KEPT_US))
        if self._count >= _MANY and old >= self._count // _WORTH:
            self._drop_oldest(old)
        if self._count + more > self._capacity:
            self._drop_oldest(max(self._count + more - self._capacity, self._capacity // 8))
        if self._count + more > len(self._times):
            self._resize(min(self._capacity, max(2 * len(self._times), self._count + more)))

    def _merge(self, times: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        # np.unique keeps the first of equals: the new points stand in front
        all_times = np.concatenate((times[::-1], self.times))
        all_values = np.concatenate((values[::-1], self.values))
        merged, index = np.unique(all_times, return_index=True)
        keep = slice(max(0, len(merged) - self._capacity), None)
        self._times, self._values = merged[keep], all_values[index][keep]
        self._count = len(self._times)

    def _drop_oldest(self, count: int) -> None:
        count = min(count, self._count)
        self._times[: self._count - count] = self._times[count : self._count].copy()
        self._values[: self._count - count] = self._values[count : self._count].copy()
        self._count -= count

    def _resize(self, size: int) -> None:
        self._times = np.resize(self._times, size)
        self._values = np.resize(self._values, size)


class SeriesStore(QObject):
    """The lines of every series that was heard.

    Attributes:
        whole: keep what is old too, as while a replay shows it.
    """

    changed = Signal(list)  # the Series that got points

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: dict[Series, Line] = {}
        self.whole = False

    def take(self, readings: Iterable[Reading]) -> None:
        """Add readings, live or historical, and tell which lines changed in one signal."""
        points: dict[Series, tuple[list[int], list[float]]] = {}
        for reading in readings:
            times, values = points.setdefault(reading.series, ([], []))
            times.append(reading.observed_us)
            values.append(np.nan if reading.value is None else reading.value)
        for series, (times, values) in points.items():
            line = self._lines.setdefault(series, Line())
            line.add(np.array(times, np.int64), np.array(values, np.float64), whole=self.whole)
        if points:
            self.changed.emit(list(points))

    def put(self, lines: Mapping[Series, tuple[NDArray[np.int64], NDArray[np.float64]]]) -> None:
        """Hold these lines and no others; microseconds UTC, values."""
        told = list({**self._lines, **lines})
        self._lines = {series: Line() for series in lines}
        for series, (times, values) in lines.items():
            self._lines[series].add(times, values)
        if told:
            self.changed.emit(told)

    def window(
        self, series: Series, begins_us: int, ends_us: int, gap_us: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return seconds UTC and values between two instants, ready to be drawn.

        Where two points are further apart than `gap_us`, a NaN stands between them. The last
        point before the window is included, so that its line enters from the edge.
        """
        line = self._lines.get(series)
        if line is None:
            return np.empty(0), np.empty(0)
        first = max(0, int(np.searchsorted(line.times, begins_us)) - 1)
        last = int(np.searchsorted(line.times, ends_us, side="right"))
        return _with_gaps(line.times[first:last], line.values[first:last], gap_us)

    def first_us(self, series: Series) -> int | None:
        """Return the oldest instant held of a series, None where there is none."""
        line = self._lines.get(series)
        return int(line.times[0]) if line else None


def _with_gaps(
    times: NDArray[np.int64], values: NDArray[np.float64], gap_us: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    holes = np.flatnonzero(np.diff(times) > gap_us) + 1
    seconds = np.insert(times / 1e6, holes, times[holes - 1] / 1e6 + 1e-3)
    return seconds, np.insert(values, holes, np.nan)


def isolated(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the points with no neighbour to draw a line to; they need a dot to be seen."""
    known = np.isfinite(values)
    before = np.concatenate(([False], known[:-1]))
    after = np.concatenate((known[1:], [False]))
    return known & ~before & ~after
