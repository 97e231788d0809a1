"""ECHONET Lite over UDP: the one port 3610 of an interface, and which answer belongs to which question.

Two sockets make the port, because Linux gives a socket that is bound to an interface's address no
multicast: one for what is sent to us, one for what nodes tell everyone.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

from typing_extensions import override

from area_configs.domain.errors import DeviceUnavailable
from edge_agent.transports.recording import tap

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    Heard = Callable[[str, bytes], None]

PORT = 3610
GROUP = "224.0.23.0"

_ANY = "0.0.0.0"  # noqa: S104 - asked for by leaving the interface out
_IP_MULTICAST_ALL = 49  # linux/in.h; without it a socket hears the groups of every other program
_HEAD = 12
_NOT_ANSWERS = (0x73, 0x74)  # INF and INFC come unasked


class EchonetPort:
    """Owns UDP port 3610 of one interface.

    Args:
        link: id of the link, for recordings.
        interface: own IPv4 address on the devices' network; empty for every network.
        heard: gets the sender's address and the bytes of whatever is no answer.
    """

    def __init__(self, link: str, interface: str, heard: Heard) -> None:
        self._link = link
        self._interface = interface or _ANY
        self._heard = heard
        self._endpoint: asyncio.DatagramTransport | None = None
        self._sockets: list[tuple[asyncio.DatagramTransport, _Datagrams]] = []
        self._waiting: dict[tuple[str, bytes], asyncio.Future[bytes]] = {}
        self._gathering: dict[bytes, asyncio.Queue[tuple[str, bytes]]] = {}
        self.multicast = False

    @property
    def is_open(self) -> bool:
        """Tell whether it can send."""
        return self._endpoint is not None and not self._endpoint.is_closing()

    async def open(self) -> None:
        """Open the port; a network without multicast is no error, `multicast` then is False.

        Raises:
            DeviceUnavailable: there is no such interface, or another program has the port.
        """
        self._note = tap(self._link)
        try:
            self._endpoint = await self._listen(_bound(self._interface))
        except OSError as error:
            raise DeviceUnavailable(self._reason(error)) from error
        with contextlib.suppress(OSError):
            await self._listen(_joined(self._interface))
            self.multicast = True

    async def close(self) -> None:
        """Close the port; who still waits for an answer gets none."""
        sockets, self._sockets = self._sockets, []
        self._endpoint, self.multicast = None, False
        for transport, datagrams in sockets:
            transport.abort()
            await datagrams.closed.wait()  # until then nobody else can have the port

    def send(self, host: str, frame: bytes) -> None:
        """Send a frame.

        Raises:
            DeviceUnavailable: the port is closed, or there is no way to the host.
        """
        if self._endpoint is None:
            raise DeviceUnavailable(f"UDP port {PORT} on {self._interface} is closed")
        self._note("out", frame, host)
        try:
            self._endpoint.sendto(frame, (host, PORT))
        except OSError as error:
            raise DeviceUnavailable(f"{host} cannot be reached: {error.strerror}") from error

    async def ask(self, host: str, frame: bytes, wait_s: float) -> bytes:
        """Send a request and return the answer with the same transaction from the same host.

        Raises:
            TimeoutError: none came in time.
            DeviceUnavailable: the request cannot be sent.
        """
        key = (host, frame[2:4])
        self._waiting[key] = asyncio.get_running_loop().create_future()
        try:
            self.send(host, frame)
            async with asyncio.timeout(wait_s):
                return await self._waiting[key]
        finally:
            del self._waiting[key]

    async def gather(self, frame: bytes, wait_s: float) -> AsyncIterator[tuple[str, bytes]]:
        """Ask every node and yield what answers within a while, with the sender's address."""
        answers: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(maxsize=1024)
        self._gathering[frame[2:4]] = answers
        try:
            self.send(GROUP, frame)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    while True:
                        yield await answers.get()
        finally:
            del self._gathering[frame[2:4]]

    def _receive(self, host: str, data: bytes) -> None:
        self._note("in", data, host)
        if not _is_answer(data):
            self._heard(host, data)
            return
        waiting = self._waiting.get((host, data[2:4]))
        if waiting and not waiting.done():
            waiting.set_result(data)
        elif gathering := self._gathering.get(data[2:4]):
            with contextlib.suppress(asyncio.QueueFull):
                gathering.put_nowait((host, data))

    async def _listen(self, sock: socket.socket) -> asyncio.DatagramTransport:
        try:
            one = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: _Datagrams(self._receive), sock=sock
            )
        except BaseException:
            sock.close()
            raise
        self._sockets.append(one)
        return one[0]

    def _reason(self, error: OSError) -> str:
        return (
            f"UDP port {PORT} on {self._interface} cannot be opened ({error.strerror}): check that "
            f"this is an address of this gateway and that no other program speaks ECHONET Lite there"
        )


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, receive: Heard) -> None:
        self._receive = receive
        self.closed = asyncio.Event()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._receive(addr[0], data)


def _is_answer(data: bytes) -> bool:
    """Tell whether the service (ESV) says that it answers a request."""
    return len(data) >= _HEAD and data[10] >> 4 in (5, 7) and data[10] not in _NOT_ANSWERS


def _bound(interface: str) -> socket.socket:
    sock = _socket(shared=interface == _ANY)
    try:
        if interface != _ANY:
            own = socket.inet_aton(interface)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
        sock.bind((interface, PORT))
    except OSError:
        sock.close()
        raise
    return sock


def _joined(interface: str) -> socket.socket:
    sock = _socket(shared=True)
    try:
        sock.bind((GROUP, PORT))
        membership = socket.inet_aton(GROUP) + socket.inet_aton(interface)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    except OSError:
        sock.close()
        raise
    return sock


def _socket(*, shared: bool) -> socket.socket:
    """Return a socket that hears only the groups that it joined; nobody shares our own address."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    if shared:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_IP, _IP_MULTICAST_ALL, 0)
    return sock
