"""Air: a virtual radio channel that gateways join by HCI over TCP, and devices from inside.

A gateway's process is the host, its controller lives here, as with a Bluetooth dongle on a cable.
So the air knows whose broadcasts really reached a scanning gateway: only those were said.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from bumble import hci, ll
from bumble.controller import Connection, Controller
from bumble.device import Device as Host
from bumble.host import Host as HciHost
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink, StreamPacketSink, StreamPacketSource
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

# It logs each reconnect as a warning; faults of devices are given on purpose here.
logging.getLogger("bumble").setLevel(logging.CRITICAL + 1)

_SUPERVISION_S = 1.0  # looked at twice: a connection that is being made is left alone
_AD_FLAGS = bytes((2, 0x01, 0x06))  # general discoverable, no BR/EDR


class Air:
    """One channel; everything on it hears everything else.

    Args:
        awake: called when the first gateway joins; nobody needs to talk before.
        supervision_s: how often connections that only one side has are looked for.
    """

    def __init__(
        self,
        awake: Callable[[], Coroutine[Any, Any, None]] | None = None,
        supervision_s: float = _SUPERVISION_S,
    ) -> None:
        self._awake = awake
        self._supervision_s = supervision_s
        self._waking: asyncio.Task[None] | None = None
        self.link = LocalLink()  # type: ignore[no-untyped-call]  # bumble leaves it so
        self._listeners: dict[str, Callable[[], None]] = {}
        self._server: asyncio.Server | None = None
        self._doors: set[_Door] = set()
        self._supervising: asyncio.Task[None] | None = None
        self._sender = Controller("broadcasts", link=self.link)

    async def open(self, host: str) -> int:
        """Wait for gateways on a TCP port; return it."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Door(self), host, 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Send every gateway away."""
        for task in filter(None, (self._waking, self._supervising)):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if self._server:
            self._server.close()
        for door in list(self._doors):
            door.leave()
        if self._server:
            await self._server.wait_closed()

    def device(self, name: str, address: str) -> Host:
        """Return the host of a device that can be connected to; not yet switched on."""
        controller = Controller(name, link=self.link, public_address=address)
        host = HciHost(controller, AsyncPipeSink(controller))
        return Host(name=name, address=hci.Address(address), host=host)

    def broadcast(self, address: str, elements: bytes) -> None:
        """Send one advertisement; whoever scans now hears it."""
        pdu = ll.AdvInd(advertiser_address=hci.Address(address), data=_AD_FLAGS + elements)
        self.link.send_advertising_pdu(self._sender, pdu)

    def when_heard(self, address: str, heard: Callable[[], None]) -> None:
        """Call `heard` each time a scanning gateway gets an advertisement of an address."""
        self._listeners[hci.Address(address).to_string(with_type_qualifier=False)] = heard

    def heard(self, address: hci.Address) -> None:
        """Take note that a scanning gateway got an advertisement."""
        listener = self._listeners.get(address.to_string(with_type_qualifier=False))
        if listener:
            listener()

    def entered(self, door: _Door) -> None:
        """Take note of a gateway."""
        self._doors.add(door)
        if self._supervising is None:
            self._supervising = asyncio.create_task(self._supervise())
        if self._awake and self._waking is None:
            self._waking = asyncio.create_task(self._awake())

    def left(self, door: _Door) -> None:
        """Take note that a gateway is gone."""
        self._doors.discard(door)

    async def _supervise(self) -> None:
        """End connections that only the device still has, as a device's supervision timeout does.

        A gateway that leaves while a connection is being made would keep its device for ever.
        """
        before: set[tuple[str, int]] = set()
        while True:
            await asyncio.sleep(self._supervision_s)
            held = {address for door in self._doors for address in door.peers}
            alone = {key: one for key, one in self._accepted().items() if key[0] not in held}
            for key in alone.keys() & before:
                reason = int(hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
                alone[key].controller.on_le_disconnected(alone[key], reason)
            before = alone.keys() - before

    def _accepted(self) -> dict[tuple[str, int], Connection]:
        """Return the connections as devices have them, by the device's address and the handle."""
        return {
            (str(connection.self_address), connection.handle): connection
            for controller in self.link.controllers
            for connection in controller.le_connections.values()
            if connection.role == hci.Role.PERIPHERAL
        }


def element(kind: int, data: bytes) -> bytes:
    """Return one AD structure (Core Specification, Vol 3 Part C, 11)."""
    return bytes((len(data) + 1, kind)) + data


class _Ear(Controller):
    """A gateway's controller."""

    def __init__(self, air: Air, source: _Door, sink: StreamPacketSink) -> None:
        super().__init__("gateway", source, sink, air.link)
        self._air = air

    @override
    def on_advertising_pdu(self, pdu: ll.AdvInd | ll.AdvExtInd) -> None:
        if self.le_scan_enable:
            self._air.heard(pdu.advertiser_address)
        super().on_advertising_pdu(pdu)

    @override
    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """End the attempt, and say so; bumble's own leaves it pending for ever."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending:
            self.send_hci_packet(_no_connection(pending.peer_address))
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def unplug(self) -> None:
        """Leave the air as a dongle that is pulled out: its peers notice."""
        for connection in list(self.le_connections.values()):
            reason = int(hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
            connection.send_ll_control_pdu(ll.TerminateInd(reason))
        self.le_scan_enable, self.hci_sink = False, None
        # Peers look this controller up when they answer: it stays until they had their turn.
        asyncio.get_running_loop().call_later(0.05, self._air.link.controllers.discard, self)


class _Door(StreamPacketSource):
    """One gateway's connection."""

    def __init__(self, air: Air) -> None:
        super().__init__()
        self._air = air
        self._transport: Any = None
        self._ear: _Ear | None = None

    @override
    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ear = _Ear(self._air, self, StreamPacketSink(transport))
        self._air.entered(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._ear:
            self._ear.unplug()
        self._air.left(self)

    @property
    def peers(self) -> set[str]:
        """Return the addresses of the devices that this gateway is connected to."""
        return {str(address) for address in self._ear.le_connections} if self._ear else set()

    def leave(self) -> None:
        """Close the connection."""
        self._transport.close()


def _no_connection(peer: hci.Address) -> hci.HCI_LE_Connection_Complete_Event:
    return hci.HCI_LE_Connection_Complete_Event(
        status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
        connection_handle=0,
        role=hci.Role.CENTRAL,
        peer_address_type=peer.address_type,
        peer_address=peer,
        connection_interval=0,
        peripheral_latency=0,
        supervision_timeout=0,
        central_clock_accuracy=0,
    )
