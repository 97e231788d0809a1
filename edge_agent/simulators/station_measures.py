"""What a hydrogen station and its dispensers measure; the plant follows the cars at its dispensers."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from edge_agent.simulators import vehicle
from edge_agent.simulators.hydrogen_visits import FUELLING, IDLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_agent.simulators.hydrogen_visits import Visit, Visits

    _Measure = Callable[["Look"], float]

_STOPPED, _RUNNING, _STANDBY = 0, 2, 4
_INSTALLED_S = 1_743_433_200.0  # 2025-04-01 in Tokyo: running hours and cycles began at zero
_AMBIENT_MPA = 0.0
_RECOVERY_S = 150.0  # how fast the compressor fills the banks again


class Look(Protocol):
    """One device of a station at one instant; `second` counts from midnight, `at_s` from 1970."""

    @property
    def at_s(self) -> float: ...  # noqa: D102 - see the class

    @property
    def second(self) -> float: ...  # noqa: D102 - see the class

    def noise(self, what: str, amount: float) -> float:
        """Return its own slow noise, within plus and minus an amount."""
        ...

    def visits(self) -> Visits:
        """Return the cars at this dispenser."""
        ...

    def all_visits(self) -> list[Visits]:
        """Return the cars at each dispenser of the area."""
        ...

    def weather(self) -> float:
        """Return the temperature outside."""
        ...


def _visit(look: Look) -> Visit | None:
    return look.visits().at(look.at_s)


def _stage(look: Look) -> int:
    visit = _visit(look)
    return visit.stage(look.at_s) if visit else IDLE


def _busy(look: Look) -> float:
    """Return 1 while any dispenser fills, falling back to 0 over minutes."""
    busy = 0.0
    for visits in look.all_visits():
        begun = visits.last_begun(look.at_s)
        if begun is None:
            continue
        late = look.at_s - begun.ends_s
        busy = max(busy, 1.0 if late < 0 else math.exp(-late / _RECOVERY_S))
    return busy


def _runs(look: Look) -> bool:
    return _busy(look) > 0.15


def _while_connected(measure: Callable[[Look, Visit, float], float], idle: float) -> _Measure:
    """Measure from connecting to leaving; `idle` else."""

    def found(look: Look) -> float:
        visit = _visit(look)
        if visit is None or visit.stage(look.at_s) == IDLE:
            return idle
        return measure(look, visit, look.at_s - visit.begins_s)

    return found


def _while_talking(measure: Callable[[Look, Visit, float], float], idle: float) -> _Measure:
    """Measure while the vehicle tells its state; `idle` else."""

    def told(look: Look, visit: Visit, second: float) -> float:
        return measure(look, visit, second) if visit.talks else idle

    return _while_connected(told, idle)


def _delivery(look: Look) -> float:
    """Cold within half a minute (J2601: 30 s), back to the weather's over some minutes."""
    visit = _visit(look)
    warm = look.weather()
    if visit is None or look.at_s < visit.begins_s:
        return warm
    cold = visit.fill.conditions.precooled - warm
    if look.at_s < visit.ends_s:
        return warm + cold * (1 - math.exp(-(look.at_s - visit.begins_s) / 8.0))
    return warm + cold * math.exp(-(look.at_s - visit.ends_s) / 120.0)


def flow(look: Look) -> float:
    """Return the mass flow of a dispenser in g/s."""
    visit = _visit(look)
    return visit.fill.flow(look.at_s - visit.begins_s) if visit else 0.0


def total(look: Look) -> float:
    """Return what a dispenser has given in kg, all cars."""
    return look.visits().total_kg(look.at_s)


def _cycles(per_day: float) -> _Measure:
    return lambda look: math.floor((look.at_s - _INSTALLED_S) / 86400 * per_day)


def _session(value: Callable[[Visit], float], *, begun: bool = False) -> _Measure:
    """Return a field of the newest session; -1 where there was none for long."""

    def found(look: Look) -> float:
        visits = look.visits()
        visit = visits.last_begun(look.at_s) if begun else visits.last_ended(look.at_s)
        return value(visit) if visit else -1.0

    return found


def _told(field: str) -> Callable[[Visit], float]:
    return lambda visit: vehicle.session_fields(visit)[field]


# Fields of a session that only a vehicle that talks can give.
VEHICLE_FIELDS = (
    "session_vehicle_volume",
    "session_vehicle_receptacle",
    "session_vehicle_command",
    "session_vehicle_start_pressure",
    "session_vehicle_start_temperature",
)

