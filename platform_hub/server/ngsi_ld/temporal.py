"""`/ngsi-ld/v1/temporal/entities`: what entities were, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anyio import to_thread

from area_configs.domain.quantities import BY_ATTRIBUTE
from platform_hub.server.governance.answers import bad_request, not_found
from platform_hub.server.history import periods, series, trends
from platform_hub.server.ngsi_ld import (
    fragments,
    temporal_form,
    temporal_query,
    temporal_values,
    temporal_writes,
)
from platform_hub.server.ngsi_ld.attribute_kinds import checked_name
from platform_hub.server.ngsi_ld.parameters import Parameters, checked_uri
from platform_hub.server.ngsi_ld.temporal_query import (
    AGGREGATED,
    FORM_PARAMETERS,
    TIME_PARAMETERS,
    VALUES,
)
from platform_hub.server.store import entities, evolution
from platform_hub.wire.ngsi_ld import device_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.history.periods import Amount
    from platform_hub.server.history.series import Page
    from platform_hub.server.ngsi_ld.exchange import Asked, Desk
    from platform_hub.server.ngsi_ld.json_ld import Context
    from platform_hub.server.ngsi_ld.temporal_query import Wish
    from platform_hub.server.ngsi_ld.writing import Writer
    from platform_hub.server.store.database import Database, Transaction
    from platform_hub.server.store.entities import Entity
    from platform_hub.server.store.evolution import Series

LIST_PATH = "/ngsi-ld/v1/temporal/entities"
PATH = "/ngsi-ld/v1/temporal/entities/{id}"
ATTRIBUTES_PATH = PATH + "/attrs"
ATTRIBUTE_PATH = ATTRIBUTES_PATH + "/{attr}"
INSTANCE_PATH = ATTRIBUTE_PATH + "/{instance}"
NAMELESS_PATH = ATTRIBUTES_PATH + "//{instance}"
PARAMETERS = (*FORM_PARAMETERS, *TIME_PARAMETERS)
DELETE_PARAMETERS = ("datasetId", "deleteAll", "local")


@dataclass(frozen=True, slots=True)
class Found:
    """Histories as they were read, ready to be written.

    Attributes:
        bodies: one for each entity.
        page: the instances in them; None where they are amounts.
    """

    bodies: list[dict[str, Any]]
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class Temporal:
    """The endpoints of single histories."""

    database: Database
    desk: Desk
    writer: Writer
    page_size: int

    async def retrieve(self, request: Request) -> Response:
        """Send an entity's history; 206 with `Content-Range` where it does not fit a page."""
        asked = await self.desk.plain(request)
        urn = checked_uri(request.path_params["id"])
        wish = temporal_query.read_parameters(Parameters(request, PARAMETERS), asked.context)
        found = await to_thread.run_sync(self._read, urn, asked, wish)
        return await self.answer(asked, wish, found, found.bodies[0])

    async def create(self, request: Request) -> Response:
        """Store a history: 201 for a new entity, 204 for one that is known."""
        asked = await self.desk.with_body(request)
        sent = temporal_writes.read_evolution(asked.body, asked.context, whole=True)
        keep = self.writer.keep
        is_new = await self.writer.run(
            asked.tenant, lambda session: temporal_writes.upsert(session, sent, keep)
        )
        if not is_new:
            return asked.done()
        return asked.done(201, {"Location": f"{LIST_PATH}/{sent.id}"})

    async def delete(self, request: Request) -> Response:
        """Delete a history, and the entity with it."""
        asked = await self.desk.plain(request)
        urn = checked_uri(request.path_params["id"])
        Parameters(request, ("local",))
        keep = self.writer.keep
        await self.writer.run(
            asked.tenant, lambda session: temporal_writes.delete_entity(session, urn, keep)
        )
        return asked.done()

    async def append(self, request: Request) -> Response:
        """Add instances of attributes to a history."""
        urn = checked_uri(request.path_params["id"])
        asked = await self.desk.with_body(request)
        sent = temporal_writes.read_evolution(asked.body, asked.context, whole=False)
        keep = self.writer.keep
        await self.writer.run(
            asked.tenant, lambda session: temporal_writes.append(session, urn, sent, keep)
        )
        return asked.done()

    async def delete_attribute(self, request: Request) -> Response:
        """Delete the history of an attribute: of its default dataset, of one, or of all."""
        asked, urn, name = await self._place(request)
        parameters = Parameters(request, DELETE_PARAMETERS)
        dataset = parameters.text("datasetId") if "datasetId" in request.query_params else ""
        if dataset and dataset != fragments.NO_DATASET:
            checked_uri(dataset)
        meant = None if parameters.flag("deleteAll") else dataset.replace(fragments.NO_DATASET, "")
        keep = self.writer.keep
        await self.writer.run(
            asked.tenant,
            lambda session: temporal_writes.delete_attribute(session, urn, (name, meant), keep),
        )
        return asked.done()

    async def modify_instance(self, request: Request) -> Response:
        """Change members of one instance."""
        urn, ident = self._instance(request)
        asked = await self.desk.with_body(request, patch=True)
        plain = checked_name(request.path_params["attr"])
        name = asked.context.stored(plain)
        change = _one_change(plain, asked)
        keep = self.writer.keep
        await self.writer.run(
            asked.tenant,
            lambda session: temporal_writes.modify_instance(
                session, urn, (name, ident), change, keep
            ),
        )
        return asked.done()

    async def delete_instance(self, request: Request) -> Response:
        """Delete one instance."""
        asked, urn, name = await self._place(request)
        _, ident = self._instance(request)
        await self.writer.run(
            asked.tenant,
            lambda session: temporal_writes.delete_instance(session, urn, (name, ident)),
        )
        return asked.done()

    async def nameless(self, request: Request) -> Response:
        """Refuse an instance of an attribute without a name."""
        raise bad_request(f"{request.url.path} does not say which attribute")

    def read(
        self, transaction: Transaction, found: Sequence[Entity], wish: Wish, context: Context
    ) -> Found:
        """Read and write the histories of some entities."""
        if wish.form == AGGREGATED:
            return Found([_aggregated(transaction, one, wish, context) for one in found])
        pks = [one.pk for one in found]
        plain = wish.form == VALUES
        page = series.read(transaction, pks, wish.window(), self.page_size, plain=plain)
        if plain:
            bodies = [temporal_values.write(e, page.points[e.pk], wish, context) for e in found]
        else:
            bodies = [temporal_form.write(e, page.series[e.pk], wish, context) for e in found]
        return Found(bodies, page)

    async def answer(
        self,
        asked: Asked,
        wish: Wish,
        found: Found,
        body: Any,
        *,
        more: tuple[dict[str, str], tuple[str, ...]] = ({}, ()),
    ) -> Response:
        """Write histories; 206 where a page does not hold all of them."""
        headers, links = more
        if found.page is None or not found.page.partial:
            return await asked.answer(body, headers=headers, links=links)
        headers |= {"Content-Range": temporal_form.content_range(wish.time, found.page)}
        return await asked.answer(body, status=206, headers=headers, links=links)

    def _read(self, urn: str, asked: Asked, wish: Wish) -> Found:
        def read(transaction: Transaction) -> Found:
            entity = entities.load(transaction, [urn], asked.tenant, gone=True).get(urn)
            if entity is None or not _is_there(transaction, entity):
                raise not_found(f"there is no history of {urn}")
            _check_members(transaction, entity, wish)
            return self.read(transaction, [entity], wish, asked.context)

        return self.database.read(read)

    async def _place(self, request: Request) -> tuple[Asked, str, str]:
        urn = checked_uri(request.path_params["id"])
        name = checked_name(request.path_params["attr"])
        asked = await self.desk.plain(request)
        return asked, urn, asked.context.stored(name)

    def _instance(self, request: Request) -> tuple[str, str]:
        return checked_uri(request.path_params["id"]), checked_uri(request.path_params["instance"])


