"""An OPC UA server whose variables are the points of the devices behind one link.

It is asyncua's server: the driver uses the client of the same library, so the tests also run the
driver against a server that is not asyncua's. What it hands over is written to the ledger: values
at every published message, and those that were read.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from asyncua import Server, ua
from asyncua.common.callback import CallbackType
from asyncua.ua.uaerrors import UaError

from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.quantity import Kind
from area_configs.domain.sources import OpcUaSource
from edge_agent.simulators.faults import HEALTHY
from edge_agent.simulators.ledger import Said

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from asyncua import Node

    from area_configs.domain.areas import Device
    from area_configs.domain.devices import DeviceProfile, Point
    from edge_agent.simulators.faults import Fault
    from edge_agent.simulators.ledger import Ledger
    from edge_agent.simulators.opc_ua_identity import ServerIdentity
    from edge_agent.simulators.station_voice import StationVoice

_TICK_S = 0.25
_EVENT_LOOK_S = 1.0  # how soon a session is told after it has begun or ended
_TYPES: dict[str, tuple[ua.VariantType, Callable[[float], bool | int | float]]] = {
    "bool": (ua.VariantType.Boolean, bool),
    "u8": (ua.VariantType.Byte, round),
    "i8": (ua.VariantType.SByte, round),
    "u16": (ua.VariantType.UInt16, round),
    "i16": (ua.VariantType.Int16, round),
    "u32": (ua.VariantType.UInt32, round),
    "i32": (ua.VariantType.Int32, round),
    "u64": (ua.VariantType.UInt64, round),
    "i64": (ua.VariantType.Int64, round),
    "f32": (ua.VariantType.Float, float),
    "f64": (ua.VariantType.Double, float),
}

logging.getLogger("asyncua").setLevel(logging.CRITICAL + 1)  # it also logs what it raises


@dataclass(slots=True)
class Variable:
    """One point of one device: its node, how it is said, and when it is said next."""

    device: Device
    point: Point
    source: OpcUaSource
    node: Node
    voice: StationVoice
    due_s: float = 0.0
    last_us: int = 0

    @property
    def is_event(self) -> bool:
        """Tell whether it is written once for each thing that happens."""
        return QUANTITIES[self.point.quantity].kind is Kind.EVENT


class StationServer:
    """The server of one link.

    Args:
        identity: its certificate, None for a server without protection.
        ledger: where every handed over value is noted.
        clock: microseconds since 1970-01-01 UTC.
        faults: by device id; `comm_loss` of any device takes the whole server away.
    """

    def __init__(
        self,
        identity: ServerIdentity | None,
        ledger: Ledger,
        clock: Callable[[], int],
        faults: Mapping[str, Fault],
    ) -> None:
        self._identity = identity
        self._ledger = ledger
        self._clock = clock
        self._faults = faults
        self._variables: dict[ua.NodeId, Variable] = {}
        self._server: Server | None = None
        self._listening = False
        self._beating: asyncio.Task[None] | None = None

    async def open(
        self, devices: list[tuple[Device, DeviceProfile, StationVoice]], port: int = 0
    ) -> str:
        """Listen on loopback with the devices as objects, and return the address."""
        self._server = server = Server()
        await server.init()
        url = f"opc.tcp://127.0.0.1:{port or _free_port()}"
        server.set_endpoint(url)
        server.set_server_name("Simulated hydrogen station")
        server.set_match_discovery_endpoint_url(match_discovery_endpoint_url=False)
        await self._protect(server)
        for device, profile, voice in devices:
            await self._add(server, device, profile, voice)
        await self._tick()
        self._note_what_is_said(server)
        await server.start()
        self._listening = True
        self._beating = asyncio.create_task(self._beat())
        return url

    async def close(self) -> None:
        """Stop listening and drop every session."""
        if self._beating:
            self._beating.cancel()
            with suppress(asyncio.CancelledError):
                await self._beating
        if self._server:
            await _drop_sessions(self._server)
            await self._server.stop()

    # ------------------------------------------------------------ nodes

    async def _protect(self, server: Server) -> None:
        if self._identity is None:
            server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
            return
        await server.set_application_uri(self._identity.uri)
        await server.load_certificate(self._identity.certificate)
        await server.load_private_key(self._identity.key, format="pem")
        server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])

    async def _add(
        self, server: Server, device: Device, profile: DeviceProfile, voice: StationVoice
    ) -> None:
        folders: dict[str, Node] = {}
        for point in profile.points:
            source = point.source
            if not isinstance(source, OpcUaSource) or source.measure != "value":
                continue
            index = await server.register_namespace(source.namespace)
            *above, name = f"{device.address}/{source.path}".split("/")
            parent = await _folder(server, index, above, folders)
            kind, make = _TYPES[source.type]
            node = await parent.add_variable(
                _node_id("/".join([*above, name]), index),
                ua.QualifiedName(name, index),
                make(0),
                varianttype=kind,
                datatype=ua.NodeId(ua.Int32(kind.value)),
            )
            await server.write_attribute_value(node.nodeid, _nothing_yet())
            self._variables[node.nodeid] = Variable(device, point, source, node, voice)

    # ------------------------------------------------------------ values

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + _TICK_S, loop.time())  # on a grid: controllers do not drift
            await asyncio.sleep(due - loop.time())
            await self._tick()

    async def _tick(self) -> None:
        now_us = self._clock()
        for variable in self._variables.values():
            if now_us / 1e6 < variable.due_s:
                continue
            period_s = _EVENT_LOOK_S if variable.is_event else variable.point.period_s
            variable.due_s = now_us / 1e6 + period_s - _TICK_S / 2
            tell = self._tell_event if variable.is_event else self._tell
            await tell(variable, now_us)
        await self._come_or_go()

    async def _tell(self, variable: Variable, now_us: int) -> None:
        fault = self._faults.get(variable.device.id, HEALTHY)
        value = variable.voice.say(variable.point.quantity, now_us, fault)
        if value is None:
            status = ua.StatusCode(ua.UInt32(ua.StatusCodes.BadSensorFailure))
        else:
            status = ua.StatusCode()
        await self._write(variable, value or 0.0, now_us, status)

    async def _tell_event(self, variable: Variable, now_us: int) -> None:
        """Write a field of a session once, dated when the session began or ended."""
        fault = self._faults.get(variable.device.id, HEALTHY)
        told = variable.voice.event(variable.point.quantity, now_us, fault)
        if told is not None and told.at_us > variable.last_us:
            variable.last_us = told.at_us
            await self._write(variable, told.value, told.at_us, ua.StatusCode())

    async def _write(
        self, variable: Variable, value: float, at_us: int, status: ua.StatusCode
    ) -> None:
        kind, make = _TYPES[variable.source.type]
        raw = make((value - variable.source.shift) / variable.source.scale)
        data = ua.DataValue(
            ua.Variant(raw, kind),
            StatusCode=status,
            SourceTimestamp=_datetime(at_us),
            ServerTimestamp=_datetime(self._clock()),
        )
        if self._server:
            await self._server.write_attribute_value(variable.node.nodeid, data)

    async def _come_or_go(self) -> None:
        """Take the server off the network while a device has lost communication, and back."""
        away = any(
            self._faults.get(v.device.id, HEALTHY).event == "comm_loss"
            for v in self._variables.values()
        )
        server = self._server
        if server is None or server.bserver is None or away is not self._listening:
            return
        self._listening = not away
        if not away:
            await server.bserver.start()
            return
        await server.bserver.stop()
        await _drop_sessions(server)

    # ------------------------------------------------------------ the ledger

    def _note_what_is_said(self, server: Server) -> None:
        server.subscribe_server_callback(CallbackType.PostRead, self._was_read)
        service = server.iserver.subscription_service
        create = service.create_subscription

        async def noting(
            params: ua.CreateSubscriptionParameters,
            callback: Callable[..., Awaitable[None]],
            session_id: ua.NodeId,
            request_callback: Callable[..., object] | None = None,
        ) -> ua.CreateSubscriptionResult:
            async def said(result: ua.PublishResult, *rest: object) -> None:
                self._was_published(service.subscriptions, result)
                await callback(result, *rest)

            return await create(params, said, session_id, request_callback)

        service.create_subscription = noting  # type: ignore[method-assign]  # no hook else

    def _was_read(self, event: object, _dispatcher: object = None) -> None:
        if not getattr(event, "is_external", False):
            return
        asked = event.request_params.NodesToRead  # type: ignore[attr-defined]  # a read's
        answers = event.response_params  # type: ignore[attr-defined]  # a read's
        said = [
            (self._variables[one.NodeId], answer)
            for one, answer in zip(asked, answers, strict=True)
            if one.NodeId in self._variables and one.AttributeId == ua.AttributeIds.Value
        ]
        self._note(said)

    def _was_published(self, subscriptions: Mapping[int, object], result: ua.PublishResult) -> None:
        subscription = subscriptions.get(int(result.SubscriptionId))
        if subscription is None:
            return
        items = subscription.monitored_item_srv._monitored_items  # type: ignore[attr-defined]  # noqa: SLF001 - no public way from handle to node
        nodes = {item.client_handle: item.read_value_id.NodeId for item in items.values()}
        self._note(list(self._published(nodes, result)))

    def _published(
        self, nodes: Mapping[int, ua.NodeId], result: ua.PublishResult
    ) -> Iterator[tuple[Variable, ua.DataValue]]:
        for part in result.NotificationMessage.NotificationData or ():
            for item in getattr(part, "MonitoredItems", ()):
                variable = self._variables.get(nodes[item.ClientHandle])
                if variable and not (variable.is_event and item.Value.Value.Value is None):
                    yield variable, item.Value

    def _note(self, said: list[tuple[Variable, ua.DataValue]]) -> None:
        """Write what was handed over; a source's own stamp is when it was said."""
        for variable, value in said:
            stamp = value.SourceTimestamp
            at_us = self._clock() if stamp is None else _us(stamp)
            self._ledger.write([_said(variable, value)], at_us)


