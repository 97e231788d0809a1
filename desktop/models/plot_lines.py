"""The numbers behind a plot: each series within a window, from what was heard or from tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from desktop.models.judgement import stale_after_us
from desktop.models.tiles import RAW, Drawn, Stretch, joined, period_for, points
from desktop.models.trend import Compare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from area_configs.domain.readings import Series
    from desktop.models.area_models import AreaModels
    from desktop.models.trend import Trend

Points = tuple["NDArray[np.float64]", "NDArray[np.float64]"]
_NONE: Points = (np.empty(0), np.empty(0))
_SHORTEST_US = 30_000_000
_SPARSE = 0.25  # of the span: with less data than this the plot begins where the data does
_AHEAD = 3  # a third of the span stands ahead of now where the forecast is shown


class PlotLines:
    """Gives what a plot draws; knows no pixels but how many there are."""

    def __init__(self, models: AreaModels, trend: Trend) -> None:
        self._models, self._trend = models, trend

    def window_us(self) -> tuple[int, int]:
        """Return begin and end of what is to be drawn.

        A short plot that follows begins near the first point while data is young.
        """
        begins, ends = self._trend.window_us()
        if self._trend.follows and not self._trend.is_tiled:
            begins = self._begins_us(begins, ends)
        if self._trend.follows and self._trend.compare is Compare.FORECAST:
            ends += (ends - begins) // _AHEAD
        return begins, ends

    def of(self, series: Series, window_us: tuple[int, int], width_px: float) -> Drawn:
        """Return a series within a window, gaps broken."""
        gap_us = self._gap_us(series)
        if not self._trend.is_tiled:
            ends_us = min(window_us[1], self._models.clock())
            times, values = self._models.series.window(series, window_us[0], ends_us, gap_us)
            return Drawn(points(times, values), RAW)
        return self._tiled(series, window_us, width_px)

    def compared(self, series: Series, window_us: tuple[int, int], width_px: float) -> Points:
        """Return what a series is compared with, at the times of the window."""
        compare = self._trend.compare
        if compare is Compare.FORECAST:
            return self._models.forecasts.window(series, *window_us, 4 * 3_600_000_000)
        if not compare.offset_s:
            return _NONE
        before = _earlier(window_us, compare.offset_s)
        stretch = self._drawn(series, before, width_px).stretch.shifted(compare.offset_s)
        return (stretch.begins_s + stretch.ends_s) / 2, stretch.mean

    def ask(self, window_us: tuple[int, int], width_px: float) -> None:
        """Ask for what is missing of a window, of its neighbours and of what it is compared with."""
        tiles, period = self._models.tiles, period_for(window_us[1] - window_us[0], width_px)
        tiles.want(self._trend.series, window_us, period)
        if offset_s := self._trend.compare.offset_s:
            tiles.want(self._trend.series, _earlier(window_us, offset_s), period, beside=0)

    def _tiled(self, series: Series, window_us: tuple[int, int], width_px: float) -> Drawn:
        now_us = self._models.clock()
        window_us = (window_us[0], min(window_us[1], now_us))
        drawn = self._drawn(series, window_us, width_px)
        tail = self._tail(series, drawn.stretch, window_us)
        return Drawn(joined([drawn.stretch, tail]), drawn.period_s) if len(tail) else drawn

    def _drawn(self, series: Series, window_us: tuple[int, int], width_px: float) -> Drawn:
        length = window_us[1] - window_us[0]
        period = period_for(length, width_px)
        drawn = self._models.tiles.draw(series, window_us, period)
        gap_s = max(self._gap_us(series) / 1e6, drawn.period_s * 0.5)
        return Drawn(drawn.stretch.broken(gap_s), drawn.period_s)

    def _tail(self, series: Series, held: Stretch, window_us: tuple[int, int]) -> Stretch:
        """Return what was heard since the newest tile, within the time that is surely held."""
        heard_us = self._models.heard_since_us
        first_us = max(int(held.ends_s[-1] * 1e6) + 1 if len(held) else heard_us, heard_us)
        if first_us >= window_us[1]:
            return points(*_NONE)
        gap_us = self._gap_us(series)
        times, values = self._models.series.window(series, first_us, window_us[1], gap_us)
        later = times >= first_us / 1e6
        return points(times[later], values[later])

    def _begins_us(self, begins_us: int, now_us: int) -> int:
        firsts = [self._models.series.first_us(series) for series in self._trend.series]
        known = [first for first in firsts if first is not None]
        span_us = now_us - begins_us
        held_us = now_us - min(known) if known else span_us
        if not 0 <= held_us <= _SPARSE * span_us:
            return begins_us
        return now_us - max(int(held_us * 1.1), _SHORTEST_US)

    def _gap_us(self, series: Series) -> int:
        return stale_after_us(self._models.judge.period_s(series))


def _earlier(window_us: tuple[int, int], seconds: int) -> tuple[int, int]:
    return (window_us[0] - seconds * 1_000_000, window_us[1] - seconds * 1_000_000)