def _is_there(transaction: Transaction, entity: Entity) -> bool:
    return entity.deleted_us is None or bool(evolution.attributes_of(transaction, entity.pk))


def _check_members(transaction: Transaction, entity: Entity, wish: Wish) -> None:
    """Refuse a wish that leaves nothing of an entity."""
    known = {
        name.removeprefix(evolution.GONE)
        for name in evolution.attributes_of(transaction, entity.pk)
    }
    known |= entity.document.keys()
    if device_of(entity.id):  # what a device may come to say is empty, not unknown
        known |= BY_ATTRIBUTE.keys()
    if wish.attributes and not wish.attributes & known:
        raise not_found(f"{entity.id} has none of {', '.join(sorted(wish.attributes))}")
    if not any(map(wish.shows, known | {"id", "type"})):
        raise not_found(f"nothing of {entity.id} is left by pick and omit")


def _aggregated(
    transaction: Transaction, entity: Entity, wish: Wish, context: Context
) -> dict[str, Any]:
    window = wish.window()
    amounts: dict[str, dict[str, list[Amount]]] = {}
    for name, of in _summable(transaction, entity, wish).items():
        amounts[name] = {}
        known = evolution.datasets(transaction, of, window.cut)
        for dataset in known or [""]:
            cut = window.cut._replace(datasets=frozenset({dataset}))
            try:
                amounts[name][dataset] = periods.amounts(
                    transaction, of, cut, wish.duration, wish.methods
                )
            except (ValueError, OverflowError) as error:
                raise bad_request(f"aggrPeriodDuration: {error}") from error
    return temporal_form.write_amounts(entity, amounts, wish, context)


def _summable(transaction: Transaction, entity: Entity, wish: Wish) -> dict[str, Series]:
    """Return the series with something in the window: instances, or what is left of them."""
    window = wish.window()
    found = series.series_of(transaction, entity.pk, window)
    grain = trends.grain(window.cut, wish.duration.us, wish.methods)
    if grain is None or window.gone or (window.cut.datasets or {""}) != {""}:
        return found
    rolled = trends.series_of(transaction, entity.pk, window.cut, grain)
    return found | {
        name: of
        for name, of in rolled.items()
        if window.means(name) and not name.startswith(evolution.GONE)
    }


def _one_change(name: str, asked: Asked) -> dict[str, Any]:
    """Read what changes of an instance; it may come as the instance or named by its attribute."""
    held = asked.body
    if isinstance(held, dict) and len(held) == 1 and name in held:
        held = held[name]
    if isinstance(held, list) and len(held) == 1:
        held = held[0]
    read = fragments.read_attribute(name, held, asked.context, partial=True)
    if len(read) != 1:
        raise bad_request("one instance is changed at a time")
    return read[0]
