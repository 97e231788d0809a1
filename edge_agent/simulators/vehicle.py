"""The vehicle at a dispenser: what it says by SAE J2799, as the dispenser's controller hears it.

Every value has been through a frame of the standard, so that it has its resolution: 0.1 MPa, 0.1 K.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from edge_agent.simulators import j2799

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.simulators.hydrogen_visits import Visit
    from edge_agent.simulators.j2799 import Telegram, VehicleCommand

TANK_L = 122.4
_KELVIN = 273.15
# The codes of the vocabulary, in the order of the standard.
COMMANDS: Mapping[str, float] = MappingProxyType(
    {"Dyna": 1.0, "Stat": 2.0, "Halt": 3.0, "Abort": 4.0}
)
RECEPTACLES: Mapping[str, float] = MappingProxyType(
    {"H25": 1.0, "H35": 2.0, "H50": 3.0, "H70": 4.0}
)


def heard(visit: Visit, second: float, command: VehicleCommand = "Dyna") -> Telegram:
    """Return the telegram of a vehicle so many seconds after its fill began, decoded again."""
    moment = visit.fill.at(second)
    return _through_the_air(round(moment.mpa, 1), round(moment.celsius + _KELVIN, 1), command)


def celsius(telegram: Telegram) -> float:
    """Return the gas temperature that a telegram tells."""
    return round(telegram.temperature - _KELVIN, 2)


def session_fields(visit: Visit, command: VehicleCommand = "Dyna") -> dict[str, float]:
    """Return what the controller notes of a vehicle's telegrams in a session's record."""
    first = heard(visit, 0.0, command)
    return {
        "session_vehicle_volume": first.volume,
        "session_vehicle_receptacle": RECEPTACLES[first.receptacle],
        "session_vehicle_command": COMMANDS[first.command],
        "session_vehicle_start_pressure": first.pressure,
        "session_vehicle_start_temperature": celsius(first),
    }


@lru_cache(maxsize=256)
def _through_the_air(mpa: float, kelvin: float, command: VehicleCommand) -> Telegram:
    said = j2799.Telegram(TANK_L, "H70", command, mpa, kelvin)
    return j2799.decode(said.encode())
