"""Polling on a clock that stands still: grids, silence, lost links, refusals, a clean stop."""

from __future__ import annotations

import asyncio
import itertools
import random
from dataclasses import replace

import pytest

from area_configs.domain.devices import Point
from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.readings import Reading
from area_configs.domain.sources import ModbusSource
from edge_agent.drivers.base import AccessRefused, LinkLost, NotNow, Station
from edge_agent.health.observations import Health
from edge_agent.polling import LinkPoller, Slot, slots_of

FAST = Point("voltage_r", ModbusSource("input", 0), 2.0)
SLOW = Point("current_r", ModbusSource("input", 1), 10.0)


class Wire:
    """A driver whose devices do what the script says, at most `polls` times."""

    def __init__(self, clock, stop, polls=20) -> None:
        self.clock, self.stop, self.left = clock, stop, polls
        self.asked: list[tuple[float, str, tuple[str, ...]]] = []
        self.opened = self.closed = 0
        self.opening: list[Exception] = []
        self.silent: set[str] = set()
        self.trouble: list[Exception] = []
        self.takes_s = 0.0
        self.in_flight = 0
        self.health = "wire"

    async def open(self) -> None:
        self.opened += 1
        if self.opening:
            raise self.opening.pop(0)

    async def read(self, device, points):
        assert self.in_flight == 0, "two requests on one line"
        self.in_flight += 1
        await asyncio.sleep(0)
        self.in_flight -= 1
        self.asked.append((self.clock.monotonic(), device, tuple(p.quantity for p in points)))
        self.left -= 1
        if self.left <= 0:
            self.stop.set()
        self.clock.seconds += self.takes_s
        if self.trouble:
            raise self.trouble.pop(0)
        if device in self.silent:
            raise DeviceUnavailable(f"{device} does not answer")
        return [Reading(device, p.quantity, self.clock.now_us(), 1.0) for p in points]

    async def close(self) -> None:
        self.closed += 1

    def times(self, device="a", quantity="voltage_r") -> list[float]:
        return [at for at, d, quantities in self.asked if d == device and quantity in quantities]


class Listener(Wire):
    """A driver whose devices send by themselves, and are quiet."""

    def __init__(self, clock, stop) -> None:
        super().__init__(clock, stop)
        self.listening = asyncio.Event()

    async def listen(self, _deliver) -> None:
        self.listening.set()
        await asyncio.Event().wait()


class Notes:
    """An observer that writes everything down."""

    def __init__(self) -> None:
        self.said: list[tuple] = []

    def link_up(self, link, words):
        self.said.append(("up", link, words))

    def link_down(self, _link, sentence, retry_s):
        self.said.append(("down", sentence, retry_s))

    def scheduled(self, _link, in_s):
        self.said.append(("scheduled", in_s))

    def answered(self, _link, device, readings, _words):
        self.said.append(("answered", device, len(readings)))

    def silent(self, device, sentence):
        self.said.append(("silent", device, sentence))

    def of(self, kind):
        return [rest for first, *rest in self.said if first == kind]


class Bench:
    """One poller on its wire."""

    def __init__(self, clock, profile, devices=("a",), polls=20) -> None:
        self.stop = asyncio.Event()
        self.wire = Wire(clock, self.stop, polls)
        self.notes = Notes()
        self.stored: list[Reading] = []
        stations = [Station(device, unit, profile) for unit, device in enumerate(devices, 1)]
        self.poller = LinkPoller(
            "l", self.wire, stations, self._store, self.notes, (clock, random.Random(7))
        )

    async def _store(self, readings) -> None:
        self.stored += readings

    async def run(self) -> None:
        await self.poller.run(self.stop)


@pytest.fixture
def bench(clock, make_profile):
    return lambda *points, **more: Bench(clock, make_profile(*(points or (FAST,))), **more)


def _gaps(times):
    return [round(after - before, 6) for before, after in itertools.pairwise(times)]


async def test_polls_keep_to_their_grid_however_long_each_takes(bench):
    one = bench(polls=50)
    one.wire.takes_s = 0.7
    await one.run()
    times = one.wire.times()
    assert times[-1] - times[0] == pytest.approx(49 * 2.0)


async def test_the_next_poll_is_announced(bench):
    one = bench(polls=5)
    await one.run()
    waits = [in_s for (in_s,) in one.notes.of("scheduled")]
    assert len(waits) == 5
    assert 0 <= waits[0] < 1
    assert waits[1:] == [pytest.approx(2.0)] * 4


async def test_a_link_whose_devices_send_by_themselves_is_not_waited_for(clock, make_profile):
    """Nothing is due there: after a quarter of an hour the agent would be held for stuck."""
    one = Bench(clock, make_profile())
    listener = Listener(clock, one.stop)
    stations = [Station("a", 1, make_profile(replace(FAST, pushed=True)))]
    health = Health(clock)
    health.expect("l", stations)
    timing = (clock, random.Random(7))
    poller = LinkPoller("l", listener, stations, one._store, health, timing)
    running = asyncio.create_task(poller.run(one.stop))
    await listener.listening.wait()
    clock.seconds += 86_400.0
    overdue = health.progress.overdue()
    one.stop.set()
    await running
    assert overdue == []


async def test_what_a_stall_missed_is_not_made_up_for(bench):
    one = bench(polls=4)
    one.wire.takes_s = 7.0
    await one.run()
    assert _gaps(one.wire.times()) == [8.0, 8.0, 8.0]


