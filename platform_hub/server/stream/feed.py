"""The feed: reads the change log once for all followers and keeps its last batches in memory.

A follower owns nothing but its place in the log, so a slow one costs no memory: it is served
from the log, and told to query anew once its place is no longer kept.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from anyio import to_thread

from platform_hub.server.store import changes, gateways
from platform_hub.server.store.database import StoreUnavailable
from platform_hub.server.stream.watching import Watch, Watches, framed, reset_event
from platform_hub.wire import events, timestamps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from platform_hub.server.store.changes import Change, Extent
    from platform_hub.server.store.database import Database, Transaction
    from platform_hub.wire.events import GatewayState

INTERVAL_S = 0.1  # between batches: ten pictures a second are live enough for people
_BATCH_BYTES = 128 << 10
_RING_BYTES = 2 << 20
_MOST_STATES = 10_000


class Batch(NamedTuple):
    """Consecutive changes as one framed event; it covers those after `before` up to `last`."""

    before: int
    last: int
    frame: bytes


@dataclass(slots=True)
class Place:
    """How far one follower has got."""

    seq: int
    state_version: int = 0


class Feed:
    """Everything new, for followers to read at their own pace. Belongs to one event loop."""

    def __init__(self, database: Database, now_us: Callable[[], int]) -> None:
        self._database = database
        self._now_us = now_us
        self._ring: deque[Batch] = deque()
        self._ring_bytes = 0
        self._extent = changes.Extent(0, 0, 0)
        self._states: OrderedDict[tuple[str, str], tuple[int, bytes]] = OrderedDict()
        self._state_version = 0
        self._spoke: set[str] = set()
        self._watches = Watches()
        self._gateways: Callable[[Transaction], list[GatewayState]] = _seen
        self._followers = 0
        self._news = asyncio.Event()
        self._due = asyncio.Event()
        self._refreshing = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._also: list[Callable[[], None]] = []

    async def run(self, interval_s: float = INTERVAL_S) -> None:
        """Keep up with what any process writes to the database until `stop`."""
        loop = asyncio.get_running_loop()

        def heard(news: str) -> None:  # in the writer's or listener's thread
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(self._hear, news)

        deafen = self._database.listen(heard)
        try:
            while not self.stopped:
                await self._due.wait()
                self._due.clear()
                with contextlib.suppress(StoreUnavailable):  # the news waits for the next wake
                    await self.refresh()
                    await self._meet_gateways()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), interval_s)
        finally:
            deafen()

    @property
    def stopped(self) -> bool:
        """Tell whether `stop` was called."""
        return self._stopping.is_set()

    def wake(self) -> None:
        """Say that the change log has grown."""
        self._due.set()
        for other in self._also:
            other()

    def wake_also(self, other: Callable[[], None]) -> None:
        """Let others know as well whenever the change log has grown."""
        self._also.append(other)

    def know_gateways(self, states: Callable[[Transaction], list[GatewayState]]) -> None:
        """Ask this for the states of gateways that spoke; else they are as the store has them."""
        self._gateways = states

    def stop(self) -> None:
        """End `run` and every follower."""
        self._stopping.set()
        self._due.set()
        self._tell()

    def announce(self, state: GatewayState) -> None:
        """Tell every follower the newest state of a gateway."""
        self.tell(events.GATEWAY, state.id, events.gateway_event(state))

    def tell(self, kind: str, subject: str, event: events.Event) -> None:
        """Tell every follower the newest state of something; it replaces what was told before.

        Followers that come later are told as well, unless thousands of others changed since.
        """
        self._state_version += 1
        key = (kind, subject)
        self._states[key] = (self._state_version, events.frame(event))
        self._states.move_to_end(key)
        if len(self._states) > _MOST_STATES:
            self._states.popitem(last=False)
        self._tell()

    async def refresh(self) -> None:
        """Read what the change log has that the feed has not."""
        async with self._refreshing:
            before = self._extent.last
            self._extent = extent = await to_thread.run_sync(self._database.read, changes.extent)
            if not self._followers:
                self._forget()
                return
            while before < extent.last and (found := await self._changes_after(before)):
                batch = self._batch(*found)
                self._keep(batch)
                before = batch.last
        self._tell()

    async def join(self) -> Place:
        """Add a follower; it stands at the end of the log. Every one must `leave`."""
        if not self._followers:
            await self.refresh()
        self._followers += 1
        return Place(self._extent.last)

    def leave(self) -> None:
        """Take a follower out."""
        self._followers -= 1

    async def watch(self, ids: frozenset[str], after: int | None) -> Watch:
        """Add a follower of some entities; every one must `unwatch`.

        It has what is logged after number `after`, None means from now on.
        """
        watch = Watch(ids, (await self.join()).seq)
        if after is not None:
            watch.seq = after
            await self._catch_up(watch)
        self._watches.add(watch)
        return watch

    async def _catch_up(self, watch: Watch) -> None:
        """Hand a watch what was logged after its place, up to the present."""
        while watch.seq != self._extent.last:
            found = None
            if self._extent.trimmed <= watch.seq < self._extent.last:
                found = await self._changes_after(watch.seq)
            if found is None or found[0] != watch.seq:
                last, watch.seq = self._extent.last, -1
                watch.offer(last, reset(last))
                return
            batch, notified_at, entities = self._framed(*found)
            mine = [one for one in entities if one["id"] in watch.ids]
            watch.offer(batch.last, framed(batch.last, notified_at, mine) if mine else b"")

    def unwatch(self, watch: Watch) -> None:
        """Take a follower of some entities out."""
        self._watches.remove(watch)
        self.leave()

    @property
    def news(self) -> asyncio.Event:
        """Return the event that the next news sets; take it before looking, then wait."""
        return self._news

    async def next_batch(self, place: Place) -> bytes | None:
        """Return the frame that follows a place and move it on; None where it is at the end."""
        extent = self._extent
        if not extent.trimmed <= place.seq <= extent.last:
            place.seq = extent.last
            return reset(extent.last)
        if place.seq == extent.last:
            return None
        batch = self._in_ring(place.seq) or await self._batch_after(place.seq)
        if batch is None or batch.before != place.seq:
            place.seq = extent.last
            return reset(extent.last)
        place.seq = batch.last
        return batch.frame

    def state_frames(self, place: Place) -> Iterator[bytes]:
        """Yield the states of gateways, alarms, orders that a place has not seen; move it on."""
        seen, place.state_version = place.state_version, self._state_version
        for version, frame in list(self._states.values()):
            if version > seen:
                yield frame

    def _hear(self, news: str) -> None:
        if news.startswith(gateways.SPOKE):
            self._spoke.add(news.removeprefix(gateways.SPOKE))
        self.wake()

    async def _meet_gateways(self) -> None:
        """Announce the gateways that spoke since the last time."""
        if not self._spoke:
            return
        spoke, self._spoke = self._spoke, set()
        for state in await to_thread.run_sync(self._database.read, self._gateways):
            if state.id in spoke:
                self.announce(state)

    async def _batch_after(self, seq: int) -> Batch | None:
        """Read the changes after a number from the log; `before` tells where they really begin."""
        found = await self._changes_after(seq)
        return self._framed(*found)[0] if found else None

    async def _changes_after(self, seq: int) -> tuple[int, list[Change]] | None:
        upto = self._extent.last

        def read(transaction: Transaction) -> tuple[Extent, list[Change]]:
            extent = changes.extent(transaction)
            return extent, changes.between(transaction, seq, upto, _BATCH_BYTES)

        extent, found = await to_thread.run_sync(self._database.read, read)
        return (max(seq, extent.trimmed), found) if found else None

    def _batch(self, before: int, found: list[Change]) -> Batch:
        """Make a batch of the newest changes and tell it to the watches."""
        batch, notified_at, entities = self._framed(before, found)
        self._watches.tell(batch.last, notified_at, entities)
        return batch

    def _framed(self, before: int, found: list[Change]) -> tuple[Batch, str, list[dict[str, Any]]]:
        last = found[-1].seq
        entities = [msgspec.json.decode(change.body) for change in found if not change.tenant]
        notified_at = timestamps.to_text(self._now_us())
        return Batch(before, last, framed(last, notified_at, entities)), notified_at, entities

    def _in_ring(self, seq: int) -> Batch | None:
        return next((batch for batch in self._ring if batch.before == seq), None)

    def _keep(self, batch: Batch) -> None:
        self._ring.append(batch)
        self._ring_bytes += len(batch.frame)
        while self._ring_bytes > _RING_BYTES and len(self._ring) > 1:
            self._ring_bytes -= len(self._ring.popleft().frame)

    def _forget(self) -> None:
        self._ring.clear()
        self._ring_bytes = 0

    def _tell(self) -> None:
        told, self._news = self._news, asyncio.Event()
        told.set()
        if self.stopped:
            self._watches.wake()


def reset(last: int) -> bytes:
    """Return the event that says: too much was missed, query anew; the stream goes on at `last`."""
    return events.frame(reset_event(str(last)))


def _seen(transaction: Transaction) -> list[GatewayState]:
    return [
        events.GatewayState(one.id, one.last_seen_us, one.backlog, one.acknowledged, lost=one.lost)
        for one in gateways.sightings(transaction).values()
    ]
