"""`GET /health`: whether the hub works, for people and watchdogs; no key is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from anyio import to_thread
from starlette.responses import Response

from area_configs.command_line import version
from platform_hub.server.store import changes
from platform_hub.server.store.database import StoreUnavailable

if TYPE_CHECKING:
    from starlette.requests import Request

    from area_configs.domain.areas import Area
    from platform_hub.server.store.database import Database


@dataclass(frozen=True, slots=True)
class Health:
    """The endpoint."""

    area: Area
    database: Database

    async def get(self, _request: Request) -> Response:
        """Say how the hub is: 200, or 503 where its database does not answer."""
        status, body = await to_thread.run_sync(self._look)
        return Response(msgspec.json.encode(body), status, media_type="application/json")

    def _look(self) -> tuple[int, dict[str, Any]]:
        body: dict[str, Any] = {"status": "ok", "version": version(), "area": self.area.id}
        try:
            stored = self.database.read(changes.extent).total
        except StoreUnavailable as error:
            return 503, body | {"status": "failing", "database": str(error)}
        return 200, body | {"database": "ok", "readingsStored": stored}
