"""Flows of one area over one day: electricity, hydrogen and people, which add up across devices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from area_configs.domain.devices import DeviceKind
from edge_agent.simulators.curves import (
    MINUTES,
    DayCurve,
    bells,
    plateau,
    product,
    rough,
    sun,
)
from edge_agent.simulators.sizes import KWH_PER_KG_MADE, KWH_PER_KG_USED, METERED, Sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from area_configs.domain.areas import Device

_STAY_MIN = 25  # how long a person stays in a counted place
_NOTHING = DayCurve([0.0] * (MINUTES + 1))


@dataclass(frozen=True, slots=True)
class Flow:
    """What one device takes from and gives to the area over a day, in watts."""

    taken: DayCurve = _NOTHING
    given: DayCurve = _NOTHING

    @property
    def net(self) -> list[float]:
        """Return taken less given, minute by minute."""
        return [t - g for t, g in zip(self.taken.nodes, self.given.nodes, strict=True)]


@dataclass(slots=True)
class Day:
    """One local date of an area.

    Attributes:
        number: the date's ordinal.
        offset_h: hours that the local clock is ahead of UTC.
    """

    sizes: Sizes
    number: int
    offset_h: float
    _flows: dict[str, Flow] = field(default_factory=dict)
    _people: dict[str, tuple[DayCurve, DayCurve]] = field(default_factory=dict)
    _stored: DayCurve | None = None

    def flow(self, device: Device) -> Flow:
        """Return a device's electricity; nothing for a device that has none."""
        if device.id not in self._flows:
            shape = _SHAPES.get(self.sizes.kind(device))
            self._flows[device.id] = shape(self, device) if shape else Flow()
        return self._flows[device.id]

    def people(self, device: Device) -> tuple[DayCurve, DayCurve]:
        """Return who comes and who goes at a counter, in people per hour."""
        if device.id not in self._people:
            coming = DayCurve(product(_VISITS, rough(self._key(device), 0.2)))
            coming = coming.scaled_to(self.sizes.people(device, self.number))
            late = [0.0] * _STAY_MIN
            self._people[device.id] = coming, DayCurve([*late, *coming.nodes[:-_STAY_MIN]])
        return self._people[device.id]

    def stored(self) -> DayCurve:
        """Return the hydrogen in the banks above or below midnight's, in kilograms."""
        if self._stored is None:
            made, used = self._hydrogen()
            minutes = range(MINUTES + 1)
            self._stored = DayCurve(made.until(m * 60) - used.until(m * 60) for m in minutes)
        return self._stored

    def running(self, device: Device) -> tuple[float, float]:
        """Return when a device starts and has stopped, in seconds of the day."""
        begin_h, hours = _SHIFTS.get(self.sizes.kind(device), _OFFICE_HOURS)
        begin = (begin_h + self.sizes.chance(device, self.number, "start") - 0.5) * 3600
        return begin, begin + hours * 3600

    def load(self, device: Device) -> Flow:
        """Shape a meter's day; what its solar roofs give is taken off, what is left over, sold."""
        shape = _HOME if self.sizes.kind(device) is DeviceKind.SMART_METER else _OFFICE
        load = DayCurve(product(shape, rough(self._key(device), 0.25)))
        load = load.scaled_to(self.sizes.gross_kwh(device, self.number) * 1000)
        net = list(load.nodes)
        for roof in self.sizes.behind(device):
            net = [n - g for n, g in zip(net, self.flow(roof).given.nodes, strict=True)]
        return self._as_planned(device, [max(n, 0.0) for n in net], [max(-n, 0.0) for n in net])

    def sunshine(self, device: Device) -> Flow:
        """Shape a solar roof's day: the sun's height, broken by clouds that all roofs share."""
        place = device.position
        height = sun(date.fromordinal(self.number), place.latitude, place.longitude, self.offset_h)
        clouds = rough(f"{self.sizes.seed}/{self.number}/clouds", 0.35)
        return self._as_planned(device, given=product(height, clouds))

    def cycle(self, device: Device) -> Flow:
        """Shape a battery's day: filled around noon, emptied in the evening peak."""
        return self._as_planned(device, _CHARGE, _DISCHARGE)

    def making(self, device: Device) -> Flow:
        """Shape an electrolyser's day: one steady run around noon."""
        return self._as_planned(device, taken=plateau(*self.running(device)))

    def feeding(self, device: Device) -> Flow:
        """Shape a fuel cell's day: one steady run in the evening."""
        return self._as_planned(device, given=plateau(*self.running(device)))

    def using(self, device: Device) -> Flow:
        """Shape the day of a home's appliance by its kind."""
        return self._as_planned(device, taken=_APPLIANCES[self.sizes.kind(device)])

    def feeding_home(self, device: Device) -> Flow:
        """Shape a fuel cell's day: one evening run, at home nearly all day."""
        if not self.sizes.is_small(device):
            return self.feeding(device)
        return self._as_planned(device, given=_HOME)

    def balance(self, device: Device) -> Flow:
        """Add up a feeder: what it takes is the sum of what stands behind it."""
        members = [self.flow(one).net for one in self.sizes.members(device)]
        net = [sum(nodes) for nodes in zip(*members, strict=True)] or _NOTHING.nodes
        taken, given = (max(n, 0.0) for n in net), (max(-n, 0.0) for n in net)
        return Flow(DayCurve(taken), DayCurve(given))

    def _as_planned(
        self, device: Device, taken: Sequence[float] = (), given: Sequence[float] = ()
    ) -> Flow:
        """Scale the shapes to what the device takes and gives on this date."""
        sizes, day = self.sizes, self.number
        return Flow(
            DayCurve(taken).scaled_to(sizes.taken_kwh(device, day) * 1000) if taken else _NOTHING,
            DayCurve(given).scaled_to(sizes.given_kwh(device, day) * 1000) if given else _NOTHING,
        )

    def _hydrogen(self) -> tuple[DayCurve, DayCurve]:
        """Return hydrogen made and used in kilograms per hour; both equal over the day."""
        kilograms = self.sizes.hydrogen_kg(self.number)
        made: list[Sequence[float]] = [_TRAILER]
        used: list[Sequence[float]] = [_TRAILER]
        if makers := self.sizes.of_kind(DeviceKind.ELECTROLYSER):
            made = [self.flow(maker).taken.nodes for maker in makers]
        if users := self.sizes.of_kind(DeviceKind.FUEL_CELL):
            used = [self.flow(user).given.nodes for user in users]
        return _total(made).scaled_to(kilograms), _total(used).scaled_to(kilograms)

    def _key(self, device: Device) -> str:
        return f"{self.sizes.seed}/{device.id}/{self.number}"


