"""What this room says of itself in `/openapi.json`."""

from __future__ import annotations

from typing import Any

from platform_hub.server.ngsi_ld import openapi_current, temporal

Json = dict[str, Any]

_DESCRIBED: dict[str, tuple[Json, str]] = {
    **openapi_current.DESCRIBED,
    "timerel": ({"enum": ["before", "after", "between"]}, "Relation to timeAt"),
    "timeAt": ({"type": "string", "format": "date-time"}, "ISO 8601 with offset or Z"),
    "endTimeAt": ({"type": "string", "format": "date-time"}, "End of between, not included"),
    "timeproperty": ({"enum": ["observedAt"]}, "What timeAt is compared with"),
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
                *_parameters(temporal.PARAMETERS, temporal.OPTIONS, temporal.FORMATS),
            ],
            "responses": {
                "200": _answer(_ENTITY, "All that was asked for"),
                "206": _answer(_ENTITY, "A page; Content-Range says up to which instant"),
            },
        }
    },
}

SCHEMAS: Json = openapi_current.SCHEMAS
