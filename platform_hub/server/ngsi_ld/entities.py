"""`GET /ngsi-ld/v1/entities` and `/entities/{id}`: current state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from anyio import to_thread

from platform_hub.server.governance.answers import bad_request, not_found
from platform_hub.server.ngsi_ld import negotiation, query_language
from platform_hub.server.ngsi_ld.parameters import Parameters, checked_uri
from platform_hub.server.ngsi_ld.representation import View, form_of, represent
from platform_hub.server.store import entities

if TYPE_CHECKING:
    import re

    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.ngsi_ld.query_language import Predicate
    from platform_hub.server.ngsi_ld.representation import Form
    from platform_hub.server.store.database import Database
    from platform_hub.server.store.entities import Entity

LIST_PATH = "/ngsi-ld/v1/entities"
PATH = "/ngsi-ld/v1/entities/{id}"
LIST_PARAMETERS = (
    "id",
    "type",
    "idPattern",
    "attrs",
    "q",
    "limit",
    "offset",
    "count",
    "options",
    "format",
    "local",
)
PARAMETERS = ("attrs", "options", "format", "local")
_DEFAULT_LIMIT = 20
_MAX_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entities are asked for."""

    ids: tuple[str, ...]
    types: tuple[str, ...]
    attributes: frozenset[str]
    id_pattern: re.Pattern[str] | None
    predicate: Predicate | None

    def passes(self, entity: Entity) -> bool:
        """Tell whether an entity of the right id and type is meant."""
        if self.id_pattern and not self.id_pattern.search(entity.id):
            return False
        if self.attributes and not self.attributes & entity.document.keys():
            return False
        return self.predicate is None or self.predicate(entity.document)


@dataclass(frozen=True, slots=True)
class Entities:
    """The endpoints."""

    database: Database

    async def query(self, request: Request) -> Response:
        """List entities by type, attributes, `q`, or all with `local=true`."""
        media_type = negotiation.media_type_of(request)
        parameters = Parameters(request, LIST_PARAMETERS)
        form, system = form_of(parameters)
        wanted = _filter(parameters)
        limit, offset, count = _page(parameters)
        found = await to_thread.run_sync(self._matching, wanted)
        page = found[offset : offset + limit]
        return negotiation.answer(
            media_type,
            [represent(entity, _view(wanted.attributes, form, system)) for entity in page],
            headers={"NGSILD-Results-Count": str(len(found))} if count else {},
            links=_page_links(request, limit, offset, len(found)),
        )

    async def retrieve(self, request: Request) -> Response:
        """Send one entity."""
        media_type = negotiation.media_type_of(request)
        urn = checked_uri(request.path_params["id"])
        parameters = Parameters(request, PARAMETERS)
        parameters.flag("local")
        form, system = form_of(parameters)
        wanted = frozenset(parameters.names("attrs"))
        found = await to_thread.run_sync(self._one, urn)
        if wanted and not wanted & found.document.keys():
            raise not_found(f"{urn} has none of the attributes {', '.join(sorted(wanted))}")
        return negotiation.answer(media_type, represent(found, _view(wanted, form, system)))

    def _matching(self, wanted: Filter) -> list[Entity]:
        found = self.database.read(lambda tx: entities.select_by(tx, wanted.ids, wanted.types))
        return [entity for entity in found if wanted.passes(entity)]

    def _one(self, urn: str) -> Entity:
        found = self.database.read(lambda tx: entities.load(tx, [urn]))
        if urn not in found:
            raise not_found(f"there is no entity {urn}")
        return found[urn]


def _view(attributes: frozenset[str], form: Form, system: bool) -> View:
    return View(form, system, only=attributes and attributes | {"id", "type"})


def _filter(parameters: Parameters) -> Filter:
    query = parameters.text("q")
    wanted = Filter(
        parameters.uris("id"),
        parameters.names("type"),
        frozenset(parameters.names("attrs")),
        parameters.pattern("idPattern"),
        query_language.parse(query) if query else None,
    )
    if not (parameters.flag("local") or wanted.types or wanted.attributes or query):
        raise bad_request("the query is too wide: give type, attrs or q, or local=true for all")
    return wanted


def _page(parameters: Parameters) -> tuple[int, int, bool]:
    count = parameters.flag("count")
    limit = parameters.number("limit", 0 if count else 1, _MAX_LIMIT)
    offset = parameters.number("offset", 0, 1 << 31)
    return _DEFAULT_LIMIT if limit is None else limit, offset or 0, count


def _page_links(request: Request, limit: int, offset: int, total: int) -> tuple[str, ...]:
    links = []
    if limit and offset > 0:
        links.append(_page_link(request, "prev", limit, max(0, offset - limit)))
    if limit and offset + limit < total:
        links.append(_page_link(request, "next", limit, offset + limit))
    return tuple(links)


def _page_link(request: Request, relation: str, limit: int, offset: int) -> str:
    kept = [(k, v) for k, v in request.query_params.items() if k not in {"limit", "offset"}]
    query = urlencode([*kept, ("limit", limit), ("offset", offset)])
    return f'<{LIST_PATH}?{query}>;rel="{relation}";type="application/ld+json"'
