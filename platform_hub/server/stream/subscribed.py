"""`GET /ngsi-ld/ex/v1/subscriptions/{id}/events`: one subscription as server-sent events."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.responses import Response, StreamingResponse

from platform_hub.server.governance.answers import bad_request, not_found
from platform_hub.server.store import changes, entities, subscriptions
from platform_hub.server.store.database import StoreUnavailable
from platform_hub.server.stream.feed import reset
from platform_hub.server.stream.live import KEEP_ALIVE_S
from platform_hub.server.stream.notifier import Chunk
from platform_hub.wire import events

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request

    from platform_hub.server.store.database import Database, Transaction
    from platform_hub.server.stream.feed import Feed
    from platform_hub.server.stream.notifier import Composer, Notice

_LOG = logging.getLogger(__name__)
PATH = "/ngsi-ld/ex/v1/subscriptions/{id}/events"
NOTIFICATION = "notification"
_KEEP_ALIVE = b": still here\n\n"
_CHUNK_BYTES = 256 << 10
_DIGITS = re.compile(r"[0-9]{1,19}")
_NEVER = -1  # an id that no log holds: answered with a reset


@dataclass(frozen=True, slots=True)
class SubscribedEvents:
    """The endpoint; `tenant_of` reads whose subscription a request means."""

    database: Database
    feed: Feed
    composer: Composer
    tenant_of: Callable[[Request], str]
    still_admits: Callable[[Request], Awaitable[bool]]
    keep_alive_s: float = KEEP_ALIVE_S

    async def get(self, request: Request) -> Response:
        """Open a stream; with `Last-Event-ID` it begins after that event."""
        if request.query_params:
            raise bad_request("the stream of a subscription takes no parameters")
        ident, tenant = request.path_params["id"], self.tenant_of(request)
        found = await to_thread.run_sync(
            self.database.read, lambda tx: subscriptions.load(tx, ident, tenant)
        )
        if found is None:
            raise not_found(f"there is no subscription {ident}")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(
            self._frames(request, (ident, tenant)), media_type=events.MEDIA_TYPE, headers=headers
        )

    async def _frames(self, request: Request, which: tuple[str, str]) -> AsyncIterator[bytes]:
        place = await self.feed.join()  # so that the feed looks at the log
        try:
            yield _KEEP_ALIVE  # headers and a first byte at once: the peer knows that it is live
            seq = _resumed(request.headers.get("last-event-id", ""), place.seq)
            async for frame in self._followed(request, which, seq):
                yield frame
        except StoreUnavailable as error:
            _LOG.warning("a stream of a subscription ends: %s", error)  # its peer resumes
        finally:
            self.feed.leave()

    async def _followed(
        self, request: Request, which: tuple[str, str], seq: int
    ) -> AsyncIterator[bytes]:
        while not self.feed.stopped:
            news = self.feed.news
            while (step := await to_thread.run_sync(self._next, which, seq)) is not None:
                seq, frame = step
                if frame:
                    yield frame
            if not await _within(self.keep_alive_s, news):
                if not await self._goes_on(request, which):
                    return
                yield _KEEP_ALIVE

    async def _goes_on(self, request: Request, which: tuple[str, str]) -> bool:
        held = await to_thread.run_sync(
            self.database.read, lambda tx: subscriptions.load(tx, *which)
        )
        return held is not None and await self.still_admits(request)

    def _next(self, which: tuple[str, str], seq: int) -> tuple[int, bytes] | None:
        """Return the next place in the log and what to say there; None at its end."""

        def read(transaction: Transaction) -> tuple[int, bytes] | None:
            held = subscriptions.load(transaction, *which)
            extent = changes.extent(transaction)
            if held is None or seq == extent.last:
                return None
            if not extent.trimmed <= seq <= extent.last:
                return extent.last, reset(extent.last)
            found = changes.between(transaction, seq, extent.last, _CHUNK_BYTES)
            about = entities.load_numbered(transaction, {one.entity_pk for one in found})
            last = found[-1].seq if found else extent.last
            notice = self.composer.compose(held, Chunk(found, about, last))
            return notice.upto, _framed(notice)

        return self.database.read(read)


def _framed(notice: Notice) -> bytes:
    if notice.parcel is None:
        return b""
    text = notice.parcel.body.decode()
    return events.frame(events.Event(NOTIFICATION, text, str(notice.upto)))


def _resumed(last_id: str, newest: int) -> int:
    if not last_id:
        return newest
    return int(last_id) if _DIGITS.fullmatch(last_id) else _NEVER


async def _within(seconds: float, news: asyncio.Event) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(news.wait(), seconds)
        return True
    return False
