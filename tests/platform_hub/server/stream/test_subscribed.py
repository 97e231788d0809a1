"""One subscription as a stream: its notifications in order, resumed without loss."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest_asyncio
from starlette.requests import Request

from platform_hub.server.store import changes, entities, subscriptions
from platform_hub.server.store.changes import News
from platform_hub.server.store.entities import Entity
from platform_hub.server.store.subscriptions import Subscription
from platform_hub.server.stream.delivery import Parcel
from platform_hub.server.stream.feed import Feed
from platform_hub.server.stream.notifier import Chunk, Notice, Rhythm
from platform_hub.server.stream.subscribed import SubscribedEvents
from platform_hub.wire import events
from tests.platform_hub.server.town import T0

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_hub.server.store.database import Database
    from platform_hub.wire.events import Event


class EveryOther:
    """Stands for what knows the language: hears of changes with an even number."""

    def rhythm(self, _subscription: Subscription, _now_us: int) -> Rhythm:
        return Rhythm(True, None, 0, 0)

    def compose(self, _subscription: Subscription, chunk: Chunk) -> Notice:
        heard = next((one.seq for one in chunk.changes if one.seq % 2 == 0), None)
        if heard is None:
            return Notice(None, chunk.last)
        return Notice(Parcel("", {}, b'{"seq":%d}' % heard), heard)

    def periodic(self, _subscription: Subscription) -> None:
        return None


class Studio:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.feed = Feed(database, lambda: T0)
        self.admits = True
        self.streams: list[AsyncIterator[bytes]] = []

    async def open(self, last_id: str = "", keep_alive_s: float = 5.0) -> AsyncIterator[bytes]:
        headers = [(b"last-event-id", last_id.encode())] if last_id else []
        request = Request({"type": "http", "headers": headers, "query_string": b""})
        served = SubscribedEvents(
            self.database, self.feed, EveryOther(), lambda _: "", self._admits, keep_alive_s
        )
        frames = served._frames(request, ("a", ""))
        self.streams.append(frames)
        assert (await anext(frames)).startswith(b":")
        return frames

    async def happen(self, *bodies: bytes, keep: int = 1000) -> None:
        def work(tx):
            known = entities.load(tx, ["urn:a:b"]).get("urn:a:b")
            entity = known or Entity("urn:a:b", "T", 0, 0)
            if known is None:
                entities.save(tx, entity)
            changes.append(tx, [News(entity.pk, 1, body) for body in bodies], 0, keep)

        await asyncio.wrap_future(self.database.write(work))
        self.feed.wake()

    async def _admits(self, _request: Request) -> bool:
        return self.admits


async def next_event(frames: AsyncIterator[bytes]) -> Event:
    async for frame in frames:
        if found := list(events.parse(frame.decode().split("\n"))):
            return found[0]
    raise EOFError


@pytest_asyncio.fixture
async def studio(database: Database, no_task_left: None) -> AsyncIterator[Studio]:
    del no_task_left  # asked for, so that it looks only after this fixture is taken down
    database.write(lambda tx: subscriptions.save(tx, Subscription("a", 0, 0))).result()
    made = Studio(database)
    task = asyncio.create_task(made.feed.run(interval_s=0.001))
    yield made
    for frames in made.streams:
        await frames.aclose()
    made.feed.stop()
    await task


async def test_what_matches_comes_in_order(studio: Studio) -> None:
    frames = await studio.open()
    await studio.happen(b"{}", b"{}", b"{}", b"{}")
    first, second = await next_event(frames), await next_event(frames)
    assert [(one.kind, one.id, one.data) for one in (first, second)] == [
        ("notification", "2", '{"seq":2}'),
        ("notification", "4", '{"seq":4}'),
    ]


async def test_it_resumes_after_an_event(studio: Studio) -> None:
    await studio.happen(b"{}", b"{}", b"{}", b"{}")
    assert (await next_event(await studio.open("2"))).id == "4"


async def test_who_missed_too_much_is_told_to_query_anew(studio: Studio) -> None:
    await studio.happen(*[b"{}"] * 8, keep=2)
    frames = await studio.open("1")
    event = await next_event(frames)
    assert (event.kind, event.id) == (events.RESET, "8")
    await studio.happen(b"{}", b"{}")
    assert (await next_event(frames)).id == "10"


async def test_it_ends_when_the_subscription_is_gone(studio: Studio) -> None:
    frames = await studio.open(keep_alive_s=0.001)
    studio.database.write(lambda tx: subscriptions.remove(tx, "a", "")).result()
    assert [frame async for frame in frames if not frame.startswith(b":")] == []


async def test_it_ends_when_the_key_is_no_longer_valid(studio: Studio) -> None:
    frames = await studio.open(keep_alive_s=0.001)
    studio.admits = False
    assert [frame async for frame in frames if not frame.startswith(b":")] == []
