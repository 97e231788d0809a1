"""Drives: how one commanded machine moves: it starts, ramps and stays within what it can."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

from area_configs.domain.devices import DeviceKind

_IDLE_W = 50.0
_LEAST_LOAD = 0.2  # of a fuel cell or an electrolyser that runs
_WARM_S, _COLD_S = 600.0, 3600.0
_EMPTY, _FULL = 5.0, 98.0  # where a battery's own management stops it, per cent


class State(IntEnum):
    """The codes of `operating_state` that drives show."""

    STOPPED = 0
    STARTING = 1
    RUNNING = 2
    STOPPING = 3
    STANDBY = 4


@dataclass(frozen=True, slots=True)
class Build:
    """How a kind of machine is built: its ramp, as a share of its rated power a second; its start."""

    ramp: float
    start_s: float = 0.0


BUILDS = {
    DeviceKind.BATTERY: Build(0.25),
    DeviceKind.FUEL_CELL: Build(0.02, 30.0),
    DeviceKind.ELECTROLYSER: Build(0.03, 20.0),
    DeviceKind.PHOTOVOLTAIC: Build(0.2),
}


@dataclass(slots=True)
class Drive:
    """One machine; `net_w` is what it takes less what it gives.

    Attributes:
        wanted_w: the net power that it was told; None: it goes on by its own plan.
        limit_w: it gives no more than this.
        limit_share: it gives no more than this share of its rated power, while `limited`.
        switch: whether it was told to run or to stop; None where it never was.
        started_s: for how long its start has been under way.
        warmth: of its stack, 0 to 1: some ten minutes to warm up, an hour to cool down.
    """

    kind: DeviceKind
    rated_w: float
    net_w: float
    wanted_w: float | None = None
    limit_w: float = math.inf
    limit_share: float = 1.0
    limited: bool = False
    switch: bool | None = None
    started_s: float = 0.0
    warmth: float = 0.0

    def obey(self, quantity: str, value: float) -> bool:
        """Take a command; False where it is beyond what the machine can."""
        if quantity == "operating_state":
            self.switch = value > 0
        elif quantity == "power_limit":
            self.limit_w = max(value, 0.0)
        elif quantity == "output_limit":
            self.limit_share = min(max(value / 100, 0.0), 1.0)
        elif quantity == "output_limit_switch":
            self.limited = value > 0
        elif quantity == "active_power" and abs(value) <= self.rated_w:
            self.wanted_w = value if self.kind is DeviceKind.ELECTROLYSER else -value
        else:
            return False
        return True

    def step(self, planned_w: float, charge: float, seconds: float) -> None:
        """Let time pass; `planned_w` is its own plan's net power, `charge` a battery's content."""
        goal = self._goal(planned_w, charge)
        hot = 1.0 if self.net_w else 0.0
        self.warmth += (hot - self.warmth) * min(seconds / (_WARM_S if hot else _COLD_S), 1.0)
        build = BUILDS[self.kind]
        if goal and not self.net_w and self.started_s < build.start_s:
            self.started_s += seconds
            return
        reach = self.rated_w * build.ramp * seconds
        self.net_w += min(max(goal - self.net_w, -reach), reach)
        if not goal and not self.net_w:
            self.started_s = 0.0

    @property
    def state(self) -> State:
        """Return what it shows of itself."""
        if self.switch is False:
            return State.STOPPING if abs(self.net_w) > _IDLE_W else State.STOPPED
        if 0 < self.started_s < BUILDS[self.kind].start_s and not self.net_w:
            return State.STARTING
        if abs(self.net_w) > _IDLE_W or (self.switch and not self._needs_load):
            return State.RUNNING
        return State.STANDBY

    @property
    def _needs_load(self) -> bool:
        return self.kind in (DeviceKind.FUEL_CELL, DeviceKind.ELECTROLYSER)

    def _goal(self, planned_w: float, charge: float) -> float:
        goal = planned_w if self.wanted_w is None else self.wanted_w
        if self.switch is False:
            return 0.0
        if self.switch and self._needs_load and abs(goal) < _LEAST_LOAD * self.rated_w:
            sign = 1.0 if self.kind is DeviceKind.ELECTROLYSER else -1.0
            goal = sign * _LEAST_LOAD * self.rated_w
        if self.kind is DeviceKind.BATTERY and (
            (goal < 0 and charge <= _EMPTY) or (goal > 0 and charge >= _FULL)
        ):
            return 0.0
        share_w = self.limit_share * self.rated_w if self.limited else math.inf
        return max(goal, -min(self.limit_w, share_w))
