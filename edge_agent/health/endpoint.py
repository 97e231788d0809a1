"""The endpoint: `/health` and `/metrics` on loopback, for a watcher on the same machine.

A few dozen lines instead of a web server: GET only, one request per connection, everything bounded
in size, number and time, so that no watcher can hold the agent up.
"""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_agent.clock import Clock

_log = logging.getLogger(__name__)

HOST = "127.0.0.1"
_HEAD_BYTES = 8192
_MOST_CONNECTIONS = 16
_LIMIT_S = 5.0
_RETRY_S = 60.0


class Page(NamedTuple):
    """One answer."""

    status: int
    media_type: str
    body: str


class Endpoint:
    """Serves pages made at the moment they are asked for; `port` 0 becomes the one it got."""

    def __init__(self, port: int, pages: Mapping[str, Callable[[], Page]], clock: Clock) -> None:
        self.port = port
        self.is_open = asyncio.Event()
        self._pages = pages
        self._clock = clock
        self._open = 0
        self._complaint = ""

    async def serve(self, stop: asyncio.Event) -> None:
        """Serve until `stop`; a port that is taken is tried again, the agent works without it."""
        while not stop.is_set():
            try:
                server = await asyncio.start_server(
                    self._answer, HOST, self.port, limit=_HEAD_BYTES
                )
            except OSError as error:
                self._complain(error)
                await self._clock.pause(_RETRY_S, stop)
                continue
            async with server:
                self.port = server.sockets[0].getsockname()[1]
                self.is_open.set()
                _log.info("http://%s:%d/health and /metrics", HOST, self.port)
                await stop.wait()

    def _complain(self, error: OSError) -> None:
        words = f"{HOST}:{self.port} cannot be listened on ({error.strerror})"
        if words != self._complaint:
            _log.warning("%s: set another `port` in [monitor], or 0 for none", words)
        self._complaint = words

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            async with asyncio.timeout(_LIMIT_S):
                await self._exchange(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # the watcher is gone or too slow: nothing to say to it
        finally:
            self._open -= 1
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            page, bodiless = self._page(head)
        except asyncio.LimitOverrunError:
            page, bodiless = _plain(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE), False
        body = page.body.encode()
        writer.write(_head(page, len(body)) + (b"" if bodiless else body))
        await writer.drain()

    def _page(self, head: bytes) -> tuple[Page, bool]:
        words = head.split(b"\r\n", 1)[0].decode("ascii", "replace").split(" ")
        if len(words) != 3:  # noqa: PLR2004 - method, path, version
            return _plain(HTTPStatus.BAD_REQUEST), False
        method, path, _ = words
        if method not in {"GET", "HEAD"}:
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED), False
        if self._open > _MOST_CONNECTIONS:
            return _plain(HTTPStatus.SERVICE_UNAVAILABLE), False
        make = self._pages.get(path.partition("?")[0])
        return (make() if make else _plain(HTTPStatus.NOT_FOUND)), method == "HEAD"


def _plain(status: HTTPStatus) -> Page:
    return Page(status, "text/plain; charset=utf-8", f"{status.phrase}\n")


def _head(page: Page, length: int) -> bytes:
    return (
        f"HTTP/1.1 {page.status} {HTTPStatus(page.status).phrase}\r\n"
        f"Content-Type: {page.media_type}\r\nContent-Length: {length}\r\n"
        f"Cache-Control: no-store\r\nAllow: GET, HEAD\r\nConnection: close\r\n\r\n"
    ).encode()
