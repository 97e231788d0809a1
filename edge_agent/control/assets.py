"""Assets: what the demand controller may move at a site, as levers, with what each could do now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from area_configs.domain.devices import DeviceKind
from edge_agent.control.gate import fresh_s
from edge_agent.control.levers import Lever, LeverState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.domain.areas import Area
    from area_configs.domain.devices import DeviceProfile
    from area_configs.domain.energy import BatterySite, ConverterSite
    from edge_agent.control.board import Board

POWER = "active_power"
_FAULT = 5  # of `operating_state`
_LEAST_UP_S, _LEAST_DOWN_S = 600.0, 300.0  # of a fuel cell: at most four starts an hour
# Using less comes first, then what is stored, then what has to be started.
_ELECTROLYSER = {"stage": 1, "ramp_kw_s": 10.0, "release_kw_s": 1.0}
_BATTERY = {"stage": 2, "ramp_kw_s": 20.0, "release_kw_s": 2.0}
_FUEL_CELL = {"stage": 3, "ramp_kw_s": 5.0, "release_kw_s": 1.0}


@dataclass(slots=True)
class Asset:
    """One device behind a lever.

    Attributes:
        battery: how it is installed, where it is one.
        power_kw: what it can do, each way.
        least_kw: below this it does not run.
        sign: what a positive power of it does to the import: +1 relieves, -1 burdens.
        quantity: names the command that sets it.
        started_s, stopped_s: when it last began and ceased to run, as it was told.
    """

    device: str
    profile: DeviceProfile
    lever: Lever
    power_kw: float
    least_kw: float = 0.0
    sign: int = 1
    battery: BatterySite | None = None
    started_s: float = float("-inf")
    stopped_s: float = float("-inf")
    drew_kw: float | None = None
    quantity: str = POWER

    def state(self, board: Board, now_s: float) -> LeverState:
        """Return what it gives and could give; not available where it is not known or faulty."""
        seen = board.seen(self.device, POWER, fresh_s(self.profile, POWER))
        if seen is None:
            return LeverState(0.0, 0.0, 0.0, available=False)
        relief = self.sign * seen.value / 1000
        running = board.seen(self.device, "operating_state", fresh_s(self.profile, POWER) * 3)
        faulty = running is not None and running.value == _FAULT
        bounds = self._bounds(board, now_s)
        if bounds is None or faulty:
            return LeverState(relief, relief, relief, available=False)
        if self.sign < 0 and self.drew_kw is None:
            self.drew_kw = -relief
        return LeverState(relief, *bounds)

    def idle_kw(self, board: Board) -> float:
        """Return the relief that it gives by rule, where no plan says anything.

        A battery fills itself up to the middle; an electrolyser goes on as it was found.
        """
        if self.sign < 0:
            return -(self.drew_kw or 0.0)
        if self.battery is None:
            return 0.0
        charge = board.seen(self.device, "state_of_charge", 60.0)
        middle = 50.0 * (self.battery.low + self.battery.high)
        return -0.2 * self.power_kw if charge and charge.value < middle else 0.0

    def told(self, relief_kw: float, now_s: float) -> float:
        """Return the watts to tell it for a relief, and note whether it starts or stops."""
        power = abs(relief_kw) if self.sign < 0 else relief_kw
        if 0 < power < self.least_kw:
            power = self.least_kw
        if self.least_kw and self.sign > 0:
            was = self.started_s > self.stopped_s
            if power > 0 and not was:
                self.started_s = now_s
            elif power == 0 and was:
                self.stopped_s = now_s
        return 1000.0 * power

    def undone(self) -> None:
        """Take note that it did not do what it was told."""

    def _bounds(self, board: Board, now_s: float) -> tuple[float, float] | None:
        if self.sign < 0:
            return -self.power_kw, 0.0
        if self.battery is None:
            return self._converter_bounds(now_s)
        charge = board.seen(self.device, "state_of_charge", 60.0)
        if charge is None:
            return None
        low, high = 100 * self.battery.low, 100 * self.battery.high
        least = 0.0 if charge.value >= high else -self.power_kw
        return least, 0.0 if charge.value <= low else self.power_kw

    def _converter_bounds(self, now_s: float) -> tuple[float, float]:
        if self.started_s > self.stopped_s:
            return (self.least_kw if now_s - self.started_s < _LEAST_UP_S else 0.0), self.power_kw
        return 0.0, 0.0 if now_s - self.stopped_s < _LEAST_DOWN_S else self.power_kw


def assets_of(area: Area, gateway: str) -> list[Asset]:
    """Return the assets of an area's energy side that a gateway can command, by stage."""
    return sorted(_assets(area, gateway), key=lambda asset: asset.lever.stage)


def _assets(area: Area, gateway: str) -> Iterator[Asset]:
    energy = area.energy
    if energy is None:
        return
    profiles = {d.id: area.profile_of(d) for d in area.devices_of(gateway)}
    for battery in energy.batteries:
        if profile := _commandable(profiles, battery.device):
            lever = Lever(battery.device, **_BATTERY)  # type: ignore[arg-type]  # numbers by name
            yield Asset(battery.device, profile, lever, battery.power_kw, battery=battery)
    for cell in energy.fuel_cells:
        if profile := _commandable(profiles, cell.device):
            lever = Lever(cell.device, **_FUEL_CELL)  # type: ignore[arg-type]  # as above
            yield Asset(cell.device, profile, lever, cell.power_kw, _least(cell))
    for unit in energy.electrolysers:
        if profile := _commandable(profiles, unit.device):
            lever = Lever(unit.device, **_ELECTROLYSER)  # type: ignore[arg-type]  # as above
            yield Asset(unit.device, profile, lever, unit.power_kw, _least(unit), sign=-1)


def _least(site: ConverterSite) -> float:
    return site.least * site.power_kw


def _commandable(profiles: dict[str, DeviceProfile], device: str) -> DeviceProfile | None:
    profile = profiles.get(device)
    kinds = (DeviceKind.BATTERY, DeviceKind.FUEL_CELL, DeviceKind.ELECTROLYSER)
    if profile is None or profile.kind not in kinds:
        return None
    return profile if any(command.quantity == POWER for command in profile.commands) else None
