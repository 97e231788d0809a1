"""`/ngsi-ld/v1/types` and `/attributes`: what kinds of entities and attributes there are (5.7.5 to 5.7.10)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from anyio import to_thread

from platform_hub.server.governance.answers import not_found
from platform_hub.server.ngsi_ld import json_ld
from platform_hub.server.ngsi_ld.attribute_kinds import checked_name
from platform_hub.server.ngsi_ld.parameters import Parameters
from platform_hub.server.store import entities
from platform_hub.server.store.entities import instances_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.ngsi_ld.exchange import Asked, Desk
    from platform_hub.server.store.entities import Entity

Json = dict[str, Any]
TYPES_PATH, TYPE_PATH = "/ngsi-ld/v1/types", "/ngsi-ld/v1/types/{type}"
ATTRIBUTES_PATH, ATTRIBUTE_PATH = "/ngsi-ld/v1/attributes", "/ngsi-ld/v1/attributes/{attr}"
LIST_PARAMETERS = ("details", "local")
PARAMETERS = ("local",)


@dataclass(slots=True)
class Seen:
    """What was seen of one attribute: how often, of which kinds, on which types of entities."""

    count: int = 0
    kinds: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Survey:
    """What a tenant has: entities by type, attributes by type, and attributes over all."""

    counts: Counter[str] = field(default_factory=Counter)
    by_type: dict[str, dict[str, Seen]] = field(default_factory=lambda: defaultdict(dict))
    attributes: dict[str, Seen] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Discovery:
    """The endpoints."""

    desk: Desk

    async def types(self, request: Request) -> Response:
        """List the types of entities, with `details` also their attributes."""
        asked, details, survey = await self._survey(request)
        shown = asked.context.shown
        if not details:
            names = sorted(shown(name) for name in survey.counts)
            return await asked.answer(
                {"id": _list_id("EntityTypeList"), "type": "EntityTypeList", "typeList": names}
            )
        return await asked.answer(
            [
                {
                    "id": json_ld.full_iri(name),
                    "type": "EntityType",
                    "typeName": shown(name),
                    "attributeNames": sorted(map(shown, survey.by_type[name])),
                }
                for name in sorted(survey.counts)
            ]
        )

    async def type(self, request: Request) -> Response:
        """Describe one type of entities."""
        asked, _, survey = await self._survey(request, PARAMETERS)
        name = asked.context.stored(checked_name(request.path_params["type"]))
        if name not in survey.counts:
            raise not_found(f"there is no entity of type {request.path_params['type']}")
        held = survey.by_type[name]
        return await asked.answer(
            {
                "id": json_ld.full_iri(name),
                "type": "EntityTypeInfo",
                "typeName": asked.context.shown(name),
                "entityCount": survey.counts[name],
                "attributeDetails": [
                    {
                        "id": json_ld.full_iri(attribute),
                        "type": "Attribute",
                        "attributeName": asked.context.shown(attribute),
                        "attributeTypes": sorted(held[attribute].kinds),
                    }
                    for attribute in sorted(held)
                ],
            }
        )

    async def attributes(self, request: Request) -> Response:
        """List the attributes, with `details` also the types of entities that have them."""
        asked, details, survey = await self._survey(request)
        shown = asked.context.shown
        if not details:
            names = sorted(shown(name) for name in survey.attributes)
            return await asked.answer(
                {"id": _list_id("AttributeList"), "type": "AttributeList", "attributeList": names}
            )
        return await asked.answer(
            [
                {
                    "id": json_ld.full_iri(name),
                    "type": "Attribute",
                    "attributeName": shown(name),
                    "typeNames": sorted(map(shown, survey.attributes[name].types)),
                }
                for name in sorted(survey.attributes)
            ]
        )

    async def attribute(self, request: Request) -> Response:
        """Describe one attribute."""
        asked, _, survey = await self._survey(request, PARAMETERS)
        name = asked.context.stored(checked_name(request.path_params["attr"]))
        seen = survey.attributes.get(name)
        if seen is None:
            raise not_found(f"no entity has an attribute {request.path_params['attr']}")
        return await asked.answer(
            {
                "id": json_ld.full_iri(name),
                "type": "Attribute",
                "attributeName": asked.context.shown(name),
                "attributeCount": seen.count,
                "attributeTypes": sorted(seen.kinds),
                "typeNames": sorted(map(asked.context.shown, seen.types)),
            }
        )

    async def _survey(
        self, request: Request, known: tuple[str, ...] = LIST_PARAMETERS
    ) -> tuple[Asked, bool, Survey]:
        asked = await self.desk.plain(request)
        parameters = Parameters(request, known)
        parameters.flag("local")
        survey = await to_thread.run_sync(self._look, asked.tenant)
        return asked, parameters.flag("details"), survey

    def _look(self, tenant: str) -> Survey:
        survey = Survey()
        found = self.desk.database.read(lambda tx: entities.select_by(tx, (), (), tenant))
        for entity in found:
            _count(survey, entity)
        return survey


def _count(survey: Survey, entity: Entity) -> None:
    survey.counts.update(entity.types)
    for name, held in entity.document.items():
        kinds = {one["type"] for one in instances_of(held)}
        everywhere = survey.attributes.setdefault(name, Seen())
        everywhere.count += 1
        everywhere.kinds |= kinds
        everywhere.types.update(entity.types)
        for type_ in entity.types:
            here = survey.by_type[type_].setdefault(name, Seen())
            here.count += 1
            here.kinds |= kinds


def _list_id(kind: str) -> str:
    return f"urn:ngsi-ld:{kind}:{uuid5(NAMESPACE_URL, kind)}"
