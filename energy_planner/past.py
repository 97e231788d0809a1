"""The past of a site from what its devices measured: half hours of load, sun and import; the state now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.forecast.history import HYDROGEN, IMPORT, LOAD, SUN, History, history_of
from energy_planner.forecast.peaks import INTERVAL_MIN, Peaks
from energy_planner.site import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from area_configs.domain.energy import EnergySite

    Measured = Mapping[tuple[str, str], Mapping[int, float]]
    Columns = dict[str, NDArray[np.float64]]

POWER, CHARGE, STORED = "active_power", "state_of_charge", "hydrogen_stored"
SLOT_S = INTERVAL_MIN * 60
_SLOT_US = SLOT_S * 1_000_000
_RUNS_KW = 0.05


def needed(site: EnergySite) -> dict[str, tuple[str, ...]]:
    """Return the quantities by device that the past of a site is made of."""
    found: dict[str, tuple[str, ...]] = {site.meter: (POWER,)}
    for device in (*_feeding(site), *_taking(site)):
        found[device] = (POWER,)
    for battery in site.batteries:
        found[battery.device] = (POWER, CHARGE)
    if site.hydrogen:
        found[site.hydrogen.device] = (STORED,)
    return found


def past(
    site: EnergySite, measured: Measured, zone: ZoneInfo, older: History | None = None
) -> History:
    """Return the past of a site.

    The load is what nobody moved: import, plus sun and what storage and fuel cells gave, less
    what assets took. Where one of them is not known in a half hour, its load is not known either.

    Args:
        site: of the area.
        measured: mean by (device, quantity) of each half hour, by when it begins, in microseconds
            UTC; watts and per cent.
        zone: of the local day.
        older: what is known from elsewhere; it counts where nothing was measured.

    Raises:
        PlanInputError: there is nothing to read.
    """
    slots = sorted({begin for held in measured.values() for begin in held})
    columns = _columns(site, measured, slots)
    times = np.array(slots, float) / 1e6
    if older is not None:
        times, columns = _joined(times, columns, older, zone)
    return history_of(times, columns, zone)


def monthly(halves_w: Mapping[int, float], zone: ZoneInfo) -> dict[tuple[int, int], float]:
    """Return the highest half hour of each month, kW, of a meter's means by when they begin."""
    found: dict[tuple[int, int], float] = {}
    for begins_us, watts in halves_w.items():
        moment = datetime.fromtimestamp(begins_us / 1e6, zone)
        month = (moment.year, moment.month)
        found[month] = max(found.get(month, 0.0), watts / 1000)
    return found


def state(
    site: EnergySite, latest: Mapping[tuple[str, str], float], peaks: Peaks, at: datetime
) -> State:
    """Return how the assets stand, by the newest value of each.

    Args:
        site: of the area.
        latest: newest value by (device, quantity): watts, per cent, kilograms.
        peaks: what the contract remembers.
        at: now, local time.
    """
    content: dict[str, float] = {}
    for battery in site.batteries:
        if (charge := latest.get((battery.device, CHARGE))) is not None:
            content[battery.device] = charge / 100 * battery.capacity_kwh
    if site.hydrogen and (kg := latest.get((site.hydrogen.device, STORED))) is not None:
        content[site.hydrogen.device] = kg
    units = (*site.fuel_cells, *site.electrolysers)
    powers = {unit.device: abs(latest.get((unit.device, POWER), 0.0)) / 1000 for unit in units}
    running = {device: kw for device, kw in powers.items() if kw > _RUNS_KW}
    import_w = latest.get((site.meter, POWER))
    return State(content, running, _elapsed(peaks, at, import_w, site.contract_kw))


def relief(site: EnergySite, measured: Measured, begins_us: int) -> float | None:
    """Return how much less was imported in a half hour because assets gave or took, kW."""
    given, taken = _moving(site), _taking(site)
    values = [measured.get((device, POWER), {}).get(begins_us) for device in (*given, *taken)]
    if any(value is None for value in values):
        return None
    signs = [1] * len(given) + [-1] * len(taken)
    return sum(s * v for s, v in zip(signs, values, strict=True) if v is not None) / 1000


