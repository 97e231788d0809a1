"""The live stream: what is new in order, resuming without loss, and slow followers told to re-query."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from starlette.requests import Request

from platform_hub.server.governance.answers import Refused
from platform_hub.server.history.recording import Recorder
from platform_hub.server.stream.feed import Feed
from platform_hub.server.stream.live import LiveStream
from platform_hub.wire import events
from platform_hub.wire.events import GatewayState
from tests.platform_hub.server.town import T0, power

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from area_configs.domain.readings import Reading
    from platform_hub.server.store.database import Database
    from platform_hub.wire.events import Event
    from tests.platform_hub.server.town import Town

KEEP = 1000


class Viewer:
    """One stream, read frame by frame."""

    def __init__(self, stream: LiveStream, last_id: str = "") -> None:
        headers = [(b"last-event-id", last_id.encode())] if last_id else []
        request = Request({"type": "http", "headers": headers, "query_string": b""})
        self._frames = stream._frames(request)
        self.comments = 0

    async def event(self) -> Event:
        async for frame in self._frames:
            if found := list(events.parse(frame.decode().split("\n"))):
                return found[0]
            self.comments += 1
        raise EOFError

    async def readings(self, count: int) -> list[Reading]:
        found: list[Reading] = []
        while len(found) < count:
            found += events.readings_of(await self.event())
        return found

    async def close(self) -> None:
        await self._frames.aclose()


class Studio:
    """A feed with its viewers, and a recorder to make news."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.feed = Feed(database, lambda: T0)
        self.viewers: list[Viewer] = []
        self.keep = KEEP
        self.admits = True

    async def open(self, last_id: str = "", keep_alive_s: float = 5.0) -> Viewer:
        stream = LiveStream(self.feed, self._admits, keep_alive_s)
        viewer = Viewer(stream, last_id)
        self.viewers.append(viewer)
        first = await anext(viewer._frames)
        assert first.startswith(b":")
        return viewer

    async def record(self, *readings: Reading) -> None:
        recorder = Recorder("town", self.keep)
        job = self.database.write(lambda tx: recorder.record(tx, "gw-1", readings, T0))
        await asyncio.wrap_future(job)
        self.feed.wake()

    async def _admits(self, _request: Any) -> bool:
        return self.admits


@pytest_asyncio.fixture
async def studio(database: Database, no_task_left: None) -> AsyncIterator[Studio]:
    del no_task_left  # asked for, so that it looks only after this fixture is taken down
    made = Studio(database)
    task = asyncio.create_task(made.feed.run(interval_s=0.001))
    yield made
    for viewer in made.viewers:
        await viewer.close()
    made.feed.stop()
    await task


async def test_what_is_stored_is_seen_at_once_by_everyone(studio: Studio) -> None:
    viewers = [await studio.open() for _ in range(3)]
    await studio.record(power(0, 1.0), power(1, 2.0), power(0, 3.0, "meter-2"))
    for viewer in viewers:
        event = await viewer.event()
        assert (event.kind, event.id) == ("readings", "2")
        assert sorted(r.value for r in events.readings_of(event)) == [1.0, 2.0, 3.0]


async def test_a_replay_is_no_news(studio: Studio) -> None:
    viewer = await studio.open()
    await studio.record(power(0))
    await studio.record(power(0))
    await studio.record(power(0), power(1))
    assert await viewer.readings(2) == [power(0), power(1)]


async def test_a_new_viewer_starts_now(studio: Studio) -> None:
    await studio.record(power(0))
    viewer = await studio.open()
    await studio.record(power(1))
    assert await viewer.readings(1) == [power(1)]


async def test_a_viewer_resumes_without_loss(studio: Studio) -> None:
    viewer = await studio.open()
    await studio.record(power(0))
    last_id = (await viewer.event()).id
    await viewer.close()
    sent = [power(n) for n in range(1, 300)]
    for reading in sent:
        await studio.record(reading)
    again = await studio.open(last_id)
    assert await again.readings(len(sent)) == sent
    await studio.record(power(999))
    assert await again.readings(1) == [power(999)]


