"""Subscriptions: what a server pushes, delivered message by message and acknowledged when durable."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asyncua import ua
from asyncua.ua.uaerrors import UaError

from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.quantity import Kind
from edge_agent.drivers.opc_ua import values

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asyncua import Client

    from area_configs.domain.devices import Point
    from area_configs.domain.readings import Reading
    from edge_agent.decoding.opc_ua import DataValue
    from edge_agent.drivers.opc_ua.nodes import Found

    Deliver = Callable[[list[Reading]], Awaitable[None]]
    Heard = Callable[["Watched", DataValue, bool], Reading]

_ITEMS_AT_ONCE = 100
_EVENTS_KEPT = 100  # sessions that may end between two messages
_KEEP_ALIVE_S, _SILENT_S = 5.0, 20.0
_UNWIND_S = 2.0


@dataclass(frozen=True, slots=True)
class Watched:
    """One pushed point of a device: its node, and whether it is the device's heartbeat."""

    device: str
    point: Point
    node: Found
    beats: bool


class Watch:
    """One subscription of a session, for all devices behind it.

    Args:
        client: the open session.
        lost: set by others when the connection breaks.
    """

    def __init__(self, client: Client, lost: asyncio.Event) -> None:
        self._session = client.uaclient.session
        self._lost = lost
        self._arrived: asyncio.Queue[tuple[ua.PublishResult, asyncio.Event]] = asyncio.Queue()
        self._last: dict[int, DataValue] = {}
        self._items: list[Watched] = []
        self._id = 0

    async def run(self, watched: list[Watched], heard: Heard, deliver: Deliver) -> None:
        """Deliver until cancelled.

        Raises:
            TimeoutError: the server has fallen silent.
            ConnectionError: the connection is gone, or the server ended the subscription.
        """
        self._items = [one for one in watched if isinstance(one.node, ua.NodeId)]
        if not self._items:
            await self._lost.wait()
            raise ConnectionError("the connection is gone")
        await deliver(await self._subscribe(heard))
        try:
            while True:
                await self._hand_over(await self._next(), heard, deliver)
        except asyncio.CancelledError:
            await self._end(heard, deliver)
            raise

    async def _subscribe(self, heard: Heard) -> list[Reading]:
        """Subscribe; return a reading for every point that the server does not let us watch."""
        fastest_s = min(one.point.period_s for one in self._items)
        asked = ua.CreateSubscriptionParameters(
            RequestedPublishingInterval=ua.Double(min(fastest_s, 1.0) * 1000),
            RequestedLifetimeCount=ua.UInt32(1000),
            RequestedMaxKeepAliveCount=ua.UInt32(max(1, int(_KEEP_ALIVE_S / min(fastest_s, 1.0)))),
            MaxNotificationsPerPublish=ua.UInt32(0),
            PublishingEnabled=True,
            Priority=ua.Byte(0),
        )
        created = await self._session.create_subscription(asked, callback=self._arrive)
        self._id = int(created.SubscriptionId)
        refused: list[Reading] = []
        for begin in range(0, len(self._items), _ITEMS_AT_ONCE):
            part = range(begin, min(begin + _ITEMS_AT_ONCE, len(self._items)))
            results = await self._session.create_monitored_items(
                ua.CreateMonitoredItemsParameters(
                    SubscriptionId=ua.UInt32(self._id),
                    TimestampsToReturn=ua.TimestampsToReturn.Both,
                    ItemsToCreate=[_item(place, self._items[place]) for place in part],
                )
            )
            for place, result in zip(part, results, strict=True):
                if not result.StatusCode.is_good():
                    bad = values.plain(ua.DataValue(StatusCode=result.StatusCode))
                    refused.append(heard(self._items[place], bad, False))
        return refused

    async def _arrive(self, result: ua.PublishResult) -> None:
        """Queue a message; it is acknowledged once this returns, that is once it is durable."""
        done = asyncio.Event()
        self._arrived.put_nowait((result, done))
        await done.wait()

    async def _next(self) -> tuple[ua.PublishResult, asyncio.Event]:
        arriving = asyncio.ensure_future(self._arrived.get())
        losing = asyncio.ensure_future(self._lost.wait())
        try:
            await asyncio.wait(
                {arriving, losing}, timeout=_SILENT_S, return_when=asyncio.FIRST_COMPLETED
            )
            if arriving.done():
                return arriving.result()
        finally:
            arriving.cancel()
            losing.cancel()
        if self._lost.is_set():
            raise ConnectionError("the connection is gone")
        raise TimeoutError(f"no message within {_SILENT_S:g} s")

    async def _hand_over(
        self, message: tuple[ua.PublishResult, asyncio.Event], heard: Heard, deliver: Deliver
    ) -> None:
        result, done = message
        try:
            readings = self._readings(result, heard)
            if readings:
                await _unbroken(deliver(readings))
        finally:
            done.set()

    def _readings(self, result: ua.PublishResult, heard: Heard) -> list[Reading]:
        readings: list[Reading] = []
        for part in result.NotificationMessage.NotificationData or ():
            if isinstance(part, ua.StatusChangeNotification):
                raise ConnectionError(f"the server ended the subscription: {part.Status.name}")
            if isinstance(part, ua.DataChangeNotification):
                for item in part.MonitoredItems:
                    readings += self._reading(item, heard)
        return readings

    def _reading(self, item: ua.MonitoredItemNotification, heard: Heard) -> list[Reading]:
        """Return the reading of one item; nothing for an event that has not happened yet."""
        place = int(item.ClientHandle)
        if not 0 <= place < len(self._items):
            return []
        one, value = self._items[place], values.plain(item.Value)
        before, self._last[place] = self._last.get(place), value
        if _is_event(one.point) and value.number is None:
            return []
        changed = before is not None and before.source_us != value.source_us
        return [heard(one, value, changed)]

    async def _end(self, heard: Heard, deliver: Deliver) -> None:
        """End the subscription and deliver what the server had sent before it heard of that."""
        try:
            async with asyncio.timeout(_UNWIND_S):
                await self._delete_while_draining(heard, deliver)
        except (UaError, OSError, TimeoutError):
            return  # the session is broken: nothing more comes

    async def _delete_while_draining(self, heard: Heard, deliver: Deliver) -> None:
        deleting = asyncio.ensure_future(self._session.delete_subscriptions([self._id]))
        try:
            await asyncio.wait({deleting})
            while not self._arrived.empty():
                await self._hand_over(self._arrived.get_nowait(), heard, deliver)
            deleting.result()
        finally:
            deleting.cancel()


def _item(place: int, one: Watched) -> ua.MonitoredItemCreateRequest:
    # Every scan counts, also one that finds the same value: silence means that data are stale.
    stamps = ua.DataChangeFilter(Trigger=ua.DataChangeTrigger.StatusValueTimestamp)
    return ua.MonitoredItemCreateRequest(
        ItemToMonitor=ua.ReadValueId(NodeId=one.node, AttributeId=ua.AttributeIds.Value),
        MonitoringMode=ua.MonitoringMode.Reporting,
        RequestedParameters=ua.MonitoringParameters(
            ClientHandle=ua.UInt32(place),
            SamplingInterval=ua.Double(one.point.period_s * 1000),
            Filter=stamps,
            QueueSize=ua.UInt32(_EVENTS_KEPT if _is_event(one.point) else 1),
            DiscardOldest=True,
        ),
    )


def _is_event(point: Point) -> bool:
    return QUANTITIES[point.quantity].kind is Kind.EVENT


async def _unbroken(delivering: Awaitable[None]) -> None:
    """Wait for a delivery to its end, also when cancelled in its midst."""
    task = asyncio.ensure_future(delivering)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
