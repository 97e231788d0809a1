"""Orders from a hub: believed by signature only, done once, and told even after a cut."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from area_configs.domain.errors import HubRejected, HubUnavailable
from edge_agent.configuration.durable import replace_durably
from edge_agent.control.audit import AuditTrail
from edge_agent.control.board import Board
from edge_agent.control.execution import Gate
from edge_agent.control.plan_shelf import PlanShelf
from edge_agent.daemon.hub_trust import BadOrder, HubTrust, NotTheHub, learn
from edge_agent.daemon.order_book import Entry, OrderBook
from edge_agent.daemon.orders import Desk, Orders
from edge_agent.daemon.self_report import report_of
from edge_agent.health.service_manager import ServiceManager
from firmware_tools.update.release_keeper import Keeper
from platform_hub.wire import tokens
from platform_hub.wire.commands import Order, OrderState
from platform_hub.wire.gateways import GatewayReport
from tests.edge_agent.control.plant import LeapingClock, Plant
from tests.firmware_tools.test_release_keeper import release

HUB, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
PUBLIC = tokens.public_text(HUB.public_key())
LATER_US = 1_800_000_000_000_000
COMMAND = {"device": "battery", "quantity": "active_power", "value": 20_000.0, "reason": "test"}


STATUS = {
    "version": "1.2",
    "log": {"oldest_unsent_us": 7},
    "disk": {"free_bytes": 9_000_000, "kept_free_bytes": 1},
    "devices": {"a": {"consecutive_failures": 0}, "b": {"consecutive_failures": 2}},
}


def signed(ident="o-1", kind="command", body=None, by=HUB, **claims):
    """Return an order as a hub signs it."""
    content = body or COMMAND
    said = {
        "iss": "hub",
        "aud": "gw",
        "jti": ident,
        "kind": kind,
        "exp_us": LATER_US,
        "body": content,
    }
    jws = tokens.mint(by, said | claims)
    state = OrderState.SENT
    return Order(1, ident, kind, "s", "gw", state, 0, "ann", LATER_US, content, [], jws)


class HubSide:
    """What the agent sees of a hub: it hands its orders out once and writes down what it is told."""

    def __init__(self, *orders, public=PUBLIC) -> None:
        self.waiting = list(orders)
        self.public = public
        self.said: list[tuple[str, str, str, float | None]] = []
        self.deaf: Exception | None = None
        self.described = []

    def identity(self):
        return {"publicKey": self.public}

    def clock_offset_us(self, _key, _now_us):
        return 0

    def orders(self, _gateway, _after, _wait_s):
        found, self.waiting = self.waiting, []
        if not found:
            raise HubUnavailable("the hub is gone")
        return found

    def report(self, gateway, report):
        self.described.append((gateway, report))

    def report_on(self, _gateway, ident, report):
        if self.deaf:
            raise self.deaf
        self.said.append((ident, report.state, report.detail, report.value))

    def close(self) -> None:
        """Nothing is open."""

    def states(self, ident="o-1"):
        """Return what was told of an order; the agent may say a thing twice, which is harmless."""
        return list(dict.fromkeys(state for one, state, *_ in self.said if one == ident))


class Site:
    """A desk with everything around it."""

    def __init__(self, folder, hub) -> None:
        self.hub, self.folder = hub, folder
        self.clock = LeapingClock()
        board = Board(self.clock)
        self.plant = Plant(board, self.clock)
        self.plant.say("battery", state_of_charge=50.0, temperature=25.0, active_power=0.0)
        self.shelf = PlanShelf(folder, "harumi", replace_durably)
        self.gate = Gate(self.plant, board, AuditTrail(folder), self.clock)
        self.taken_over: list[str] = []

    async def work(self, until, ident="o-1"):
        """Let the agent work until the hub has heard a state of an order."""
        desk = Desk(
            "gw",
            self.folder,
            lambda: self.hub,
            "",
            self.gate,
            self.shelf,
            OrderBook(self.folder),
            {"battery": 60.0},
            self.taken_over.append,
            lambda: report_of(STATUS),
        )
        stop = asyncio.Event()
        running = asyncio.create_task(Orders(desk, _Patient(self.clock)).run(stop))
        await _happens(lambda: until in self.hub.states(ident))
        stop.set()
        await running


async def _happens(what):
    async with asyncio.timeout(10):
        while not what():  # noqa: ASYNC110 - the hub's side runs in a thread
            await asyncio.sleep(0.001)


class _Patient(LeapingClock):
    """The same clock; between sessions others get their turn."""

    def __init__(self, clock) -> None:
        self._clock = clock

    def now_us(self):
        return self._clock.now_us()

    def monotonic(self):
        return self._clock.monotonic()

    async def pause(self, seconds, until):
        await asyncio.sleep(0.001)
        return await self._clock.pause(seconds, until)


async def test_a_command_is_delivered_applied_and_read_back(tmp_path):
    site = Site(tmp_path, HubSide(signed()))
    await site.work("read_back")
    assert site.hub.states() == ["delivered", "applied", "read_back"]
    assert site.hub.said[-1][3] == 20_000.0
    assert site.plant.written == [("battery", "power", 20_000.0)]
    assert site.taken_over == ["battery"]


async def test_an_order_that_comes_again_is_told_again_and_not_done_again(tmp_path):
    site = Site(tmp_path, HubSide(signed()))
    await site.work("read_back")
    site.hub = HubSide(signed())
    await site.work("read_back")
    assert site.hub.states() == ["read_back"]
    assert len(site.plant.written) == 1


@pytest.mark.logs("order o-1")
@pytest.mark.parametrize(
    "order",
    [
        signed(by=OTHER),
        signed(aud="gw-2"),
        signed(jti="o-2"),
        signed(kind="command", exp_us=1),
        signed(exp_us="tomorrow"),
        msgspec.structs.replace(signed(), jws="x"),
        msgspec.structs.replace(signed(kind="plan"), kind="command"),
    ],
)
async def test_what_the_hub_did_not_sign_for_us_is_never_done(tmp_path, order):
    site = Site(tmp_path, HubSide(order))
    await site.work("failed")
    assert site.plant.written == []


async def test_what_the_signed_body_says_counts_not_what_stands_beside_it(tmp_path):
    beside = msgspec.structs.replace(signed(), body=COMMAND | {"value": 1.0})
    site = Site(tmp_path, HubSide(beside))
    await site.work("read_back")
    assert site.plant.written == [("battery", "power", 20_000.0)]


async def test_an_outcome_that_could_not_be_told_is_told_at_the_next_connection(tmp_path):
    site = Site(tmp_path, HubSide(signed()))
    OrderBook(tmp_path).end("o-1", Entry("read_back", "", 5.0))
    site.hub.waiting = []
    await site.work("read_back")
    assert site.hub.said[0] == ("o-1", "read_back", "", 5.0)
    assert OrderBook(tmp_path).untold() == {}


async def test_what_the_hub_does_not_want_to_hear_any_more_is_not_told_for_ever(tmp_path):
    site = Site(tmp_path, HubSide())
    OrderBook(tmp_path).end("o-0", Entry("failed", "late"))
    site.hub.deaf = HubRejected("it expired", 409)
    desk_book = OrderBook(tmp_path)
    assert desk_book.untold()
    site.hub.waiting = [signed()]
    running = asyncio.create_task(site.work("read_back"))
    await _happens(lambda: not OrderBook(tmp_path).untold())
    site.hub.deaf = None
    site.hub.waiting = [signed()]
    await running


async def test_plans_and_revocations(tmp_path):
    now_us = LeapingClock().now_us()
    step = {"device": "battery", "beginsUs": now_us, "endsUs": LATER_US, "powerW": 1000.0}
    plan = {
        "id": "day",
        "area": "harumi",
        "version": 1,
        "validFromUs": now_us,
        "validUntilUs": LATER_US,
        "targetPeakW": 9.0,
        "steps": [step],
    }
    site = Site(tmp_path, HubSide(signed(kind="plan", body=plan)))
    await site.work("applied")
    assert site.shelf.held.id == "day"
    site.hub = HubSide(signed("o-2", "revocation", {"plan": "day", "version": 1}))
    await site.work("applied", "o-2")
    assert site.shelf.held is None
    site.hub = HubSide(
        signed("o-3", "plan", plan), signed("o-4", "rain"), signed("o-5", body={"a": 1})
    )
    await site.work("failed", "o-5")
    failed = {ident: words for ident, state, words, _ in site.hub.said if state == "failed"}
    assert "was revoked" in failed["o-3"]
    assert "kind rain" in failed["o-4"]


def test_what_was_cut_off_in_the_middle_has_failed(tmp_path):
    OrderBook(tmp_path).begin("o-1")
    found = OrderBook(tmp_path).find("o-1")
    assert found.state == "failed"
    assert "look at the device" in found.detail


@pytest.mark.logs("it begins anew")
def test_a_damaged_book_begins_anew(tmp_path):
    (tmp_path / "orders.json").write_text("[1]", encoding="utf-8")
    assert OrderBook(tmp_path).find("o-1") is None


def test_the_hubs_key_is_kept_and_another_one_is_not_believed(tmp_path):
    assert learn(HubSide(), tmp_path, "gw", "", 0).public_key == PUBLIC
    impostor = HubSide(public=tokens.public_text(OTHER.public_key()))
    with pytest.raises(NotTheHub, match=r"hub\.json holds"):
        learn(impostor, tmp_path, "gw", "", 0)
    with pytest.raises(NotTheHub, match="the settings name"):
        learn(impostor, tmp_path, "gw", PUBLIC, 0)
    (tmp_path / "hub.json").write_text("{", encoding="utf-8")
    with pytest.raises(NotTheHub, match="cannot be read"):
        learn(HubSide(), tmp_path, "gw", "", 0)


async def test_the_hub_hears_how_the_gateway_is(tmp_path):
    site = Site(tmp_path, HubSide(signed()))
    await site.work("read_back")
    gateway, report = site.hub.described[0]
    assert (gateway, report.version, report.devices_silent) == ("gw", "1.2", ["b"])
    assert (report.oldest_unsent_us, report.clock_offset_s) == (7, 0.0)
    assert report.disk_free_bytes == 9_000_000
    assert report_of({}) is None


def test_which_release_runs_since_when_is_what_the_keeper_noted(tmp_path):
    keeper = Keeper(tmp_path / "opt", now_us=lambda: 5_000)
    assert report_of(STATUS, releases=keeper.root).release is None
    assert ServiceManager({}).releases is None
    for version in ("1.0", "1.1"):
        keeper.install(release(tmp_path / version, version), version)
        keeper.resolve()
        keeper.commit()
    keeper.roll_back("meters are silent")
    folder = ServiceManager({"AREA_EDGE_RELEASES": str(keeper.root)}).releases
    found = report_of(STATUS, releases=folder).release
    assert (found.running, found.since_us, found.pending) == ("1.0", 5_000, False)
    assert [(one.version, one.result) for one in found.trials] == [
        ("1.0", "kept"),
        ("1.1", "kept"),
        ("1.1", "rolled back"),
    ]
    assert (found.trials[-1].reason, found.trials[-1].why) == ("asked for", "meters are silent")
    whole = report_of(STATUS, releases=folder)
    assert msgspec.json.decode(msgspec.json.encode(whole), type=GatewayReport) == whole
    (keeper.root / "state.json").write_text("half")
    assert report_of(STATUS, releases=folder).release is None


def test_time_is_the_hubs():
    trust = HubTrust("gw", PUBLIC, offset_us=0)
    assert trust.content(signed(), LATER_US - 1)["value"] == 20_000.0
    with pytest.raises(BadOrder, match="too late"):
        replace(trust, offset_us=1).content(signed(), LATER_US - 1)
