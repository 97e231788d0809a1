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
_LOOKS = (5, 15, 25)  # minutes of each half hour at which a device is looked at


def past_rows(area: Area, site: EnergySite, ends: datetime, days: int, seed: int) -> Iterator[Row]:
    """Give the half hours of whole days before the half hour of `ends`; each says that it is simulated.

    The load is what nobody moves: import, plus what sun, storage and fuel cells gave, less what
    electrolysers took.
    """
    district = District(area, seed)
    last = ends.astimezone(UTC)
    last -= timedelta(
        minutes=last.minute % 30, seconds=last.second, microseconds=last.microsecond
    )
    first = last - timedelta(days=days)
    for number in range(days * 48):
        begins = first + number * _SLOT
        yield _row(district, area, site, begins)



def _row(district: District, area: Area, site: EnergySite, begins: datetime) -> Row:
    def mean_kw(devices: list[str]) -> float:
        return sum(_mean_w(district, area, device, begins) for device in devices) / 1000

    bought = mean_kw([site.meter])
    sun = mean_kw(list(site.photovoltaic))
    moved = mean_kw([unit.device for unit in (*site.batteries, *site.fuel_cells)])
    moved -= mean_kw([unit.device for unit in site.electrolysers])
    numbers = (bought + sun + moved, sun, max(bought, 0.0))
    texts = (begins.isoformat(), *(f"{number:.3f}" for number in numbers), SOURCE)
    return dict(zip(COLUMNS, texts, strict=True))


def _mean_w(district: District, area: Area, device: str, begins: datetime) -> float:
    known = area.device(device)
    at_us = [round((begins + timedelta(minutes=m)).timestamp() * 1e6) for m in _LOOKS]
    return sum(district.value(known, "active_power", at) for at in at_us) / len(at_us)
