"""A plant for tests of control: devices that do as they are told, or not, and a clock that leaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.readings import Reading
from area_configs.loader import load_profile

if TYPE_CHECKING:
    import asyncio

PROFILES = {
    "battery": load_profile("generic_battery_pcs"),
    "cell": load_profile("generic_pem_fuel_cell"),
    "meter": load_profile("generic_feeder_meter"),
}


class LeapingClock:
    """Time passes only, and at once, where somebody waits."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.wall_us = 1_790_000_000_000_000

    def now_us(self) -> int:
        return self.wall_us + int(self.seconds * 1e6)

    def monotonic(self) -> float:
        return self.seconds

    async def pause(self, seconds: float, until: asyncio.Event) -> bool:
        if not until.is_set():
            self.seconds += seconds
        return until.is_set()


class Plant:
    """The line to the devices; what they show comes to the board as it does from polls."""

    def __init__(self, board, clock) -> None:
        self.board, self.clock = board, clock
        self.shows: dict[tuple[str, str], float | None] = {}
        self.written: list[tuple[str, str, float]] = []
        self.trouble: Exception | None = None
        self.silent: Exception | None = None
        self.obeys = True
        self.on_ask = lambda: None

    def profile(self, device):
        return PROFILES.get(device)

    async def write(self, device, command, value) -> None:
        if self.trouble:
            raise self.trouble
        self.written.append((device, command.id, value))
        if self.obeys:
            self.shows[device, command.read_back] = value

    async def ask(self, device, points) -> None:
        self.on_ask()
        if self.silent:
            raise self.silent
        self.say(device, *(point.quantity for point in points))

    def say(self, device, *quantities, **values) -> None:
        self.shows |= {(device, quantity): value for quantity, value in values.items()}
        at_us = self.clock.now_us()
        self.board.put(
            Reading(device, quantity, at_us, self.shows.get((device, quantity)))
            for quantity in (*quantities, *values)
        )
