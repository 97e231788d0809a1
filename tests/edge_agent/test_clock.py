"""The machine's clock."""

from __future__ import annotations

import asyncio
import time

from edge_agent.clock import SystemClock, boot_id, is_synchronised, look


async def test_a_pause_ends_with_its_event_or_its_time():
    clock, event = SystemClock(), asyncio.Event()
    assert not await clock.pause(0.0, event)
    assert not await clock.pause(-1.0, event)
    waiting = asyncio.create_task(clock.pause(60.0, event))
    await asyncio.sleep(0)
    event.set()
    assert await waiting
    assert await clock.pause(60.0, event)


def test_wall_and_monotonic_time():
    clock = SystemClock()
    assert abs(clock.now_us() - time.time() * 1e6) < 1e6
    assert clock.monotonic() <= clock.monotonic()


def test_asking_whether_the_clock_is_set_does_not_set_it():
    before = time.time() - time.monotonic()
    assert is_synchronised() in (True, False)
    assert abs(time.time() - time.monotonic() - before) < 0.5


def test_a_look_at_the_clocks():
    sight, again = look(), look()
    assert abs(sight.wall_us - time.time() * 1e6) < 1e6
    assert sight.boot == again.boot == boot_id()
    assert len(sight.boot) == 12
    assert sight.monotonic_us <= again.monotonic_us
    assert sight.offset_us == sight.wall_us - sight.monotonic_us
