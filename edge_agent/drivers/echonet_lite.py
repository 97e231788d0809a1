"""The ECHONET Lite driver: all nodes of one network, asked, told and listened to over UDP.

The protocol knows no authentication: only commissioned addresses are listened to, a device whose
identification number differs from the commissioned one is not read, and nothing is ever set by
multicast.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from area_configs.domain.errors import BadFrame, DeviceUnavailable
from area_configs.domain.sources import EchonetSource
from area_configs.loader import load_profile, profile_ids
from edge_agent.decoding import echonet, echonet_objects
from edge_agent.decoding.echonet_objects import (
    GET_MAP,
    IDENTITY,
    MAKER,
    NODE,
    OBJECT_LIST,
    PRODUCT,
    SERIAL,
    SET_MAP,
    VERSION,
)
from edge_agent.decoding.readings import from_properties
from edge_agent.drivers.base import Candidate, Garbled, Identity, LinkLost, WriteRefused
from edge_agent.transports.echonet_udp import EchonetPort

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence

    from area_configs.domain.areas import Link
    from area_configs.domain.commands import Command
    from area_configs.domain.devices import Point
    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.drivers.base import Station

_ATTEMPTS = 3
_BATCH = 8  # properties in one request: small adapters refuse frames beyond some 60 bytes
_BACKLOG = 256  # unread notifications of all nodes; a node that floods us pushes its own out
_ABOUT_THE_OBJECT = (IDENTITY, SET_MAP, GET_MAP)
_ABOUT_THE_DEVICE = (VERSION, IDENTITY, MAKER, PRODUCT, SERIAL)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long nodes may take, seconds: for one answer, and for all to say that they are there."""

    answer_s: float = 2.0
    discovery_s: float = 4.0


@dataclass(frozen=True, slots=True)
class _Abilities:
    """What an object lets be read and set, None where it does not say; and what scales its values."""

    gets: frozenset[int] | None
    sets: frozenset[int] | None
    factors: dict[int, bytes]


@dataclass(frozen=True, slots=True)
class _Peer:
    """An object at an address, and what people call it."""

    host: str
    eoj: int
    words: str


@dataclass(slots=True)
class _Node:
    """One commissioned object; `identity` is empty where any device at the address will do."""

    station: Station
    peer: _Peer
    identity: bytes
    abilities: _Abilities | None = None


