"""Behaviour: what each device of an area measures at an instant, seeded and consistent.

Power of solar roofs, batteries and fuel cells is positive when they feed the area; power of
meters and electrolysers is positive when they take.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from area_configs.domain.devices import DeviceKind
from edge_agent.simulators import appliances, surroundings
from edge_agent.simulators import station_measures as station
from edge_agent.simulators.curves import wander
from edge_agent.simulators.flows import Day, Flow, made_g_per_s, used_g_per_s
from edge_agent.simulators.hydrogen_visits import Visits
from edge_agent.simulators.sizes import KWH_PER_KG_MADE, KWH_PER_KG_USED, Sizes
from edge_agent.simulators.steering import Steering
from edge_agent.simulators.vital_signs import VITAL_SIGNS

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.areas import Area, Device
    from edge_agent.simulators.drives import Drive
    from edge_agent.simulators.steering import Track

_INSTALLED = date(2025, 4, 1).toordinal()  # counters began at zero on this date
_DAYS_KEPT = 3

STOPPED, STARTING, RUNNING, STOPPING, STANDBY = 0, 1, 2, 3, 4


class District:
    """The whole area behind its devices; the same seed and instant give the same values."""

    def __init__(self, area: Area, seed: int = 0) -> None:
        self._area = area
        self._zone = ZoneInfo(area.timezone)
        self._sizes = Sizes(area, seed)
        self._days: dict[int, Day] = {}
        self._sums: dict[tuple[str, str], tuple[int, float]] = {}
        self._wanders: dict[str, Callable[[float], float]] = {}
        self._visits: dict[str, Visits] = {}
        self.steering = Steering(self._sizes, self)

    def value(self, device: Device, quantity: str, at_us: int) -> float:
        """Return what a device measures of a quantity; KeyError for a quantity nobody simulates."""
        self.steering.advance(at_us / 1e6)
        return _MEASURES[quantity](self._look(device, at_us))

    def obey(self, device: Device, quantity: str, value: float, at_us: int) -> bool:
        """Have a device do as it is told, as far as it can; False where it refuses."""
        return self.steering.obey(device, quantity, value, at_us / 1e6)

    def planned_w(self, device: Device, at_s: float) -> float:
        """Return what a device would take less what it would give, had nobody told it anything."""
        return self._look(device, round(at_s * 1e6)).planned_w

    def charge(self, device: Device, at_s: float) -> float:
        """Return a battery's content in per cent."""
        return _charge(self._look(device, round(at_s * 1e6)))

    def planned_kwh(self, device: Device, at_s: float) -> tuple[float, float]:
        """Return the counters of energy taken and given, had nobody told the device anything."""
        return self._look(device, round(at_s * 1e6)).planned_kwh

    def steered(self, *kinds: DeviceKind) -> list[Device]:
        """Return the devices of some kinds that were told something."""
        return [one for one in self._sizes.of_kind(*kinds) if one.id in self.steering.drives]

    def visits(self, device: Device) -> Visits:
        """Return the cars at a dispenser."""
        if device.id not in self._visits:
            self._visits[device.id] = Visits(f"{self._sizes.seed}/{device.id}")
        return self._visits[device.id]

    def dispensers(self) -> list[Device]:
        """Return the devices of the area that fill cars."""
        stations = self._sizes.of_kind(DeviceKind.HYDROGEN_STATION)
        return [one for one in stations if self._fills(one)]

    def _fills(self, device: Device) -> bool:
        profile = self._area.profile_of(device)
        return any(point.quantity == "dispenser_state" for point in profile.points)

    def local(self, at_us: int) -> datetime:
        """Return an instant on the area's wall clock."""
        return datetime.fromtimestamp(at_us / 1e6, tz=UTC).astimezone(self._zone)

    def before(self, device: Device, what: str, day: int) -> float:
        """Return what a counter stood at when a date began."""
        upto, total = self._sums.get((device.id, what), (_INSTALLED, 0.0))
        if upto > day:
            upto, total = _INSTALLED, 0.0
        for one in range(upto, day):
            total += _COUNTED[what](self._sizes, device, one)
        self._sums[device.id, what] = max(upto, day), total
        return total

    def wander(self, device: Device, what: str, second: float) -> float:
        """Return a device's own slow noise, -1 to 1."""
        key = f"{self._sizes.seed}/{device.id}/{what}"
        if key not in self._wanders:
            self._wanders[key] = wander(key)
        return self._wanders[key](second)

    def _look(self, device: Device, at_us: int) -> _Look:
        local = self.local(at_us)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        second = (local.replace(tzinfo=None) - midnight.replace(tzinfo=None)).total_seconds()
        kind = self._sizes.kind(device)
        return _Look(self, device, kind, self._day(local), second, at_us / 1e6)

    def _day(self, local: datetime) -> Day:
        number = local.toordinal()
        if number not in self._days:
            if len(self._days) >= _DAYS_KEPT:
                del self._days[next(iter(self._days))]
            offset = local.utcoffset() or timedelta()
            self._days[number] = Day(self._sizes, number, offset.total_seconds() / 3600)
        return self._days[number]