def _said(variable: Variable, value: ua.DataValue) -> Said:
    raw = value.Value.Value if value.Value else None
    good = value.StatusCode is None or value.StatusCode.is_good()
    meant = None
    if good and raw is not None:
        meant = float(raw) * variable.source.scale + variable.source.shift
    return Said(variable.device.id, variable.point.quantity, meant)


async def _folder(server: Server, index: int, names: list[str], made: dict[str, Node]) -> Node:
    parent = server.get_objects_node()
    for depth in range(1, len(names) + 1):
        path = "/".join(names[:depth])
        if path not in made:
            name = ua.QualifiedName(names[depth - 1], index)
            with suppress(UaError):
                made[path] = await parent.get_child([name])
            if path not in made:
                made[path] = await parent.add_object(_node_id(path, index), name)
        parent = made[path]
    return parent


async def _drop_sessions(server: Server) -> None:
    """End the sessions that asyncua keeps when their connections are gone."""
    open_ones = server.iserver._external_sessions  # noqa: SLF001 - there is no public list
    for session in tuple(open_ones.values()):
        await session.close_session()


def _nothing_yet() -> ua.DataValue:
    waiting = ua.StatusCode(ua.UInt32(ua.StatusCodes.BadWaitingForInitialData))
    return ua.DataValue(ua.Variant(None), StatusCode=waiting)


def _node_id(path: str, index: int) -> ua.NodeId:
    return ua.NodeId(ua.String(path), ua.Int16(index))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _datetime(at_us: int) -> ua.DateTime:
    second, rest = divmod(at_us, 1_000_000)
    return ua.DateTime.fromtimestamp(second, UTC).replace(microsecond=rest)


def _us(stamp: datetime) -> int:
    aware = stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1e6)
