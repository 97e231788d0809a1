"""Sizes of an area's devices, and how much each takes and gives on a date.

Whole days come first: they follow from the seed and the date alone, so that counters are sums over
past days and never fall, not even when a simulator starts again. `flows` gives the days a shape.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from area_configs.domain.devices import DeviceKind
from edge_agent.simulators.curves import draw, sun_hours

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.areas import Area, Device

METERED = (DeviceKind.SMART_METER, DeviceKind.BUILDING_METER)
OWN_CONNECTION = (DeviceKind.BATTERY, DeviceKind.FUEL_CELL, DeviceKind.ELECTROLYSER)

KWH_PER_KG_MADE = 55.0  # electrolyser, with its auxiliaries
KWH_PER_KG_USED = 16.7  # half of hydrogen's lower heating value, 33.3 kWh/kg

_VOLTAGES = ("voltage_r", "voltage_s", "voltage_t")
_ROUND_TRIP = 0.9025  # battery: 95 % each way

_RATED_W = {
    DeviceKind.SMART_METER: 4_000.0,
    DeviceKind.BUILDING_METER: 160_000.0,
    DeviceKind.PHOTOVOLTAIC: 80_000.0,
    DeviceKind.BATTERY: 60_000.0,
    DeviceKind.FUEL_CELL: 50_000.0,
    DeviceKind.ELECTROLYSER: 80_000.0,
    DeviceKind.EV_CHARGER: 6_000.0,
    DeviceKind.WATER_HEATER: 1_300.0,
    DeviceKind.AIR_CONDITIONER: 900.0,
}
# Devices that speak these stand behind a meter of their building, which counts them already; they
# are of a home's size, and the district's balance does not add them a second time.
_BEHIND_A_METER = ("echonet_lite", "sunspec", "dsmr_p1", "pulse")
_HOME_W = {DeviceKind.BATTERY: 5_000.0, DeviceKind.FUEL_CELL: 700.0}
_HOME_PV_W = 5_000.0
_HOURS_AT_RATED = {  # mean day's energy = rated power x these hours
    DeviceKind.SMART_METER: 2.8,
    DeviceKind.BUILDING_METER: 9.0,
    DeviceKind.BATTERY: 2.2,
    DeviceKind.ELECTROLYSER: 4.0,
    DeviceKind.EV_CHARGER: 1.8,
    DeviceKind.WATER_HEATER: 4.0,
    DeviceKind.AIR_CONDITIONER: 6.0,
}
_FUEL_CELL_HOURS = 18.0


class Sizes:
    """How big the devices of an area are, and how much they take and give on a date."""

    def __init__(self, area: Area, seed: int) -> None:
        self.area = area
        self.seed = seed
        self._kinds = {d.id: area.profile_of(d).kind for d in area.devices}
        self._small = {d.id for d in area.devices if area.profile_of(d).protocol in _BEHIND_A_METER}
        self._rated = {d.id: self._rate(d) for d in area.devices}

    def of_kind(self, *kinds: DeviceKind) -> list[Device]:
        """Return the devices of some kinds, in file order, but for those behind a meter."""
        return [
            d for d in self.area.devices if self._kinds[d.id] in kinds and d.id not in self._small
        ]

    def is_small(self, device: Device) -> bool:
        """Tell whether a device stands behind a meter that counts it already."""
        return device.id in self._small

    def kind(self, device: Device) -> DeviceKind:
        """Return what a device is."""
        return self._kinds[device.id]

    def rated_w(self, device: Device) -> float:
        """Return the power a device is built for; within its profile's plausible range."""
        return self._rated[device.id]

    def phases(self, device: Device) -> int:
        """Return 3 where the model measures phase S, else 1."""
        quantities = {point.quantity for point in self.area.profile_of(device).points}
        return 3 if "current_s" in quantities else 1

    def nominal_v(self, device: Device) -> float:
        """Return the voltage that a device is connected to; its profile's range tells."""
        if self.kind(device) is DeviceKind.SMART_METER:
            return 101.5
        limits = [p.maximum for p in self.area.profile_of(device).points if p.quantity in _VOLTAGES]
        return 6_600.0 if any(limit and limit > 6_600 for limit in limits) else 207.0

    def chance(self, device: Device, day: int, what: str) -> float:
        """Return the number in [0, 1) that belongs to a device, a date and a purpose."""
        return draw(f"{self.seed}/{device.id}/{day}/{what}")

    def behind(self, device: Device) -> list[Device]:
        """Return the solar roofs behind a building's meter: those on the same building."""
        if self.kind(device) not in METERED or not device.building:
            return []
        roofs = self.of_kind(DeviceKind.PHOTOVOLTAIC)
        return [roof for roof in roofs if roof.building == device.building]

    def members(self, feeder: Device) -> list[Device]:
        """Return what a feeder supplies: its gateway's devices; the first one, the rest too."""
        feeders = self.of_kind(DeviceKind.FEEDER_METER)
        gateways = {one.gateway for one in feeders}
        roofs = {roof.id for meter in self.of_kind(*METERED) for roof in self.behind(meter)}
        return [
            one
            for one in self.of_kind(*METERED, *OWN_CONNECTION, DeviceKind.PHOTOVOLTAIC)
            if one.id not in roofs
            and (
                feeder.gateway == one.gateway
                if one.gateway in gateways
                else feeder.id == feeders[0].id
            )
        ]

    def taken_kwh(self, device: Device, day: int) -> float:
        """Return the energy that a device takes on a date (its ordinal)."""
        return _TAKEN.get(self.kind(device), _nothing)(self, device, day)

    def given_kwh(self, device: Device, day: int) -> float:
        """Return the energy that a device gives on a date."""
        return _GIVEN.get(self.kind(device), _nothing)(self, device, day)

    def hydrogen_kg(self, day: int) -> float:
        """Return the hydrogen made and used on a date; the banks end the day as they began it."""
        makers = self.of_kind(DeviceKind.ELECTROLYSER)
        if not makers:  # a trailer brings it at night
            return 6.0 * len(self.of_kind(DeviceKind.FUEL_CELL, DeviceKind.HYDROGEN_BANK)[:1])
        return sum(self.taken_kwh(maker, day) for maker in makers) / KWH_PER_KG_MADE

    def people(self, device: Device, day: int) -> int:
        """Return how many people pass a counter on a date."""
        weekend = 0.6 if date.fromordinal(day).weekday() >= 5 else 1.0
        return round(9_000 * weekend * (0.6 + 0.8 * self.chance(device, day, "people")))

    def gross_kwh(self, device: Device, day: int) -> float:
        """Return a usual day's energy at a device's size, with the date's weather or habit."""
        usual = self.rated_w(device) * _HOURS_AT_RATED[self.kind(device)] / 1000
        weekend = date.fromordinal(day).weekday() >= 5
        habit = _WEEKEND.get(self.kind(device), 1.0) if weekend else 1.0
        return usual * habit * (0.8 + 0.4 * self.chance(device, day, "energy"))

    def _rate(self, device: Device) -> float:
        kind = self._kinds[device.id]
        if installed := self._installed_w(device):
            return installed
        usual = _RATED_W.get(kind, 0.0)
        small = device.id in self._small
        usual = (_HOME_W if small else {}).get(kind, _RATED_W.get(kind, 0.0))
        homes = {d.building for d in self.of_kind(DeviceKind.SMART_METER) if d.building}
        if kind is DeviceKind.PHOTOVOLTAIC and (small or device.building in homes):
            usual = _HOME_PV_W
        usual *= 0.8 + 0.4 * draw(f"{self.seed}/{device.id}/size")
        limits = [
            p.maximum for p in self.area.profile_of(device).points if p.quantity == "active_power"
        ]
        return min([usual, *(0.8 * limit for limit in limits if limit)])

    def _installed_w(self, device: Device) -> float:
        """Return the power that the area's energy side gives a device; 0 where it says nothing."""
        energy = self.area.energy
        if energy is None:
            return 0.0
        powers = {site.device: site.power_kw for site in energy.batteries}
        converters = (*energy.fuel_cells, *energy.electrolysers)
        powers |= {site.device: site.power_kw for site in converters}
        return 1000 * powers.get(device.id, 0.0)


