"""The hub as an ASGI application: its parts wired, its routes behind their access rules."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route

from platform_hub.server.app.description import document
from platform_hub.server.app.health import Health
from platform_hub.server.governance.access import Guard
from platform_hub.server.governance.answers import Refused, plain, problem_response
from platform_hub.server.history import aggregates, seeding
from platform_hub.server.history.recording import Recorder
from platform_hub.server.history.upkeep import Upkeep
from platform_hub.server.ingest import gateway_blocks, loss_reports
from platform_hub.server.ingest.gateway_blocks import Ingest
from platform_hub.server.ingest.loss_reports import LossReports
from platform_hub.server.ngsi_ld import entities, temporal
from platform_hub.server.ngsi_ld.entities import Entities
from platform_hub.server.ngsi_ld.temporal import Temporal
from platform_hub.server.registry import gateways, pack
from platform_hub.server.registry.gateways import Gateways
from platform_hub.server.registry.pack import Pack
from platform_hub.server.store.database import StoreUnavailable
from platform_hub.server.stream import live
from platform_hub.server.stream.feed import Feed
from platform_hub.server.stream.live import LiveStream
from platform_hub.wire import problems

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from area_configs.domain.areas import Area
    from platform_hub.server.governance.access import Endpoint
    from platform_hub.server.settings import HubSettings
    from platform_hub.server.store.database import Database

_RETRY_S = "2"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a hub is made from.

    Attributes:
        pack: gives the zip of the area.
        now_us: the clock, microseconds since 1970 UTC.
        open_to_all: no keys are asked for; only ever on loopback.
    """

    area: Area
    database: Database
    pack: Callable[[], bytes]
    now_us: Callable[[], int]
    settings: HubSettings
    open_to_all: bool = False


class Hub:
    """A hub, ready to serve: `asgi` is the application, `stop_streams` ends what would not end."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._guard = Guard(parts.database, open_to_all=parts.open_to_all)
        self._feed = Feed(parts.database, parts.now_us)
        history = parts.settings.history
        expected = aggregates.expectations(parts.area, history)
        self._upkeep = Upkeep(parts.database, history, expected, parts.now_us)
        self._registry = Gateways(parts.area, parts.database)
        self.starlette = Starlette(
            routes=self._routes(), lifespan=self._lifespan, exception_handlers=_HANDLERS
        )
        self.starlette.router.redirect_slashes = False
        self.asgi: ASGIApp = _Trimmed(self.starlette)

    def prepare(self) -> None:
        """Bring the entities up to date with the area file.

        Raises:
            StoreUnavailable: the database cannot be written.
        """
        area, now_us = self._parts.area, self._parts.now_us()
        self._parts.database.write(lambda tx: seeding.seed(tx, area, now_us)).result()

    def stop_streams(self) -> None:
        """End every live stream, so that the server can stop at once."""
        self._feed.stop()

    def _routes(self) -> list[Route]:
        parts = self._parts
        recorder = Recorder(parts.area.id, parts.settings.live_kept_readings)
        ingest = Ingest(parts.database, recorder, parts.settings, parts.now_us)
        stream = LiveStream(self._feed, self._guard.still_admits)
        current = Entities(parts.database)
        history = Temporal(parts.database, parts.settings.temporal_page_size)
        return [
            self._route("/health", Health(parts.area, parts.database).get),
            self._route("/openapi.json", document),
            self._route(gateway_blocks.PATH, ingest.post, "POST"),
            self._route(loss_reports.PATH, LossReports(parts.database).post, "POST"),
            self._route(live.PATH, stream.get),
            self._route(entities.LIST_PATH, current.query),
            self._route(entities.PATH, current.retrieve),
            self._route(temporal.PATH, history.retrieve),
            self._route(pack.PATH, Pack(parts.pack).get),
            self._route(gateways.PATH, self._registry.get),
        ]

    def _route(self, path: str, endpoint: Endpoint, method: str = "GET") -> Route:
        return Route(path, self._guard.at(path, endpoint), methods=[method])

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        for state in self._parts.database.read(self._registry.states):
            self._feed.announce(state)
        feed = asyncio.create_task(self._feed.run(), name="feed")
        upkeep = asyncio.create_task(self._upkeep.run(), name="upkeep")
        try:
            yield
        finally:
            self._feed.stop()
            self._upkeep.stop()
            await asyncio.gather(feed, upkeep)


class _Trimmed:
    """Takes the slash off the end of a path: NGSI-LD clients come with and without it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if len(path) > 1 and path.endswith("/"):
            scope = {**scope, "path": path[:-1]}
        await self._app(scope, receive, send)


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        raise error
    return problem_response(error.problem, error.headers)


async def _unavailable(_request: Request, error: Exception) -> Response:
    problem = plain(503, "Service unavailable", f"{error}; try again in a moment")
    return problem_response(problem, {"Retry-After": _RETRY_S})


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 404:  # noqa: PLR2004 - the HTTP status
        return problem_response(problems.not_found(f"there is nothing at {request.url.path}"))
    problem = plain(error.status_code, error.detail, f"{request.method} {request.url.path}")
    return problem_response(problem, error.headers)


async def _gone(_request: Request, _error: Exception) -> Response:
    return Response(status_code=400)  # nobody reads it: the caller went away while sending


async def _bug(_request: Request, _error: Exception) -> Response:
    detail = "the hub has a fault of its own; its log says where"
    return problem_response(plain(500, "Internal error", detail))


_HANDLERS: dict[Any, Any] = {
    Refused: _refused,
    StoreUnavailable: _unavailable,
    HTTPException: _http,
    ClientDisconnect: _gone,
    Exception: _bug,
}
