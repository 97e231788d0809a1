"""The live stream as signals: batches, reconnects with its last id, ends promptly."""

from __future__ import annotations

import queue

import pytest

from area_configs.domain.errors import HubRejected, HubUnavailable
from area_configs.domain.readings import Reading
from desktop.bridge.live_feed import LiveFeed, patience_s
from platform_hub.wire import events, ngsi_ld

CLOSED = object()


def said(sequence, value):
    reading = Reading("meter-1", "active_power", sequence * 1_000_000, value)
    entity = {
        "id": ngsi_ld.entity_id("small", "meter-1"),
        "type": "Device",
        "activePower": ngsi_ld.property_of(reading),
    }
    return events.notification(sequence, "2026-11-25T03:00:00Z", [entity])


class FakeStream:
    """Gives what is put into it; an exception is raised, CLOSED ends it."""

    def __init__(self, last_id):
        self.last_id = last_id
        self.puts = queue.SimpleQueue()

    def __iter__(self):
        while (item := self.puts.get()) is not CLOSED:
            if isinstance(item, Exception):
                raise item
            self.last_id = item.id or self.last_id
            yield item

    def close(self):
        self.puts.put(CLOSED)


@pytest.fixture
def streams():
    return []


@pytest.fixture
def feed(streams, qapp):  # noqa: ARG001  # an application must exist
    def open_stream(last_id):
        streams.append(FakeStream(last_id))
        return streams[-1]

    feed = LiveFeed(open_stream, wait_s=lambda _: 0.001)
    yield feed
    feed.close()


def wait_for_stream(qtbot, streams, count):
    qtbot.waitUntil(lambda: len(streams) >= count)
    return streams[count - 1]


def test_readings_of_a_burst_come_in_one_batch(feed, streams, qtbot):
    feed.start()
    stream = wait_for_stream(qtbot, streams, 1)
    with qtbot.waitSignal(feed.connected), qtbot.waitSignal(feed.arrived) as told:
        for sequence in range(1, 21):
            stream.puts.put(said(sequence, float(sequence)))
    (readings,) = told.args
    assert readings[0] == Reading("meter-1", "active_power", 1_000_000, 1.0)
    assert len(readings) == 20


def test_a_lost_stream_is_told_and_resumed_from_its_last_id(feed, streams, qtbot):
    feed.start()
    first = wait_for_stream(qtbot, streams, 1)
    with qtbot.waitSignal(feed.lost) as told:
        first.puts.put(said(7, 1.0))
        first.puts.put(HubUnavailable("broken off"))
    assert told.args == ["broken off"]
    second = wait_for_stream(qtbot, streams, 2)
    assert second.last_id == "7"
    with qtbot.waitSignal(feed.connected):
        second.puts.put(said(8, 1.0))


def test_a_refusal_is_told_apart(feed, streams, qtbot):
    feed.start()
    with qtbot.waitSignal(feed.refused) as told:
        wait_for_stream(qtbot, streams, 1).puts.put(HubRejected("no key", 401))
    assert told.args == ["no key"]


def test_a_gateway_speaks_and_a_reset_asks_to_catch_up(feed, streams, qtbot):
    feed.start()
    stream = wait_for_stream(qtbot, streams, 1)
    state = events.GatewayState("gw-a", 5_000_000_000_000, 3_000_000_000, 9)
    with qtbot.waitSignal(feed.gateway_spoke) as told:
        stream.puts.put(events.gateway_event(state))
    assert told.args == ["gw-a", 5_000_000_000_000, 3_000_000_000]
    with qtbot.waitSignal(feed.connected):
        stream.puts.put(events.Event(events.RESET, "{}"))


def test_closing_without_starting_is_fine(feed):
    feed.close()


def test_patience_grows_and_is_bounded():
    waits = [max(patience_s(attempt) for _ in range(50)) for attempt in range(12)]
    assert waits[0] <= 0.5
    assert 7.5 < waits[-1] <= 15.0
    assert min(patience_s(99) for _ in range(50)) >= 7.5
