"""Criteria of a query, from URL parameters or from the body of a `Query`, read into one form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from platform_hub.server.governance.answers import bad_request
from platform_hub.server.ngsi_ld import (
    expressions,
    ordering,
    patterns,
    projection,
    query_language,
)
from platform_hub.server.ngsi_ld.attribute_kinds import checked_name, is_uri
from platform_hub.server.ngsi_ld.representation import Form, View
from platform_hub.server.ngsi_ld.selection import Page, Selection, Selector

if TYPE_CHECKING:
    from platform_hub.server.ngsi_ld.geography import GeoQuery
    from platform_hub.server.ngsi_ld.json_ld import Context
    from platform_hub.server.ngsi_ld.parameters import Parameters
    from platform_hub.server.ngsi_ld.projection import Tree

Json = dict[str, Any]
SELECTING = (
    "id",
    "type",
    "idPattern",
    "attrs",
    "q",
    "georel",
    "geometry",
    "coordinates",
    "geoproperty",
    "scopeQ",
)
SHOWING = ("attrs", "pick", "omit", "datasetId", "lang", "geometryProperty")
LINKING = ("join", "joinLevel", "containedBy")
_ENTITY_MEMBERS = frozenset({"id", "type", "scope", "@context"})
DEFAULT_LIMIT = 20
MAX_LIMIT = 1000
_MAX_LEVELS = 10
_QUERY_MEMBERS = {
    "entities",
    "attrs",
    "q",
    "geoQ",
    "scopeQ",
    "pick",
    "omit",
    "datasetId",
    "lang",
} | {
    "type",
    "orderBy",
    "join",
    "joinLevel",
    "containedBy",
    "geometryProperty",
    "csf",
    "temporalQ",
    "entityMap",
    "local",
    "ordering",
}


@dataclass(frozen=True, slots=True)
class Joining:
    """How linked entities come along: not at all, within, or beside the one that links them."""

    how: str = ""
    levels: int = 1


def selection_of(parameters: Parameters, context: Context) -> Selection:
    """Read the selection of a query in a URL.

    Raises:
        Refused: a parameter cannot be read.
    """
    types, pattern = parameters.text("type"), parameters.text("idPattern")
    selector = Selector(
        frozenset(parameters.uris("id")),
        expressions.types(types, context) if types else None,
        patterns.compiled(pattern, "idPattern") if pattern else None,
    )
    geo = {
        name: parameters.text(name) for name in ("georel", "geometry", "coordinates", "geoproperty")
    }
    query, scopes = parameters.text("q"), parameters.text("scopeQ")
    return Selection(
        (selector,) if selector != Selector() else (),
        _attributes(parameters.names("attrs"), context),
        query_language.parse(query, context) if query else None,
        geo_query(geo, context) if any(geo.values()) else None,
        expressions.scopes(scopes) if scopes else None,
    )


def geo_query(given: Json, context: Context) -> GeoQuery:
    """Read a geo query from its members.

    Raises:
        Refused: a member is missing or wrong.
    """
    from platform_hub.server.ngsi_ld import geography  # noqa: PLC0415 - shapely brings numpy

    name = given.get("geoproperty") or "location"
    georel, geometry = given.get("georel") or "", given.get("geometry") or ""
    if not all(isinstance(text, str) for text in (name, georel, geometry)):
        raise bad_request("georel, geometry and geoproperty of a geo query are texts")
    return geography.parse(georel, geometry, given.get("coordinates"), context.stored(name))


def view_of(parameters: Parameters, context: Context, form: Form, *, system: bool) -> View:
    """Read what of the entities is written.

    Raises:
        Refused: a parameter cannot be read.
    """
    attributes = _attributes(parameters.names("attrs"), context)
    if attributes and (parameters.text("pick") or parameters.text("omit")):
        raise bad_request("attrs is not given together with pick or omit")
    view = View(
        form,
        system,
        context,
        only=_only(attributes, _tree(parameters.text("pick"), "pick", context)),
        without=_tree(parameters.text("omit"), "omit", context),
        languages=parameters.text("lang"),
        datasets=frozenset(parameters.names("datasetId")),
        geometry=context.stored(parameters.text("geometryProperty") or "location"),
    )
    return _checked_view(view)


def joining_of(parameters: Parameters) -> Joining:
    """Read how linked entities come along.

    Raises:
        Refused: a parameter cannot be read.
    """
    how = parameters.choice("join", {"inline", "flat", "@none"})
    levels = parameters.number("joinLevel", 1, _MAX_LEVELS)
    if levels is not None and not how:
        raise bad_request("joinLevel is given with join only")
    return Joining("" if how == "@none" else how, levels or 1)


def page_of(parameters: Parameters, context: Context) -> Page:
    """Read which page is wanted.

    Raises:
        Refused: a parameter cannot be read.
    """
    count = parameters.flag("count")
    limit = parameters.number("limit", 0 if count else 1, MAX_LIMIT)
    offset = parameters.number("offset", 0, 1 << 31)
    order = parameters.text("orderBy")
    return Page(
        DEFAULT_LIMIT if limit is None else limit,
        offset or 0,
        count,
        ordering.parse(order, context) if order else None,
    )


def query_selection(body: Json, context: Context) -> Selection:
    """Read the selection of a `Query` body.

    Raises:
        Refused: a member cannot be read.
    """
    if body.get("type") != "Query":
        raise bad_request("the body must be an object of type Query")
    if unknown := body.keys() - _QUERY_MEMBERS:
        raise bad_request(f"a Query has no member {', '.join(sorted(unknown))[:200]}")
    query, scopes, geo = _text(body, "q"), _text(body, "scopeQ"), body.get("geoQ")
    if geo is not None and not isinstance(geo, dict):
        raise bad_request("geoQ is an object")
    return Selection(
        selectors(body.get("entities"), context),
        _attributes(texts(body, "attrs"), context),
        query_language.parse(query, context) if query else None,
        geo_query(geo, context) if geo is not None else None,
        expressions.scopes(scopes) if scopes else None,
    )


def query_view(body: Json, context: Context, form: Form, *, system: bool) -> View:
    """Read what of the entities a `Query` body wants written.

    Raises:
        Refused: a member cannot be read.
    """
    attributes = _attributes(texts(body, "attrs"), context)
    if attributes and (body.get("pick") or body.get("omit")):
        raise bad_request("attrs is not given together with pick or omit")
    view = View(
        form,
        system,
        context,
        only=_only(attributes, _tree(",".join(texts(body, "pick")), "pick", context)),
        without=_tree(",".join(texts(body, "omit")), "omit", context),
        languages=_text(body, "lang"),
        datasets=frozenset(texts(body, "datasetId")),
        geometry=context.stored(_text(body, "geometryProperty") or "location"),
    )
    return _checked_view(view)


def query_page(parameters: Parameters, body: Json, context: Context) -> Page:
    """Read which page of a `Query` is wanted: the URL says where, the body in which order.

    Raises:
        Refused: a part cannot be read.
    """
    order = _text(body, "orderBy")
    page = page_of(parameters, context)
    return replace(page, order=ordering.parse(order, context)) if order else page


def query_joining(body: Json) -> Joining:
    """Read how linked entities come along.

    Raises:
        Refused: a member cannot be read.
    """
    how, levels = body.get("join", ""), body.get("joinLevel", 1)
    if how not in {"", "inline", "flat", "@none"}:
        raise bad_request("join must be one of inline, flat, @none")
    if type(levels) is not int or not 1 <= levels <= _MAX_LEVELS:
        raise bad_request(f"joinLevel must be a whole number from 1 to {_MAX_LEVELS}")
    return Joining("" if how == "@none" else how, levels)


def selectors(given: Any, context: Context) -> tuple[Selector, ...]:
    """Read a list of entity selectors, as queries and subscriptions have them (5.2.33).

    Raises:
        Refused: one cannot be read.
    """
    if given is None:
        return ()
    if not isinstance(given, list) or not given:
        raise bad_request("entities is a list of selectors, such as {'type': 'Device'}")
    return tuple(_selector(one, context) for one in given)


def texts(body: Json, name: str) -> tuple[str, ...]:
    """Return a member that is a list of texts, or one text with commas.

    Raises:
        Refused: it is something else.
    """
    held = body.get(name)
    if held is None:
        return ()
    items = held.split(",") if isinstance(held, str) else held
    if not isinstance(items, list) or not items or not all(isinstance(i, str) and i for i in items):
        raise bad_request(f"{name} is a list of texts, not empty")
    return tuple(items)


def _selector(one: Any, context: Context) -> Selector:
    if not isinstance(one, dict):
        raise bad_request("a selector of entities is an object")
    ids = texts(one, "id")
    if not all(map(is_uri, ids)):
        raise bad_request("the id of a selector is a URI")
    types, pattern = _text(one, "type"), _text(one, "idPattern")
    if not types:
        raise bad_request("a selector of entities needs a type; * takes all")
    return Selector(
        frozenset(ids),
        expressions.types(types, context),
        patterns.compiled(pattern, "idPattern") if pattern else None,
    )


def _text(body: Json, name: str) -> str:
    held = body.get(name, "")
    if isinstance(held, list) and name == "type":
        held = ",".join(map(str, held))
    if not isinstance(held, str) or (name in body and not held):
        raise bad_request(f"{name} is a text, not empty")
    return held


def _tree(text: str, what: str, context: Context) -> Tree:
    return projection.parse(text, what, context) if text else {}


def _checked_view(view: View) -> View:
    """Refuse a view that wants and does not want the same."""
    if both := {name for name, tree in view.without.items() if not tree} & view.only.keys():
        raise bad_request(f"pick and omit both name {', '.join(sorted(both))}")
    return view


def _attributes(names: tuple[str, ...], context: Context) -> frozenset[str]:
    if keywords := _ENTITY_MEMBERS & set(names):
        raise bad_request(f"{', '.join(sorted(keywords))} of attrs is no attribute")
    return frozenset(context.stored(checked_name(name)) for name in names)


def _only(attributes: frozenset[str], picked: Tree) -> Tree:
    """Return what is written: attributes bring `id` and `type` along, a pick brings nothing."""
    return {name: {} for name in ("id", "type", *attributes)} if attributes else picked
