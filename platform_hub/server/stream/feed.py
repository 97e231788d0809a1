"""The feed: reads the change log once for all followers and keeps its last batches in memory.

A follower owns nothing but its place in the log, so a slow one costs no memory: it is served
from the log, and told to query anew once its place is no longer kept.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from anyio import to_thread

from platform_hub.server.store import changes
from platform_hub.server.store.database import StoreUnavailable
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
        self._followers = 0
        self._news = asyncio.Event()
        self._due = asyncio.Event()
        self._refreshing = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._also: list[Callable[[], None]] = []

    async def run(self, interval_s: float = INTERVAL_S) -> None:
        """Keep up with the change log until `stop`."""
        while not self.stopped:
            await self._due.wait()
            self._due.clear()
            with contextlib.suppress(StoreUnavailable):  # the news waits for the next wake
                await self.refresh()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), interval_s)

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
            while before < extent.last and (batch := await self._batch_after(before)):
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

    async def _batch_after(self, seq: int) -> Batch | None:
        """Read the changes after a number from the log; `before` tells where they really begin."""
        upto = self._extent.last

        def read(transaction: Transaction) -> tuple[Extent, list[Change]]:
            extent = changes.extent(transaction)
            return extent, changes.between(transaction, seq, upto, _BATCH_BYTES)

        extent, found = await to_thread.run_sync(self._database.read, read)
        return self._batch(max(seq, extent.trimmed), found) if found else None

    def _batch(self, before: int, found: list[Change]) -> Batch:
        last = found[-1].seq
        entities = [msgspec.json.decode(change.body) for change in found if not change.tenant]
        notified_at = timestamps.to_text(self._now_us())
        return Batch(before, last, events.frame(events.notification(last, notified_at, entities)))

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


def reset(last: int) -> bytes:
    """Return the event that says: too much was missed, query anew; the stream goes on at `last`."""
    data = '{"reason":"what followed the last event is no longer kept: query anew"}'
    return events.frame(events.Event(events.RESET, data, str(last)))
