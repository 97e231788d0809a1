"""Orders: what the hub asks of this gateway, fetched, checked, done once, and told step by step."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from area_configs.domain.errors import HubRejected, HubUnavailable, SmartAreaError
from edge_agent.configuration import confirmations
from edge_agent.control.gate import Request, Result
from edge_agent.control.plan_shelf import BadPlan
from edge_agent.daemon.hub_trust import BadOrder, NotTheHub, learn
from edge_agent.daemon.order_book import Entry
from platform_hub.wire.commands import CommandBody, OrderReport

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from pathlib import Path

    from edge_agent.clock import Clock
    from edge_agent.configuration.office import Office
    from edge_agent.control.execution import Gate, Outcome
    from edge_agent.control.plan_shelf import PlanShelf
    from edge_agent.daemon.hub_trust import HubTrust
    from edge_agent.daemon.order_book import OrderBook
    from platform_hub.client.area_client import AreaClient
    from platform_hub.wire.commands import Order
    from platform_hub.wire.gateways import GatewayReport

_log = logging.getLogger(__name__)

_WAIT_S = 20  # of one long poll: a proxy in between may cut longer ones
_RETRY_FIRST_S, _RETRY_LONGEST_S = 2.0, 60.0
_REFUSED_S = 60.0
_LOOK_S = 0.5
_STATES = {Result.VERIFIED: "read_back", Result.APPLIED: "applied"}


class Desk(NamedTuple):
    """What orders are done with.

    Attributes:
        connect: returns a new client of the hub.
        hub_key: the hub's key by the settings, empty where it is pinned on first sight.
        powers_kw: what each asset can do that a plan may move.
        hands_off: told which device a person has taken over.
        describe: says how this gateway is; None where it is not known yet.
        office: puts the area office's configuration in force; None where it has no say.
    """

    gateway: str
    folder: Path
    connect: Callable[[], AreaClient]
    hub_key: str
    gate: Gate
    shelf: PlanShelf
    book: OrderBook
    powers_kw: Mapping[str, float]
    hands_off: Callable[[str], None]
    describe: Callable[[], GatewayReport | None] = lambda: None
    office: Office | None = None


class Orders:
    """Fetches a gateway's orders by long poll and does them, commands side by side."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._reporting = asyncio.Lock()
        self._reporter: AreaClient | None = None
        self._trouble = ""
        self._waiting: dict[str, str] = {}
        self._connected = False
        self._newest = 0

    def status(self) -> dict[str, Any]:
        """Return how the way of orders is, in plain values."""
        return {
            "trouble": self._trouble,
            "connected": self._connected,
            "to_confirm": dict(self._waiting),
        }

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch and do until `stop`; a command under way is given up then and told as failed."""
        failures = 0
        try:
            while not stop.is_set():
                wait_s = await self._session(stop)
                failures = 0 if wait_s is None else failures + 1
                if wait_s is not None:
                    longest = max(wait_s, _RETRY_LONGEST_S)
                    await self._clock.pause(min(longest, wait_s * 2 ** min(failures, 10)), stop)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _session(self, stop: asyncio.Event) -> float | None:
        """Work with one connection; return how long to wait after it failed, None at `stop`."""
        client, self._reporter = self._desk.connect(), self._desk.connect()
        try:
            trust = await asyncio.to_thread(self._learn, client)
            self._connected, self._trouble = True, ""
            await self._tell_untold()
            await self._fetch(client, trust, stop)
        except HubUnavailable as error:
            self._trouble = str(error)
            return _RETRY_FIRST_S
        except (HubRejected, NotTheHub, OSError) as error:
            if str(error) != self._trouble:
                _log.warning("orders: %s", error)
            self._trouble = str(error)
            return _REFUSED_S
        finally:
            self._connected = False
            client.close()
            self._reporter.close()
        return None

    def _learn(self, client: AreaClient) -> HubTrust:
        desk = self._desk
        now_us = self._clock.now_us()
        return learn(client, desk.folder, desk.gateway, desk.hub_key, now_us)

    async def _fetch(self, client: AreaClient, trust: HubTrust, stop: asyncio.Event) -> None:
        after = 0
        stopping = asyncio.ensure_future(stop.wait())
        try:
            while not stop.is_set():
                await self._describe(client, trust)
                asking = asyncio.ensure_future(
                    asyncio.to_thread(client.orders, self._desk.gateway, after, _WAIT_S)
                )
                await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if stop.is_set():
                    await asyncio.to_thread(client.close)  # cuts the request short
                    await asyncio.gather(asking, return_exceptions=True)
                    return
                for order in asking.result():
                    after = order.seq
                    await self._take(order, trust)
        finally:
            stopping.cancel()
            await asyncio.gather(stopping, return_exceptions=True)

    async def _describe(self, client: AreaClient, trust: HubTrust) -> None:
        """Say how this gateway is, once a long poll."""
        found = self._desk.describe()
        if found is None:
            return
        ahead_s = -trust.offset_us / 1e6
        report = msgspec.structs.replace(found, clock_offset_s=ahead_s)
        await asyncio.to_thread(client.report, self._desk.gateway, report)

    async def _take(self, order: Order, trust: HubTrust) -> None:
        """Do one order unless it was done; what cannot be believed is told as failed."""
        known, lasting = self._desk.book.find(order.id), order.kind == "configuration"
        if known is not None and (known.state != "delivered" or not lasting):
            await self._report(order.id, known)
            return
        try:
            body = trust.content(order, self._clock.now_us())
            self._desk.book.begin(order.id, lasting=lasting)
        except (BadOrder, OSError) as error:
            _log.error("%s", error)
            await self._end(order.id, Entry("failed", str(error)))
            return
        await self._report(order.id, Entry("delivered"))
        if order.kind == "command":
            self._begin(order, self._command(order, body))
        elif lasting:
            self._begin(order, self._configure(order, body, trust, again=known is not None))
        else:
            await self._end(order.id, await self._other(order, body))

    def _begin(self, order: Order, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=f"order {order.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _configure(
        self, order: Order, body: dict[str, Any], trust: HubTrust, *, again: bool
    ) -> None:
        """Put a configuration on trial, or find out what became of it, and tell how it ended."""
        office = self._desk.office
        try:
            if office is None:
                raise BadOrder("this gateway takes no configuration")
            if not again and not await asyncio.to_thread(office.holds, int(body["version"])):
                await self._stage(office, int(body["version"]), body["document"])
            entry = await self._tried(office, int(body["version"]))
        except (SmartAreaError, OSError, KeyError, TypeError, ValueError) as error:
            entry = Entry("failed", str(error) or repr(error))
        if self._reporter is not None:
            with contextlib.suppress(HubUnavailable, HubRejected):
                await self._describe(self._reporter, trust)
        await self._end(order.id, entry)

    async def _stage(self, office: Office, version: int, document: dict[str, Any]) -> None:
        """Put a configuration on trial; what it has to fetch is asked for until the hub gives it."""
        never = asyncio.Event()
        self._newest = max(self._newest, version)
        while version == self._newest:
            try:
                await asyncio.to_thread(office.stage, version, document, self._pack)
            except HubUnavailable as error:
                _log.warning("configuration %d waits: %s", version, error)
                await self._clock.pause(_RETRY_LONGEST_S, never)
            else:
                return
        raise BadOrder(f"version {self._newest} came meanwhile")

    def _pack(self, digest: str) -> bytes:
        """Fetch an area pack over a connection of its own: it may take long."""
        client = self._desk.connect()
        try:
            return client.pack(digest)[0]
        finally:
            client.close()

    async def _tried(self, office: Office, version: int) -> Entry:
        """Wait until nothing is on trial any more; say whether a version is in force."""
        never = asyncio.Event()
        while not await asyncio.to_thread(office.decided):
            await self._clock.pause(_LOOK_S, never)
        if await asyncio.to_thread(office.holds, version):
            return Entry("read_back", f"version {version} is in force", float(version))
        return Entry("failed", f"version {version} is not in force: {office.words()}")

    async def _other(self, order: Order, body: dict[str, Any]) -> Entry:
        try:
            if order.kind == "plan":
                return self._plan(body)
            if order.kind == "revocation":
                held = self._desk.shelf.revoke(str(body["plan"]), int(body["version"]))
                return Entry("applied", "" if held else "it was not followed here")
        except (BadPlan, OSError, KeyError, ValueError) as error:
            return Entry("failed", str(error) or repr(error))
        return Entry("failed", f"this gateway does not take orders of kind {order.kind}")

    def _plan(self, body: dict[str, Any]) -> Entry:
        desk = self._desk
        plan = desk.shelf.put(body, desk.powers_kw, self._clock.now_us())
        _log.info("plan %s version %d is followed", plan.id, plan.version)
        return Entry("applied", f"version {plan.version} is followed within its validity")

    async def _command(self, order: Order, body: dict[str, Any]) -> None:
        try:
            asked = msgspec.convert(body, CommandBody)
        except msgspec.ValidationError as error:
            await self._end(order.id, Entry("failed", f"it is no command: {error}"))
            return
        confirmed = asked.confirmed
        if self._desk.gate.needs_hand(asked.device, asked.quantity):
            confirmed = await self._confirmed_here(order, asked)
        request = Request(
            asked.device,
            asked.quantity,
            asked.value,
            f"hub: {order.created_by}",
            asked.reason,
            order.id,
            confirmed,
        )
        self._desk.hands_off(asked.device)  # the demand control may have told it a moment ago
        await self._desk.gate.turn(asked.device, asked.quantity)
        outcome = await self._desk.gate.execute(request, lambda _: self._accepted(order.id))
        await self._end(order.id, _entry(outcome))

    async def _confirmed_here(self, order: Order, asked: CommandBody) -> bool:
        """Wait until somebody at the gateway confirms (`area-edge confirm`), or it is too late."""
        self._waiting[order.id] = f"{asked.quantity} of {asked.device} to {asked.value:g}"
        never = asyncio.Event()
        try:
            while self._clock.now_us() < order.expires_us:
                if confirmations.taken(self._desk.folder, order.id):
                    return True
                await self._clock.pause(_LOOK_S, never)
        finally:
            del self._waiting[order.id]
        return False

    def _accepted(self, ident: str) -> None:
        task = asyncio.create_task(self._report(ident, Entry("applied", "accepted by the device")))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end(self, ident: str, entry: Entry) -> None:
        self._desk.book.end(ident, entry)
        await self._report(ident, entry)

    async def _tell_untold(self) -> None:
        for ident, entry in self._desk.book.untold().items():
            await self._report(ident, entry)

    async def _report(self, ident: str, entry: Entry) -> None:
        """Tell the hub; where it is not there, the book keeps it for the next connection."""
        report = OrderReport(entry.state, entry.detail[:500], entry.value)  # type: ignore[arg-type]  # the book's states are the wire's
        async with self._reporting:
            client = self._reporter
            if client is None:
                return
            try:
                await asyncio.to_thread(client.report_on, self._desk.gateway, ident, report)
            except HubUnavailable:
                return
            except HubRejected as error:  # it is over there: expired, or told before
                _log.info("order %s: %s", ident, error)
        if self._desk.book.find(ident) == entry:
            self._desk.book.end(ident, replace(entry, told=True))


def _entry(outcome: Outcome) -> Entry:
    state = _STATES.get(outcome.result, "failed")
    detail = outcome.words if state != "failed" else f"{outcome.result}: {outcome.words}"
    return Entry(state, detail, outcome.value)
