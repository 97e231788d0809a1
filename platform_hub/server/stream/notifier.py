"""The notifier: follows the change log for every subscription and sends what matches.

A subscription owns nothing but its place in the log, so a slow endpoint costs no memory, and what
waits survives a restart as long as the log keeps it. One notification of a subscription is on its
way at a time; the next one follows from what has changed meanwhile. Of several processes on one
database one notifies, as long as it renews its lease.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from anyio import to_thread

from platform_hub.server.store import changes, entities, leases, subscriptions
from platform_hub.server.store.database import StoreUnavailable
from platform_hub.server.store.subscriptions import Record
from platform_hub.server.stream.delivery import DeliveryFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_hub.server.store.changes import Change, Extent
    from platform_hub.server.store.database import Database, Transaction
    from platform_hub.server.store.entities import Entity
    from platform_hub.server.store.subscriptions import Subscription
    from platform_hub.server.stream.delivery import Parcel

_LOG = logging.getLogger(__name__)
_SECOND_US = 1_000_000
_WORKERS = 8
_CHUNK_BYTES = 256 << 10
_RETRIES_S = (1, 5)  # the standard asks for none; an endpoint that restarts is back by then
_LONGEST_WAIT_S = 60.0
_SETTLING_S = 1.0
_LEASE = "notifier"
_LEASE_S = 30.0
_RENEWAL_S = 10.0
_UNAVAILABLE_S = 1.0  # before looking again where the database does not answer


class Chunk(NamedTuple):
    """Consecutive changes and the entities that they are about, by number."""

    changes: list[Change]
    entities: dict[int, Entity]
    last: int


class Notice(NamedTuple):
    """A notification, ready to go; it covers the changes up to number `upto`."""

    parcel: Parcel | None
    upto: int


class Rhythm(NamedTuple):
    """When a subscription wants to hear.

    Attributes:
        active: not paused and not expired.
        interval_us: between periodic notifications; None where changes cause them.
        throttling_us: at least between two notifications.
        cooldown_us: at least after one that failed.
    """

    active: bool
    interval_us: int | None
    throttling_us: int
    cooldown_us: int


class Composer(Protocol):
    """What knows the language of subscriptions."""

    def rhythm(self, subscription: Subscription, now_us: int) -> Rhythm:
        """Return when it wants to hear."""

    def compose(self, subscription: Subscription, chunk: Chunk) -> Notice:
        """Write one notification of what matches; the parcel is None where nothing does."""

    def periodic(self, subscription: Subscription) -> Parcel | None:
        """Write the notification of an interval; None where no entity matches."""


@dataclass(slots=True)
class _Post:
    """One subscription at work."""

    subscription: Subscription
    record: Record
    busy: bool = False
    not_before_us: int = 0
    tries: int = 0
    notice: Notice | None = None


class Notifier:
    """Sends notifications; `send` hands one parcel over and raises `DeliveryFailed`."""

    def __init__(
        self,
        database: Database,
        composer: Composer,
        send: Callable[[Parcel], None],
        now_us: Callable[[], int],
    ) -> None:
        self._database = database
        self._composer = composer
        self._send = send
        self._now_us = now_us
        self._posts: dict[int, _Post] = {}
        self._version: tuple[int, ...] = ()
        self._due = asyncio.Event()
        self._settled = asyncio.Event()
        self._stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pool = ThreadPoolExecutor(_WORKERS, "notify")
        self._lease = _Lease(database, now_us)

    async def run(self) -> None:
        """Notify until `stop`."""
        self._loop = asyncio.get_running_loop()
        try:
            while not self._stopped:
                wait_s = await to_thread.run_sync(self._round)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._due.wait(), wait_s)
                self._due.clear()
        finally:
            await to_thread.run_sync(lambda: self._pool.shutdown(cancel_futures=True))

    def wake(self) -> None:
        """Say that the change log has grown or a subscription has changed."""
        self._due.set()

    def stop(self) -> None:
        """End `run`; what is on its way is waited for."""
        self._stopped = True
        self._due.set()

    async def settle(self, ident: str, tenant: str) -> None:
        """Wait a moment for a notification that is on its way, so that its outcome can be told."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SETTLING_S):
                while any(
                    post.busy
                    for post in list(self._posts.values())
                    if (post.subscription.id, post.subscription.tenant) == (ident, tenant)
                ):
                    await self._settled.wait()

    def _round(self) -> float:
        """Start what is due; return how long nothing else will be."""
        try:
            self._reload()
            if not self._posts:
                return _LONGEST_WAIT_S
            if not self._lease.held():
                self._posts, self._version = {}, ()  # the other one's records are newer
                return _RENEWAL_S
            log = _Log(self._database)
            waits = [_RENEWAL_S] if self._lease.shared else []
            waits += [self._guarded(post, log) for post in self._posts.values() if not post.busy]
        except StoreUnavailable:
            return _UNAVAILABLE_S
        return min(waits, default=_LONGEST_WAIT_S)

    def _reload(self) -> None:
        version = self._database.read(subscriptions.version)
        if version == self._version:
            return
        posts: dict[int, _Post] = {}
        for one in self._database.read(subscriptions.every):
            post = self._posts.get(one.pk) or _Post(one, one.record)
            if post.subscription.modified_us != one.modified_us:
                post.notice, post.tries = None, 0
            cursor = max(post.record.cursor, one.record.cursor)
            post.subscription, post.record = one, post.record._replace(cursor=cursor)
            posts[one.pk] = post
        self._posts, self._version = posts, version

    def _guarded(self, post: _Post, log: _Log) -> float:
        """Serve one post; a fault of ours there must not keep the others waiting."""
        try:
            return self._serve(post, log)
        except StoreUnavailable:
            raise
        except Exception:  # noqa: BLE001 - it is logged, and the others go on
            _LOG.exception("following %s has a fault of its own", post.subscription.id)
            post.not_before_us = self._now_us() + round(_LONGEST_WAIT_S * _SECOND_US)
            return _LONGEST_WAIT_S

    def _serve(self, post: _Post, log: _Log) -> float:
        """Start one post's next notification; return in how many seconds to look again."""
        now_us = self._now_us()
        rhythm = self._composer.rhythm(post.subscription, now_us)
        if not rhythm.active:
            post.record = post.record._replace(cursor=max(post.record.cursor, log.extent.last))
            post.notice = None
            return _LONGEST_WAIT_S
        due_us = _due_us(post, rhythm)
        if now_us < due_us:
            return min((due_us - now_us) / _SECOND_US, _LONGEST_WAIT_S)
        post.notice = post.notice or self._next_notice(post, rhythm, log)
        if post.notice is None:
            return _LONGEST_WAIT_S
        post.busy = True
        self._pool.submit(self._deliver, post, post.notice)
        return _LONGEST_WAIT_S

    def _next_notice(self, post: _Post, rhythm: Rhythm, log: _Log) -> Notice | None:
        if rhythm.interval_us is not None:
            parcel = self._composer.periodic(post.subscription)
            if parcel is None:
                post.not_before_us = self._now_us() + rhythm.interval_us
                return None
            return Notice(parcel, log.extent.last)
        while post.record.cursor < log.extent.last:
            notice = self._composer.compose(post.subscription, log.after(post.record.cursor))
            if notice.parcel is not None:
                return notice
            post.record = post.record._replace(cursor=notice.upto)
        return None

    def _deliver(self, post: _Post, notice: Notice) -> None:
        """Send a notice and remember how it went, in a thread of the pool."""
        try:
            if notice.parcel is not None:
                self._send(notice.parcel)
        except DeliveryFailed as error:
            self._failed(post, notice, str(error))
        except Exception:  # noqa: BLE001 - thread boundary: it is logged, and the next one goes on
            _LOG.exception("notifying %s has a fault of its own", post.subscription.id)
            self._failed(post, notice, "the hub has a fault of its own")
        else:
            self._succeeded(post, notice)
        post.busy = False
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: the hub has stopped
                self._loop.call_soon_threadsafe(self._delivered)

    def _delivered(self) -> None:
        told, self._settled = self._settled, asyncio.Event()
        told.set()
        self.wake()

    def _succeeded(self, post: _Post, notice: Notice) -> None:
        now_us = self._now_us()
        rhythm = self._composer.rhythm(post.subscription, now_us)
        before = post.record
        post.record = Record(
            max(notice.upto, before.cursor), before.sent + 1, 0, now_us, now_us, before.failure_us
        )
        post.notice, post.tries = None, 0
        post.not_before_us = now_us + max(rhythm.throttling_us, rhythm.interval_us or 0)
        self._remember(post)

    def _failed(self, post: _Post, notice: Notice, reason: str) -> None:
        now_us = self._now_us()
        rhythm = self._composer.rhythm(post.subscription, now_us)
        before = post.record
        gives_up = post.tries >= len(_RETRIES_S)
        _LOG.info("subscription %s: %s", post.subscription.id, reason)
        post.record = before._replace(
            cursor=max(notice.upto, before.cursor) if gives_up else before.cursor,
            sent=before.sent + 1,
            failed=before.failed + 1,
            notified_us=now_us,
            failure_us=now_us,
        )
        pause_us = _RETRIES_S[0 if gives_up else post.tries] * _SECOND_US
        if gives_up:
            pause_us = max(pause_us, rhythm.throttling_us, rhythm.interval_us or 0)
        post.not_before_us = now_us + max(pause_us, rhythm.cooldown_us)
        post.tries = 0 if gives_up else post.tries + 1
        if gives_up:
            post.notice = None
        self._remember(post)

    def _remember(self, post: _Post) -> None:
        pk, record = post.subscription.pk, post.record
        with contextlib.suppress(StoreUnavailable):  # then it is sent again after a restart
            self._database.write(lambda tx: subscriptions.remember(tx, pk, record)).result()


