"""BlueZ as bluezoo plays it, on a message bus of its own: an agent manager and devices not ours."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

GATEWAY, WORN, OTHER = (f"C4:00:00:00:00:0{n}" for n in (0, 1, 2))
PATIENCE_S = 30.0
_CONFIG = """<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/>
<allow send_type="signal"/><allow send_requested_reply="true" send_type="method_return"/>
<allow send_requested_reply="true" send_type="error"/><allow receive_type="method_call"/>
<allow receive_type="signal"/><allow receive_requested_reply="true" receive_type="method_return"/>
<allow receive_requested_reply="true" receive_type="error"/></policy></busconfig>"""


class BlueZoo:
    """A bus with two adapters near the gateway's; somebody else uses the bus beside our agent."""

    def __init__(self, address: str, bus: MessageBus) -> None:
        self.address = address
        self._bus = bus

    async def seen(self, device: str, by: int = 0) -> str:
        """Return the path of a device once an adapter has found it."""
        await self.call(f"/org/bluez/hci{by}", "org.bluez.Adapter1", "StartDiscovery")
        path = f"/org/bluez/hci{by}/dev_{device.replace(':', '_')}"
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if path in await self.objects():
                    return path
                await asyncio.sleep(0.05)

    async def objects(self) -> dict[str, Any]:
        """Return every object of BlueZ."""
        manager = "org.freedesktop.DBus.ObjectManager"
        found: dict[str, Any] = await self.call("/", manager, "GetManagedObjects")
        return found

    async def set(self, path: str, interface: str, name: str, value: Variant) -> None:
        """Set a property."""
        properties = "org.freedesktop.DBus.Properties"
        await self.call(path, properties, "Set", "ssv", [interface, name, value])

    async def call(
        self, path: str, interface: str, member: str, signature: str = "", body: Any = ()
    ) -> Any:
        """Call a method; RuntimeError with the words of an error."""
        message = Message(
            "org.bluez", path, interface, member, signature=signature, body=list(body)
        )
        reply = await self._bus.call(message)
        assert reply is not None
        if reply.message_type is MessageType.ERROR:
            raise RuntimeError(f"{reply.error_name}: {reply.body}")
        return reply.body[0] if reply.body else None


@asynccontextmanager
async def bluezoo(folder: Path) -> AsyncIterator[BlueZoo]:
    """Run a bus and bluezoo; skips where one of them is not installed."""
    if shutil.which("dbus-daemon") is None or importlib.util.find_spec("bluezoo") is None:
        pytest.skip("dbus-daemon or the Python package bluezoo is not installed")
    socket, config = folder / "bus", folder / "bus.conf"
    config.write_text(_CONFIG.format(socket=socket), encoding="ascii")
    address = f"unix:path={socket}"
    async with _running(
        "dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"
    ) as daemon:
        assert daemon.stdout is not None
        await asyncio.wait_for(daemon.stdout.readline(), PATIENCE_S)
        adapters = [word for one in (GATEWAY, WORN, OTHER) for word in ("-a", one)]
        play = "from bluezoo.bluezoo import main; main()"
        words = (sys.executable, "-c", play, "--auto-enable", "--scan-interval", "1", *adapters)
        async with _running(*words, env={"DBUS_SYSTEM_BUS_ADDRESS": address}):
            bus = await MessageBus(bus_address=address).connect()
            try:
                peer = BlueZoo(address, bus)
                await _ready(peer)
                yield peer
            finally:
                bus.disconnect()
                await bus.wait_for_disconnect()


async def _ready(peer: BlueZoo) -> None:
    """Wait for the adapters, and let those of the devices be found."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                for number in (0, 1, 2):
                    on = Variant("b", True)
                    await peer.set(
                        f"/org/bluez/hci{number}", "org.bluez.Adapter1", "Discoverable", on
                    )
            except RuntimeError:  # not there yet
                await asyncio.sleep(0.05)
            else:
                return


@asynccontextmanager
async def _running(
    *words: str, env: dict[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *words, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        await process.communicate()
