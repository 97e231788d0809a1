"""The notifier: what is due goes out once, in order, and again where that makes sense."""

from __future__ import annotations

import asyncio
import contextlib
import queue
from typing import TYPE_CHECKING

import pytest

from platform_hub.server.store import changes, entities, subscriptions
from platform_hub.server.store.changes import News
from platform_hub.server.store.entities import Entity
from platform_hub.server.store.subscriptions import Record, Subscription
from platform_hub.server.stream.delivery import DeliveryFailed, Parcel
from platform_hub.server.stream.notifier import Chunk, Notice, Notifier, Rhythm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_hub.server.store.database import Database

SECOND = 1_000_000
WITHIN_S = 10.0


class Told:
    """Stands for what knows the language: one notice for every change, named by its number."""

    def __init__(self) -> None:
        self.rhythms: dict[str, Rhythm] = {}

    def rhythm(self, subscription: Subscription, now_us: int) -> Rhythm:  # noqa: ARG002 - the protocol's
        return self.rhythms.get(subscription.id, Rhythm(True, None, 0, 0))

    def compose(self, subscription: Subscription, chunk: Chunk) -> Notice:
        first = chunk.changes[0]
        if b"unheard" in first.body:
            return Notice(None, first.seq)
        return Notice(Parcel(subscription.id, {}, str(first.seq).encode()), first.seq)

    def periodic(self, subscription: Subscription) -> Parcel | None:
        return Parcel(subscription.id, {}, b"periodic")


class Post:
    """Stands for the world outside: what arrived, and what the next tries end with."""

    def __init__(self) -> None:
        self.came: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self.refusals = 0

    def send(self, parcel: Parcel) -> None:
        self.came.put((parcel.uri, parcel.body.decode()))
        if self.refusals:
            self.refusals -= 1
            raise DeliveryFailed("not now")

    async def next(self) -> tuple[str, str]:
        return await asyncio.to_thread(self.came.get, timeout=WITHIN_S)