def _elapsed(peaks: Peaks, at: datetime, import_w: float | None, most_kw: float) -> Peaks:
    """Return the peaks with what the running half hour has used, where only the power is known.

    What nobody measured counts as held at the contract at most, as gateways count it: one moment
    of a site that has just been switched on says little of the minutes before.
    """
    if peaks.elapsed_kwh or import_w is None:
        return peaks
    late_h = (at.minute % INTERVAL_MIN) / 60 + at.second / 3600
    return replace(peaks, elapsed_kwh=min(max(0.0, import_w) / 1000, most_kw) * late_h)


def _columns(site: EnergySite, measured: Measured, slots: list[int]) -> Columns:
    def power(devices: Iterable[str]) -> NDArray[np.float64]:
        series = [measured.get((device, POWER), {}) for device in devices]
        rows = [[held.get(slot, np.nan) for slot in slots] for held in series]
        table = np.array(rows, float).reshape(len(rows), len(slots))
        return np.asarray(table.sum(axis=0) / 1000, float)

    bought = power([site.meter])
    sun = power(site.photovoltaic)
    load = bought + sun + power(_moving(site)) - power(_taking(site))
    found = {LOAD: load, IMPORT: np.maximum(bought, 0.0)}
    return {**found, SUN: np.maximum(sun, 0.0)} if site.photovoltaic else found


def _joined(
    times: NDArray[np.float64], columns: Columns, older: History, zone: ZoneInfo
) -> tuple[NDArray[np.float64], Columns]:
    """Put what is known from elsewhere before and between what was measured."""
    told = set(times[np.isfinite(columns[LOAD])].tolist())
    rows = [row for row in _halves(older, zone) if row[0] not in told]
    kept = np.array([second in told for second in times.tolist()], bool)
    names = list(dict.fromkeys([*columns, *(name for _, row in rows[:1] for name in row)]))
    joined = {
        name: np.concatenate(
            [
                np.array([row.get(name, np.nan) for _, row in rows], float),
                columns.get(name, np.full(len(times), np.nan))[kept],
            ]
        )
        for name in names
    }
    return np.concatenate([np.array([second for second, _ in rows], float), times[kept]]), joined


def _halves(older: History, zone: ZoneInfo) -> Iterator[tuple[float, dict[str, float]]]:
    """Give the half hours of a history of any step: (begin, value by column)."""
    days = {LOAD: older.load, SUN: older.sun, IMPORT: older.bought, HYDROGEN: older.hydrogen}
    per_half = INTERVAL_MIN / older.minutes
    grids = {
        name: _by_half(held.values, older.minutes) * (per_half if name == HYDROGEN else 1.0)
        for name, held in days.items()
        if held is not None
    }
    for row in range(older.load.count):
        midnight = _midnight(older, row, zone)
        for half in range(24 * 60 // INTERVAL_MIN):
            values = {name: float(grid[row, half]) for name, grid in grids.items()}
            if np.isfinite(values[LOAD]):
                yield midnight + half * SLOT_S, values


def _midnight(older: History, row: int, zone: ZoneInfo) -> float:
    day = older.load.first + timedelta(days=row)
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def _by_half(values: NDArray[np.float64], minutes: int) -> NDArray[np.float64]:
    if minutes > INTERVAL_MIN:
        return np.repeat(values, minutes // INTERVAL_MIN, axis=1)
    parts = values.reshape(len(values), -1, INTERVAL_MIN // minutes)
    return np.asarray(parts.mean(axis=2), float)


def _moving(site: EnergySite) -> list[str]:
    """Return what gives power that a plan decides on."""
    return [b.device for b in site.batteries] + [cell.device for cell in site.fuel_cells]


def _feeding(site: EnergySite) -> list[str]:
    return [*site.photovoltaic, *_moving(site)]


def _taking(site: EnergySite) -> list[str]:
    """Return what takes power when a plan lets it."""
    taking = [unit.device for unit in site.electrolysers]
    taking += [charger.device for charger in site.charging]
    return taking + [load.device for load in site.deferrable]
