"""Bluetooth radios: an adapter of this machine, or a virtual one, both used through bleak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from bleak import BleakScanner
from bleak_retry_connector import BleakClientWithServiceCache, establish_connection
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from bleak import BleakClient
    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData

    Heard = Callable[[BLEDevice, AdvertisementData], None]

VIRTUAL = "virtual:"
_ATTEMPTS = 2  # the driver tries again itself, later and later


class Radio(Protocol):
    """One adapter; what bleak raises passes through."""

    async def open(self) -> None:
        """Make it usable."""
        ...

    async def close(self) -> None:
        """Give it back; it can be opened again."""
        ...

    def scanner(self, heard: Heard) -> BleakScanner:
        """Return a scanner that calls `heard` with every advertisement, once it is started."""
        ...

    async def connect(self, device: BLEDevice, gone: Callable[[], None]) -> BleakClient:
        """Connect; `gone` is called when the connection ends, by whomever."""
        ...


def radio_of(adapter: str) -> Radio:
    """Return the radio of an adapter's name: `hci0`, empty for the first, `virtual:host:port`."""
    if adapter.startswith(VIRTUAL):
        # The virtual radio is for demonstrations and tests; a gateway has no bumble.
        from edge_agent.transports.virtual_radio import VirtualRadio  # noqa: PLC0415

        return VirtualRadio(adapter.removeprefix(VIRTUAL))
    return AdapterRadio(adapter)


class BleakRadio:
    """What both kinds of radio have in common: how bleak is asked."""

    def options(self) -> dict[str, Any]:
        """Return what bleak needs to know to use this radio, for scanning and connecting."""
        raise NotImplementedError

    def client_options(self) -> dict[str, Any]:
        """Return the same for connections."""
        return self.options()

    def scanner(self, heard: Heard) -> BleakScanner:
        """Return a scanner that calls `heard` with every advertisement, once it is started."""
        return BleakScanner(heard, **self.options())

    async def connect(self, device: BLEDevice, gone: Callable[[], None]) -> BleakClient:
        """Connect; `gone` is called when the connection ends, by whomever."""
        return await establish_connection(
            BleakClientWithServiceCache,
            device,
            device.name or device.address,
            disconnected_callback=lambda _client: gone(),
            max_attempts=_ATTEMPTS,
            **self.client_options(),
        )


class AdapterRadio(BleakRadio):
    """An adapter of this machine, through BlueZ; BlueZ owns it, there is nothing to open."""

    def __init__(self, adapter: str) -> None:
        self._adapter = adapter

    @override
    def options(self) -> dict[str, Any]:
        """Return the adapter's name, where one is given."""
        return {"bluez": {"adapter": self._adapter}} if self._adapter else {}

    async def open(self) -> None:
        """Make it usable."""

    async def close(self) -> None:
        """Give it back."""