class EchonetDriver:
    """Owns one network's port and asks one object at a time."""

    def __init__(
        self, link: Link, stations: Iterable[Station], clock: Clock, timing: Timing | None = None
    ) -> None:
        self._link = link
        self._clock = clock
        self._timing = timing or Timing()
        self._nodes = {station.device: _node(station) for station in stations}
        self._objects = {(n.peer.host, n.peer.eoj): n for n in self._nodes.values()}
        self._told: asyncio.Queue[tuple[str, echonet.Frame]] = asyncio.Queue(maxsize=_BACKLOG)
        self._port = EchonetPort(link.id, link.interface, self._heard)
        self._tid = 0
        self._strangers = 0

    @property
    def health(self) -> str:
        """Say which port it is and what it keeps out."""
        if not self._port.is_open:
            return "UDP 3610 closed"
        words = f"UDP 3610 on {self._link.interface or 'every network'}"
        if not self._port.multicast:
            words += ", no multicast"
        return words + (f", {self._strangers} strange datagrams" if self._strangers else "")

    async def open(self) -> None:
        """Open the port; nodes are asked what they can do when they are first read."""
        await self._port.open()

    async def read(self, device: str, points: Sequence[Point]) -> list[Reading]:
        """Read the properties behind points, a few in each request.

        Where a node falls silent between two requests, what it has said already is kept.
        """
        node = self._nodes[device]
        abilities = await self._abilities(node)
        epcs = _epcs(points)
        absent = [e for e in epcs if abilities.gets is not None and e not in abilities.gets]
        edts = await self._said_by(node, [epc for epc in epcs if epc not in absent])
        return self._readings(node, edts | dict.fromkeys(absent, b""), points)

    async def write(self, device: str, command: Command, value: float) -> None:
        """Set a property with a request that wants an answer (SetC).

        Raises:
            WriteRefused: the object says no, or says that the property cannot be set.
        """
        node = self._nodes[device]
        source = command.target
        if not isinstance(source, EchonetSource):
            raise TypeError(f"command {command.id} is not written by ECHONET Lite")
        epc, edt = source.epc, echonet.encode(source, value)
        abilities = await self._abilities(node)
        if abilities.sets is not None and epc not in abilities.sets:
            raise WriteRefused(f"{node.peer.words} does not let property {epc:02X} be set")
        answer = await self._ask(node.peer, echonet.SET_C, (echonet.Property(epc, edt),))
        if answer.esv != echonet.SET_RES:
            raise WriteRefused(f"{node.peer.words} refuses {epc:02X} = {edt.hex().upper()} (SNA)")

    async def listen(self, deliver: Callable[[list[Reading]], Awaitable[None]]) -> None:
        """Deliver what objects announce; who wants it confirmed (INFC) is answered once it is kept."""
        while self._port.is_open:
            host, frame = await self._told.get()
            node = self._objects[host, frame.seoj]
            if readings := self._readings(node, frame.edts()):
                await deliver(readings)
            if frame.esv == echonet.INFC:
                self._port.send(host, echonet.build(echonet.confirmation(frame)))
        raise LinkLost("UDP 3610 was closed")

    async def discover(self) -> AsyncIterator[Candidate]:
        """Ask every node for its objects; yield those that are devices, each once."""
        seen: set[str] = set()
        classes = _profiles_by_class()
        request = self._frame(NODE, echonet.GET, (echonet.Property(OBJECT_LIST),))
        async for host, data in self._port.gather(request, self._timing.discovery_s):
            for eoj in _objects_of(data):
                address = f"{host}/{eoj:06X}"
                if address not in seen:
                    seen.add(address)
                    fitting = classes.get(eoj >> 8, ())
                    yield Candidate(address, echonet_objects.words_of(eoj), fitting)

    async def identify(self, address: str) -> Identity:
        """Ask an object who made it."""
        host, eoj, _ = _parts(address)
        said = await self._edts(_Peer(host, eoj, address), _ABOUT_THE_DEVICE)
        serial = echonet_objects.text(said.get(SERIAL, b""))
        return Identity(
            maker=said.get(MAKER, b"").hex().upper(),
            model=echonet_objects.text(said.get(PRODUCT, b"")),
            serial=serial or said.get(IDENTITY, b"").hex().upper(),
            firmware=said.get(VERSION, b"").hex().upper(),
        )

    async def close(self) -> None:
        """Close the port."""
        await self._port.close()
        for node in self._nodes.values():
            node.abilities = None

    async def _said_by(self, node: _Node, epcs: Sequence[int]) -> dict[int, bytes]:
        """Read properties; what a silent node could do is asked again when it is back."""
        try:
            return await self._edts(node.peer, epcs)
        except DeviceUnavailable:
            node.abilities = None
            raise

    async def _edts(self, peer: _Peer, epcs: Sequence[int]) -> dict[int, bytes]:
        edts: dict[int, bytes] = {}
        for begin in range(0, len(epcs), _BATCH):
            batch = [echonet.Property(epc) for epc in epcs[begin : begin + _BATCH]]
            try:
                edts |= (await self._ask(peer, echonet.GET, batch)).edts()
            except DeviceUnavailable:
                if not edts:
                    raise
                break
        return edts

    async def _abilities(self, node: _Node) -> _Abilities:
        """Return what an object can do; asked once, and again after it was silent."""
        if node.abilities is None:
            said = await self._said_by(node, _ABOUT_THE_OBJECT)
            _require_same(node, said.get(IDENTITY, b""))
            gets, sets = _map(said.get(GET_MAP)), _map(said.get(SET_MAP))
            sources = [point.source for point in node.station.profile.points]
            epcs = {e for s in sources if isinstance(s, EchonetSource) for e in s.factor_epcs}
            factors = await self._said_by(node, sorted(epcs if gets is None else epcs & gets))
            node.abilities = _Abilities(gets, sets, factors)
        return node.abilities

    async def _ask(
        self, peer: _Peer, esv: int, properties: Iterable[echonet.Property]
    ) -> echonet.Frame:
        asked = tuple(properties)
        trouble = f"does not answer within {_ATTEMPTS} x {self._timing.answer_s:g} s"
        kind: type[DeviceUnavailable] = DeviceUnavailable
        for _ in range(_ATTEMPTS):
            request = self._frame(peer.eoj, esv, asked)
            try:
                data = await self._port.ask(peer.host, request, self._timing.answer_s)
                return _checked(echonet.parse(data), peer, esv)
            except TimeoutError:
                continue
            except BadFrame as error:
                trouble, kind = f"answers with a damaged frame: {error}", Garbled
        raise kind(f"{peer.words} {trouble}: check its power, network and address")

    def _frame(self, eoj: int, esv: int, properties: Iterable[echonet.Property]) -> bytes:
        self._tid = self._tid % 0xFFFF + 1
        frame = echonet.Frame(self._tid, echonet.CONTROLLER, eoj, esv, tuple(properties))
        return echonet.build(frame)

    def _readings(
        self, node: _Node, edts: dict[int, bytes], asked: Iterable[Point] = ()
    ) -> list[Reading]:
        """Decode what is known of the profile, and points that were asked for beside it."""
        profile = node.station.profile
        more = [point for point in asked if point not in profile.points]
        if more:
            profile = replace(profile, points=(*profile.points, *more))
        factors = node.abilities.factors if node.abilities else {}
        return from_properties(profile, edts, factors, node.station.device, self._clock.now_us())

    def _heard(self, host: str, data: bytes) -> None:
        """Keep what a commissioned object announces; all else is counted and dropped."""
        try:
            frame = echonet.parse(data)
        except BadFrame:
            self._strangers += 1
            return
        if (host, frame.seoj) not in self._objects:
            self._strangers += 1
        elif frame.esv in (echonet.INF, echonet.INFC):
            if self._told.full():
                self._told.get_nowait()
            self._told.put_nowait((host, frame))


