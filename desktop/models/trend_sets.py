"""Trends that somebody gave a name: which series, over which span, compared with what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from area_configs.domain.readings import Series
from desktop.models.saved_views import LONGEST_NAME
from desktop.models.trend import MAX_SERIES, SPANS_S, Compare

if TYPE_CHECKING:
    from collections.abc import Collection

    from area_configs.domain.areas import Area
    from desktop.models.saved_views import ViewStore
    from desktop.models.trend import Trend


@dataclass(frozen=True, slots=True)
class TrendSet:
    """What a trend shows, apart from the instant at which it ends."""

    series: tuple[Series, ...]
    span_s: int
    compare: Compare


class TrendSets(QObject):
    """The named sets of one person, in the order in which they were saved; without a store none last."""

    changed = Signal()

    def __init__(self, area: Area, trend: Trend, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trend = trend
        self._points = {
            Series(device.id, point.quantity)
            for device in area.devices
            for point in area.profile_of(device).points
        }
        self._store: ViewStore | None = None
        self._sets: dict[str, TrendSet] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names."""
        return tuple(self._sets)

    def use(self, store: ViewStore) -> None:
        """Take the sets of whoever sits here now, and keep theirs from now on."""
        found = {name: _set(row, self._points) for name, row in store.load().items()}
        self._store = store
        self._sets = {name: one for name, one in found.items() if one}
        self.changed.emit()

    def save(self, name: str) -> None:
        """Keep what the trend shows; a set of the same name is replaced. Blanks save nothing."""
        name = name.strip()[:LONGEST_NAME]
        if name and self._trend.series:
            trend = self._trend
            self._sets[name] = TrendSet(trend.series, trend.span_s, trend.compare)
            self._keep()

    def show(self, name: str) -> None:
        """Let the trend show a set."""
        if one := self._sets.get(name):
            self._trend.show(one.series)
            self._trend.compare_with(one.compare)
            self._trend.set_span(one.span_s)

    def drop(self, name: str) -> None:
        """Forget a set."""
        if self._sets.pop(name, None):
            self._keep()

    def _keep(self) -> None:
        if self._store:
            self._store.keep({name: _row(one) for name, one in self._sets.items()})
        self.changed.emit()


def _row(one: TrendSet) -> dict[str, Any]:
    series = [list(each) for each in one.series]
    return {"series": series, "span_s": one.span_s, "compare": str(one.compare)}


def _set(row: Any, points: Collection[Series]) -> TrendSet | None:
    """Return a set from what was kept, without what the area no longer has; None where it is none."""
    try:
        told = [Series(str(device), str(quantity)) for device, quantity in row["series"]]
        compare, span_s = Compare(row["compare"]), int(row["span_s"])
    except (KeyError, TypeError, ValueError):
        return None
    series = tuple(one for one in told if one in points)[:MAX_SERIES]
    return TrendSet(series, span_s, compare) if series and span_s in SPANS_S else None