def _due_us(post: _Post, rhythm: Rhythm) -> int:
    if post.not_before_us or rhythm.interval_us is None:
        return post.not_before_us
    begun_us = post.record.notified_us or post.subscription.created_us
    return begun_us + rhythm.interval_us


class _Lease:
    """This process's right to notify; where the database is nobody else's it always has it."""

    def __init__(self, database: Database, now_us: Callable[[], int]) -> None:
        self._database = database
        self._now_us = now_us
        self._holder = str(uuid.uuid4())
        self._held = False
        self._next_us = 0
        self.shared = database.read(leases.is_shared)

    def held(self) -> bool:
        """Tell whether this process notifies; renews the lease in time."""
        now_us = self._now_us()
        if self.shared and now_us >= self._next_us:
            until_us = now_us + round(_LEASE_S * _SECOND_US)
            self._held = self._database.write(
                lambda tx: leases.take(tx, _LEASE, self._holder, now_us, until_us)
            ).result()
            self._next_us = now_us + round(_RENEWAL_S * _SECOND_US)
        return self._held or not self.shared


class _Log:
    """The change log during one round; subscriptions at one place read it once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._chunks: dict[int, Chunk] = {}
        self.extent: Extent = database.read(changes.extent)

    def after(self, cursor: int) -> Chunk:
        """Return what follows a place that is before the end."""
        if (chunk := self._chunks.get(cursor)) is None:
            chunk = self._chunks[cursor] = self._database.read(lambda tx: self._read(tx, cursor))
        return chunk

    def _read(self, transaction: Transaction, cursor: int) -> Chunk:
        found = changes.between(transaction, cursor, self.extent.last, _CHUNK_BYTES)
        about = entities.load_numbered(transaction, {change.entity_pk for change in found})
        return Chunk(found, about, found[-1].seq if found else self.extent.last)
