"""What tests of the gateway share: a clock that only moves when told, and devices of any model."""

from __future__ import annotations

import asyncio

import pytest

from area_configs.domain.devices import DeviceKind, DeviceProfile, Point
from area_configs.domain.names import Name


class FakeClock:
    """Time stands still until somebody pauses; a pause takes no real time."""

    def __init__(self) -> None:
        self.wall_us = 1_790_000_000_000_000
        self.seconds = 1000.0
        self.pauses: list[float] = []

    def now_us(self) -> int:
        self.wall_us += 1
        return self.wall_us

    def monotonic(self) -> float:
        return self.seconds

    async def pause(self, seconds: float, until: asyncio.Event) -> bool:
        await asyncio.sleep(0)
        if not until.is_set():
            self.pauses.append(seconds)
            self.seconds += max(0.0, seconds)
        return until.is_set()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def profile_of(*points: Point, protocol: str = "modbus", max_registers: int = 100) -> DeviceProfile:
    name = Name("試験機", "Test device")
    kind = DeviceKind.BUILDING_METER
    return DeviceProfile(
        "test", name, "m", "m", protocol, kind, "Device", points, max_registers=max_registers
    )


@pytest.fixture
def make_profile():
    return profile_of
