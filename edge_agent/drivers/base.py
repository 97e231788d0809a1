"""What a driver is: the one owner of a link, which asks the devices behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from area_configs.domain.errors import DeviceUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.devices import DeviceProfile, Point
    from area_configs.domain.readings import Reading


class LinkLost(DeviceUnavailable):
    """The link itself is gone, not just one device: close the driver and open it again."""


class AccessRefused(LinkLost):
    """The device refuses our credentials: wait long before the next try, it may lock."""


@dataclass(frozen=True, slots=True)
class Station:
    """One device behind a link: its id, its Modbus unit (0 on a B-route link), its model."""

    device: str
    unit: int
    profile: DeviceProfile


class Driver(Protocol):
    """Speaks one protocol on one link; one request is in flight at a time, the caller sees to it.

    A driver can be opened again after `close`, and closed at any time, also while it opens.
    """

    @property
    def health(self) -> str:
        """Say in a few words how the link is: its address, signal strength and the like."""
        ...

    async def open(self) -> None:
        """Open the link.

        Raises:
            DeviceUnavailable: it cannot be opened now; AccessRefused where credentials are wrong.
        """
        ...

    async def read(self, device: str, points: Sequence[Point]) -> list[Reading]:
        """Ask a device for points; return a reading for every point that its answers hold.

        Points that the device refuses come as readings without a value.

        Raises:
            DeviceUnavailable: the device did not answer; LinkLost where the link is gone.
        """
        ...

    async def close(self) -> None:
        """Close the link; a closed link stays closed."""
        ...
