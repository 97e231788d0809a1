"""The radio owner: one adapter shared out between scanning and a few connections.

An adapter cannot scan and connect at once: the scan pauses while a connection is made, one at a
time. A scanner that hears nothing at all is started anew, then the whole adapter: BlueZ scans are
known to fall silent for good without an error.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from bleak.exc import BleakError

from area_configs.domain.errors import DeviceUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from bleak import BleakClient, BleakScanner
    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData

    from edge_agent.clock import Clock
    from edge_agent.transports.radio import Heard, Radio

LINKS = 4  # what cheap adapters hold without losing some: three to five
SILENT_S = 60.0
_LOOK_S = 15.0
_CONNECT_S = 45.0
_LEAVE_S = 5.0


class RadioOwner:
    """Owns one radio."""

    def __init__(self, radio: Radio, clock: Clock, links: int = LINKS) -> None:
        self._radio = radio
        self._clock = clock
        self._slots = asyncio.Semaphore(links)
        self._one_at_a_time = asyncio.Lock()
        self._scanner: BleakScanner | None = None
        self._listener: Heard | None = None
        self._hushed = False
        self._heard_at = 0.0
        self._restarts = 0
        self._waiting = 0

    @property
    def health(self) -> str:
        """Say how long ago anything was heard."""
        silent_s = self._clock.monotonic() - self._heard_at
        return "hearing" if silent_s < SILENT_S else f"nothing heard for {silent_s:.0f} s"

    @property
    def is_hearing(self) -> bool:
        """Tell whether anything at all was heard lately."""
        return self._clock.monotonic() - self._heard_at < SILENT_S

    @property
    def is_contended(self) -> bool:
        """Tell whether somebody waits for a connection to come free."""
        return self._waiting > 0

    async def open(self, heard: Heard) -> None:
        """Open the radio and scan; `heard` is called with every advertisement.

        Raises:
            DeviceUnavailable: no such adapter, or it is switched off.
        """
        self._listener, self._hushed = heard, False
        await self._begin()

    async def close(self) -> None:
        """Stop the scan and give the radio back."""
        async with self._one_at_a_time:
            await self._end()

    async def hush(self) -> None:
        """Stop the scan until `open`: what was heard until now is all there is."""
        self._hushed = True
        async with self._one_at_a_time:
            await self._stop_scan()

    def consenting(
        self, address: str, may: Callable[[], bool], pin: str
    ) -> AbstractAsyncContextManager[None]:
        """Let one device pair while the block runs, as `Radio.consenting` does."""
        return self._radio.consenting(address, may, pin)

    def noticed(self) -> None:
        """Take note that the radio works: something was heard or notified."""
        self._heard_at = self._clock.monotonic()
        self._restarts = 0

    async def watch(self) -> None:
        """Bring a radio that fell silent back, until cancelled.

        Raises:
            DeviceUnavailable: it cannot be opened again.
        """
        never = asyncio.Event()
        while True:
            await self._clock.pause(_LOOK_S, never)
            silent_s = self._clock.monotonic() - self._heard_at
            if silent_s >= SILENT_S * (self._restarts + 1):
                self._restarts += 1
                await self._revive(whole=self._restarts % 2 == 0)

    @contextlib.asynccontextmanager
    async def connected(
        self, device: BLEDevice, gone: Callable[[], None]
    ) -> AsyncIterator[BleakClient]:
        """Hold a connection to a device; waits for its turn.

        Raises:
            BleakError, TimeoutError: it cannot be connected to.
        """
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            client = await self._connect(device, gone)
            try:
                yield client
            finally:
                await _leave(client)
        finally:
            self._slots.release()

    async def _connect(self, device: BLEDevice, gone: Callable[[], None]) -> BleakClient:
        async with self._one_at_a_time:
            await self._stop_scan()
            try:
                async with asyncio.timeout(_CONNECT_S):
                    return await self._radio.connect(device, gone)
            finally:
                await self._scan()

    async def _revive(self, *, whole: bool) -> None:
        async with self._one_at_a_time:
            if whole:
                await self._end()
                await self._begin()
            else:
                await self._stop_scan()
                await self._scan()

    async def _begin(self) -> None:
        try:
            await self._radio.open()
            await self._scan()
        except (BleakError, OSError) as error:
            await self._end()
            raise DeviceUnavailable(
                f"the Bluetooth adapter cannot scan: {error}; check that it is plugged in and on"
            ) from error
        if self._restarts == 0:
            self._heard_at = self._clock.monotonic()

    async def _end(self) -> None:
        await self._stop_scan()
        await self._radio.close()

    async def _scan(self) -> None:
        if self._hushed:
            return
        self._scanner = self._radio.scanner(self._hear)
        await self._scanner.start()

    async def _stop_scan(self) -> None:
        scanner, self._scanner = self._scanner, None
        if scanner:
            with contextlib.suppress(BleakError, OSError, EOFError, TimeoutError):
                async with asyncio.timeout(_LEAVE_S):
                    await scanner.stop()

    def _hear(self, device: BLEDevice, said: AdvertisementData) -> None:
        self.noticed()
        if self._listener:
            self._listener(device, said)


async def _leave(client: BleakClient) -> None:
    """Disconnect; a device that is gone already is left all the same."""
    with contextlib.suppress(BleakError, OSError, EOFError, TimeoutError):
        async with asyncio.timeout(_LEAVE_S):
            await client.disconnect()