async def test_points_that_are_due_together_are_asked_together(bench):
    one = bench(FAST, SLOW, polls=6)
    await one.run()
    assert [quantities for _, _, quantities in one.wire.asked] == [
        ("voltage_r", "current_r"),
        *[("voltage_r",)] * 4,
        ("voltage_r", "current_r"),
    ]


async def test_devices_begin_spread_over_a_second(clock, make_profile):
    stations = [Station(f"d{n}", n, make_profile(FAST, SLOW)) for n in range(20)]
    slots = slots_of(stations, clock.monotonic(), random.Random(7))
    begins = {slot.device: slot.due - clock.monotonic() for slot in slots}
    assert len(slots) == 40
    assert all(0 <= begin < 1 for begin in begins.values())
    assert len(set(begins.values())) == 20


async def test_every_reading_is_stored(bench):
    one = bench(FAST, SLOW, devices=("a", "b"), polls=12)
    await one.run()
    assert len(one.stored) == sum(len(quantities) for _, _, quantities in one.wire.asked)
    assert one.notes.of("up") == [["l", "wire"]]
    assert one.wire.closed == 1


async def test_a_silent_device_is_asked_less_and_less_and_others_go_on(bench):
    one = bench(devices=("a", "b"), polls=60)
    one.wire.silent = {"b"}
    await one.run()
    assert set(_gaps(one.wire.times("a"))) == {2.0}
    assert _gaps(one.wire.times("b"))[:4] == [2.0, 4.0, 8.0, 16.0]
    assert {device for device, _ in one.notes.of("silent")} == {"b"}
    assert one.wire.opened == 1


def test_the_longest_silence_between_two_polls():
    slot = Slot("b", (FAST,), 2.0, 0.0)
    now, waits = 0.0, []
    for _ in range(8):
        slot.advance(now, answered=False)
        waits.append(slot.due - now)
        now = slot.due
    assert waits == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 30.0]
    slot.advance(now, answered=True)
    assert slot.due - now == 2.0


async def test_a_silent_device_that_returns_is_polled_as_before(bench):
    one = bench(polls=6)
    one.wire.silent = {"a"}
    one.wire.trouble = []
    original = one.wire.read

    async def read(device, points):
        if len(one.wire.asked) == 2:
            one.wire.silent.clear()
        return await original(device, points)

    one.wire.read = read
    await one.run()
    assert _gaps(one.wire.times()) == [2.0, 4.0, 2.0, 2.0, 2.0]


async def test_a_line_on_which_all_are_silent_is_opened_anew(bench):
    """The port may be the dead one of an adapter that was plugged into another socket."""
    one = bench(devices=("a", "b"), polls=7)
    one.wire.silent = {"a", "b"}
    await one.run()
    assert one.wire.opened == 2
    assert one.notes.of("down")[0][0].startswith("no device on link l answers; the last: ")


async def test_a_link_that_must_keep_quiet_is_not_opened_anew(bench):
    one = bench(polls=9)
    one.wire.trouble = [NotNow("its air time is used up") for _ in range(8)]
    await one.run()
    assert one.wire.opened == 1
    assert len(one.notes.of("silent")) == 8
    assert one.notes.of("down") == []


async def test_a_lost_link_is_opened_again_soon(bench):
    one = bench(polls=5)
    one.wire.trouble = [LinkLost("gone")]
    await one.run()
    [(sentence, retry_s)] = one.notes.of("down")
    assert sentence == "gone"
    assert 0.5 <= retry_s <= 1.0
    assert (one.wire.opened, one.wire.closed) == (2, 2)
    assert len(one.notes.of("answered")) == 4


async def test_a_link_that_breaks_at_every_poll_does_not_spin(bench):
    one = bench(polls=5)
    one.wire.trouble = [LinkLost("gone") for _ in range(5)]
    await one.run()
    waits = [retry_s for _, retry_s in one.notes.of("down")]
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(waits))


async def test_a_link_that_does_not_open_is_tried_ever_later(bench):
    one = bench(polls=1)
    one.wire.opening = [DeviceUnavailable("no port") for _ in range(9)]
    await one.run()
    waits = [retry_s for _, retry_s in one.notes.of("down")]
    assert [1 <= wait <= 30 or n == 0 for n, wait in enumerate(waits)] == [True] * 9
    assert all(15 <= wait <= 30 for wait in waits[5:])
    assert one.wire.opened == one.wire.closed == 10


async def test_wrong_credentials_wait_long(bench):
    one = bench(polls=1)
    one.wire.opening = [AccessRefused("wrong password") for _ in range(6)]
    await one.run()
    waits = [retry_s for _, retry_s in one.notes.of("down")]
    assert all(wait >= 150 for wait in waits)
    assert all(1800 <= wait <= 3600 for wait in waits[4:])


async def test_a_poll_in_flight_is_finished_and_stored(bench):
    one = bench(polls=1)  # the stop comes while this poll is under way
    await one.run()
    assert len(one.wire.asked) == len(one.stored) == 1
    assert one.wire.closed == 1


async def test_a_stop_does_not_wait_for_a_link_that_opens(bench):
    one = bench()
    never = asyncio.Event()
    one.wire.open = never.wait
    running = asyncio.create_task(one.run())
    await asyncio.sleep(0)
    one.stop.set()
    await asyncio.wait_for(running, 5)
    assert one.wire.closed == 1


async def test_a_bug_in_a_driver_is_no_silence(bench):
    one = bench()
    one.wire.trouble = [ZeroDivisionError()]
    with pytest.raises(ZeroDivisionError):
        await one.run()
    assert one.wire.closed == 1
