"""Watches: followers of some entities only, woken by news of those and by nothing else.

A thousand screens that show one device each would cost a thousand passes over every batch if each
looked through the feed itself. So the feed sorts a batch by entity once and hands each watch what
is for it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from platform_hub.wire import events

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


_MOST = 100  # frames that wait for a slow watcher; then it is told to query anew


@dataclass(slots=True, eq=False)
class Watch:
    """A follower of some entities; `news` is set while frames wait for it.

    Attributes:
        ids: the entities.
        seq: the last change that it has, or that is none of its own.
    """

    ids: frozenset[str]
    seq: int
    news: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: deque[bytes] = field(default_factory=deque)

    def offer(self, last: int, frame: bytes) -> None:
        """Let the frame of changes up to `last` wait; where too many do, a reset takes their place."""
        if last <= self.seq:
            return
        self.seq = last
        if len(self._waiting) >= _MOST:
            self._waiting.clear()
            frame = events.frame(reset_event(str(last)))
        if frame:
            self._waiting.append(frame)
            self.news.set()

    def taken(self) -> Iterator[bytes]:
        """Yield what waits, oldest first."""
        self.news.clear()
        while self._waiting:
            yield self._waiting.popleft()


class Watches:
    """All watches of a feed, by entity."""

    def __init__(self) -> None:
        self._by_id: defaultdict[str, set[Watch]] = defaultdict(set)

    def add(self, watch: Watch) -> None:
        """Hand it what comes from now on."""
        for one in watch.ids:
            self._by_id[one].add(watch)

    def remove(self, watch: Watch) -> None:
        """Hand it nothing any more."""
        for one in watch.ids:
            self._by_id[one].discard(watch)
            if not self._by_id[one]:
                del self._by_id[one]

    def tell(self, last: int, notified_at: str, entities: Iterable[dict[str, Any]]) -> None:
        """Hand the changes of a batch that ends at `last` to whoever watches them."""
        told: defaultdict[Watch, list[dict[str, Any]]] = defaultdict(list)
        for entity in entities:
            for watch in self._by_id.get(entity.get("id", ""), ()):
                told[watch].append(entity)
        for watch, found in told.items():
            watch.offer(last, framed(last, notified_at, found))

    def wake(self) -> None:
        """Wake every watch, as the feed ends."""
        for watches in self._by_id.values():
            for watch in watches:
                watch.news.set()


def framed(last: int, notified_at: str, entities: Sequence[dict[str, Any]]) -> bytes:
    """Return changes as one event."""
    return events.frame(events.notification(last, notified_at, list(entities)))


def reset_event(last: str) -> events.Event:
    """Return the event that says: too much was missed, query anew; the stream goes on at `last`."""
    data = '{"reason":"what followed the last event is no longer kept: query anew"}'
    return events.Event(events.RESET, data, last)