def made_g_per_s(taken_w: float) -> float:
    """Return the hydrogen that an electrolyser makes at a power."""
    return taken_w / 1000 / KWH_PER_KG_MADE / 3.6


def used_g_per_s(given_w: float) -> float:
    """Return the hydrogen that a fuel cell uses at a power."""
    return given_w / 1000 / KWH_PER_KG_USED / 3.6


def _total(curves: Sequence[Sequence[float]]) -> DayCurve:
    return DayCurve(sum(nodes) for nodes in zip(*curves, strict=True))


_HOME = bells(0.35, (0.9, 7.2, 1.1), (0.4, 12.5, 1.5), (1.6, 19.8, 2.3))
_OFFICE = bells(0.55, (0.6, 9.5, 1.6), (0.9, 14.0, 3.2), (0.35, 18.5, 1.8))
_CHARGE = bells(0.0, (1.0, 11.8, 1.3))
_DISCHARGE = bells(0.0, (1.0, 19.2, 1.1))
_TRAILER = bells(0.0, (1.0, 3.0, 0.5))
_OPEN = plateau(5.0 * 3600, 23.4 * 3600, 1800.0)
_VISITS = product(
    _OPEN, bells(0.25, (1.6, 8.3, 0.7), (0.7, 12.5, 1.2), (1.4, 18.4, 1.2), (0.4, 15.5, 2.5))
)

_APPLIANCES = {
    DeviceKind.EV_CHARGER: bells(0.05, (1.0, 13.0, 1.5), (1.6, 21.5, 2.5)),
    DeviceKind.WATER_HEATER: bells(0.05, (1.6, 3.0, 1.8), (0.6, 13.5, 1.2)),
    DeviceKind.AIR_CONDITIONER: bells(0.25, (1.0, 14.5, 3.0), (0.7, 20.5, 2.0)),
}
_OFFICE_HOURS = (9.0, 8.0)
_SHIFTS = {DeviceKind.ELECTROLYSER: (9.5, 5.0), DeviceKind.FUEL_CELL: (17.0, 4.0)}

_SHAPES: dict[DeviceKind, Callable[[Day, Device], Flow]] = {
    **dict.fromkeys(METERED, Day.load),
    DeviceKind.FEEDER_METER: Day.balance,
    DeviceKind.PHOTOVOLTAIC: Day.sunshine,
    DeviceKind.BATTERY: Day.cycle,
    DeviceKind.ELECTROLYSER: Day.making,
    DeviceKind.FUEL_CELL: Day.feeding_home,
    **dict.fromkeys(_APPLIANCES, Day.using),
}
