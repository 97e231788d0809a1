"""`/ngsi-ld/v1/entities` and `/entities/{id}`, and queries that come as a body."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from anyio import to_thread

from platform_hub.server.governance.answers import Refused, bad_request, not_found
from platform_hub.server.ngsi_ld import (
    criteria,
    fragments,
    joins,
    merging,
    negotiation,
    quick_listing,
    selection,
)
from platform_hub.server.ngsi_ld.parameters import Parameters, checked_uri
from platform_hub.server.ngsi_ld.representation import (
    Form,
    View,
    feature_collection,
    form_of,
    represent,
)
from platform_hub.server.ngsi_ld.values import as_values
from platform_hub.server.store import entities
from platform_hub.wire import problems

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.ngsi_ld.criteria import Joining
    from platform_hub.server.ngsi_ld.exchange import Asked, Desk
    from platform_hub.server.ngsi_ld.joins import Linked
    from platform_hub.server.ngsi_ld.selection import Found, Page, Selection
    from platform_hub.server.ngsi_ld.writing import Session, Writer
    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.entities import Entity

Json = dict[str, Any]
LIST_PATH = "/ngsi-ld/v1/entities"
PATH = "/ngsi-ld/v1/entities/{id}"
QUERY_PATH = "/ngsi-ld/v1/entityOperations/query"
_FORM = ("options", "format", "local")
_PAGE = ("orderBy", "limit", "offset", "count")
LIST_PARAMETERS = tuple(
    dict.fromkeys((*criteria.SELECTING, *criteria.SHOWING, *criteria.LINKING, *_PAGE, *_FORM))
)
PARAMETERS = (*criteria.SHOWING, *criteria.LINKING, *_FORM)
QUERY_PARAMETERS = ("limit", "offset", "count", *_FORM)
MERGE_PARAMETERS = ("options", "format", "observedAt", "lang")
DELETE_PARAMETERS = ("type", "local")
PURGE_PARAMETERS = (*criteria.SELECTING, "keep", "drop", "local")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query as it was read."""

    selection: Selection
    page: Page
    view: View
    joining: Joining


@dataclass(frozen=True, slots=True)
class Listing:
    """A page as it is written; `total` is None where nobody asked for it."""

    body: list[Json]
    more: bool
    total: int | None


