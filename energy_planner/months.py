"""A month as it was: each day's peak and energy, the highest half hours, the bill."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.errors import PlanInputError
from energy_planner.forecast.peaks import INTERVAL_MIN, half_hours, imports, peaks_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from area_configs.domain.energy import EnergySite
    from energy_planner.forecast.history import History

_MOST = 10


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day: import in kWh, its highest half hour and when that began; unknown slots.

    None stands for what is not known: energy and cost where no slot of the day is, the rest where
    no half hour is whole.
    """

    day: date
    import_kwh: float | None
    peak_kw: float | None
    peak_at: time | None
    energy_cost: float | None
    unknown_slots: int


@dataclass(frozen=True, slots=True)
class MonthReport:
    """A month.

    Attributes:
        days: one row each, also for days that nothing is known of.
        peak_kw: its highest half hour; None where nothing is known.
        billed_kw: what the demand charge bills, months before included.
        highest: its highest half hours, (begin, kW), highest first.
        over_contract: how many half hours were above the contract.
        energy_cost, demand_cost: in the tariff's currency.
        known_share: share of its slots that are known.
    """

    year: int
    month: int
    days: tuple[DayRow, ...]
    peak_kw: float | None
    billed_kw: float
    highest: tuple[tuple[datetime, float], ...]
    over_contract: int
    energy_cost: float
    demand_cost: float
    currency: str
    known_share: float


def month_report(
    site: EnergySite, known: History, year: int, month: int, zone: ZoneInfo
) -> MonthReport:
    """Return a month of a history.

    Raises:
        PlanInputError: there is no such month, or the history has no day of it.
    """
    if not 1 <= month <= 12:  # noqa: PLR2004 - months of a year
        raise PlanInputError((f"{year}-{month:02} is not a month",))
    length = monthrange(year, month)[1]
    begin = (date(year, month, 1) - known.load.first).days
    bought = imports(known)
    if begin + length <= 0 or begin >= len(bought):
        raise PlanInputError((f"the history has no day of {year}-{month:02}",))
    days = tuple(_day(site, known, begin + n) for n in range(length))
    halves = half_hours(bought, known.minutes)[max(0, begin) : begin + length]
    first = date(year, month, 1) + timedelta(days=max(0, -begin))
    highest = _highest(halves, first, zone)
    peak = highest[0][1] if highest else None
    billed = _billed(site, known, datetime(year, month, 1, tzinfo=zone), peak or 0.0)
    part = bought[max(0, begin) : begin + length]
    slots = length * bought.shape[1]
    tariff = site.tariff
    demand = tariff.kw_price() * billed
    if tariff.demand == "agreed":
        demand += tariff.excess_rate * max(0.0, (peak or 0.0) - site.contract_kw)
    return MonthReport(
        year,
        month,
        days,
        peak,
        billed,
        highest,
        int((halves > site.contract_kw).sum()),
        sum(day.energy_cost or 0.0 for day in days),
        demand,
        tariff.currency,
        float(np.isfinite(part).sum()) / slots,
    )


def _day(site: EnergySite, known: History, row: int) -> DayRow:
    day, slots = known.load.first + timedelta(days=row), known.load.slots
    bought = imports(known)
    if not 0 <= row < len(bought) or np.isnan(bought[row]).all():
        return DayRow(day, None, None, None, None, slots)
    values = bought[row]
    hours = known.minutes / 60
    minutes = np.arange(slots) * known.minutes
    price = np.array([site.tariff.price(int(minute)) for minute in minutes])
    halves = half_hours(values[None], known.minutes)[0]
    gaps = int(np.isnan(values).sum())
    energy, cost = float(np.nansum(values)) * hours, float(np.nansum(values * price)) * hours
    if np.isnan(halves).all():
        return DayRow(day, energy, None, None, cost, gaps)
    top = int(np.nanargmax(halves))
    minute = top * max(INTERVAL_MIN, known.minutes)
    return DayRow(day, energy, float(halves[top]), time(minute // 60, minute % 60), cost, gaps)


def _highest(halves: np.ndarray, first: date, zone: ZoneInfo) -> tuple[tuple[datetime, float], ...]:
    flat = np.nan_to_num(halves.reshape(-1), nan=-np.inf)
    order = [int(place) for place in np.argsort(-flat)[:_MOST] if np.isfinite(flat[place])]
    minutes = 24 * 60 // halves.shape[1]
    begin = datetime.combine(first, time())
    moments = [begin + timedelta(minutes=minutes * place) for place in order]
    return tuple(
        (moment.replace(tzinfo=zone), float(flat[place]))
        for moment, place in zip(moments, order, strict=True)
    )


def _billed(site: EnergySite, known: History, begins: datetime, peak_kw: float) -> float:
    if site.tariff.demand == "agreed":
        return site.contract_kw
    past = peaks_of(known, begins).months
    this = begins.year * 12 + begins.month
    window = site.tariff.ratchet_months
    inside = [kw for (y, m), kw in past.items() if 0 < this - (y * 12 + m) < window]
    return max((peak_kw, *inside))
