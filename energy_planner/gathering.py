"""What planning needs to know of an area now, asked of whoever keeps its measurements."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from energy_planner import past
from energy_planner.forecast.peaks import Peaks, peaks_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from area_configs.domain.energy import EnergySite
    from energy_planner.forecast.history import History
    from energy_planner.past import Measured
    from energy_planner.site import State

_LOAD_DAYS = 120  # a season to learn from
_PEAK_DAYS = 400  # the months that a contract remembers
_DAY_US = 86_400_000_000


class Source(Protocol):
    """Whoever keeps an area's measurements."""

    def averages(
        self, device: str, quantities: Sequence[str], window_us: tuple[int, int]
    ) -> dict[str, dict[int, float]]:
        """Return the mean of each half hour by quantity and by when it begins."""
        ...

    def latest(self) -> Mapping[tuple[str, str], float]:
        """Return the newest value by (device, quantity)."""
        ...


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known of an area.

    Attributes:
        known: its past.
        state: how its assets stand, and the peaks that the contract remembers.
        measured: half hours that were measured, as `past` takes them.
        since: when the first of them began, local time; None where nothing was measured.
    """

    known: History
    state: State
    measured: Measured
    since: datetime | None


def gather(
    source: Source, site: EnergySite, zone: ZoneInfo, now: datetime, older: History | None = None
) -> Gathered:
    """Return what is known of an area at an instant.

    Args:
        source: keeps the measurements; whatever it raises goes through.
        site: of the area.
        zone: of the local day.
        now: local time.
        older: what is known from elsewhere.

    Raises:
        PlanInputError: there is nothing to plan from.
    """
    whole = now - timedelta(
        minutes=now.minute % 30, seconds=now.second, microseconds=now.microsecond
    )
    ends_us = round(whole.timestamp() * 1e6)
    measured = {
        (device, quantity): halves
        for device, quantities in past.needed(site).items()
        for quantity, halves in source.averages(
            device, quantities, (ends_us - _LOAD_DAYS * _DAY_US, ends_us)
        ).items()
    }
    months = source.averages(
        site.meter, (past.POWER,), (ends_us - _PEAK_DAYS * _DAY_US, ends_us - _LOAD_DAYS * _DAY_US)
    )
    known = past.past(site, measured, zone, older)
    peaks = _with_months(peaks_of(known, now), past.monthly(months.get(past.POWER, {}), zone), now)
    begins = [begin for held in measured.values() for begin in held]
    since = now.fromtimestamp(min(begins) / 1e6, zone) if begins else None
    return Gathered(known, past.state(site, source.latest(), peaks, now), measured, since)


def _with_months(peaks: Peaks, months: Mapping[tuple[int, int], float], now: datetime) -> Peaks:
    """Return the peaks with those of months that the past does not reach."""
    joined = dict(peaks.months)
    for month, kw in months.items():
        if month != (now.year, now.month):
            joined[month] = max(joined.get(month, 0.0), kw)
    return replace(peaks, months=joined)
