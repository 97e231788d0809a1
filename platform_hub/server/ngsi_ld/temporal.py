"""`GET /ngsi-ld/v1/temporal/entities/{id}`: what an entity's attributes were, and when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from anyio import to_thread

from platform_hub.server.governance.answers import bad_request, not_found
from platform_hub.server.history import series
from platform_hub.server.history.series import Page, Window
from platform_hub.server.ngsi_ld import negotiation
from platform_hub.server.ngsi_ld.parameters import Parameters, checked_uri
from platform_hub.server.store import entities
from platform_hub.server.store.instances import Span
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.store.database import Database, Transaction
    from platform_hub.server.store.entities import Entity
    from platform_hub.server.store.instances import Instance

PATH = "/ngsi-ld/v1/temporal/entities/{id}"
PARAMETERS = (
    "attrs",
    "timerel",
    "timeAt",
    "endTimeAt",
    "timeproperty",
    "lastN",
    "options",
    "format",
    "local",
)
FORMATS = {"temporalValues", "normalized"}
OPTIONS = {*FORMATS, "sysAttrs"}
_MAX_LAST = 10_000_000


@dataclass(frozen=True, slots=True)
class TimeQuery:
    """A relation to instants, as it was asked."""

    relation: str = ""
    at_us: int | None = None
    ends_us: int | None = None

    def span(self) -> Span:
        """Return the instants that are meant: `between` includes its begin and not its end."""
        if self.at_us is None:
            return Span()
        if self.relation == "before":
            return Span(None, self.at_us - 1)
        if self.relation == "after":
            return Span(self.at_us + 1, None)
        return Span(self.at_us, None if self.ends_us is None else self.ends_us - 1)


@dataclass(frozen=True, slots=True)
class Temporal:
    """The endpoint."""

    database: Database
    page_size: int

    async def retrieve(self, request: Request) -> Response:
        """Send an entity's history; 206 with `Content-Range` where it does not fit a page."""
        media_type = negotiation.media_type_of(request)
        urn = checked_uri(request.path_params["id"])
        parameters = Parameters(request, PARAMETERS)
        time_query, last = _time_query(parameters), parameters.number("lastN", 1, _MAX_LAST)
        simple, system = _form(parameters)
        window = Window(time_query.span(), frozenset(parameters.names("attrs")), last)
        entity, page = await to_thread.run_sync(self._read, urn, window)
        body = await to_thread.run_sync(_body, entity, page, simple, system)
        if not page.partial:
            return negotiation.answer(media_type, body)
        headers = {"Content-Range": content_range(time_query, page, last)}
        return negotiation.answer(media_type, body, status=206, headers=headers)

    def _read(self, urn: str, window: Window) -> tuple[Entity, Page]:
        def read(transaction: Transaction) -> tuple[Entity, Page]:
            found = entities.load(transaction, [urn]).get(urn)
            if found is None:
                raise not_found(f"there is no entity {urn}")
            return found, series.read(transaction, found.pk, window, self.page_size)

        return self.database.read(read)


def content_range(asked: TimeQuery, page: Page, last: int | None) -> str:
    """Write where a page begins and ends, in the order of its instances (6.3.10)."""
    oldest, newest = page.instants() or (0, 0)
    if last is None:
        begins = asked.at_us if asked.relation in {"after", "between"} else oldest
        ends = newest
    else:
        asked_end = {"before": asked.at_us, "between": asked.ends_us}.get(asked.relation)
        begins, ends = newest if asked_end is None else asked_end, oldest
    size = "*" if last is None else last
    first = timestamps.to_text(oldest if begins is None else begins)
    return f"date-time {first}-{timestamps.to_text(ends)}/{size}"


def _time_query(parameters: Parameters) -> TimeQuery:
    parameters.flag("local")
    parameters.choice("timeproperty", {"observedAt"})
    relation = parameters.choice("timerel", {"before", "after", "between"})
    at_us, ends_us = parameters.instant("timeAt"), parameters.instant("endTimeAt")
    if bool(relation) != (at_us is not None):
        raise bad_request("timerel and timeAt are given together or not at all")
    if (relation == "between") != (ends_us is not None):
        raise bad_request("endTimeAt is given with timerel=between, and only then")
    return TimeQuery(relation, at_us, ends_us)


def _form(parameters: Parameters) -> tuple[bool, bool]:
    options = parameters.words("options", OPTIONS)
    form = parameters.choice("format", FORMATS)
    simple = form == "temporalValues" if form else "temporalValues" in options
    return simple, "sysAttrs" in options


def _body(entity: Entity, page: Page, simple: bool, system: bool) -> dict[str, Any]:
    body: dict[str, Any] = {"id": entity.id, "type": entity.type}
    if system:
        body["createdAt"] = timestamps.to_text(entity.created_us)
        body["modifiedAt"] = timestamps.to_text(entity.modified_us)
    for name, held in page.series.items():
        body[name] = _values(held) if simple else _instances(entity.id, name, held, system)
    return body


def _values(held: list[Instance]) -> dict[str, Any]:
    pairs = [
        [msgspec.json.decode(one.body)["value"], timestamps.to_text(one.key.observed_us)]
        for one in held
    ]
    return {"type": "Property", "values": pairs}


def _instances(urn: str, name: str, held: list[Instance], system: bool) -> list[dict[str, Any]]:
    return [_instance(urn, name, one, system) for one in held]


def _instance(urn: str, name: str, one: Instance, system: bool) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.json.decode(one.body)
    body["observedAt"] = timestamps.to_text(one.key.observed_us)
    body["instanceId"] = instance_id(urn, name, one.key.observed_us, one.key.dataset)
    if system:
        body["modifiedAt"] = timestamps.to_text(one.modified_us)
    return body


def instance_id(urn: str, name: str, observed_us: int, dataset: str = "") -> str:
    """Return the id of an instance; it follows from its natural key, so a resend keeps it."""
    key = f"{urn} {name} {dataset} {observed_us}".encode()
    return f"urn:ngsi-ld:Instance:{hashlib.blake2b(key, digest_size=16).hexdigest()}"
