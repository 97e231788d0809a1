"""Cached pieces of the past for the plots: raw points, or least, mean and most of each period.

A tile is a stretch of one series at one resolution. What is drawn comes from the finest tiles held,
so that a zoom shows something at once and sharpens when the hub has answered.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from area_configs.domain.readings import Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray


RAW = 0
# Beyond a minute they are whole minutes or half hours, of which the hub keeps sums.
PERIODS_S = (RAW, 5, 15, 60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400)
PERIODS_PER_TILE = 720
RAW_TILE_S = 900
_MOST_TILES = 600  # some 20 MB
_FRESH_US = 10_000_000  # a tile that ended after it was asked for is asked for again after this
_US = 1_000_000


class TileKey(NamedTuple):
    """Which tile: `number` counts them from 1970."""

    series: Series
    period_s: int
    number: int

    @property
    def length_us(self) -> int:
        """Return how much time it spans."""
        return tile_us(self.period_s)

    @property
    def begins_us(self) -> int:
        """Return its first instant."""
        return self.number * self.length_us


@dataclass(frozen=True, slots=True)
class Stretch:
    """Periods in time order, as arrays of one length; of raw points all three values are equal.

    Attributes:
        begins_s, ends_s: of each period, seconds UTC.
        low, mean, high: NaN where nobody knows.
        count: values in each period.
    """

    begins_s: NDArray[np.float64]
    ends_s: NDArray[np.float64]
    low: NDArray[np.float64]
    mean: NDArray[np.float64]
    high: NDArray[np.float64]
    count: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.begins_s)

    def within(self, begins_s: float, ends_s: float) -> Stretch:
        """Return the periods that touch a span."""
        first = int(np.searchsorted(self.ends_s, begins_s, side="left"))
        last = int(np.searchsorted(self.begins_s, ends_s, side="right"))
        return self.piece(slice(first, max(first, last)))

    def shifted(self, seconds: float) -> Stretch:
        """Return the same as if it had been at another time."""
        moved = (self.begins_s + seconds, self.ends_s + seconds)
        return Stretch(*moved, self.low, self.mean, self.high, self.count)

    def broken(self, gap_s: float) -> Stretch:
        """Put an unknown point wherever more than `gap_s` passes between two periods."""
        if len(self) < 2:  # noqa: PLR2004  # a gap lies between two
            return self
        holes = np.flatnonzero(self.begins_s[1:] - self.ends_s[:-1] > gap_s) + 1
        if not len(holes):
            return self
        at = self.ends_s[holes - 1] + 1e-3
        return Stretch(
            np.insert(self.begins_s, holes, at),
            np.insert(self.ends_s, holes, at),
            np.insert(self.low, holes, np.nan),
            np.insert(self.mean, holes, np.nan),
            np.insert(self.high, holes, np.nan),
            np.insert(self.count, holes, 0),
        )

    def piece(self, part: slice) -> Stretch:
        """Return some of the periods."""
        return Stretch(*(getattr(self, name)[part] for name in self.__slots__))


def points(times_s: NDArray[np.float64], values: NDArray[np.float64]) -> Stretch:
    """Return single points as a stretch; NaN where one had no value."""
    return Stretch(times_s, times_s, values, values, values, np.isfinite(values).astype(np.int64))


NOTHING = points(np.empty(0), np.empty(0))


class Drawn(NamedTuple):
    """What is held of a window, and how coarse it is; RAW are single points."""

    stretch: Stretch
    period_s: int


class Need(NamedTuple):
    """What to ask the hub: some quantities of a device within a time, at one resolution."""

    device: str
    quantities: tuple[str, ...]
    period_s: int
    begins_us: int
    ends_us: int


def tile_us(period_s: int) -> int:
    """Return how much time a tile of a resolution spans."""
    return (period_s * PERIODS_PER_TILE or RAW_TILE_S) * _US


def period_for(span_us: int, width_px: float) -> int:
    """Return the resolution of a window: the finest with at most two periods a pixel."""
    finest = span_us / _US / (2 * max(width_px, 200))
    if finest <= 1.0:
        return RAW  # devices speak once a second at most
    return next((each for each in PERIODS_S if each >= finest), PERIODS_S[-1])


def joined(parts: Sequence[Stretch]) -> Stretch:
    """Put stretches that follow one another together; where two overlap the earlier one holds."""
    kept: list[Stretch] = []
    for part in parts:
        ends_s = kept[-1].ends_s[-1] if kept else -np.inf
        first = int(np.searchsorted(part.begins_s, ends_s, side="left"))
        if first < len(part):
            kept.append(part.piece(slice(first, None)) if first else part)
    if len(kept) < 2:  # noqa: PLR2004  # nothing to put together
        return kept[0] if kept else NOTHING
    return Stretch(
        *(np.concatenate([getattr(one, name) for one in kept]) for name in Stretch.__slots__)
    )


class Tiles(QObject):
    """The cache; it tells what is missing and takes what the hub answers."""

    needed = Signal(object)  # Need
    changed = Signal()

    def __init__(self, clock: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._held: OrderedDict[TileKey, tuple[int, Stretch]] = OrderedDict()  # asked at, content
        self._asked: dict[TileKey, int] = {}

    def __len__(self) -> int:
        return len(self._held)

    def want(
        self, series: Iterable[Series], span_us: tuple[int, int], period_s: int, *, beside: int = 1
    ) -> None:
        """Ask for what is missing of a window, and `beside` tiles to its left and right."""
        length = tile_us(period_s)
        now = self._clock()
        numbers = range(span_us[0] // length - beside, (span_us[1] - 1) // length + 1 + beside)
        missing: dict[str, dict[str, list[int]]] = {}
        for one in series:
            lacking = [n for n in numbers if n * length < now and self._lacks(one, period_s, n)]
            if lacking:
                missing.setdefault(one.device, {})[one.quantity] = lacking
        for device, quantities in missing.items():
            self._ask(device, quantities, period_s, now)

    def take(self, need: Need, found: dict[str, Stretch]) -> None:
        """Take the hub's answer; a quantity that is not in it had nothing."""
        length = tile_us(need.period_s)
        for quantity in need.quantities:
            whole = found.get(quantity, NOTHING)
            for number in range(need.begins_us // length, need.ends_us // length):
                key = TileKey(Series(need.device, quantity), need.period_s, number)
                asked = self._asked.pop(key, self._clock())
                self._held[key] = (asked, _cut(whole, key))
                self._held.move_to_end(key)
        while len(self._held) > _MOST_TILES:
            self._held.popitem(last=False)
        self.changed.emit()

    def fail(self, need: Need) -> None:
        """Forget that something was asked for: it may be asked for again."""
        length = tile_us(need.period_s)
        for quantity in need.quantities:
            for number in range(need.begins_us // length, need.ends_us // length):
                key = TileKey(Series(need.device, quantity), need.period_s, number)
                self._asked.pop(key, None)

    def clear(self) -> None:
        """Hold nothing and wait for nothing."""
        self._held.clear()
        self._asked.clear()

    def forget(self) -> None:
        """Forget everything that may have changed, as after a lost connection."""
        self._asked.clear()
        self._held = OrderedDict(
            (key, (0, stretch)) if self._open(key, asked) else (key, (asked, stretch))
            for key, (asked, stretch) in self._held.items()
        )

    def draw(self, series: Series, span_us: tuple[int, int], period_s: int) -> Drawn:
        """Return what is held of a window: as fine as asked for, else the next coarser that is."""
        at = PERIODS_S.index(period_s)
        for period in (*PERIODS_S[at:], *reversed(PERIODS_S[:at])):
            found = self._parts(series, span_us, period)
            if found is not None:
                whole = joined(found).within(span_us[0] / _US, span_us[1] / _US)
                return Drawn(whole, period)
        return Drawn(NOTHING, period_s)

    def holds(self, series: Series, span_us: tuple[int, int], period_s: int) -> bool:
        """Tell whether a window is held whole at a resolution."""
        return self._parts(series, span_us, period_s) is not None

    def _parts(
        self, series: Series, span_us: tuple[int, int], period_s: int
    ) -> list[Stretch] | None:
        length, now = tile_us(period_s), self._clock()
        ends_us = min(span_us[1], now)
        numbers = range(span_us[0] // length, max(span_us[0], ends_us - 1) // length + 1)
        if len(numbers) > _MOST_TILES:
            return None
        found = []
        for number in numbers:
            key = TileKey(series, period_s, number)
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            found.append(self._held[key][1])
        return found

    def _lacks(self, series: Series, period_s: int, number: int) -> bool:
        key = TileKey(series, period_s, number)
        if key in self._asked:
            return False
        held = self._held.get(key)
        return held is None or (
            self._open(key, held[0])
            and self._clock() - held[0] > max(_FRESH_US, period_s * _US // 4)
        )

    def _open(self, key: TileKey, asked_us: int) -> bool:
        """Tell whether a tile had not ended when it was asked for; late readings take a while."""
        return key.begins_us + key.length_us > asked_us - 6 * _FRESH_US

    def _ask(
        self, device: str, quantities: dict[str, list[int]], period_s: int, now_us: int
    ) -> None:
        length = tile_us(period_s)
        numbers = sorted({number for lacking in quantities.values() for number in lacking})
        for first, last in _runs(numbers):
            for quantity in quantities:
                for number in range(first, last + 1):
                    self._asked[TileKey(Series(device, quantity), period_s, number)] = now_us
            need = Need(device, tuple(quantities), period_s, first * length, (last + 1) * length)
            self.needed.emit(need)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Put tiles that follow one another together; four at once are enough for one answer."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1 and number - runs[-1][0] < 4:  # noqa: PLR2004  # above
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _cut(whole: Stretch, key: TileKey) -> Stretch:
    begins_s = key.begins_us / _US
    first = int(np.searchsorted(whole.begins_s, begins_s, side="left"))
    last = int(np.searchsorted(whole.begins_s, begins_s + key.length_us / _US, side="left"))
    return whole.piece(slice(first, last))
