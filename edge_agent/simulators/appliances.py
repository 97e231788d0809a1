"""Appliances: what devices behind a meter, and the weather around them, show at an instant."""

from __future__ import annotations

import math
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from area_configs.domain.devices import DeviceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from area_configs.domain.areas import Device
    from edge_agent.simulators.drives import Drive
    from edge_agent.simulators.flows import Day
    from edge_agent.simulators.sizes import Sizes

_IDLE_W = 50.0
_MJ_PER_M3, _GAS_TO_POWER = 45.0, 0.4  # city gas 13A; what a fuel cell makes of it


class Look(Protocol):
    """One device at one instant, as the district sees it."""

    @property
    def device(self) -> Device:
        """Return which device it is."""
        ...

    @property
    def kind(self) -> DeviceKind:
        """Return what it is."""
        ...

    @property
    def day(self) -> Day:
        """Return the date."""
        ...

    @property
    def second(self) -> float:
        """Return seconds since local midnight."""
        ...

    @property
    def taken_w(self) -> float:
        """Return the power that it takes."""
        ...

    @property
    def given_w(self) -> float:
        """Return the power that it gives."""
        ...

    @property
    def drive(self) -> Drive | None:
        """Return how commands move it, None where it never had one."""
        ...

    @property
    def planned_kwh(self) -> tuple[float, float]:
        """Return its counters: taken, given."""
        ...

    def noise(self, what: str, amount: float) -> float:
        """Return a slow noise of the device's own."""
        ...

    def counted(self, what: str, today: float) -> float:
        """Return a counter: what stood there at midnight, and today's."""
        ...


def outdoor(look: Look) -> float:
    """Return the temperature of the air outside."""
    day = 4.0 * math.sin((look.second / 3600 - 9) * math.pi / 12)
    of_year = date.fromordinal(look.day.number).timetuple().tm_yday
    season = 10.0 * math.sin((of_year - 115) * 2 * math.pi / 365)  # warmest in late July
    return 16.0 + season + day + look.noise("temperature", 0.6)


def room(look: Look) -> float:
    """Return the temperature of an air conditioner's room."""
    return _target(look) + look.noise("room", 1.5)


def rain_mm(sizes: Sizes, device: Device, day: int) -> float:
    """Return the rain of a date."""
    wet = sizes.chance(device, day, "rain")
    return 40.0 * (wet - 0.6) if wet > 0.6 else 0.0


def _charge_mode(look: Look) -> float:
    """0 standby, 1 charging, 2 discharging, by the power."""
    net = look.taken_w - look.given_w
    if abs(net) <= _IDLE_W:
        return 0
    return 1 if net > 0 else 2


def _rated(look: Look) -> float:
    return round(look.day.sizes.rated_w(look.device), -1)


def _air_mode(look: Look) -> float:
    return 2 if outdoor(look) > 20.0 else 3  # cooling, heating


def _target(look: Look) -> float:
    return 27.0 if _air_mode(look) == 2 else 20.0


def _gas(look: Look) -> float:
    """City gas: what a fuel cell needs for its energy, or a building beside its electricity."""
    taken, given = look.planned_kwh
    kwh = given if look.kind is DeviceKind.FUEL_CELL else 0.4 * taken
    return kwh * 3.6 / _MJ_PER_M3 / _GAS_TO_POWER


def _rainfall(look: Look) -> float:
    """Rain since the gauge was installed, in mm; it falls evenly over a day."""
    today = rain_mm(look.day.sizes, look.device, look.day.number)
    return look.counted("rain", today * look.second / 86_400)


MEASURES: Mapping[str, Callable[[Look], float]] = MappingProxyType(
    {
        "power_switch": lambda _look: 1,
        "charge_mode": _charge_mode,
        "charge_power_setting": _rated,
        "discharge_power_setting": _rated,
        "output_limit": lambda look: 100 * look.drive.limit_share if look.drive else 100,
        "output_limit_switch": lambda look: float(look.drive is not None and look.drive.limited),
        "plug_state": lambda look: 3 if look.taken_w > _IDLE_W else 0,
        "heating_mode": lambda _look: 2,
        "heating": lambda look: float(look.taken_w > 300.0),
        "hot_water": lambda look: 250.0 + look.noise("tank", 90.0),
        "air_mode": _air_mode,
        "target_temperature": _target,
        "outdoor_temperature": outdoor,
        "humidity": lambda look: 52.0 + look.noise("humidity", 12.0),
        "gas_total": _gas,
        "water_total": lambda look: look.planned_kwh[0] / 12.0,
        "rainfall": _rainfall,
        "rain_rate": lambda look: rain_mm(look.day.sizes, look.device, look.day.number) / 24,
    }
)