@dataclass(frozen=True, slots=True)
class _Look:
    """One device at one instant; `second` counts from local midnight, `at_s` from 1970."""

    district: District
    device: Device
    kind: DeviceKind
    day: Day
    second: float
    at_s: float

    def visits(self) -> Visits:
        return self.district.visits(self.device)

    def all_visits(self) -> list[Visits]:
        return [self.district.visits(one) for one in self.district.dispensers()]

    def weather(self) -> float:
        return _temperature(self)

    @property
    def flow(self) -> Flow:
        return self.day.flow(self.device)

    @property
    def planned_w(self) -> float:
        return self.flow.taken.at(self.second) - self.flow.given.at(self.second)

    @property
    def drive(self) -> Drive | None:
        return self.district.steering.drives.get(self.device.id)

    @property
    def track(self) -> Track | None:
        return self.district.steering.tracks.get(self.device.id)

    @property
    def taken_w(self) -> float:
        if self.track is None:
            return self.flow.taken.at(self.second)
        return max(self.planned_w + self.track.delta_w, 0.0)

    @property
    def given_w(self) -> float:
        if self.track is None:
            return self.flow.given.at(self.second)
        return max(-self.planned_w - self.track.delta_w, 0.0)

    @property
    def planned_kwh(self) -> tuple[float, float]:
        return (
            self.counted("taken", self.flow.taken.until(self.second) / 1000),
            self.counted("given", self.flow.given.until(self.second) / 1000),
        )

    def noise(self, what: str, amount: float) -> float:
        return amount * self.district.wander(self.device, what, self.at_s)

    def counted(self, what: str, today: float) -> float:
        return self.district.before(self.device, what, self.day.number) + today


def _power(look: _Look) -> float:
    net = look.taken_w - look.given_w
    return -net if look.kind in _SOURCES else net


def _factor(look: _Look) -> float:
    return 0.965 + look.noise("factor", 0.025)


def _reactive(look: _Look) -> float:
    return _power(look) * math.tan(math.acos(_factor(look)))


def _taken_kwh(look: _Look) -> float:
    return look.track.taken_kwh if look.track else look.planned_kwh[0]


def _given_kwh(look: _Look) -> float:
    return look.track.given_kwh if look.track else look.planned_kwh[1]


def _beyond_kwh(look: _Look) -> tuple[float, float]:
    """Return what commands have added to the energy taken and given."""
    if look.track is None:
        return 0.0, 0.0
    taken, given = look.planned_kwh
    return look.track.taken_kwh - taken, look.track.given_kwh - given


