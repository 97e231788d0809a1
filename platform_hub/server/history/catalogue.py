"""`GET /area/v1/series`: what there is to draw: every series with its unit, its span and its last value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from area_configs.domain.quantities import BY_ATTRIBUTE
from platform_hub.server.governance import parameters
from platform_hub.server.governance.answers import json_response
from platform_hub.server.governance.described import many, operation, some
from platform_hub.server.store import catalogue
from platform_hub.server.store.entities import instances_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.governance.access import Authority
    from platform_hub.server.store.catalogue import Known

PATH = "/area/v1/series"
_QUERY = {
    "entity": "only series of this entity",
    "attribute": "only this attribute, as NGSI-LD names it",
    "after": "id of the last entity of the page before",
    "limit": f"entities in a page, 1 to {parameters.FULL_PAGE}, which is the default",
}
PATHS = {
    PATH: {
        "get": operation(
            PATH,
            "series",
            "Every series that has a history, ordered by entity and attribute",
            many("Series"),
            query=_QUERY,
        )
    }
}
SCHEMAS = {
    "Series": some(
        entity="string",
        type="string",
        attribute="string",
        quantity="string|null",
        unit="string|null",
        unitCode="string|null",
        firstUs="integer",
        lastUs="integer",
        value="number|string|boolean|object|array|null",
        observedAt="string|null",
    )
}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The endpoint."""

    authority: Authority

    async def get(self, request: Request) -> Response:
        """List series; a page holds all those of its entities."""
        parameters.only(request, _QUERY.keys())
        limit = parameters.limit(request, parameters.FULL_PAGE)
        only, name, after = (
            request.query_params.get(key, "") for key in ("entity", "attribute", "after")
        )
        found = await self.authority.read(lambda tx: catalogue.series(tx, only, name, after, limit))
        return json_response([_shown(one) for one in found])


def _shown(one: Known) -> dict[str, Any]:
    quantity = BY_ATTRIBUTE.get(one.attribute)
    plain = (held for held in instances_of(one.held) if "datasetId" not in held)
    now: dict[str, Any] = next(plain, {})
    return {
        "entity": one.entity,
        "type": one.type,
        "attribute": one.attribute,
        "quantity": quantity.id if quantity else None,
        "unit": quantity.symbol if quantity else None,
        "unitCode": now.get("unitCode") or (quantity.unit_code if quantity else None),
        "firstUs": one.first_us,
        "lastUs": one.last_us,
        "value": now.get("value"),
        "observedAt": now.get("observedAt"),
    }
