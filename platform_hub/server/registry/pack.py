"""`GET /area/v1/pack`: the area's own files as one zip, for consoles to show the same area."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

PATH = "/area/v1/pack"


class Pack:
    """The endpoint; packs once, for a running hub's area does not change."""

    def __init__(self, pack: Callable[[], bytes]) -> None:
        self._pack = pack
        self._content = b""
        self._etag = ""
        self._packing = asyncio.Lock()

    async def get(self, request: Request) -> Response:
        """Send the zip, or 304 where the caller has it."""
        async with self._packing:
            if not self._etag:
                self._content = await to_thread.run_sync(self._pack)
                self._etag = f'"{hashlib.sha256(self._content).hexdigest()}"'
        headers = {"ETag": self._etag, "Cache-Control": "no-cache"}
        if _matches(request.headers.get("if-none-match", ""), self._etag):
            return Response(status_code=304, headers=headers)
        return Response(self._content, media_type="application/zip", headers=headers)


def _matches(asked: str, etag: str) -> bool:
    """Compare as If-None-Match does: any of a list, weak or not (RFC 9110, 13.1.2)."""
    tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return etag in tags or "*" in tags