STATION: Mapping[str, _Measure] = MappingProxyType(
    {
        "supply_pressure": lambda look: (
            38.0 - 20.0 * look.second / 86400 + look.noise("supply", 0.1)
        ),
        "supply_mass": lambda look: 320.0 - 190.0 * look.second / 86400,
        "compressor_state": lambda look: _RUNNING if _runs(look) else _STANDBY,
        "suction_pressure": lambda look: 20.0 + look.noise("suction", 1.5),
        "discharge_pressure": lambda look: 72.0 + 9.0 * _busy(look) + look.noise("discharge", 0.4),
        "discharge_temperature": lambda look: 30.0 + 75.0 * _busy(look) + look.noise("hot", 2.0),
        "vibration": lambda look: 0.2 + (2.6 if _runs(look) else 0.0) + look.noise("shaking", 0.1),
        "running_hours": lambda look: 0.3 * (look.at_s - _INSTALLED_S) / 3600,
        "bank_temperature_low": lambda look: look.weather() + 4 * _busy(look),
        "bank_temperature_mid": lambda look: look.weather() + 6 * _busy(look),
        "bank_temperature_high": lambda look: look.weather() + 9 * _busy(look),
        "bank_cycles_low": _cycles(60.0),
        "bank_cycles_mid": _cycles(48.0),
        "bank_cycles_high": _cycles(40.0),
        "precooler_temperature": lambda look: -39.0 + 3.0 * _busy(look) + look.noise("cold", 0.3),
        "precooler_state": lambda _look: _RUNNING,
        "precooler_power": lambda look: 9_000 + 22_000 * _busy(look) + look.noise("cooler", 500.0),
        "hydrogen_in_air_compressor": lambda look: max(0.0, 0.3 + look.noise("air-1", 0.3)),
        "hydrogen_in_air_storage": lambda look: max(0.0, 0.2 + look.noise("air-2", 0.2)),
        "flame_detected": lambda _look: 0.0,
        "emergency_stop": lambda _look: 0.0,
        "seismic_trip": lambda _look: 0.0,
        "relief_vent": lambda _look: 0.0,
        "breakaway": lambda _look: 0.0,
        "nitrogen_pressure": lambda look: 0.70 + look.noise("nitrogen", 0.02),
        "instrument_air_pressure": lambda look: 0.66 + look.noise("air", 0.03),
        "heartbeat": lambda look: math.floor(look.at_s) % 65536,
        "data_age": lambda _look: 0.0,
        "certificate_days_left": lambda _look: 3650.0,
        "dispenser_state": _stage,
        "nozzle_pressure": _while_connected(
            lambda _look, visit, second: visit.fill.at(second).mpa, _AMBIENT_MPA
        ),
        "delivery_temperature": _delivery,
        "fuelled_mass": _while_connected(
            lambda _look, visit, second: visit.fill.at(second).taken, 0.0
        ),
        "target_pressure": _while_connected(lambda _l, visit, _s: visit.fill.end.mpa, 0.0),
        "pressure_ramp": _while_connected(
            lambda look, visit, _s: (
                visit.fill.conditions.ramp if visit.stage(look.at_s) == FUELLING else 0.0
            ),
            0.0,
        ),
        "fuelling_protocol": _while_connected(lambda _l, visit, _s: visit.protocol, 0.0),
        "vehicle_communication": _while_connected(lambda _l, visit, _s: float(visit.talks), 0.0),
        "vehicle_pressure": _while_talking(
            lambda _l, visit, s: vehicle.heard(visit, s).pressure, 0.0
        ),
        "vehicle_temperature": _while_talking(
            lambda _l, visit, s: vehicle.celsius(vehicle.heard(visit, s)), 15.0
        ),
        "vehicle_volume": _while_talking(lambda _l, visit, s: vehicle.heard(visit, s).volume, 0.0),
        "vehicle_command": _while_talking(
            lambda _l, visit, s: vehicle.COMMANDS[vehicle.heard(visit, s).command], 0.0
        ),
        "vehicle_charge": _while_talking(lambda _l, visit, s: visit.fill.at(s).charge, 0.0),
        "abort_reason": lambda _look: 0.0,
        "session_started": _session(lambda visit: visit.number, begun=True),
        "session_ended": _session(lambda visit: visit.number),
        "session_duration": _session(lambda visit: visit.fill.duration_s),
        "session_mass": _session(lambda visit: visit.fill.end.taken),
        "session_charge": _session(lambda visit: visit.fill.end.charge),
        "session_target_pressure": _session(lambda visit: visit.fill.end.mpa),
        "session_end_pressure": _session(lambda visit: visit.fill.end.mpa),
        "session_ramp": _session(lambda visit: visit.fill.conditions.ramp),
        "session_peak_temperature": _session(lambda visit: visit.fill.end.celsius),
        "session_protocol": _session(lambda visit: visit.protocol),
        "session_communication": _session(lambda visit: float(visit.talks)),
        "session_abort_reason": _session(lambda _visit: 0.0),
        **{field: _session(_told(field)) for field in VEHICLE_FIELDS},
    }
)
