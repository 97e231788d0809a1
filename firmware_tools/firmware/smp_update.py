"""Updates over SMP: upload with resume, test, reset, confirm once healthy; unconfirmed is reverted.

The Simple Management Protocol of Zephyr, by smpclient; serial, Bluetooth LE or UDP. Nothing is sent
before the image was checked here.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smp.exceptions import SMPException
from smpclient import SMPClient
from smpclient.exceptions import SMPClientException
from smpclient.generics import error
from smpclient.requests.image_management import ImageStatesRead, ImageStatesWrite
from smpclient.requests.os_management import EchoWrite, ResetWrite
from smpclient.transport import SMPTransportDisconnected

from area_configs.domain.file_faults import file_fault
from area_configs.domain.names import Name
from firmware_tools.firmware import mcuboot_image
from firmware_tools.sentences import Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from smpclient.transport import SMPTransport

    from firmware_tools.firmware.mcuboot_image import Image

logging.getLogger("smpclient").setLevel(logging.CRITICAL)  # every failure comes as an exception too

_CONNECT_S, _ANSWER_S, _CLOSE_S = 10.0, 8.0, 10.0
_FIRST_S, _NEXT_S = 40.0, 20.0  # the first request may erase a whole slot
_ATTEMPTS = 5  # without progress
_BOOT_TRIES = 20
_AWAY = Name(en="it did not come back", ja="再起動後に戻りません")
_LOST = (TimeoutError, OSError, SMPTransportDisconnected, SMPClientException, SMPException)


@dataclass(frozen=True, slots=True)
class Slot:
    """One image on a device, as it says."""

    slot: int
    version: str
    digest: bytes
    active: bool
    confirmed: bool
    pending: bool


class Device:
    """One device on one way; `make` gives a new transport for every connection."""

    def __init__(
        self, place: str, make: Callable[[], SMPTransport], wait: Callable[[float], Awaitable[None]]
    ) -> None:
        self._place = place
        self._make = make
        self._wait = wait

    async def slots(self) -> list[Slot]:
        """Return what is on the device.

        Raises:
            Unreachable: it does not answer.
        """
        async with self._connected() as client:
            return _slots(await self._asked(client, ImageStatesRead()))

    async def upload(self, image: Image, told: Callable[[int], None] = lambda _: None) -> int:
        """Send an image, resuming where the link was cut; return how often it was.

        Raises:
            Unreachable: it gets no further; what runs on the device still runs.
        """
        furthest = cuts = idle = 0
        while idle < _ATTEMPTS:
            try:
                async with self._connected() as client:
                    async for offset in client.upload(
                        image.content, first_timeout_s=_FIRST_S, subsequent_timeout_s=_NEXT_S
                    ):
                        idle = 0 if offset > furthest else idle
                        furthest = max(furthest, offset)
                        told(offset)
            except (Unreachable, *_LOST):
                cuts, idle = cuts + 1, idle + 1
                await self._wait(1.0)
            else:
                return cuts
        total = len(image.content)
        why = Name(
            en=f"it stopped at byte {furthest} of {total}",
            ja=f"{total} バイト中 {furthest} バイトで止まりました",
        )
        raise Unreachable("device_silent", place=self._place, why=why)

    async def test(self, image: Image) -> None:
        """Have the device start an image once, and start it now."""
        async with self._connected() as client:
            await self._asked(client, ImageStatesWrite(hash=image.digest, confirm=False))
            await self._asked(client, ResetWrite())

    async def restarted(self) -> list[Slot]:
        """Wait until the device is there again; return what is on it.

        Raises:
            Unreachable: it does not come back; its boot loader goes back to the image of before.
        """
        for _ in range(_BOOT_TRIES):
            await self._wait(1.0)
            try:
                return await self.slots()
            except Unreachable:
                continue
        raise Unreachable("device_silent", place=self._place, why=_AWAY)

    async def is_healthy(self) -> bool:
        """Tell whether the device answers properly."""
        try:
            async with self._connected() as client:
                answer = await self._asked(client, EchoWrite(d="healthy?"))
        except Unreachable:
            return False
        return str(answer.r) == "healthy?"

    async def confirm(self, image: Image) -> None:
        """Have the device keep an image."""
        async with self._connected() as client:
            await self._asked(client, ImageStatesWrite(hash=image.digest, confirm=True))

    async def reset(self) -> None:
        """Restart the device; an image that was not confirmed is reverted then."""
        async with self._connected() as client:
            await self._asked(client, ResetWrite())

    def _connected(self) -> _Connection:
        return _Connection(self._place, self._make())

    async def _asked(self, client: SMPClient, request: Any) -> Any:
        try:
            answer = await client.request(request, timeout_s=_ANSWER_S)
        except _LOST as found:
            raise Unreachable("device_silent", place=self._place, why=_cause(found)) from found
        if error(answer):
            raise Refused("device_refuses", place=self._place, why=str(answer)[:160])
        return answer


class _Connection:
    """A connection that is closed whatever happens."""

    def __init__(self, place: str, transport: SMPTransport) -> None:
        self._place = place
        self._client = SMPClient(transport, place)

    async def __aenter__(self) -> SMPClient:
        try:
            async with asyncio.timeout(2 * _CONNECT_S):  # not every way holds its own time
                await self._client.connect(_CONNECT_S)
        except _LOST as found:
            await self._close()
            raise Unreachable("device_silent", place=self._place, why=_cause(found)) from found
        return self._client

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(_CLOSE_S):  # a peer that is gone answers no farewell
                await self._client.disconnect()
        except (*_LOST, AttributeError):
            return  # it was cut, or never stood


def _cause(error: Exception) -> Name:
    """Return why a device was not reached; the library tells of its requests as it sees them."""
    if isinstance(error, TimeoutError):
        return Name(en="no answer in time", ja="時間内に応答がありません")
    if isinstance(error, OSError):
        return file_fault(error)
    if isinstance(error, SMPTransportDisconnected):
        return Name(en="the connection was lost", ja="接続が切れました")
    if isinstance(error, SMPClientException):
        return Name(en="it cannot be opened", ja="開けません")
    return Name(en="it answers in another language", ja="SMP として読めない応答です")


async def update(
    device: Device, image: Image, told: Callable[[int], None] = lambda _: None
) -> dict[str, Any]:
    """Bring a checked image onto a device; return old and new version, and whether it was kept.

    What does not come back healthy is left unconfirmed and reset: the device reverts.

    Raises:
        Refused: it is not newer than what runs. Unreachable: the device does not answer.
    """
    before = _active(await device.slots())
    mcuboot_image.check_version(image, before.version)
    cuts = await device.upload(image, told)
    await device.test(image)
    after = _active(await device.restarted())
    runs = after.digest == image.digest
    kept = runs and await device.is_healthy()
    if kept:
        await device.confirm(image)
    elif runs:
        await device.reset()
    found = {"from": before.version, "to": image.version_text, "kept": kept, "cuts": cuts}
    return {**found, "digest_before": before.digest.hex(), "digest": image.digest.hex()}


def _active(slots: list[Slot]) -> Slot:
    empty = Slot(0, "0.0.0", b"", True, True, False)
    return next((one for one in slots if one.active), slots[0] if slots else empty)


def _slots(answer: Any) -> list[Slot]:
    return [
        Slot(
            one.slot,
            one.version,
            bytes(one.hash or b""),
            bool(one.active),
            bool(one.confirmed),
            bool(one.pending),
        )
        for one in answer.images
    ]


async def pause(seconds: float) -> None:
    """Wait."""
    await asyncio.sleep(seconds)