def _node(station: Station) -> _Node:
    host, eoj, identity = _parts(station.address)
    return _Node(station, _Peer(host, eoj, f"{station.device} ({host}/{eoj:06X})"), identity)


def _parts(address: str) -> tuple[str, int, bytes]:
    """Split `IP/EOJ` or `IP/EOJ/ID`, where ID is the identification number (83) in hex."""
    host, eoj, *rest = address.split("/")
    return host, int(eoj, 16), bytes.fromhex(rest[0]) if rest else b""


def _require_same(node: _Node, identity: bytes) -> None:
    if node.identity and identity != node.identity:
        raise DeviceUnavailable(
            f"another device answers as {node.peer.words}: its identification number is "
            f"{identity.hex().upper() or 'missing'}, {node.identity.hex().upper()} was commissioned"
        )


def _checked(answer: echonet.Frame, peer: _Peer, esv: int) -> echonet.Frame:
    """Refuse the answer of another object or to another service; a node then mixes them up."""
    if answer.seoj != peer.eoj or answer.esv & 0x0F != esv & 0x0F:
        raise BadFrame(f"byte 4: {answer.seoj:06X} answers with service {answer.esv:02X}")
    return answer


def _map(edt: bytes | None) -> frozenset[int] | None:
    """Return a property map, None where the object gives none that can be read."""
    try:
        return echonet_objects.property_codes(edt or b"") or None
    except BadFrame:
        return None


def _epcs(points: Iterable[Point]) -> list[int]:
    found = {p.source.epc: None for p in points if isinstance(p.source, EchonetSource)}
    return list(found)


def _objects_of(data: bytes) -> tuple[int, ...]:
    try:
        return echonet_objects.objects(echonet.parse(data).edts().get(OBJECT_LIST, b""))
    except BadFrame:
        return ()


def _profiles_by_class() -> dict[int, tuple[str, ...]]:
    """Return the bundled profiles of each class of objects."""
    found: dict[int, tuple[str, ...]] = {}
    for profile in map(load_profile, profile_ids()):
        if profile.protocol == "echonet_lite":
            known = found.get(profile.echonet_class, ())
            found[profile.echonet_class] = (*known, profile.id)
    return found
