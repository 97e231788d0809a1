"""What this room says of itself in `/openapi.json`."""

from __future__ import annotations

from typing import Any

from platform_hub.server.history import periods
from platform_hub.server.ngsi_ld import openapi_current, temporal, temporal_query

Json = dict[str, Any]

_DESCRIBED: dict[str, tuple[Json, str]] = {
    **openapi_current.DESCRIBED,
    "timerel": ({"enum": ["before", "after", "between"]}, "Relation to timeAt"),
    "timeAt": ({"type": "string", "format": "date-time"}, "ISO 8601 with offset or Z"),
    "endTimeAt": ({"type": "string", "format": "date-time"}, "End of between, not included"),
    "timeproperty": (
        {"enum": list(temporal_query.TIME_PROPERTIES), "default": "observedAt"},
        "What timeAt is compared with",
    ),
    "aggrMethods": ({"type": "string"}, f"Of {', '.join(periods.METHODS)}; comma-separated"),
    "aggrPeriodDuration": (
        {"type": "string"},
        "Length of a period such as PT1H, counted from the first instance; PT0S is one for all",
    ),
    "pick": ({"type": "string"}, "Members of the entity to write, separated by commas"),
    "omit": ({"type": "string"}, "Members of the entity to leave out, separated by commas"),
    "datasetId": ({"type": "string"}, "Datasets, separated by commas; @none is the default one"),
    "lang": ({"type": "string"}, "Languages of texts, as in Accept-Language"),
    "lastN": ({"type": "integer", "minimum": 1}, "Newest instances only, newest first"),
}


def _parameters(names: tuple[str, ...], options: set[str], formats: set[str]) -> list[Json]:
    described = _DESCRIBED | {
        "options": ({"type": "string"}, f"Of {', '.join(sorted(options))}; comma-separated"),
        "format": ({"enum": sorted(formats)}, "Representation; goes before options"),
    }
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "schema": described[name][0],
            "description": described[name][1],
        }
        for name in names
    ]


def _answer(schema: Json, description: str) -> Json:
    content = {"application/json": {"schema": schema}, "application/ld+json": {"schema": schema}}
    return {"description": description, "content": content}


_ENTITY: Json = {"$ref": "#/components/schemas/Entity"}
_ID: Json = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "format": "uri"},
    "description": "Entity id",
}

PATHS: Json = {
    **openapi_current.PATHS,
    temporal.PATH: {
        "get": {
            "operationId": "retrieveTemporalEntity",
            "summary": "History of one entity",
            "parameters": [
                _ID,
                *_parameters(
                    temporal.PARAMETERS, set(temporal_query.OPTIONS), set(temporal_query.FORMATS)
                ),
            ],
            "responses": {
                "200": _answer(_ENTITY, "All that was asked for"),
                "206": _answer(_ENTITY, "A page; Content-Range says up to which instant"),
            },
        }
    },
}

SCHEMAS: Json = openapi_current.SCHEMAS
