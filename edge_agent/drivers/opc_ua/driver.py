"""The OPC UA driver of one server: what its devices push, what is read from them, what is written."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from asyncua import ua
from asyncua.ua.uaerrors import UaStatusCodeError

from area_configs.domain.quality import Quality, Reason
from area_configs.domain.quantities import SAFETY
from area_configs.domain.readings import Reading
from edge_agent.decoding import opc_ua
from edge_agent.drivers.base import Candidate, Identity, LinkLost, Station, WriteRefused
from edge_agent.drivers.opc_ua import browsing, nodes, values
from edge_agent.drivers.opc_ua.connection import FAILURES, Connection
from edge_agent.drivers.opc_ua.freshness import Freshness
from edge_agent.drivers.opc_ua.nodes import source_of
from edge_agent.drivers.opc_ua.subscription import Watch, Watched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from asyncua import Client

    from area_configs.domain.areas import Link
    from area_configs.domain.commands import Command
    from area_configs.domain.devices import Point
    from area_configs.domain.errors import DeviceUnavailable
    from edge_agent.clock import Clock
    from edge_agent.credentials import OpcUaIdentity

    Deliver = Callable[[list[Reading]], Awaitable[None]]

_DAY_S = 86_400.0


class OpcUaDriver:
    """Owns one session; safety functions are read, never written, whoever asks."""

    def __init__(
        self,
        link: Link,
        stations: tuple[Station, ...],
        identity: OpcUaIdentity,
        clock: Clock,
        timeout_s: float = 4.0,
    ) -> None:
        self._link = link
        self._stations = {station.device: station for station in stations}
        self._clock = clock
        self._lost = asyncio.Event()
        self._connection = Connection(link, identity, timeout_s, self._lost.set)
        self._client: Client | None = None
        self._indexes: dict[str, int] = {}
        self._found: dict[tuple[str, str], nodes.Found] = {}
        self._fresh = Freshness(clock)

    @property
    def health(self) -> str:
        """Say which server it is, how it is protected and whether the session is open."""
        state = "open" if self._client and not self._lost.is_set() else "closed"
        how = "unprotected" if self._link.security == "lab" else "encrypted"
        return f"{self._link.url} {how} {state}"

    async def open(self) -> None:
        """Open the session and find the nodes of every point."""
        self._lost.clear()
        self._client = client = await self._connection.open()
        try:
            self._indexes = await nodes.namespaces(client)
            self._found = await nodes.find_points(client, self._indexes, self._stations.values())
        except FAILURES as error:
            raise self._lost_by(error) from error

    async def read(self, device: str, points: Sequence[Point]) -> list[Reading]:
        """Read points of a device in one request; points without a node say why."""
        readings = [self._made(device, point) for point in points if self._is_made(device, point)]
        asked = [point for point in points if not self._is_made(device, point)]
        known = [(point, self._found[device, point.quantity]) for point in asked]
        there = [(point, node) for point, node in known if isinstance(node, ua.NodeId)]
        answers = await self._values([node for _, node in there]) if there else []
        now_us = self._clock.now_us()
        for (point, _), answer in zip(there, answers, strict=True):
            readings.append(self._taken(device, point, answer, now_us))
        return readings + [
            opc_ua.reading(point, opc_ua.DataValue(None, node), device, now_us)
            for point, node in known
            if isinstance(node, int)
        ]

    async def listen(self, deliver: Deliver) -> None:
        """Subscribe to every pushed point and deliver what comes, each message whole.

        Cancelled, it first ends the subscription and delivers what the server had sent by then.
        """
        watch = Watch(self._open_client(), self._lost)
        watched = self._watched()
        await deliver(self._unknown(watched))
        try:
            await watch.run(watched, self._heard, deliver)
        except FAILURES as error:
            raise self._lost_by(error) from error

    async def write(self, device: str, command: Command, value: float) -> None:
        """Write the value of a command; a command on a safety function is refused here as well."""
        if command.quantity in SAFETY:
            raise WriteRefused(
                f"{command.quantity} of {device} is a safety function: never written"
            )
        client = self._open_client()
        source = values.target_of(command)
        address = self._stations[device].address
        try:
            (node,) = await nodes.find(client, self._indexes, [(address, source)])
            status = await values.write(client, node, source, value)
        except UaStatusCodeError as error:
            status = int(error.code)
        except FAILURES as error:
            raise self._lost_by(error) from error
        if opc_ua.reason_of(status) is not Reason.OK:
            name = ua.StatusCode(ua.UInt32(status)).name
            raise WriteRefused(f"{device} refuses {command.id} = {value:.10g}: {name}")

    async def discover(self) -> AsyncIterator[Candidate]:
        """Yield the objects of the server that have variables, with the profiles that fit."""
        try:
            async for candidate in browsing.candidates(self._open_client()):
                yield candidate
        except FAILURES as error:
            raise self._lost_by(error) from error

    async def identify(self, address: str) -> Identity:  # noqa: ARG002 - one server answers for all
        """Ask the server who made it."""
        try:
            return await browsing.identity(self._open_client())
        except FAILURES as error:
            raise self._lost_by(error) from error

    def overdue(self) -> list[Reading]:
        """Return how old the data of each device are, for as long as the link is down."""
        now_us = self._clock.now_us()
        return [
            Reading(station.device, point.quantity, now_us, self._fresh.age_s(station.device))
            for station in self._stations.values()
            for point in station.profile.points
            if source_of(point).measure == "age"
        ]

    async def close(self) -> None:
        """Close the session; one that is broken is dropped."""
        client, self._client = self._client, None
        self._found, self._indexes = {}, {}
        if client:
            await client.disconnect()

    # ------------------------------------------------------------ readings

    def _is_made(self, device: str, point: Point) -> bool:
        """Tell whether the gateway finds a point out without asking."""
        source = source_of(point)
        if source.measure == "age":
            return self._fresh.follows(device)
        return source.measure == "certificate_days"

    def _made(self, device: str, point: Point) -> Reading:
        now_us = self._clock.now_us()
        if source_of(point).measure == "age":
            return Reading(device, point.quantity, now_us, self._fresh.age_s(device))
        expires_s = self._connection.expires_s
        if expires_s is None:
            unknown = Quality(Reason.NOT_SUPPORTED, self._link.security)
            return Reading(device, point.quantity, now_us, None, unknown)
        return Reading(device, point.quantity, now_us, (expires_s - now_us / 1e6) / _DAY_S)

    def _taken(self, device: str, point: Point, answer: opc_ua.DataValue, now_us: int) -> Reading:
        if source_of(point).measure == "age":
            self._fresh.saw(device, answer.number)
            return Reading(device, point.quantity, now_us, self._fresh.age_s(device))
        return opc_ua.reading(point, answer, device, now_us)

    def _heard(self, one: Watched, value: opc_ua.DataValue, again: bool) -> Reading:
        if one.beats:
            self._fresh.saw(one.device, value.number)
        now_us = self._clock.now_us()
        return opc_ua.reading(one.point, value, one.device, now_us, again=again)

    def _watched(self) -> list[Watched]:
        beats = {
            (station.device, _place(point))
            for station in self._stations.values()
            for point in station.profile.points
            if source_of(point).measure == "age"
        }
        found = [
            Watched(s.device, p, self._found[s.device, p.quantity], (s.device, _place(p)) in beats)
            for s in self._stations.values()
            for p in s.profile.points
            if p.pushed
        ]
        self._fresh.follow(one.device for one in found if one.beats)
        return found

    def _unknown(self, watched: list[Watched]) -> list[Reading]:
        now_us = self._clock.now_us()
        return [
            opc_ua.reading(one.point, opc_ua.DataValue(None, one.node), one.device, now_us)
            for one in watched
            if isinstance(one.node, int)
        ]

    async def _values(self, wanted: list[ua.NodeId]) -> list[opc_ua.DataValue]:
        try:
            return await values.read(self._open_client(), wanted)
        except FAILURES as error:
            raise self._lost_by(error) from error

    # ------------------------------------------------------------ the session

    def _open_client(self) -> Client:
        if self._client is None or self._lost.is_set():
            raise LinkLost(f"{self._link.url} is closed")
        return self._client

    def _lost_by(self, error: BaseException) -> DeviceUnavailable:
        words = str(error) or type(error).__name__
        return LinkLost(f"{self._link.url} lost its session: {words}")


def _place(point: Point) -> tuple[str, str, str]:
    source = source_of(point)
    return source.namespace, source.path, source.identifier
