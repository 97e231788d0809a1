"""An ECHONET Lite network on loopback: every node answers on UDP port 3610 of an address of its own."""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from typing_extensions import override

from edge_agent.simulators.echonet_frames import GET, INF_REQ, Frame, Property, parse, property_map
from edge_agent.simulators.echonet_node import MAKER, NODE, EchonetObject, answered, identity_of
from edge_agent.simulators.faults import HEALTHY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_agent.simulators.faults import Fault
    from edge_agent.simulators.ledger import Ledger, Said

PORT, GROUP = 3610, "224.0.23.0"
INFC, INFC_RES, NODE_LIST = 0x74, 0x7A, 0xD6

_ANNOUNCE_S = 7.0
_UNCONFIRMED = 16
_IP_MULTICAST_ALL = 49  # linux/in.h


@dataclass(slots=True)
class NodeHost:
    """One node: an address with its objects.

    Args:
        objects: what stands behind the address, by class and instance.
        ledger: where every answered point is written.
        clock: microseconds since 1970-01-01 UTC.
        faults: what goes wrong, by device id.
    """

    address: str
    objects: dict[bytes, EchonetObject]
    ledger: Ledger
    clock: Callable[[], int]
    faults: Mapping[str, Fault]
    _transports: list[asyncio.DatagramTransport] = field(default_factory=list)
    _controller: str = ""
    _told: int = 0
    _unconfirmed: dict[bytes, tuple[list[Said], int]] = field(default_factory=dict)
    _timers: set[asyncio.TimerHandle] = field(default_factory=set)

    async def open(self) -> None:
        """Begin to answer and to announce; OSError where the address has no free port 3610."""
        loop = asyncio.get_running_loop()
        for sock in (_own(self.address), _group(self.address)):
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self._receive), sock=sock
            )
            self._transports.append(transport)
        self._after(_ANNOUNCE_S, self._announce_states)

    def close(self) -> None:
        """Fall silent."""
        for timer in self._timers:
            timer.cancel()
        for transport in self._transports:
            transport.abort()

    def announce(self, one: EchonetObject, epcs: list[int]) -> None:
        """Tell the controller properties and want it confirmed (INFC); said once it confirms."""
        now_us = self.clock()
        found = [Property(epc, one.read(epc, now_us) or b"") for epc in epcs]
        if not self._controller or not found or self._fault(one).silent:
            return
        self._told = self._told % 0xFFFF + 1
        tid = self._told.to_bytes(2, "big")
        frame = Frame(tid, one.eoj, bytes.fromhex("05FF01"), INFC, tuple(found))
        if len(self._unconfirmed) >= _UNCONFIRMED:  # nobody confirms: the oldest are given up
            del self._unconfirmed[next(iter(self._unconfirmed))]
        self._unconfirmed[tid] = one.meaning(frame), now_us
        self._send(self._controller, frame.encode())

    def _announce_states(self) -> None:
        for one in self.objects.values():
            self.announce(one, one.states[:1])
        self._after(_ANNOUNCE_S, self._announce_states)

    def _receive(self, host: str, data: bytes) -> None:
        request = parse(data)
        if request is None:
            return
        if request.esv == INFC_RES:
            said, at_us = self._unconfirmed.pop(request.tid, ([], 0))
            self.ledger.write(said, at_us)
        elif request.destination == NODE:
            self._answer_for_node(host, request)
        else:
            self._answer_for_objects(host, request)

    def _answer_for_node(self, host: str, request: Frame) -> None:
        if request.esv in (GET, INF_REQ):
            found = [(p.epc, self._about_node().get(p.epc)) for p in request.properties]
            self._send(host, answered(request, NODE, found).encode())

    def _answer_for_objects(self, host: str, request: Frame) -> None:
        for eoj, one in self.objects.items():
            if request.destination in (eoj, eoj[:2] + b"\0"):  # instance 00 means every one
                fault = self._fault(one)
                if fault.silent:
                    continue
                self._controller = host
                say = partial(self._answer, host, request, one, fault)
                if fault.delay_s:
                    self._after(fault.delay_s, say)
                else:
                    say()

    def _answer(self, host: str, request: Frame, one: EchonetObject, fault: Fault) -> None:
        answer, said = one.answer(request, self.clock())
        if answer is None:
            return
        data, said_us = answer.encode(), self.clock()
        self._send(host, data[:-1] if fault.garbled else data)
        if not fault.garbled:
            self.ledger.write(said, said_us)
        if one.changed:
            changed, one.changed = one.changed, []
            self.announce(one, changed)

    def _about_node(self) -> dict[int, bytes]:
        eojs = list(self.objects)
        classes = sorted({eoj[:2] for eoj in eojs})
        about = {
            0x80: b"\x30",
            0x82: b"\x01\x0d\x01\x00",  # ECHONET Lite 1.13, format 1
            0x83: identity_of(next(iter(self.objects.values())).device),
            0x8A: MAKER,
            0xD3: len(eojs).to_bytes(3, "big"),
            0xD4: (1 + len(classes)).to_bytes(2, "big"),
            0xD5: bytes([len(eojs)]) + b"".join(eojs),
            NODE_LIST: bytes([len(eojs)]) + b"".join(eojs),
            0xD7: bytes([len(classes)]) + b"".join(classes),
            0x9D: property_map({0x80, 0xD5}),
            0x9E: property_map(set()),
        }
        return about | {0x9F: property_map({*about, 0x9F} - {0xD5})}

    def _send(self, host: str, data: bytes) -> None:
        if not self._transports[0].is_closing():
            self._transports[0].sendto(data, (host, PORT))

    def _fault(self, one: EchonetObject) -> Fault:
        return self.faults.get(one.device.id, HEALTHY)

    def _after(self, delay_s: float, act: Callable[[], None]) -> None:
        def now() -> None:
            self._timers.discard(timer)
            act()

        timer = asyncio.get_running_loop().call_later(delay_s, now)
        self._timers.add(timer)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, receive: Callable[[str, bytes], None]) -> None:
        self._receive = receive

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._receive(addr[0], data)


def free_network() -> str:
    """Return the first three numbers of a loopback network; two simulations get different ones."""
    second, third = os.urandom(2)
    return f"127.{1 + second % 254}.{third}"


def _own(address: str) -> socket.socket:
    sock = _socket()
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
    return _bind(sock, address)


def _group(address: str) -> socket.socket:
    sock = _socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    membership = socket.inet_aton(GROUP) + socket.inet_aton(address)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    return _bind(sock, GROUP)


def _bind(sock: socket.socket, address: str) -> socket.socket:
    try:
        sock.bind((address, PORT))
    except OSError:
        sock.close()
        raise
    return sock


def _socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_IP, _IP_MULTICAST_ALL, 0)
    return sock