def _voltage(phase: str) -> Callable[[_Look], float]:
    def measure(look: _Look) -> float:
        nominal = look.day.sizes.nominal_v(look.device)
        return nominal * (1 + look.noise(f"voltage_{phase}", 0.012))

    return measure


def _current(phase: str, share: float) -> Callable[[_Look], float]:
    """Single phase: `share` of the load, negative while selling; three phases: the same in each."""

    def measure(look: _Look) -> float:
        apparent, volts = _power(look) / _factor(look), _voltage(phase)(look)
        if look.kind is DeviceKind.SMART_METER:  # R and T share the load, 100 V each
            return apparent * share / volts
        phases = look.day.sizes.phases(look.device)
        return abs(apparent) / volts / (math.sqrt(3) if phases == 3 else 1.0)

    return measure


def _dc_voltage(look: _Look) -> float:
    if look.kind is DeviceKind.BATTERY:
        return 640.0 + 1.2 * _charge(look) + look.noise("dc", 1.5)
    if look.kind is DeviceKind.PHOTOVOLTAIC:
        return (620.0 + look.noise("dc", 15.0)) if _power(look) > 0 else 0.0
    load = abs(_power(look)) / max(look.day.sizes.rated_w(look.device), 1.0)
    return (330.0 - 60.0 * load + look.noise("dc", 2.0)) if load > 0 else 0.0


def _dc_current(look: _Look) -> float:
    voltage = _dc_voltage(look)
    return _power(look) / voltage if voltage else 0.0


def _charge(look: _Look) -> float:
    """State of charge: 25 % at midnight, plus what came in and less what went out, 95 % each way."""
    flow, second, (more, less) = look.flow, look.second, _beyond_kwh(look)
    taken, given = flow.taken.until(second) + 1000 * more, flow.given.until(second) + 1000 * less
    stored = taken * 0.95 - given / 0.95
    capacity = max(look.day.sizes.rated_w(look.device), 1.0) * 4  # Wh: four hours at rated power
    return min(max(25.0 + 100.0 * stored / capacity, 0.0), 100.0)


def _temperature(look: _Look) -> float:
    if look.kind is DeviceKind.ROOM_SENSOR:
        return 23.5 + look.noise("temperature", 1.5)
    if look.kind is DeviceKind.AIR_CONDITIONER:
        return appliances.room(look)
    return appliances.outdoor(look) + (12.0 if look.kind in _WARM else 0.0)


def _stack_temperature(look: _Look) -> float:
    """Warm up in some ten minutes towards 65 degrees, cool down over some two hours."""
    ambient = 25.0
    if look.drive:
        return ambient + 40.0 * look.drive.warmth + look.noise("stack", 0.4)
    begin, end = look.day.running(look.device)
    if look.second < begin:
        return ambient + look.noise("stack", 0.4)
    warm = 40.0 * (1 - math.exp(-(min(look.second, end) - begin) / 600))
    cooled = math.exp(-max(0.0, look.second - end) / 3600)
    return ambient + warm * cooled + look.noise("stack", 0.4)


def _state(look: _Look) -> float:
    if look.kind is DeviceKind.HYDROGEN_STATION:
        return RUNNING
    if look.drive:
        return look.drive.state
    small = look.day.sizes.is_small(look.device)
    if small or look.kind not in (DeviceKind.FUEL_CELL, DeviceKind.ELECTROLYSER):
        return RUNNING if abs(_power(look)) > 50.0 else STANDBY
    begin, end = look.day.running(look.device)
    if not begin <= look.second < end:
        return STANDBY
    if look.second < begin + 240:
        return STARTING
    return RUNNING if look.second < end - 180 else STOPPING


def _limit(look: _Look) -> float:
    if look.drive is not None and math.isfinite(look.drive.limit_w):
        return look.drive.limit_w
    return look.day.sizes.rated_w(look.device)


