"""A time axis in the area's local time, with ticks at round local clock times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from desktop.views.plot_axis import DirectAxis

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
SPACINGS_S = (
    *(1, 2, 5, 10, 15, 30),
    *(_MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(_DAY * n for n in (1, 2, 7)),
)
_TICK_PX = 88
_MONTHS = (1, 2, 3, 6, 12, 24, 60)
_MONTH_S = 30 * _DAY


def spacing_s(span_s: float, width_px: float) -> int:
    """Return the distance of ticks that leaves each label its room."""
    least = span_s * _TICK_PX / max(width_px, _TICK_PX)
    return next((spacing for spacing in SPACINGS_S if spacing >= least), SPACINGS_S[-1])


def months_for(span_s: float, width_px: float) -> int:
    """Return how many months lie between ticks, 0 where days and shorter will do."""
    least = span_s * _TICK_PX / max(width_px, _TICK_PX)
    if least <= SPACINGS_S[-1]:
        return 0
    return next((months for months in _MONTHS if months * _MONTH_S >= least), _MONTHS[-1])


def month_ticks_s(begins_s: float, ends_s: float, months: int, zone: ZoneInfo) -> list[float]:
    """Return the first instants of every so many months within a span."""
    first = datetime.fromtimestamp(begins_s, tz=zone)
    number = first.year * 12 + first.month - 1
    number -= number % months
    found: list[float] = []
    while (at := _month(number, zone)) <= ends_s:
        found += [at] if at >= begins_s else []
        number += months
    return found


def month_text(instant_s: float, zone: ZoneInfo) -> str:
    """Write a tick at the begin of a month: year and month."""
    local = datetime.fromtimestamp(instant_s, tz=zone)
    return f"{local.year}/{local.month}"


def ticks_s(begins_s: float, ends_s: float, spacing: int, zone: ZoneInfo) -> list[float]:
    """Return instants at round local times within a span."""
    offset = _offset_s(begins_s, zone)
    first = -(-(begins_s + offset) // spacing) * spacing - offset
    return [first + n * spacing for n in range(int((ends_s - first) // spacing) + 1)]


def tick_text(instant_s: float, spacing: int, zone: ZoneInfo) -> str:
    """Write a tick: time of day, or month and day at midnight."""
    local = datetime.fromtimestamp(instant_s, tz=zone)
    if local.hour == local.minute == local.second == 0:
        return f"{local.month}/{local.day}"
    return f"{local:%H:%M:%S}" if spacing < _MINUTE else f"{local:%H:%M}"


def _month(number: int, zone: ZoneInfo) -> float:
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=zone).timestamp()


def _offset_s(instant_s: float, zone: ZoneInfo) -> float:
    offset = datetime.fromtimestamp(instant_s, tz=UTC).astimezone(zone).utcoffset()
    return offset.total_seconds() if offset else 0.0


class TimeAxis(DirectAxis):
    """The bottom axis of every plot."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__("bottom")
        self._zone = zone
        self.enableAutoSIPrefix(False)

    @override
    def tickValues(
        self, minVal: float, maxVal: float, size: float
    ) -> list[Any]:  # pyqtgraph passes by name
        if months := months_for(maxVal - minVal, size):
            return [(months * _MONTH_S, month_ticks_s(minVal, maxVal, months, self._zone))]
        spacing = spacing_s(maxVal - minVal, size)
        return [(spacing, ticks_s(minVal, maxVal, spacing, self._zone))]

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if spacing >= _MONTH_S:
            return [month_text(value, self._zone) for value in values]
        return [tick_text(value, int(spacing), self._zone) for value in values]
