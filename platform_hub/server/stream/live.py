"""`GET /ngsi-ld/ex/v1/live`: the feed as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from typing import TYPE_CHECKING

from starlette.responses import Response, StreamingResponse

from platform_hub.server.governance.answers import bad_request
from platform_hub.server.store.database import StoreUnavailable
from platform_hub.wire import events

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request

    from platform_hub.server.stream.feed import Feed, Place

_LOG = logging.getLogger(__name__)
PATH = "/ngsi-ld/ex/v1/live"
KEEP_ALIVE_S = 5.0
_KEEP_ALIVE = b": still here\n\n"
_DIGITS = re.compile(r"[0-9]{1,19}")
_NEVER = -1  # an id that no log holds: answered with a reset


class LiveStream:
    """The endpoint."""

    def __init__(
        self,
        feed: Feed,
        still_admits: Callable[[Request], Awaitable[bool]],
        keep_alive_s: float = KEEP_ALIVE_S,
    ) -> None:
        self._feed = feed
        self._still_admits = still_admits
        self._keep_alive_s = keep_alive_s

    async def get(self, request: Request) -> Response:
        """Open a stream; with `Last-Event-ID` it begins after that event."""
        if request.query_params:
            raise bad_request("the live stream takes no parameters: it carries the whole area")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        if request.method == "HEAD":
            return Response(headers=headers, media_type=events.MEDIA_TYPE)
        return StreamingResponse(
            self._frames(request), media_type=events.MEDIA_TYPE, headers=headers
        )

    async def _frames(self, request: Request) -> AsyncIterator[bytes]:
        place = await self._feed.join()
        try:
            async for frame in self._followed(request, place):
                yield frame
        except StoreUnavailable as error:
            _LOG.warning("a live stream ends: %s", error)  # its peer connects again and resumes
        finally:
            self._feed.leave()

    async def _followed(self, request: Request, place: Place) -> AsyncIterator[bytes]:
        yield _KEEP_ALIVE  # headers and a first byte at once: the peer knows that it is live
        place.seq = _resumed(request.headers.get("last-event-id", ""), place)
        while not self._feed.stopped:
            news = self._feed.news
            async for frame in self._new(place):
                yield frame
            if not await _within(self._keep_alive_s, news):
                if not await self._still_admits(request):
                    return
                yield _KEEP_ALIVE

    async def _new(self, place: Place) -> AsyncIterator[bytes]:
        for frame in self._feed.state_frames(place):
            yield frame
        while not self._feed.stopped and (batch := await self._feed.next_batch(place)):
            yield batch


def _resumed(last_id: str, place: Place) -> int:
    if not last_id:
        return place.seq
    return int(last_id) if _DIGITS.fullmatch(last_id) else _NEVER


async def _within(seconds: float, news: asyncio.Event) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(news.wait(), seconds)
        return True
    return False