_SOURCES = (DeviceKind.PHOTOVOLTAIC, DeviceKind.BATTERY, DeviceKind.FUEL_CELL)
_WEEKEND = {DeviceKind.SMART_METER: 1.15, DeviceKind.BUILDING_METER: 0.65}


def solar_kwh(sizes: Sizes, device: Device, day: int) -> float:
    """Return a roof's day: summer gives more than winter, the same sky over the whole area."""
    sky = 0.35 + 0.65 * draw(f"{sizes.seed}/{day}/sky")
    hours = sun_hours(date.fromordinal(day), device.position.latitude)
    return sizes.rated_w(device) / 1000 * hours * 0.75 * sky


def _nothing(_sizes: Sizes, _device: Device, _day: int) -> float:
    return 0.0


def _metered_kwh(sizes: Sizes, device: Device, day: int) -> float:
    """A meter in front of a solar roof sees less: part of the sun is used in the building."""
    load = sizes.gross_kwh(device, day)
    roofs = sum(solar_kwh(sizes, roof, day) for roof in sizes.behind(device))
    return max(load - roofs + _sold_kwh(sizes, device, day), 0.3 * load)


def _sold_kwh(sizes: Sizes, device: Device, day: int) -> float:
    roofs = sum(solar_kwh(sizes, roof, day) for roof in sizes.behind(device))
    return 0.6 * roofs if sizes.kind(device) is DeviceKind.SMART_METER else 0.0