@dataclass(frozen=True, slots=True)
class Entities:
    """The endpoints."""

    desk: Desk
    writer: Writer

    async def query(self, request: Request) -> Response:
        """List entities by what they are, have and where they stand, or all with `local=true`."""
        asked = await self.desk.plain(request, geo=True)
        parameters = Parameters(request, LIST_PARAMETERS)
        local = parameters.flag("local")
        form, system = form_of(parameters)
        wanted = Wanted(
            criteria.selection_of(parameters, asked.context),
            criteria.page_of(parameters, asked.context),
            criteria.view_of(parameters, asked.context, form, system=system),
            criteria.joining_of(parameters),
        )
        return await self._answer(asked, wanted, local=local)

    async def query_by_body(self, request: Request) -> Response:
        """List entities by a `Query` in the body."""
        asked = await self.desk.with_body(request, geo=True, write=False)
        parameters = Parameters(request, QUERY_PARAMETERS)
        form, system = form_of(parameters)
        body = asked.body if isinstance(asked.body, dict) else {}
        wanted = Wanted(
            criteria.query_selection(body, asked.context),
            criteria.query_page(parameters, body, asked.context),
            criteria.query_view(body, asked.context, form, system=system),
            criteria.query_joining(body),
        )
        return await self._answer(asked, wanted, local=parameters.flag("local"))

    async def retrieve(self, request: Request) -> Response:
        """Send one entity."""
        asked = await self.desk.plain(request, geo=True)
        urn = checked_uri(request.path_params["id"])
        parameters = Parameters(request, PARAMETERS)
        parameters.flag("local")
        form, system = form_of(parameters)
        view = criteria.view_of(parameters, asked.context, form, system=system)
        joining = criteria.joining_of(parameters)
        found, linked = await to_thread.run_sync(self._one, asked.tenant, urn, joining)
        _check_attributes(parameters, asked, found)
        if asked.media_type != negotiation.GEO_JSON:
            view = view.without_geometry()
        shown = _written([found], view, joining, linked)
        if not shown[0]:
            raise not_found(f"nothing of {urn} is left by attrs, pick and omit")
        return await asked.answer(shown if len(shown) > 1 else shown[0])

    async def create(self, request: Request) -> Response:
        """Take in a new entity."""
        asked = await self.desk.with_body(request)
        Parameters(request, ())
        fragment = fragments.read_entity(asked.body, asked.context)

        def work(session: Session) -> None:
            found = session.load([fragment.id]).get(fragment.id)
            session.save(renewed(found, fragment, session))

        await self.writer.run(asked.tenant, work)
        return asked.done(201, {"Location": f"{LIST_PATH}/{quote(fragment.id, safe=':')}"})

    async def replace(self, request: Request) -> Response:
        """Put an entity in the place of the one with its id."""
        asked = await self.desk.with_body(request)
        urn = checked_uri(request.path_params["id"])
        Parameters(request, ())
        fragment = fragments.read_fragment(asked.body, asked.context)
        check_same_id(urn, fragment.id)

        def work(session: Session) -> None:
            entity = existing(session, urn)
            session.save(merging.replace(entity, fragment, session.now_us))

        await self.writer.run(asked.tenant, work)
        return asked.done()

    async def merge(self, request: Request) -> Response:
        """Merge a fragment into an entity."""
        asked = await self.desk.with_body(request, patch=True)
        urn = checked_uri(request.path_params["id"])
        parameters = Parameters(request, MERGE_PARAMETERS)
        form, _ = form_of(parameters)
        observed = parameters.instant_text("observedAt")
        language = parameters.text("lang")
        body = asked.body

        def work(session: Session) -> None:
            entity = existing(session, urn)
            given = body
            if form is Form.SIMPLIFIED:
                given = as_values(body, entity, asked.context, language)
            fragment = fragments.read_fragment(given, asked.context, partial=True, nulls=True)
            check_same_id(urn, fragment.id)
            merging.merge(entity, merging.observed(fragment, entity, observed), session.now_us)
            session.save(entity)

        await self.writer.run(asked.tenant, work)
        return asked.done()

    async def delete(self, request: Request) -> Response:
        """Delete an entity; its history stays."""
        asked = await self.desk.plain(request)
        urn = checked_uri(request.path_params["id"])
        Parameters(request, DELETE_PARAMETERS)

        def work(session: Session) -> None:
            entity = existing(session, urn)
            merging.delete(entity, session.now_us)
            session.save(entity)

        await self.writer.run(asked.tenant, work)
        return asked.done()

    async def purge(self, request: Request) -> Response:
        """Delete the selected entities, or some attributes of each."""
        asked = await self.desk.plain(request)
        parameters = Parameters(request, PURGE_PARAMETERS)
        wanted = criteria.selection_of(parameters, asked.context)
        if not (parameters.flag("local") or wanted.selectors or wanted.is_narrow):
            raise bad_request("a purge needs a filter, or local=true for all entities")
        keep, drop = (
            frozenset(map(asked.context.stored, parameters.names(n))) for n in ("keep", "drop")
        )
        if keep and drop:
            raise bad_request("keep and drop are not given together")

        def work(session: Session) -> None:
            for entity in selection.every(session.transaction, asked.tenant, wanted):
                session.adopt(entity)
                _purge(entity, keep, drop, session.now_us)
                session.save(entity)

        await self.writer.run(asked.tenant, work)
        return asked.done()

    async def nameless(self, request: Request) -> Response:
        """Refuse to change an entity without an id."""
        raise bad_request(f"{request.method} needs the id of an entity in the path")

    async def _answer(self, asked: Asked, wanted: Wanted, *, local: bool) -> Response:
        if not (local or wanted.selection.is_narrow):
            raise bad_request(
                "the query is too wide: give type, attrs, q, georel or scopeQ, or local=true for all"
            )
        geo = asked.media_type == negotiation.GEO_JSON
        if not geo:
            wanted = replace(wanted, view=wanted.view.without_geometry())
        listing = await to_thread.run_sync(self._listing, asked.tenant, wanted)
        return await asked.answer(
            feature_collection(listing.body) if geo else listing.body,
            headers={} if listing.total is None else {"NGSILD-Results-Count": str(listing.total)},
            links=page_links(asked.request, wanted.page, more=listing.more),
        )

    def _listing(self, tenant: str, wanted: Wanted) -> Listing:
        """Read and write one page; whole entities by id take the quick way."""
        chosen, page, view = wanted.selection, wanted.page, wanted.view
        quick = chosen.in_sql and page.order is None and not wanted.joining.how
        read = self.desk.database.read
        if quick and quick_listing.suits(view):
            rows, more, total = read(lambda tx: selection.find_stored(tx, tenant, chosen, page))
            return Listing(quick_listing.written(rows, view), more, total)
        found, linked = read(lambda tx: self._found(tx, tenant, wanted))
        body = _written(found.entities, view, wanted.joining, linked)
        # Of some nothing is left by pick or omit.
        return Listing([one for one in body if one], found.more, found.total)

    def _found(
        self, transaction: Transaction, tenant: str, wanted: Wanted
    ) -> tuple[Found, Linked | None]:
        found = selection.find(transaction, tenant, wanted.selection, wanted.page)
        return found, _linked(transaction, tenant, found.entities, wanted.joining)

    def _one(self, tenant: str, urn: str, joining: Joining) -> tuple[Entity, Linked | None]:
        def read(transaction: Transaction) -> tuple[Entity, Linked | None]:
            found = entities.load(transaction, [urn], tenant)
            if urn not in found:
                raise not_found(f"there is no entity {urn}")
            return found[urn], _linked(transaction, tenant, [found[urn]], joining)

        return self.desk.database.read(read)


