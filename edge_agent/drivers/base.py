"""What a driver is: the one owner of a link, which asks the devices behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from area_configs.domain.errors import DeviceUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from area_configs.domain.commands import Command
    from area_configs.domain.devices import DeviceProfile, Point
    from area_configs.domain.readings import Reading


class LinkLost(DeviceUnavailable):
    """The link itself is gone, not just one device: close the driver and open it again."""


class Garbled(DeviceUnavailable):
    """It answered, but nothing that can be read: noise, another's answer, a frame cut short."""


class NotNow(DeviceUnavailable):
    """The link must keep quiet for a while; no device is silent, and nothing need be opened anew."""


class AccessRefused(LinkLost):
    """The device refuses our credentials: wait long before the next try, it may lock."""


@dataclass(frozen=True, slots=True)
class Station:
    """One device behind a link: its id, its Modbus unit or its address there, its model.

    `secrets` are those that were stored for it, by name; they stay out of every text made of this.
    `zone` is the time zone of the area, which the device's own clock is set to.
    """

    device: str
    unit: int
    profile: DeviceProfile
    address: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A device that was found on a link and may be commissioned.

    Attributes:
        address: how it is reached: unit, Bluetooth address, `IP/EOJ`.
        words: what it says of itself: names, classes, maker.
        profiles: ids of the bundled profiles that fit, best first.
        signal_dbm: how strong it is heard, None where the link has no radio.
    """

    address: str
    words: str
    profiles: tuple[str, ...] = ()
    signal_dbm: int | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What a device says that it is; empty where it does not say."""

    maker: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""


class Memory(Protocol):
    """What is remembered of devices over a restart of the agent: numbers by name."""

    def of(self, device: str) -> Mapping[str, int]:
        """Return what is known of a device by name."""
        ...

    def note(self, device: str, name: str, value: int) -> None:
        """Remember a number, for good once `settle` has returned."""
        ...

    async def settle(self) -> None:
        """Return once everything noted before is durable, as far as the disk takes it."""
        ...


class Forgetful:
    """A memory for work without an agent: nothing is known, nothing is kept."""

    def of(self, device: str) -> Mapping[str, int]:  # noqa: ARG002 - the interface asks
        """Return nothing."""
        return {}

    def note(self, device: str, name: str, value: int) -> None:
        """Forget it at once."""

    async def settle(self) -> None:
        """Return."""


class WriteRefused(DeviceUnavailable):
    """The device answered that it will not do it; says what it said."""


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


@runtime_checkable
class Listening(Protocol):
    """A driver whose devices send by themselves."""

    async def listen(self, deliver: Callable[[list[Reading]], Awaitable[None]]) -> None:
        """Deliver what devices send, from `open` until cancelled; `deliver` returns once durable.

        Raises:
            LinkLost: the link is gone.
        """
        ...


@runtime_checkable
class Writing(Protocol):
    """A driver that can tell its devices something."""

    async def write(self, device: str, command: Command, value: float) -> None:
        """Write the value of a command; returns once the device has accepted it.

        Raises:
            WriteRefused: the device refused; DeviceUnavailable: no answer, it may or may not
                have done it; LinkLost: the link is gone.
        """
        ...


@runtime_checkable
class Ageing(Protocol):
    """A driver that knows how old its devices' data are, also while the link is down."""

    def overdue(self) -> list[Reading]:
        """Return the age of the data of each device that has a point for it."""
        ...


@runtime_checkable
class Discovering(Protocol):
    """A driver that can look for devices on its open link."""

    def discover(self) -> AsyncIterator[Candidate]:
        """Yield what answers, each address once; ends by itself."""
        ...

    async def identify(self, address: str) -> Identity:
        """Ask one device what it is.

        Raises:
            DeviceUnavailable: it did not answer.
        """
        ...