class Office:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.told, self.post, self.now_us = Told(), Post(), 1_000 * SECOND
        self.notifier = Notifier(database, self.told, self.post.send, lambda: self.now_us)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.notifier.run())
        try:
            yield
        finally:
            self.notifier.stop()
            await task

    def subscribe(self, ident: str, cursor: int = 0) -> Subscription:
        new = Subscription(ident, self.now_us, self.now_us, record=Record(cursor=cursor))
        self.database.write(lambda tx: subscriptions.save(tx, new)).result()
        self.notifier.wake()
        return new

    def happens(self, *bodies: str) -> None:
        def work(tx):
            entity = Entity("urn:a:b", "T", 0, 0)
            known = entities.load(tx, [entity.id]).get(entity.id)
            if known is None:
                entities.save(tx, entity)
            pk = (known or entity).pk
            changes.append(tx, [News(pk, 1, body.encode()) for body in bodies], 0, 1000)

        self.database.write(work).result()
        self.notifier.wake()

    async def remembered(self, ident: str, **expected: int | None) -> Record:
        """Wait until what is remembered of a subscription is as expected."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                held = self.database.read(lambda tx: subscriptions.load(tx, ident, ""))
                assert held is not None
                found = {name: getattr(held.record, name) for name in expected}
                if found == expected:
                    return held.record
                await asyncio.sleep(0)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


async def test_every_change_is_told_once_and_in_order(office: Office):
    office.subscribe("a")
    async with office.open():
        office.happens("1", "2")
        office.happens("3")
        assert [await office.post.next() for _ in range(3)] == [("a", "1"), ("a", "2"), ("a", "3")]
        record = await office.remembered("a", cursor=3, sent=3)
    assert office.post.came.empty()
    assert (record.failed, record.success_us) == (0, office.now_us)


async def test_one_subscription_does_not_wait_for_another(office: Office):
    office.subscribe("a")
    office.subscribe("b")
    async with office.open():
        office.happens("1")
        assert {await office.post.next(), await office.post.next()} == {("a", "1"), ("b", "1")}


async def test_what_was_not_told_before_a_stop_is_told_after_it(office: Office):
    office.subscribe("a", cursor=1)
    office.happens("1", "2")
    async with office.open():
        assert await office.post.next() == ("a", "2")


async def test_what_does_not_match_is_passed_over(office: Office):
    office.subscribe("a")
    async with office.open():
        office.happens("unheard", "2")
        assert await office.post.next() == ("a", "2")


async def test_a_failure_is_remembered_and_tried_again(office: Office):
    office.post.refusals = 1
    office.subscribe("a")
    async with office.open():
        office.happens("1")
        await office.post.next()
        failed = await office.remembered("a", failed=1, sent=1, cursor=0)
        assert failed.failure_us == office.now_us
        office.now_us += 2 * SECOND
        office.notifier.wake()
        assert await office.post.next() == ("a", "1")
        record = await office.remembered("a", failed=0, sent=2, cursor=1)
    assert record.failure_us == failed.failure_us


async def test_after_three_failures_the_next_change_is_told(office: Office):
    office.post.refusals = 3
    office.subscribe("a")
    async with office.open():
        office.happens("1", "2")
        for tries in (1, 2, 3):
            assert await office.post.next() == ("a", "1")
            await office.remembered("a", failed=tries)
            office.now_us += 10 * SECOND
            office.notifier.wake()
        assert await office.post.next() == ("a", "2")


async def test_a_cooldown_is_kept_after_a_failure(office: Office):
    office.told.rhythms["a"] = Rhythm(True, None, 0, 60 * SECOND)
    office.post.refusals = 1
    office.subscribe("a")
    async with office.open():
        office.happens("1")
        await office.post.next()
        await office.remembered("a", failed=1)
        office.now_us += 59 * SECOND
        office.subscribe("b")  # somebody else is served meanwhile
        assert await office.post.next() == ("b", "1")
        assert office.post.came.empty()
        office.now_us += 2 * SECOND
        office.notifier.wake()
        assert await office.post.next() == ("a", "1")


async def test_throttling_holds_the_next_one_back(office: Office):
    office.told.rhythms["a"] = Rhythm(True, None, 15 * SECOND, 0)
    office.subscribe("a")
    async with office.open():
        office.happens("1")
        await office.post.next()
        await office.remembered("a", sent=1)
        office.happens("2")
        office.subscribe("b", cursor=1)
        assert await office.post.next() == ("b", "2")
        assert office.post.came.empty()
        office.now_us += 16 * SECOND
        office.notifier.wake()
        assert await office.post.next() == ("a", "2")


async def test_an_interval_is_told_without_any_change(office: Office):
    office.told.rhythms["a"] = Rhythm(True, 10 * SECOND, 0, 0)
    office.subscribe("a")
    async with office.open():
        for _ in range(2):
            office.now_us += 11 * SECOND
            office.notifier.wake()
            assert await office.post.next() == ("a", "periodic")
            await office.remembered("a", notified_us=office.now_us)


async def test_a_paused_subscription_hears_nothing_of_its_pause(office: Office):
    paused = Rhythm(False, None, 0, 0)
    office.told.rhythms["a"] = paused
    office.subscribe("a")
    office.subscribe("b")
    async with office.open():
        office.happens("1")
        assert await office.post.next() == ("b", "1")
        del office.told.rhythms["a"]
        office.happens("2")
        assert {await office.post.next(), await office.post.next()} == {("a", "2"), ("b", "2")}


async def test_a_subscription_that_is_gone_is_not_told(office: Office):
    office.subscribe("a")
    office.subscribe("b")
    async with office.open():
        office.happens("1")
        assert {await office.post.next(), await office.post.next()} == {("a", "1"), ("b", "1")}
        office.database.write(lambda tx: subscriptions.remove(tx, "a", "")).result()
        office.happens("2")
        assert await office.post.next() == ("b", "2")
        await office.remembered("b", sent=2)
    assert office.post.came.empty()


@pytest.mark.logs("has a fault of its own")
async def test_a_fault_of_ours_does_not_end_the_notifier(office: Office):
    def fail(_parcel: Parcel) -> None:
        raise ZeroDivisionError

    office.notifier._send = fail
    office.subscribe("a")
    async with office.open():
        office.happens("1")
        await office.remembered("a", failed=1)


@pytest.mark.logs("following a has a fault of its own")
async def test_a_fault_with_one_subscription_does_not_hold_up_the_others(office: Office):
    compose = office.told.compose

    def fails_for_a(subscription: Subscription, chunk: Chunk) -> Notice:
        if subscription.id == "a":
            raise ZeroDivisionError
        return compose(subscription, chunk)

    office.told.compose = fails_for_a
    office.subscribe("a")
    office.subscribe("b")
    async with office.open():
        office.happens("1")
        assert await office.post.next() == ("b", "1")
        await office.remembered("b", sent=1)
