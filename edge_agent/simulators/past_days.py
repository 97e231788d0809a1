"""Past days of the simulated district: what its energy side would have measured, half hour by half hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from edge_agent.simulators.behaviour import District

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.domain.areas import Area
    from area_configs.domain.energy import EnergySite

COLUMNS = ("time", "load_kw", "pv_kw", "import_kw", "source")
SOURCE = "simulated"
Row = dict[str, str]
_SLOT = timedelta(minutes=30)
_SLOTS, _SLOT_H = 48, 0.5
_FILLS_BELOW = 0.7  # of the contract
_LOOKS = (5, 15, 25)  # minutes of each half hour at which a device is looked at


def past_rows(area: Area, site: EnergySite, ends: datetime, days: int, seed: int) -> Iterator[Row]:
    """Give the half hours of whole days before the half hour of `ends`; each says that it is simulated.

    The load is what nobody moves. The import is what a demand control lets through that holds the
    contract with batteries and fuel cells, as far as they reach.
    """
    district, control = District(area, seed), _Control(site)
    last = ends.astimezone(UTC)
    last -= timedelta(minutes=last.minute % 30, seconds=last.second, microseconds=last.microsecond)
    for number in range(days * _SLOTS):
        begins = last - timedelta(days=days) + number * _SLOT
        load, sun = _load_and_sun(district, area, site, begins)
        numbers = (load, sun, control.import_kw(load - sun))
        texts = (begins.isoformat(), *(f"{number:.3f}" for number in numbers), SOURCE)
        yield dict(zip(COLUMNS, texts, strict=True))


class _Control:
    """Holds the contract: gives what is stored, then starts fuel cells; fills up when there is room."""

    def __init__(self, site: EnergySite) -> None:
        self._contract_kw = site.contract_kw
        self._usable_kwh = sum((b.high - b.low) * b.capacity_kwh for b in site.batteries)
        self._store_kw = sum(b.power_kw for b in site.batteries)
        self._cells_kw = sum(cell.power_kw for cell in site.fuel_cells)
        self._kwh = self._usable_kwh

    def import_kw(self, net_kw: float) -> float:
        over = max(0.0, net_kw - self._contract_kw)
        given = min(over, self._store_kw, self._kwh / _SLOT_H)
        started = min(over - given, self._cells_kw)
        room = max(0.0, _FILLS_BELOW * self._contract_kw - net_kw)
        taken = min(room, self._store_kw, (self._usable_kwh - self._kwh) / _SLOT_H)
        self._kwh += _SLOT_H * (taken - given)
        return max(0.0, net_kw - given - started + taken)


def _load_and_sun(
    district: District, area: Area, site: EnergySite, begins: datetime
) -> tuple[float, float]:
    def mean_kw(devices: list[str]) -> float:
        return sum(_mean_w(district, area, device, begins) for device in devices) / 1000

    sun = mean_kw(list(site.photovoltaic))
    moved = mean_kw([battery.device for battery in site.batteries])
    moved += mean_kw([cell.device for cell in site.fuel_cells])
    moved -= mean_kw([unit.device for unit in site.electrolysers])
    return mean_kw([site.meter]) + sun + moved, sun


def _mean_w(district: District, area: Area, device: str, begins: datetime) -> float:
    known = area.device(device)
    at_us = [round((begins + timedelta(minutes=m)).timestamp() * 1e6) for m in _LOOKS]
    return sum(district.value(known, "active_power", at) for at in at_us) / len(at_us)
