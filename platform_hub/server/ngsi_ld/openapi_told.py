"""What histories and subscriptions say of themselves in `/openapi.json`."""

from __future__ import annotations

from typing import Any

from platform_hub.server.history import periods
from platform_hub.server.ngsi_ld import (
    openapi_current,
    subscriptions,
    temporal,
    temporal_query,
    temporal_search,
)
from platform_hub.server.ngsi_ld.openapi_current import answer, body, headers

Json = dict[str, Any]
_TEXT: Json = {"type": "string"}
_INSTANT: Json = {"type": "string", "format": "date-time"}
_DESCRIBED: dict[str, tuple[Json, str]] = {
    **openapi_current.DESCRIBED,
    "timerel": ({"enum": sorted(temporal_query.RELATIONS)}, "Relation to timeAt"),
    "timeAt": (_INSTANT, "ISO 8601 with offset or Z"),
    "endTimeAt": (_INSTANT, "End of between, not included"),
    "timeproperty": (
        {"enum": list(temporal_query.TIME_PROPERTIES), "default": "observedAt"},
        "Which time of an instance; deletedAt asks for the times of deletion",
    ),
    "lastN": ({"type": "integer", "minimum": 1}, "Newest instances only, newest first"),
    "aggrMethods": (_TEXT, f"Of {', '.join(periods.METHODS)}; comma-separated"),
    "aggrPeriodDuration": (
        _TEXT,
        "Length of a period such as PT1H, counted from the first instance; PT0S is one for all",
    ),
    "options": (_TEXT, f"Of {', '.join(sorted(temporal_query.OPTIONS))}; comma-separated"),
    "format": ({"enum": sorted(temporal_query.FORMATS)}, "Representation; goes before options"),
}
_PATH_PARTS = {"id": "Id", "attr": "Attribute name or IRI", "instance": "Id of an instance"}
_ANY: Json = {"type": "object", "additionalProperties": True}
_LIST: Json = {"type": "array", "items": _ANY}
_DONE: Json = {"204": {"description": "Done"}}
_PAGES: Json = {"206": answer({}, "A page; Content-Range says up to which instant")}


def _operation(
    identity: str,
    summary: str,
    names: tuple[str, ...],
    responses: Json,
    request: Json | None = None,
) -> Json:
    found: Json = {
        "operationId": identity,
        "summary": summary,
        "parameters": [
            *headers(),
            *(_parameter(name, "query", *_DESCRIBED[name]) for name in names),
        ],
        "responses": responses,
    }
    return found if request is None else found | {"requestBody": request}


def _parameter(name: str, place: str, schema: Json, description: str) -> Json:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "schema": schema,
        "description": description,
    }


def _path_parts(path: str) -> list[Json]:
    parts = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [_parameter(part, "path", _TEXT, _PATH_PARTS[part]) for part in parts]


_OPERATIONS: dict[str, Json] = {
    temporal.LIST_PATH: {
        "get": _operation(
            "queryTemporalEntities",
            "Histories of entities",
            temporal_search.PARAMETERS,
            {"200": answer(_LIST, "Entities with something in the window"), **_PAGES},
        ),
        "post": _operation(
            "createTemporalEntity",
            "Take in a history; what is stored already changes nothing",
            (),
            {"201": {"description": "A new entity; Location says where"}, **_DONE},
            body(_ANY),
        ),
    },
    temporal_search.POST_PATH: {
        "post": _operation(
            "queryTemporalEntitiesByBody",
            "Histories of entities, asked for by a Query with temporalQ",
            temporal_search.POST_PARAMETERS,
            {"200": answer(_LIST, "Entities with something in the window"), **_PAGES},
            body(_ANY),
        )
    },
    temporal.PATH: {
        "get": _operation(
            "retrieveTemporalEntity",
            "History of one entity",
            temporal.PARAMETERS,
            {"200": answer(_ANY, "All that was asked for"), **_PAGES},
        ),
        "delete": _operation(
            "deleteTemporalEntity", "Delete a history, and the entity with it", ("local",), _DONE
        ),
    },
    temporal.ATTRIBUTES_PATH: {
        "post": _operation(
            "appendTemporalAttributes", "Add instances to a history", (), _DONE, body(_ANY)
        )
    },
    temporal.ATTRIBUTE_PATH: {
        "delete": _operation(
            "deleteTemporalAttribute",
            "Delete the history of an attribute",
            temporal.DELETE_PARAMETERS,
            _DONE,
        )
    },
    temporal.NAMELESS_PATH: {
        "delete": _operation(
            "deleteNoTemporalInstance",
            "Refused: the path names no attribute",
            (),
            {"400": {"$ref": "#/components/responses/Problem"}},
        )
    },
    temporal.INSTANCE_PATH: {
        "patch": _operation(
            "modifyTemporalInstance",
            "Change members of one instance",
            (),
            _DONE,
            body(_ANY, patch=True),
        ),
        "delete": _operation("deleteTemporalInstance", "Delete one instance", (), _DONE),
    },
    subscriptions.LIST_PATH: {
        "get": _operation(
            "querySubscriptions",
            "Subscriptions, oldest first; pages are linked by the Link header",
            subscriptions.LIST_PARAMETERS,
            {"200": answer(_LIST, "Subscriptions and how notifying went")},
        ),
        "post": _operation(
            "createSubscription",
            "Be notified over HTTP or MQTT; an endpoint uri that begins with sse: is only streamed",
            (),
            {"201": {"description": "Created; Location says where"}},
            body(_ANY),
        ),
    },
    subscriptions.PATH: {
        "get": _operation(
            "retrieveSubscription",
            "One subscription",
            subscriptions.PARAMETERS,
            {"200": answer(_ANY, "The subscription and how notifying went")},
        ),
        "patch": _operation(
            "updateSubscription",
            "Replace members of a subscription; null takes one out",
            (),
            _DONE,
            body(_ANY, patch=True),
        ),
        "delete": _operation("deleteSubscription", "Forget a subscription", (), _DONE),
    },
}

PATHS: Json = {
    path: {
        method: operation | {"parameters": [*_path_parts(path), *operation["parameters"]]}
        for method, operation in item.items()
    }
    for path, item in _OPERATIONS.items()
}
