"""Speakers: what one device says of a point, now and then "no measurement"."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from area_configs.domain.devices import DeviceKind
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.quantity import Kind

if TYPE_CHECKING:
    from area_configs.domain.areas import Device
    from area_configs.domain.devices import DeviceProfile, Point
    from edge_agent.simulators.behaviour import District

_ONE_IN = 50  # how rarely the chosen point has no measurement


class Speaker:
    """The voice of one device; one of its points is at times without a value.

    Null must be met end to end, so real "no data" codes are sent: rarely, seeded, by one gauge
    that has a code for it. On a smart meter that is the power, as with meters in the field.
    """

    def __init__(
        self, district: District, device: Device, profile: DeviceProfile, seed: int
    ) -> None:
        self._district = district
        self._device = device
        self._chance = Random(f"{seed}/{device.id}/no data")
        self._shaky = self._choose(profile)

    def __call__(self, point: Point, at_us: int) -> float | None:
        """Return a point's value, None for "no measurement"."""
        return self.say(point.quantity, at_us)

    def say(self, quantity: str, at_us: int) -> float | None:
        """Return a quantity's value, None for "no measurement"."""
        if quantity == self._shaky and self._chance.randrange(_ONE_IN) == 0:
            return None
        return self._district.value(self._device, quantity, at_us)

    def _choose(self, profile: DeviceProfile) -> str:
        codes = [
            point.quantity
            for point in profile.points
            if point.source.no_data and QUANTITIES[point.quantity].kind is Kind.GAUGE
        ]
        if profile.kind is DeviceKind.SMART_METER:
            return "active_power"
        return self._chance.choice(codes) if codes else ""
