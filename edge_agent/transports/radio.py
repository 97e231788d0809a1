"""A Bluetooth radio as its owner sees it, and how bleak is asked to use one."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Protocol

from bleak import BleakScanner
from bleak_retry_connector import BleakClientWithServiceCache, establish_connection

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from bleak import BleakClient
    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData

    Heard = Callable[[BLEDevice, AdvertisementData], None]

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

    def consenting(
        self, address: str, may: Callable[[], bool], pin: str
    ) -> AbstractAsyncContextManager[None]:
        """Let one device pair while the block runs, as far as `may` still says so at each step.

        `pin` is the passkey that stands on the device, empty where it has none.
        """
        ...


class BleakRadio:
    """What both kinds of radio have in common: how bleak is asked."""

    def options(self) -> dict[str, Any]:
        """Return what bleak needs to know to use this radio, for scanning and connecting."""
        raise NotImplementedError  # each kind of radio says it; there is none of this class itself

    def client_options(self) -> dict[str, Any]:
        """Return the same for connections."""
        return self.options()

    def consenting(
        self,
        address: str,  # noqa: ARG002 - an adapter has somebody to ask it
        may: Callable[[], bool],  # noqa: ARG002 - ditto
        pin: str,  # noqa: ARG002 - ditto
    ) -> AbstractAsyncContextManager[None]:
        """Let a device pair that nobody asks about."""
        return contextlib.nullcontext()

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
