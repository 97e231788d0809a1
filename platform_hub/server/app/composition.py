"""The hub as an ASGI application: its parts wired, its routes behind their access rules."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route

from platform_hub.server.app import metrics
from platform_hub.server.app.area_api import AreaApi, AreaInForce
from platform_hub.server.app.description import document
from platform_hub.server.app.health import Health
from platform_hub.server.app.metrics import Metrics
from platform_hub.server.app.telling import Telling, history_routes
from platform_hub.server.governance.access import Authority, Guard
from platform_hub.server.governance.answers import (
    Refused,
    language_of,
    plain,
    problem_response,
)
from platform_hub.server.governance.identity import HubIdentity
from platform_hub.server.history import aggregates, seeding
from platform_hub.server.history.recording import Recorder
from platform_hub.server.history.upkeep import Upkeep
from platform_hub.server.ingest import gateway_blocks, loss_reports
from platform_hub.server.ingest.gateway_blocks import Ingest
from platform_hub.server.ingest.loss_reports import LossReports
from platform_hub.server.ngsi_ld import routes
from platform_hub.server.ngsi_ld.context_library import ContextLibrary
from platform_hub.server.ngsi_ld.exchange import Desk
from platform_hub.server.ngsi_ld.fetching import Fetcher
from platform_hub.server.ngsi_ld.writing import Writer
from platform_hub.server.store.database import StoreUnavailable
from platform_hub.server.stream import live
from platform_hub.server.stream.feed import Feed
from platform_hub.server.stream.live import LiveStream
from platform_hub.wire import problems

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

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
        digest: of the area's version, empty where it was never changed.
        folder: where the area stands; None where it cannot be changed while the hub runs.
        now_us: the clock, microseconds since 1970 UTC.
        open_to_all: no keys are asked for; only ever on loopback.
        identity: the hub's own key.
        ca: certificate of the CA that signed the hub's, PEM; empty where it is somebody else's.
        context_map: documents of JSON-LD contexts by URL, which are then never fetched.
    """

    area: Area
    database: Database
    pack: Callable[[], bytes]
    now_us: Callable[[], int]
    settings: HubSettings
    open_to_all: bool = False
    identity: HubIdentity = field(default_factory=HubIdentity)
    ca: str = ""
    context_map: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    digest: str = ""


class Hub:
    """A hub, ready to serve: `asgi` is the application, `stop_streams` ends what would not end."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        authority = Authority(
            parts.database, parts.area.id, parts.now_us, parts.identity, parts.open_to_all
        )
        self._guard = Guard(authority)
        self._feed = Feed(parts.database, parts.now_us)
        history = parts.settings.history
        expected = aggregates.expectations(parts.area, history)
        self._upkeep = Upkeep(parts.database, history, expected, parts.now_us)
        placed = AreaInForce(parts.area, parts.digest, parts.pack, parts.folder, self._adopted)
        care = parts.settings.care
        self.area_api = AreaApi(placed, authority, self._guard, self._feed, care)
        self._feed.know_gateways(self.area_api.gateways.states)
        self._metrics = Metrics(authority, self.area_api.gateways)
        fetcher = Fetcher(inner_allowed=parts.open_to_all)
        self._library = ContextLibrary(parts.database, fetcher, parts.context_map, parts.now_us)
        self._desk = Desk(parts.database, self._library, parts.settings.max_body_bytes)
        self._telling = Telling(
            parts.database,
            self._desk,
            parts.settings,
            parts.now_us,
            loopback=parts.open_to_all,
        )
        self._feed.wake_also(self._telling.notifier.wake)
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
        self.area_api.stop()

    def _adopted(self, area: Area) -> None:
        """Judge by another area from now on how often series are expected to speak."""
        self._upkeep.expected = aggregates.expectations(area, self._parts.settings.history)

    def _routes(self) -> list[Route]:
        parts = self._parts
        recorder = Recorder(parts.area.id, parts.settings.live_kept_readings)
        ingest = Ingest(parts.database, recorder, parts.settings, parts.now_us)
        stream = LiveStream(self._feed, self._guard.still_admits)
        return [
            self._route("/health", {"GET": Health(parts.area, parts.database).get}),
            self._route("/openapi.json", {"GET": document}),
            self._route(metrics.PATH, {"GET": self._metrics.get}),
            self._route(gateway_blocks.PATH, {"POST": ingest.post}),
            self._route(loss_reports.PATH, {"POST": LossReports(parts.database).post}),
            self._route(live.PATH, {"GET": stream.get}),
            *self._open_api(),
            *(
                self._route(path, methods)
                for path, methods in self.area_api.routes(parts.ca).items()
            ),
        ]

    def _open_api(self) -> list[Route]:
        """Return the routes of NGSI-LD that read and write current state."""
        parts = self._parts
        keep = parts.settings.live_kept_readings
        writer = Writer(parts.database, parts.now_us, keep, self._feed.wake)
        size = parts.settings.temporal_page_size
        rooms = {
            **routes.routes(self._desk, writer, self._library),
            **history_routes(parts.database, self._desk, writer, size),
            **self._telling.routes(self._feed, self._guard),
        }
        return [self._route(path, methods) for path, methods in rooms.items()]

    def _route(self, path: str, methods: dict[str, Endpoint]) -> Route:
        """Return the route of a path: each method to its endpoint, behind its access rule."""

        async def endpoint(request: Request) -> Response:
            method = "GET" if request.method == "HEAD" else request.method
            # Parts of a path stay escaped until here: a slash in an id does not divide it.
            parts = {name: unquote(str(held)) for name, held in request.path_params.items()}
            request.scope["path_params"] = parts
            return await methods[method](request)

        return Route(path, self._guard.at(path, endpoint), methods=list(methods))

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        for state in self._parts.database.read(self.area_api.gateways.states):
            self._feed.announce(state)
        await self.area_api.alarms.work()
        notifier = self._telling.notifier
        tasks = [
            asyncio.create_task(self._feed.run(), name="feed"),
            asyncio.create_task(self.area_api.run(), name="area"),
            asyncio.create_task(notifier.run(), name="notifier"),
            asyncio.create_task(self._upkeep.run(), name="upkeep"),
            asyncio.create_task(self.area_api.keeping.run(), name="care"),
        ]
        try:
            yield
        finally:
            self.stop_streams()
            notifier.stop()
            self._upkeep.stop()
            await asyncio.gather(*tasks)


class _Trimmed:
    """Takes the slash off the end of a path: NGSI-LD clients come with and without it.

    The path is taken as it was sent, so that an escaped slash is part of a name.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = (scope.get("raw_path") or b"").decode("latin-1") or scope["path"]
            if len(path) > 1 and path.endswith("/"):
                path = path[:-1]
            scope = {**scope, "path": path}
        await self._app(scope, receive, send)


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        raise error
    language = language_of(request.headers.get("accept-language", ""))
    problem = problems.worded(error.problem, language)
    said = {"Content-Language": language} if problem.words else {}
    return problem_response(problem, error.headers | said)


async def _unavailable(_request: Request, error: Exception) -> Response:
    problem = plain(503, "Service unavailable", f"{error}; try again in a moment")
    return problem_response(problem, {"Retry-After": _RETRY_S})


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 404 and "//" in request.url.path:  # noqa: PLR2004 - the HTTP status
        problem = problems.bad_request(f"a part of the path {request.url.path} is empty")
        return problem_response(problem)
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
