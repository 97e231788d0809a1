"""The connection: since when, why, and how it ages."""

from __future__ import annotations

from desktop.models.connection import Connection, GatewayQueue, Link
from tests.desktop.small_area import NOON_US, SECOND_US, Clock


def test_it_begins_connecting_and_notes_since_when_it_is_connected():
    clock = Clock()
    connection = Connection(clock)
    assert connection.link is Link.CONNECTING
    clock.advance(5)
    connection.found()
    clock.advance(5)
    connection.found()
    assert connection.link is Link.CONNECTED
    assert connection.since_us == NOON_US + 5 * SECOND_US


def test_a_lost_hub_is_reconnecting_then_offline_since_the_first_loss():
    clock = Clock()
    connection = Connection(clock)
    connection.found()
    connection.lost("refused")
    clock.advance(10)
    connection.lost("still refused")
    connection.tick()
    assert (connection.link, connection.reason) == (Link.RECONNECTING, "still refused")
    clock.advance(25)
    connection.tick()
    assert connection.link is Link.OFFLINE
    assert connection.since_us == NOON_US
    connection.found()
    assert (connection.link, connection.reason) == (Link.CONNECTED, "")


def test_gateways_queues_are_kept_and_silence_is_seen(qtbot):
    clock = Clock()
    connection = Connection(clock)
    queue = GatewayQueue("gw-a", NOON_US, 120)
    with qtbot.waitSignal(connection.changed):
        connection.take_queue(queue)
    assert connection.queues == (queue,)
    assert not connection.silent(queue)
    clock.advance(60)
    assert connection.silent(queue)


def test_the_newest_reading_never_goes_back():
    connection = Connection(Clock())
    connection.heard(20)
    connection.heard(10)
    assert connection.newest_us == 20