def _hydrogen_flow(look: _Look) -> float:
    if look.kind is DeviceKind.HYDROGEN_STATION:
        return station.flow(look)
    if look.kind is DeviceKind.ELECTROLYSER:
        return made_g_per_s(look.taken_w)
    return used_g_per_s(look.given_w)


def _hydrogen_total(look: _Look) -> float:
    if look.kind is DeviceKind.HYDROGEN_STATION:
        return station.total(look)
    if look.kind is DeviceKind.ELECTROLYSER:
        return _taken_kwh(look) / KWH_PER_KG_MADE
    return _given_kwh(look) / KWH_PER_KG_USED


def _stored(look: _Look) -> float:
    return max(0.0, 42.0 + look.day.stored().at(look.second) + _beyond_kg(look))


def _beyond_kg(look: _Look) -> float:
    """Return by how much commands have changed what the banks hold."""
    steered = look.district.steered
    makers = (replace(look, device=one) for one in steered(DeviceKind.ELECTROLYSER))
    users = (replace(look, device=one) for one in steered(DeviceKind.FUEL_CELL))
    made = sum(_beyond_kwh(maker)[0] for maker in makers) / KWH_PER_KG_MADE
    return made - sum(_beyond_kwh(user)[1] for user in users) / KWH_PER_KG_USED


def _pressure(empty: float, per_kg: float) -> Callable[[_Look], float]:
    """A bank's pressure follows the hydrogen in it; 82 MPa is the Japanese limit for banks."""
    return lambda look: min(81.5, empty + per_kg * _stored(look) + look.noise("bank", 0.08))


def _came(look: _Look) -> float:
    return math.floor(look.counted("people", look.day.people(look.device)[0].until(look.second)))


def _went(look: _Look) -> float:
    return math.floor(look.counted("people", look.day.people(look.device)[1].until(look.second)))


_SOURCES = (DeviceKind.PHOTOVOLTAIC, DeviceKind.BATTERY, DeviceKind.FUEL_CELL)
_WARM = (DeviceKind.BATTERY, DeviceKind.PHOTOVOLTAIC)

_COUNTED: dict[str, Callable[[Sizes, Device, int], float]] = {
    "taken": Sizes.taken_kwh,
    "given": Sizes.given_kwh,
    "people": Sizes.people,
    "steps": lambda _sizes, _device, _day: 4000.0,
    "rain": appliances.rain_mm,
}

_MEASURES: dict[str, Callable[[_Look], float]] = {
    "active_power": _power,
    "reactive_power": _reactive,
    "energy_import": _taken_kwh,
    "energy_export": _given_kwh,
    "energy_generated": _given_kwh,
    "current_r": _current("r", 0.55),
    "current_s": _current("s", 0.5),
    "current_t": _current("t", 0.45),
    "voltage_r": _voltage("r"),
    "voltage_s": _voltage("s"),
    "voltage_t": _voltage("t"),
    "frequency": surroundings.frequency,
    "power_factor": _factor,
    "power_limit": _limit,
    "dc_voltage": _dc_voltage,
    "dc_current": _dc_current,
    "state_of_charge": _charge,
    "state_of_health": lambda _look: 98.2,
    "temperature": _temperature,
    "stack_temperature": _stack_temperature,
    "operating_state": _state,
    "hydrogen_flow": _hydrogen_flow,
    "hydrogen_total": _hydrogen_total,
    "hydrogen_stored": _stored,
    "pressure_low": _pressure(12.0, 0.30),
    "pressure_mid": _pressure(36.0, 0.22),
    "pressure_high": _pressure(74.0, 0.12),
    "hydrogen_in_air": lambda look: max(0.0, 0.15 + look.noise("air", 0.15)),
    "river_level": surroundings.river_level,
    "people_count": lambda look: _came(look) - _went(look),
    "people_in": _came,
    "people_out": _went,
    **station.STATION,
    **VITAL_SIGNS,
    **appliances.MEASURES,
}
