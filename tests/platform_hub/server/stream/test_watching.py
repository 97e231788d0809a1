"""Watches: a stream of some entities carries theirs, all of it, once, and nothing else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from platform_hub.server.history.recording import Recorder
from platform_hub.server.stream.feed import Feed
from platform_hub.server.stream.watching import _MOST, Watch
from platform_hub.wire import events
from tests.platform_hub.server.town import METER, T0, power

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from area_configs.domain.readings import Reading
    from platform_hub.server.store.database import Database
    from platform_hub.wire.events import Event
    from tests.platform_hub.server.town import Town

OTHER = "urn:ngsi-ld:Device:town:meter-2"


class Studio:
    """A feed, and a recorder to make news; the database's own words wake the feed."""

    def __init__(self, database: Database, keep: int = 1000) -> None:
        self.database = database
        self.feed = Feed(database, lambda: T0)
        self.keep = keep

    async def record(self, *readings: Reading) -> None:
        recorder = Recorder("town", self.keep)
        job = self.database.write(lambda tx: recorder.record(tx, "gw-1", readings, T0))
        await asyncio.wrap_future(job)

    async def watch(self, *ids: str, after: int | None = None) -> Watch:
        return await self.feed.watch(frozenset(ids), after)


@pytest_asyncio.fixture
async def studio(database: Database, no_task_left: None) -> AsyncIterator[Studio]:
    del no_task_left  # asked for, so that it looks only after this fixture is taken down
    made = Studio(database)
    task = asyncio.create_task(made.feed.run(interval_s=0.001))
    await asyncio.sleep(0)
    yield made
    made.feed.stop()
    await task


async def taken(watch: Watch, count: int = 1) -> list[Reading]:
    found: list[Reading] = []
    while len(found) < count:
        await asyncio.wait_for(watch.news.wait(), 10)
        for event in waiting(watch):
            found += events.readings_of(event)
    return found


def waiting(watch: Watch) -> list[Event]:
    return [one for frame in watch.taken() for one in events.parse(frame.decode().split("\n"))]


async def test_a_watch_has_its_entities_and_no_others(studio: Studio) -> None:
    one, both = await studio.watch(METER), await studio.watch(METER, OTHER)
    await studio.record(power(0, 1.0), power(0, 2.0, "meter-2"), power(0, 3.0, "gauge"))
    assert await taken(one) == [power(0, 1.0)]
    assert {r.value for r in await taken(both, 2)} == {1.0, 2.0}
    await studio.record(power(1, 4.0, "meter-2"))
    assert await taken(both) == [power(1, 4.0, "meter-2")]
    assert not one.news.is_set()


async def test_a_watch_that_resumes_misses_nothing_and_sees_nothing_twice(studio: Studio) -> None:
    await studio.record(power(0))
    first = await studio.watch(METER, after=0)
    assert await taken(first) == [power(0)]
    await studio.record(power(1))
    await studio.record(power(2), power(2, 1.0, "meter-2"))
    resumed = await studio.watch(METER, after=1)
    await studio.record(power(3))
    assert await taken(resumed, 3) == [power(1), power(2), power(3)]


@pytest.mark.parametrize("after", [-1, 10**6])
async def test_an_id_that_no_log_holds_means_query_anew(studio: Studio, after: int) -> None:
    await studio.record(power(0))
    watch = await studio.watch(METER, after=after)
    assert [event.kind for event in waiting(watch)] == [events.RESET]
    await studio.record(power(1))
    assert await taken(watch) == [power(1)]


async def test_what_is_no_longer_kept_means_query_anew(studio: Studio) -> None:
    studio.keep = 2
    for n in range(5):
        await studio.record(power(n))
    watch = await studio.watch(METER, after=1)
    (event,) = waiting(watch)
    assert (event.kind, event.id) == (events.RESET, "5")


def test_a_slow_watcher_costs_no_memory() -> None:
    watch = Watch(frozenset({METER}), 0)
    for n in range(1, _MOST + 3):
        watch.offer(n, events.frame(events.notification(n, "2026-01-01T00:00:00Z", [])))
    kinds = [(event.kind, event.id) for event in waiting(watch)]
    assert kinds == [(events.RESET, str(_MOST + 1)), (events.READINGS, str(_MOST + 2))]


async def test_a_watch_that_ends_leaves_nothing(studio: Studio) -> None:
    watch = await studio.watch(METER)
    studio.feed.unwatch(watch)
    assert not studio.feed._watches._by_id
    assert studio.feed._followers == 0


@pytest.mark.parametrize(
    "params", [{"type": "X"}, {"id": ""}, {"id": "a,,b"}, {"id": ",".join(["a"] * 101)}]
)
def test_faults_are_named(hub: Town, params: dict[str, str]) -> None:
    answer = hub.get("/ngsi-ld/ex/v1/live", **params)
    assert answer.status_code == 400
    assert "separated by commas" in answer.json()["detail"]
