"""What a hydrogen station says, with what has gone wrong in it on demand.

A fault strikes when it is set and holds until it is taken away, as the real trips do: the
controllers latch them. A fill that it ends is told as a session with its abort reason.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.simulators.hydrogen_visits import FAULT, FINISHED, FUELLING
from edge_agent.simulators.station_measures import VEHICLE_FIELDS
from edge_agent.simulators.vehicle import session_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from area_configs.domain.areas import Device
    from edge_agent.simulators.behaviour import District
    from edge_agent.simulators.faults import Fault
    from edge_agent.simulators.hydrogen_visits import Visit
    from edge_agent.simulators.j2799 import VehicleCommand

# Abort reasons as the vocabulary numbers them.
_REASONS: Mapping[str, int] = MappingProxyType(
    {"abort": 1, "over_temperature": 2, "esd": 6, "leak": 7, "flame": 8, "seismic": 9}
)
# What each fault makes the plant say in the place of what it would measure.
_SAYS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "leak": {
            "hydrogen_in_air": 34.0,
            "hydrogen_in_air_compressor": 28.0,
            "hydrogen_in_air_storage": 12.0,
            "relief_vent": 1.0,
        },
        "flame": {"flame_detected": 1.0, "emergency_stop": 1.0},
        "esd": {"emergency_stop": 1.0},
        "seismic": {"seismic_trip": 1.0, "emergency_stop": 1.0},
        "abort": {"vehicle_command": 4.0},
        "over_temperature": {"vehicle_temperature": 86.2, "vehicle_communication": 1.0},
    }
)
_STOPPED = {"hydrogen_flow": 0.0, "pressure_ramp": 0.0}
_SHUT: Mapping[str, float] = MappingProxyType({"operating_state": 5.0, "compressor_state": 0.0})
_SHUTTING = {"leak", "flame", "esd", "seismic"}


class Told(NamedTuple):
    """A field of a session and when it happened."""

    value: float
    at_us: int


class StationVoice:
    """The voice of one device of a station: what its part of the plant measures, or its fault."""

    def __init__(self, district: District, device: Device) -> None:
        self._district = district
        self._device = device
        self._struck: tuple[str, int] = ("", 0)
        self._cut: tuple[Visit, int, int] | None = None  # the fill that a fault ended, when, why

    def say(self, quantity: str, at_us: int, fault: Fault) -> float | None:
        """Return what is said of a quantity; None where its sensor has failed."""
        self._look_at(fault, at_us)
        if fault.event == "sensor_failure" and quantity.endswith(("_temperature", "_pressure")):
            return None
        if fault.event == "stale_heartbeat" and quantity == "heartbeat":
            at_us = self._struck[1]
        said = self._overruled(quantity, at_us, fault)
        return self._district.value(self._device, quantity, at_us) if said is None else said

    def event(self, quantity: str, at_us: int, fault: Fault) -> Told | None:
        """Return the newest value of a session's field and its instant, None before the first."""
        self._look_at(fault, at_us)
        begun = quantity == "session_started"
        cut = self._cut
        visits = self._district.visits(self._device)
        visit = visits.last_begun(at_us / 1e6) if begun else visits.last_ended(at_us / 1e6)
        if cut and not begun and (visit is None or visit.number <= cut[0].number):
            fields = self._cut_fields(cut)
            return Told(fields[quantity], cut[1]) if quantity in fields else None
        if visit is None or (quantity in VEHICLE_FIELDS and not visit.talks):
            return None
        value = self._district.value(self._device, quantity, at_us)
        return Told(value, int((visit.begins_s if begun else visit.ends_s) * 1e6))

    def _look_at(self, fault: Fault, at_us: int) -> None:
        if fault.event == self._struck[0]:
            return
        self._struck = fault.event, at_us
        visit = self._district.visits(self._device).at(at_us / 1e6)
        reason = _REASONS.get(fault.event, 0)
        if reason and visit and visit.stage(at_us / 1e6) == FUELLING:
            self._cut = visit, at_us, reason

    def _overruled(self, quantity: str, at_us: int, fault: Fault) -> float | None:
        """Return what a fault makes it say, None where the fault does not concern it."""
        own = _SAYS.get(fault.event, {}).get(quantity)
        if own is not None:
            return own
        if fault.event in _SHUTTING and quantity in _SHUT:
            return _SHUT[quantity]
        if fault.event in _REASONS:
            return self._stopped(quantity, fault.event)
        return self._after_cut(quantity, at_us)

    def _stopped(self, quantity: str, event: str) -> float | None:
        if quantity == "dispenser_state":
            return FAULT
        if quantity == "abort_reason":
            return _REASONS[event]
        if self._cut and quantity in {"hydrogen_total", "fuelled_mass", "nozzle_pressure"}:
            return self._district.value(self._device, quantity, self._cut[1])
        return _STOPPED.get(quantity)

    def _after_cut(self, quantity: str, at_us: int) -> float | None:
        """A car whose fill was ended stays connected until its time is over, without gas."""
        if not self._cut or at_us / 1e6 >= self._cut[0].leaves_s:
            return None
        if quantity == "dispenser_state":
            return FINISHED
        return _STOPPED.get(quantity)

    def _cut_fields(self, cut: tuple[Visit, int, int]) -> dict[str, float]:
        visit, at_us, reason = cut
        moment = visit.fill.at(at_us / 1e6 - visit.begins_s)
        last: VehicleCommand = "Abort" if reason == _REASONS["abort"] else "Dyna"
        return {
            **(session_fields(visit, last) if visit.talks else {}),
            "session_ended": float(visit.number),
            "session_duration": moment.second,
            "session_mass": moment.taken,
            "session_charge": moment.charge,
            "session_end_pressure": moment.mpa,
            "session_peak_temperature": moment.celsius,
            "session_abort_reason": float(reason),
            "session_target_pressure": visit.fill.end.mpa,
            "session_ramp": visit.fill.conditions.ramp,
            "session_protocol": float(visit.protocol),
            "session_communication": float(visit.talks),
        }