def _discharged_kwh(sizes: Sizes, device: Device, day: int) -> float:
    return sizes.gross_kwh(device, day) * _ROUND_TRIP


def _fuel_cell_kwh(sizes: Sizes, device: Device, day: int) -> float:
    if sizes.is_small(device):  # a home's runs on city gas, nearly all day
        return sizes.rated_w(device) * _FUEL_CELL_HOURS / 1000
    cells = sizes.of_kind(DeviceKind.FUEL_CELL)
    return sizes.hydrogen_kg(day) * KWH_PER_KG_USED / len(cells)


def _feeder_taken_kwh(sizes: Sizes, device: Device, day: int) -> float:
    """The members' balance; where it may turn, their whole use, so that the counter never falls."""
    members = sizes.members(device)
    taken = sum(sizes.taken_kwh(one, day) for one in members)
    given = sum(sizes.given_kwh(one, day) for one in members)
    return taken if may_turn(sizes, device) else taken - given


def _feeder_given_kwh(sizes: Sizes, device: Device, day: int) -> float:
    if not may_turn(sizes, device):
        return 0.0
    return sum(sizes.given_kwh(one, day) for one in sizes.members(device))


def may_turn(sizes: Sizes, feeder: Device) -> bool:
    """Tell whether a feeder may send power back: its sources could outweigh its loads."""
    members = sizes.members(feeder)
    sources = sum(sizes.rated_w(m) for m in members if sizes.kind(m) in _SOURCES)
    loads = sum(sizes.rated_w(m) for m in members if sizes.kind(m) in METERED)
    return sources > 0.5 * loads


_TAKEN: dict[DeviceKind, Callable[[Sizes, Device, int], float]] = {
    DeviceKind.SMART_METER: _metered_kwh,
    DeviceKind.BUILDING_METER: _metered_kwh,
    DeviceKind.FEEDER_METER: _feeder_taken_kwh,
    DeviceKind.BATTERY: Sizes.gross_kwh,
    DeviceKind.ELECTROLYSER: Sizes.gross_kwh,
    DeviceKind.EV_CHARGER: Sizes.gross_kwh,
    DeviceKind.WATER_HEATER: Sizes.gross_kwh,
    DeviceKind.AIR_CONDITIONER: Sizes.gross_kwh,
}
_GIVEN: dict[DeviceKind, Callable[[Sizes, Device, int], float]] = {
    DeviceKind.SMART_METER: _sold_kwh,
    DeviceKind.FEEDER_METER: _feeder_given_kwh,
    DeviceKind.PHOTOVOLTAIC: solar_kwh,
    DeviceKind.BATTERY: _discharged_kwh,
    DeviceKind.FUEL_CELL: _fuel_cell_kwh,
}