async def test_resuming_at_the_end_brings_only_what_follows(studio: Studio) -> None:
    await studio.record(power(0))
    viewer = await studio.open("1")
    await studio.record(power(1))
    assert (await viewer.event()).id == "2"


@pytest.mark.parametrize("last_id", ["77", "0", "x", "-1", "9" * 5000])
async def test_an_id_that_is_not_kept_is_answered_with_a_reset(
    studio: Studio, last_id: str
) -> None:
    studio.keep = 2
    for n in range(10):
        await studio.record(power(n))
    viewer = await studio.open(last_id)
    event = await viewer.event()
    assert (event.kind, event.id) == ("reset", "10")
    await studio.record(power(99))
    assert await viewer.readings(1) == [power(99)]


async def test_a_slow_viewer_is_reset_and_goes_on(studio: Studio) -> None:
    studio.keep = 5
    slow, quick = await studio.open(), await studio.open()
    await studio.record(power(0))
    for viewer in (slow, quick):
        assert await viewer.readings(1) == [power(0)]
    for n in range(1, 60):
        await studio.record(power(n))
        assert await quick.readings(1) == [power(n)]
    studio.feed._forget()  # the last batches in memory would bridge so short a gap
    assert (await slow.event()).kind == "reset"
    await studio.record(power(100))
    assert await slow.readings(1) == [power(100)]


async def test_a_viewer_may_lag_as_far_as_the_log_is_kept(studio: Studio) -> None:
    slow = await studio.open()
    sent = [power(n) for n in range(500)]
    for reading in sent:
        await studio.record(reading)
    assert await slow.readings(500) == sent


async def test_gateway_states_come_first_and_only_the_newest(studio: Studio) -> None:
    for backlog in range(3):
        studio.feed.announce(GatewayState("gw-1", 5, backlog, 0))
    studio.feed.announce(GatewayState("gw-2", 6, 0, 0))
    viewer = await studio.open()
    seen = [events.gateway_of(await viewer.event()) for _ in range(2)]
    assert seen == [GatewayState("gw-1", 5, 2, 0), GatewayState("gw-2", 6, 0, 0)]
    studio.feed.announce(GatewayState("gw-1", 7, 9, 4))
    event = await viewer.event()
    assert event.id == ""
    assert events.gateway_of(event) == GatewayState("gw-1", 7, 9, 4)


async def test_a_quiet_stream_is_kept_alive(studio: Studio) -> None:
    viewer = await studio.open(keep_alive_s=0.001)
    assert (await anext(viewer._frames)).startswith(b":")
    await studio.record(power(0))
    assert await viewer.readings(1) == [power(0)]


async def test_a_stream_ends_when_its_key_is_revoked(studio: Studio) -> None:
    viewer = await studio.open(keep_alive_s=0.001)
    studio.admits = False
    with pytest.raises(EOFError):
        await viewer.event()


async def test_stopping_ends_every_stream(studio: Studio) -> None:
    viewer = await studio.open()
    waiting = asyncio.create_task(viewer.event())
    await asyncio.sleep(0)
    studio.feed.stop()
    with pytest.raises(EOFError):
        await waiting


@pytest.mark.logs("a live stream ends")
async def test_a_stream_ends_when_the_database_fails(studio: Studio) -> None:
    await studio.record(power(0))
    viewer = await studio.open("0")
    drop = studio.database.write(lambda tx: tx.exec_driver_sql("DROP TABLE change") and None)
    await asyncio.wrap_future(drop)
    with pytest.raises(EOFError):
        await viewer.event()


async def test_parameters_are_refused(studio: Studio) -> None:
    request = Request({"type": "http", "headers": [], "query_string": b"attrs=x", "method": "GET"})
    with pytest.raises(Refused, match="one parameter"):
        await LiveStream(studio.feed, studio._admits).get(request)


def test_head_does_not_open_a_stream(hub: Town) -> None:
    answer = hub.http.head("/ngsi-ld/ex/v1/live")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
