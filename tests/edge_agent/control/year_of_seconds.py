"""A simulated site in seconds: forecast errors, meter dropouts, assets that fail, a link that dies.

The truth is kept apart from what the controller is told. Each half hour above the target is judged:
could the assets have held it, by what they really had? What explains it is the controller's own word.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, field

from edge_agent.control.demand import Ask, DemandController
from edge_agent.control.levers import Lever, LeverState

BEGIN_S = 1_764_000_000.0  # a full hour
BATTERY = Lever("battery", 1, ramp_kw_s=20.0, release_kw_s=2.0)
CELL = Lever("fuel-cell", 2, ramp_kw_s=0.5, release_kw_s=0.2)
HEATER = Lever("heater", 3, dwell_s=600.0, is_switch=True)
TOLERANCE = 1.005  # of the target: what a class 1 meter cannot tell


@dataclass
class Window:
    """One half hour: its true mean, whether it could be held, and what the controller says of it."""

    begins_s: float
    mean_kw: float
    target_kw: float
    holdable: bool
    reasons: tuple[str, ...] = ()

    @property
    def violated(self) -> bool:
        return self.mean_kw > self.target_kw * TOLERANCE


@dataclass
class Site:
    """Truth: load by hour of the day with noise, a battery, a fuel cell, a heater."""

    seed: int
    capacity_kwh: float = 160.0
    content_kwh: float = 80.0
    relief: dict[str, float] = field(default_factory=lambda: dict.fromkeys(LEVERS, 0.0))
    failed_until: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LEVERS, 0))
    dropout: int = 0
    offline_until: int = 0
    wander: float = 0.0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self._day = 0.0

    def load_kw(self, second: int) -> float:
        if second % 86_400 == 0:
            self._day = self.dice.gauss(0.0, 12.0)  # what no forecast knew
        hour = second % 86_400 / 3600
        shape = 60 + 45 * math.exp(-(((hour - 11) / 2.5) ** 2))
        shape += 60 * math.exp(-(((hour - 18.5) / 2) ** 2))
        self.wander += -self.wander / 900 + self.dice.gauss(0.0, 0.25)
        return shape + self._day + self.wander + self.dice.gauss(0.0, 1.5)

    def trouble(self) -> None:
        """Now and then something breaks; seconds are what the dice are thrown for."""
        if self.dice.random() < 1 / 3600 and not self.dropout:
            self.dropout = self.dice.randrange(3, 240)
        self.dropout = max(0, self.dropout - 1)

    def fail(self, second: int) -> None:
        for lever in LEVERS:
            if self.dice.random() < 1 / (30 * 86_400):
                self.failed_until[lever] = second + self.dice.randrange(600, 14_400)
        if self.dice.random() < 1 / (3 * 86_400):
            self.offline_until = second + self.dice.randrange(1800, 86_400)

    def states(self, second: int) -> dict[str, LeverState]:
        low, high = 0.1 * self.capacity_kwh, 0.9 * self.capacity_kwh
        most = 60.0 if self.content_kwh > low else 0.0
        least = -60.0 if self.content_kwh < high else 0.0
        given, works = self.relief, self.works
        return {
            "battery": LeverState(given["battery"], least, most, works("battery", second)),
            "fuel-cell": LeverState(given["fuel-cell"], 0.0, 40.0, works("fuel-cell", second)),
            "heater": LeverState(given["heater"], 0.0, 20.0, works("heater", second)),
        }

    def works(self, lever: str, second: int) -> bool:
        return second >= self.failed_until[lever]

    def apply(self, asks: list[Ask], second: int) -> None:
        for ask in asks:
            if self.works(ask.lever, second):
                self.relief[ask.lever] = ask.to_kw
        for lever in LEVERS:
            if not self.works(lever, second):
                self.relief[lever] = 0.0  # a failed asset trips
        kw = self.relief["battery"]
        low, high = 0.1 * self.capacity_kwh, 0.9 * self.capacity_kwh
        if (kw > 0 and self.content_kwh <= low) or (kw < 0 and self.content_kwh >= high):
            self.relief["battery"] = kw = 0.0
        self.content_kwh -= kw / 3600 / 0.95 if kw > 0 else kw / 3600 * 0.95


LEVERS = ("battery", "fuel-cell", "heater")


@dataclass
class Course:
    """What a run gave."""

    windows: list[Window]
    switches_per_hour: Counter[tuple[str, int]]

    @property
    def violations(self) -> list[Window]:
        return [window for window in self.windows if window.violated and window.holdable]

    @property
    def unexplained(self) -> list[Window]:
        return [window for window in self.windows if window.violated and not window.reasons]

    @property
    def most_switches(self) -> int:
        return max(self.switches_per_hour.values(), default=0)


def schedule_of(second: int) -> dict[str, float]:
    """Return the plan's schedule: charge in the night, the fuel cell in the evening."""
    hour = second % 86_400 / 3600
    if hour < 6:
        return {"battery": -18.0}
    return {"fuel-cell": 20.0} if 17 <= hour < 21 else {}


def run(seed: int, seconds: int, target_kw: float = 115.0) -> Course:
    """Return what the controller made of so many seconds."""
    site, controller = Site(seed), DemandController((BATTERY, CELL, HEATER))
    windows: list[Window] = []
    switches: Counter[tuple[str, int]] = Counter()
    used, needed, could = 0.0, 0.0, 0.0
    for second in range(seconds):
        load = site.load_kw(second) + 20.0  # the heater runs unless it is shed
        site.trouble()
        site.fail(second) if second % 60 == 0 else None
        states = site.states(second)
        imported = load - sum(site.relief.values())
        used += imported
        needed += load
        usable = [s.most_kw for s in states.values() if s.available]
        could += sum(usable)
        plan = {} if second < site.offline_until else schedule_of(second)
        told = None if site.dropout else imported
        asks = controller.step(BEGIN_S + second, told, states, target_kw, plan)
        if controller.overrun and windows:
            windows[-1].reasons = controller.overrun.reasons
        for ask in asks:
            if _way(ask.from_kw) != _way(ask.to_kw):
                switches[ask.lever, second // 3600] += 1
        site.apply(asks, second)
        if second % 1800 == 1799:
            holdable = (needed - could) / 1800 <= target_kw
            mean = used / 1800
            windows.append(Window(BEGIN_S + second - 1799, mean, target_kw, holdable))
            used, needed, could = 0.0, 0.0, 0.0
    return Course(windows, switches)


def _way(kw: float) -> int:
    return (kw > 0) - (kw < 0)
