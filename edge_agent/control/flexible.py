"""Flexible loads as levers: vehicles at chargers, loads that wait for a window, loads that are shed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from typing_extensions import override

from area_configs.domain.dispatch import set_point
from area_configs.domain.energy import within
from edge_agent.control.assets import POWER, Asset
from edge_agent.control.gate import fresh_s
from edge_agent.control.levers import Lever, LeverState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from area_configs.domain.areas import Area
    from area_configs.domain.devices import DeviceProfile
    from area_configs.domain.energy import DayWindow, EnergySite
    from edge_agent.control.board import Board

_PLUG, _CAN_CHARGE = "plug_state", 2
_SWITCH_DWELL_S = 600.0  # at most six switches an hour
_OFF, _AUTOMATIC = 0.0, 2.0  # of `heating_mode`
_DAY_S, _SATURDAY = 86_400.0, 5
# What waits comes first, with the electrolyser; what people go without comes last.
_WAITS, _SHED = 1, 4


@dataclass(slots=True)
class Charger(Asset):
    """A charger: it gives what its vehicle draws less, and takes nothing where none is plugged in."""

    @override
    def idle_kw(self, board: Board) -> float:
        """Return that a vehicle charges at full power by rule, as far as the target allows."""
        return -self.power_kw

    @override
    def told(self, relief_kw: float, now_s: float) -> float:
        """Return the watts that it may draw."""
        return min(1000.0 * abs(relief_kw), self.profile.command(self.quantity).maximum)

    @override
    def _bounds(self, board: Board, now_s: float) -> tuple[float, float] | None:
        plug = (
            board.seen(self.device, _PLUG, fresh_s(self.profile, _PLUG)) if self._told() else None
        )
        gone = plug is not None and plug.value < _CAN_CHARGE
        return (0.0 if gone else -self.power_kw), 0.0

    def _told(self) -> bool:
        return any(point.quantity == _PLUG for point in self.profile.points)


@dataclass(slots=True)
class Heater(Asset):
    """A water heater: it may heat, as its own controller sees fit, or it must wait."""

    @override
    def idle_kw(self, board: Board) -> float:
        """Return that it may heat by rule."""
        return -self.power_kw

    @override
    def told(self, relief_kw: float, now_s: float) -> float:
        """Return the mode that it is set to."""
        return _AUTOMATIC if relief_kw < -0.5 * self.power_kw else _OFF

    @override
    def _bounds(self, board: Board, now_s: float) -> tuple[float, float] | None:
        return -self.power_kw, 0.0


@dataclass(slots=True)
class Shed(Asset):
    """A load that may be switched off within limits of comfort.

    Attributes:
        is_open: tells whether people may go without it now.
        hours: most hours a day, hours at a time, and of the pause after each.
    """

    is_open: Callable[[], bool] = bool
    hours: tuple[float, float, float] = (2.0, 0.5, 0.5)
    relieves_kw: float = 0.0
    since_s: float | None = None
    ended_s: float = float("-inf")
    used_s: float = 0.0
    day_s: float = 0.0

    @override
    def state(self, board: Board, now_s: float) -> LeverState:
        """Return what it gives and could give; not available where somebody else switched it off."""
        seen = board.seen(self.device, POWER, fresh_s(self.profile, POWER))
        if seen is None:
            return LeverState(0.0, 0.0, 0.0, available=False)
        self._new_day(now_s)
        if self.since_s is not None:
            may = self._may_go_on(now_s)
            return LeverState(self.relieves_kw, 0.0, self.relieves_kw if may else 0.0)
        draws = min(max(0.0, seen.value / 1000), self.power_kw)
        return LeverState(0.0, 0.0, draws if self._may_begin(now_s) else 0.0)

    @override
    def idle_kw(self, board: Board) -> float:
        """Return that nothing is shed by rule."""
        return 0.0

    @override
    def told(self, relief_kw: float, now_s: float) -> float:
        """Return whether it may run, and note since when it may not."""
        if relief_kw > 0 and self.since_s is None:
            self.since_s, self.relieves_kw = now_s, relief_kw
        elif relief_kw <= 0 and self.since_s is not None:
            self.used_s += now_s - self.since_s
            self.since_s, self.ended_s = None, now_s
        return 0.0 if relief_kw > 0 else 1.0

    @override
    def undone(self) -> None:
        """Forget that it was switched off: it was not."""
        self.since_s = None

    def _may_begin(self, now_s: float) -> bool:
        pause_s = 3600 * self.hours[2]
        return self.is_open() and now_s - self.ended_s >= pause_s and self.used_s < self._most_s()

    def _may_go_on(self, now_s: float) -> bool:
        lasted_s = now_s - (self.since_s or now_s)
        within_run = lasted_s < 3600 * self.hours[1]
        return self.is_open() and within_run and self.used_s + lasted_s < self._most_s()

    def _most_s(self) -> float:
        return 3600 * self.hours[0]

    def _new_day(self, now_s: float) -> None:
        if now_s - self.day_s >= _DAY_S:
            self.day_s, self.used_s = now_s, 0.0


def flexible_of(area: Area, gateway: str, now_us: Callable[[], int]) -> list[Asset]:
    """Return the flexible loads of an area's energy side that a gateway can command.

    Args:
        area: with its energy side.
        gateway: whose devices.
        now_us: gives the time, microseconds UTC: what is shed goes by the local day.
    """
    zone = ZoneInfo(area.timezone)

    def opens(window: DayWindow) -> Callable[[], bool]:
        return lambda: _open(window, datetime.fromtimestamp(now_us() / 1e6, UTC).astimezone(zone))

    profiles = {d.id: area.profile_of(d) for d in area.devices_of(gateway)}
    return list(_flexible(area.energy, profiles, opens)) if area.energy else []


def _flexible(
    energy: EnergySite,
    profiles: dict[str, DeviceProfile],
    opens: Callable[[DayWindow], Callable[[], bool]],
) -> Iterator[Asset]:
    for one in energy.charging:
        for profile, quantity in _moved(profiles, one.device):
            lever = Lever(one.device, _WAITS, ramp_kw_s=5.0, release_kw_s=1.0)
            yield Charger(one.device, profile, lever, one.power_kw, sign=-1, quantity=quantity)
    for waits in energy.deferrable:
        for profile, quantity in _moved(profiles, waits.device):
            lever = Lever(waits.device, _WAITS, dwell_s=_SWITCH_DWELL_S, is_switch=True)
            yield Heater(waits.device, profile, lever, waits.power_kw, sign=-1, quantity=quantity)
    for shed in energy.sheddable:
        for profile, quantity in _moved(profiles, shed.device):
            lever = Lever(shed.device, _SHED, dwell_s=_SWITCH_DWELL_S, is_switch=True)
            made = Shed(shed.device, profile, lever, shed.power_kw, quantity=quantity)
            made.is_open = opens(shed.window)
            made.hours = (shed.most_hours, shed.run_hours, shed.pause_hours)
            yield made


def _moved(profiles: dict[str, DeviceProfile], device: str) -> Iterator[tuple[DeviceProfile, str]]:
    """Give the profile of a device of this gateway and what it is set by; nothing where it is not."""
    profile = profiles.get(device)
    if profile and (quantity := set_point(profile)):
        yield profile, quantity


def _open(window: DayWindow, local: datetime) -> bool:
    """Tell whether a window is open; a gateway knows weekends, not holidays."""
    minute = local.hour * 60 + local.minute
    weekend = local.weekday() >= _SATURDAY
    return window.on(day_off=weekend) and within(minute, window.begins, window.ends)