def existing(session: Session, urn: str) -> Entity:
    """Return an entity that is there.

    Raises:
        Refused: 404.
    """
    found = session.load([urn]).get(urn)
    if found is None or found.deleted_us is not None:
        raise not_found(f"there is no entity {urn}")
    return found


def renewed(found: Entity | None, fragment: fragments.Fragment, session: Session) -> Entity:
    """Return a new entity, in the row of one that was deleted where there is one.

    Raises:
        Refused: 409, it is there already.
    """
    if found is None:
        return merging.created(fragment, session.tenant, session.now_us)
    if found.deleted_us is None:
        raise Refused(problems.already_exists(f"entity {fragment.id} is there already"))
    found.created_us = session.now_us
    return merging.replace(found, fragment, session.now_us)


def check_same_id(urn: str, given: str) -> None:
    """Refuse a body that speaks of another entity than the path."""
    if given and given != urn:
        raise bad_request(f"the body has the id {given}, the path {urn}")


def page_links(request: Request, page: Page, *, more: bool) -> tuple[str, ...]:
    """Return the Link headers to the pages before and after."""
    links = []
    if page.limit and page.offset > 0:
        links.append(_page_link(request, "prev", page.limit, max(0, page.offset - page.limit)))
    if page.limit and more:
        links.append(_page_link(request, "next", page.limit, page.offset + page.limit))
    return tuple(links)


def _page_link(request: Request, relation: str, limit: int, offset: int) -> str:
    kept = [(k, v) for k, v in request.query_params.items() if k not in {"limit", "offset"}]
    query = urlencode([*kept, ("limit", limit), ("offset", offset)])
    path = request.url.path.rstrip("/")
    return f'<{path}?{query}>;rel="{relation}";type="application/ld+json"'


def _linked(
    transaction: Transaction, tenant: str, found: list[Entity], joining: Joining
) -> Linked | None:
    return joins.load(transaction, tenant, found, joining.levels) if joining.how else None


def _written(
    found: list[Entity], view: View, joining: Joining, linked: Linked | None
) -> list[Json]:
    if linked is None:
        return [represent(entity, view) for entity in found]
    if joining.how == "flat":
        return joins.flat(found, view, linked)
    return [joins.inline(entity, view, linked) for entity in found]


def _check_attributes(parameters: Parameters, asked: Asked, found: Entity) -> None:
    names = parameters.names("attrs")
    if names and not any(asked.context.stored(name) in found.document for name in names):
        raise not_found(f"{found.id} has none of the attributes {', '.join(names)}")


def _purge(entity: Entity, keep: frozenset[str], drop: frozenset[str], now_us: int) -> None:
    if not (keep or drop):
        merging.delete(entity, now_us)
        return
    for name in list(entity.document):
        if (name in drop) if drop else (name not in keep):
            merging.delete_attribute(entity, name, None, now_us)
