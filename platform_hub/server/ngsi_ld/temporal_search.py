"""`GET /temporal/entities` and `POST /temporal/entityOperations/query`: histories of many entities."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from anyio import to_thread

from platform_hub.server.governance.answers import bad_request
from platform_hub.server.history import series
from platform_hub.server.ngsi_ld import criteria, selection, temporal_query
from platform_hub.server.ngsi_ld.parameters import Parameters
from platform_hub.server.ngsi_ld.temporal import LIST_PATH
from platform_hub.server.ngsi_ld.temporal_query import FORM_PARAMETERS, TIME_PARAMETERS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.ngsi_ld.exchange import Asked
    from platform_hub.server.ngsi_ld.selection import Page, Selection
    from platform_hub.server.ngsi_ld.temporal import Found, Temporal
    from platform_hub.server.ngsi_ld.temporal_query import Wish
    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.entities import Entity

POST_PATH = "/ngsi-ld/v1/temporal/entityOperations/query"
_PAGE_PARAMETERS = ("limit", "offset", "count", "orderBy")
PARAMETERS = tuple(
    dict.fromkeys((*criteria.SELECTING, *FORM_PARAMETERS, *TIME_PARAMETERS, *_PAGE_PARAMETERS))
)
POST_PARAMETERS = ("options", "format", "local", *_PAGE_PARAMETERS)


@dataclass(frozen=True, slots=True)
class Result:
    """A page of entities with something in the window; `total` is None where nobody asked."""

    found: Found
    more: bool
    total: int | None


@dataclass(frozen=True, slots=True)
class TemporalSearch:
    """The endpoints."""

    temporal: Temporal

    async def query(self, request: Request) -> Response:
        """Send the histories of the entities that a URL selects."""
        asked = await self.temporal.desk.plain(request)
        parameters = Parameters(request, PARAMETERS)
        wish = temporal_query.read_parameters(parameters, asked.context)
        selected = criteria.selection_of(parameters, asked.context)
        return await self._answer(asked, parameters, selected, wish)

    async def query_by_body(self, request: Request) -> Response:
        """Send the histories of the entities that a Query selects."""
        asked = await self.temporal.desk.with_body(request, write=False)
        parameters = Parameters(request, POST_PARAMETERS)
        if not isinstance(asked.body, dict):
            raise bad_request("the body must be an object of type Query")
        selected = criteria.query_selection(asked.body, asked.context)
        wish = temporal_query.read_body(asked.body, parameters, asked.context)
        return await self._answer(asked, parameters, selected, wish)

    async def _answer(
        self, asked: Asked, parameters: Parameters, selected: Selection, wish: Wish
    ) -> Response:
        if not (selected.is_narrow or parameters.flag("local")):
            raise bad_request(
                "the query is too wide: give type, attrs, q, a geo query or scopeQ, "
                "or local=true for all"
            )
        page = criteria.page_of(parameters, asked.context)
        result = await to_thread.run_sync(self._read, asked, selected, wish, page)
        headers = {"NGSILD-Results-Count": str(result.total)} if page.count else {}
        links = _page_links(asked.request, page, more=result.more)
        return await self.temporal.answer(
            asked, wish, result.found, result.found.bodies, more=(headers, links)
        )

    def _read(self, asked: Asked, selected: Selection, wish: Wish, page: Page) -> Result:
        # An attribute need not be there any more: its history counts.
        meant = replace(selected, attributes=frozenset())

        def read(transaction: Transaction) -> Result:
            every = selection.every(transaction, asked.tenant, meant)
            if page.order:
                every = page.order.sorted(every)
            found, more, total = _page(transaction, every, wish, page)
            read = self.temporal.read(transaction, found, wish, asked.context)
            kept = replace(read, bodies=[body for body in read.bodies if body])
            return Result(kept, more, total)

        return self.temporal.database.read(read)


def _page(
    transaction: Transaction, every: list[Entity], wish: Wish, page: Page
) -> tuple[list[Entity], bool, int | None]:
    """Return the page of entities that have something in the window, and whether more follow."""
    window = replace(wish.window(), attributes=wish.attributes, omitted=frozenset())
    last = None if page.count else page.offset + page.limit + 1
    found: list[Entity] = []
    for entity in every:
        if series.series_of(transaction, entity.pk, window):
            found.append(entity)
        if len(found) == last:
            break
    part = found[page.offset : page.offset + page.limit]
    return part, len(found) > page.offset + page.limit, len(found) if page.count else None


def _page_links(request: Request, page: Page, *, more: bool) -> tuple[str, ...]:
    if request.method == "POST" or not page.limit:
        return ()
    links = []
    if page.offset > 0:
        links.append(_page_link(request, "prev", page, max(0, page.offset - page.limit)))
    if more:
        links.append(_page_link(request, "next", page, page.offset + page.limit))
    return tuple(links)


def _page_link(request: Request, relation: str, page: Page, offset: int) -> str:
    kept: list[tuple[str, Any]] = [
        (name, held)
        for name, held in request.query_params.items()
        if name not in {"limit", "offset"}
    ]
    query = urlencode([*kept, ("limit", page.limit), ("offset", offset)])
    return f'<{LIST_PATH}?{query}>;rel="{relation}";type="application/ld+json"'
