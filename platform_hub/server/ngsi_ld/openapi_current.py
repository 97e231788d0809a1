"""What current state, discovery and contexts say of themselves in `/openapi.json`."""

from __future__ import annotations

from typing import Any

from platform_hub.server.ngsi_ld import (
    attributes,
    batch,
    contexts,
    criteria,
    discovery,
    elsewhere,
    entities,
    negotiation,
    representation,
)
from platform_hub.server.ngsi_ld.exchange import TENANT_HEADER

Json = dict[str, Any]
_TEXT: Json = {"type": "string"}
_FLAG: Json = {"type": "boolean", "default": False}
_INSTANT: Json = {"type": "string", "format": "date-time"}

DESCRIBED: dict[str, tuple[Json, str]] = {
    "id": (_TEXT, "Entity ids, separated by commas"),
    "type": (_TEXT, "Entity types: , for or, ; for and, brackets, * for all"),
    "idPattern": (_TEXT, "Regular expression within the id (RE2)"),
    "attrs": (_TEXT, "Attribute names, separated by commas"),
    "q": (
        _TEXT,
        (
            "Query: == != < > <= >= ~= !~=, ranges a..b, lists a,b, ; for and, | for or, brackets, "
            "paths such as a.b[c], a bare name for existence"
        ),
    ),
    "georel": (_TEXT, "near;maxDistance==m, near;minDistance==m, or a relation of geometries"),
    "geometry": (_TEXT, "GeoJSON type of the geometry asked with"),
    "coordinates": (_TEXT, "GeoJSON coordinates of it"),
    "geoproperty": (_TEXT, "GeoProperty that is looked at; location where not given"),
    "scopeQ": (_TEXT, "Scopes: /A/+/C, /A/#, ; for and, comma for or"),
    "pick": (_TEXT, "Members to write, and in braces those of linked entities"),
    "omit": (_TEXT, "Members to leave out, and in braces those of linked entities"),
    "datasetId": (_TEXT, "Instances to write, separated by commas; @none is the default one"),
    "lang": (_TEXT, "Languages wanted, as in Accept-Language"),
    "geometryProperty": (_TEXT, "GeoProperty that is the geometry of GeoJSON Features"),
    "join": ({"enum": ["inline", "flat", "@none"]}, "Whether linked entities come along"),
    "joinLevel": ({"type": "integer", "minimum": 1, "maximum": 10}, "How far links are followed"),
    "containedBy": (_TEXT, "Entities not to follow links to, separated by commas"),
    "orderBy": (_TEXT, "Paths with ;asc or ;desc, separated by commas"),
    "limit": (
        {
            "type": "integer",
            "minimum": 0,
            "maximum": criteria.MAX_LIMIT,
            "default": criteria.DEFAULT_LIMIT,
        },
        "Entities in a page; 0 only with count=true",
    ),
    "offset": ({"type": "integer", "minimum": 0, "default": 0}, "Entities to skip"),
    "count": (_FLAG, "Send NGSILD-Results-Count"),
    "local": (_FLAG, "All entities of this hub, without a filter"),
    "options": (_TEXT, f"Of {', '.join(sorted(representation.OPTIONS))}; comma-separated"),
    "format": (
        {"enum": sorted({*representation.OPTIONS} - {"sysAttrs"})},
        "Representation; goes before options",
    ),
    "observedAt": (_INSTANT, "When what is merged was observed"),
    "keep": (_TEXT, "Attributes that a purge leaves, separated by commas"),
    "drop": (_TEXT, "Attributes that a purge takes away, separated by commas"),
    "deleteAll": (_FLAG, "Every instance of the attribute"),
    "details": (_FLAG, "Describe each item"),
    "kind": ({"enum": ["Hosted", "Cached", "ImplicitlyCreated"]}, "Contexts of this kind"),
    "reload": (_FLAG, "Fetch a cached context again instead of deleting it"),
}
_PATH_PARTS = {
    "id": "Entity id",
    "attr": "Attribute name or IRI",
    "type": "Entity type or IRI",
}
_ENTITY: Json = {"$ref": "#/components/schemas/Entity"}
_ENTITIES: Json = {"type": "array", "items": _ENTITY}
_ANY: Json = {"type": "object", "additionalProperties": True}
_LIST: Json = {"type": "array", "items": _ANY}
_IDS: Json = {"type": "array", "items": {"type": "string"}}
_UPDATED: Json = {"$ref": "#/components/schemas/UpdateResult"}
_BATCH: Json = {"$ref": "#/components/schemas/BatchResult"}


def parameters(names: tuple[str, ...]) -> list[Json]:
    """Describe query parameters."""
    return [_parameter(name, "query", *DESCRIBED[name]) for name in names]


def path_parts(path: str) -> list[Json]:
    """Describe the parts of a path that stand in braces."""
    parts = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    found = [_parameter(part, "path", _TEXT, _PATH_PARTS[part]) for part in parts]
    return [one | {"required": True} for one in found]


def headers() -> list[Json]:
    """Describe the headers that every request of NGSI-LD may have."""
    return [
        _parameter(TENANT_HEADER, "header", _TEXT, "Whose data is meant"),
        _parameter("Link", "header", _TEXT, "Context of the names, unless the body holds it"),
    ]


def answer(schema: Json, description: str, *, geo: bool = False) -> Json:
    """Describe an answer with a body."""
    kinds = [negotiation.JSON, negotiation.JSON_LD, *([negotiation.GEO_JSON] if geo else [])]
    return {"description": description, "content": {kind: {"schema": schema} for kind in kinds}}


def body(schema: Json, *, patch: bool = False) -> Json:
    """Describe the body of a request."""
    kinds = [negotiation.JSON, negotiation.JSON_LD, *([negotiation.MERGE_PATCH] if patch else [])]
    return {"required": True, "content": {kind: {"schema": schema} for kind in kinds}}


def _parameter(name: str, place: str, schema: Json, description: str) -> Json:
    return {
        "name": name,
        "in": place,
        "required": False,
        "schema": schema,
        "description": description,
    }


_DONE: Json = {"204": {"description": "Done"}}
_CREATED: Json = {"201": {"description": "Created; Location says where"}}
_PARTLY: Json = {"207": answer(_UPDATED, "Some attributes were not taken over")}
_SOME: Json = {"207": answer(_BATCH, "Some entities were refused")}
_NONE: tuple[str, ...] = ()


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
        "parameters": [*headers(), *parameters(names)],
        "responses": responses,
    }
    return found if request is None else found | {"requestBody": request}


def _nameless(identity: str, what: str) -> Json:
    described = {"400": {"$ref": "#/components/responses/Problem"}}
    return _operation(identity, f"Refused: the path names no {what}", _NONE, described)


_OPERATIONS: dict[str, Json] = {
    entities.LIST_PATH: {
        "get": _operation(
            "queryEntities",
            "Current state of entities; pages are linked by the Link header",
            entities.LIST_PARAMETERS,
            {"200": answer(_ENTITIES, "Entities by id, or in the asked order", geo=True)},
        ),
        "post": _operation("createEntity", "Take in a new entity", _NONE, _CREATED, body(_ENTITY)),
        "delete": _operation(
            "purgeEntities",
            "Delete the selected entities, or some attributes of each",
            entities.PURGE_PARAMETERS,
            _DONE,
        ),
        "put": _nameless("replaceNothing", "entity"),
        "patch": _nameless("mergeNothing", "entity"),
    },
    entities.PATH: {
        "get": _operation(
            "retrieveEntity",
            "Current state of one entity",
            entities.PARAMETERS,
            {"200": answer(_ENTITY, "The entity", geo=True)},
        ),
        "put": _operation("replaceEntity", "Replace an entity", _NONE, _DONE, body(_ANY)),
        "patch": _operation(
            "mergeEntity",
            "Merge a fragment into an entity",
            entities.MERGE_PARAMETERS,
            _DONE,
            body(_ANY, patch=True),
        ),
        "delete": _operation(
            "deleteEntity", "Delete an entity; its history stays", entities.DELETE_PARAMETERS, _DONE
        ),
    },
    attributes.LIST_PATH: {
        "post": _operation(
            "appendAttributes",
            "Add attributes; with options=noOverwrite those that are there stay",
            attributes.APPEND_PARAMETERS,
            _DONE | _PARTLY,
            body(_ANY),
        ),
        "patch": _operation(
            "updateAttributes",
            "Replace attributes that are there",
            attributes.UPDATE_PARAMETERS,
            _DONE | _PARTLY,
            body(_ANY, patch=True),
        ),
    },
    attributes.PATH: {
        "patch": _operation(
            "patchAttribute",
            "Renew members of an attribute",
            attributes.UPDATE_PARAMETERS,
            _DONE,
            body(_ANY, patch=True),
        ),
        "put": _operation(
            "replaceAttribute",
            "Replace an attribute",
            attributes.UPDATE_PARAMETERS,
            _DONE,
            body(_ANY),
        ),
        "delete": _operation(
            "deleteAttribute",
            "Delete an attribute, or one instance of it",
            attributes.DELETE_PARAMETERS,
            _DONE,
        ),
    },
    entities.QUERY_PATH: {
        "post": _operation(
            "queryEntitiesByBody",
            "Current state of entities, asked for by a Query",
            entities.QUERY_PARAMETERS,
            {"200": answer(_ENTITIES, "Entities by id, or in the asked order", geo=True)},
            body(_ANY),
        )
    },
    batch.CREATE_PATH: {
        "post": _operation(
            "createBatch",
            "Take in new entities",
            batch.PARAMETERS,
            {"201": answer(_IDS, "Ids of all"), **_SOME},
            body(_ENTITIES),
        )
    },
    batch.UPSERT_PATH: {
        "post": _operation(
            "upsertBatch",
            "Take in entities, new or known; with options=update known ones keep what is not named",
            batch.PARAMETERS,
            {"201": answer(_IDS, "Ids of those that are new"), **_DONE, **_SOME},
            body(_ENTITIES),
        )
    },
    batch.UPDATE_PATH: {
        "post": _operation(
            "updateBatch",
            "Add attributes to entities",
            batch.PARAMETERS,
            _DONE | _SOME,
            body(_ENTITIES),
        )
    },
    batch.MERGE_PATH: {
        "post": _operation(
            "mergeBatch", "Merge into entities", batch.PARAMETERS, _DONE | _SOME, body(_LIST)
        )
    },
    batch.DELETE_PATH: {
        "post": _operation(
            "deleteBatch", "Delete entities by id", ("local",), _DONE | _SOME, body(_IDS)
        )
    },
    discovery.TYPES_PATH: {
        "get": _operation(
            "listTypes",
            "Types of entities",
            discovery.LIST_PARAMETERS,
            {"200": answer({}, "Names, or with details what is known of each")},
        )
    },
    discovery.TYPE_PATH: {
        "get": _operation(
            "retrieveType",
            "One type of entities",
            discovery.PARAMETERS,
            {"200": answer(_ANY, "What is known of it")},
        )
    },
    discovery.ATTRIBUTES_PATH: {
        "get": _operation(
            "listAttributes",
            "Attributes",
            discovery.LIST_PARAMETERS,
            {"200": answer({}, "Names, or with details what is known of each")},
        )
    },
    discovery.ATTRIBUTE_PATH: {
        "get": _operation(
            "retrieveAttribute",
            "One attribute",
            discovery.PARAMETERS,
            {"200": answer(_ANY, "What is known of it")},
        )
    },
    contexts.LIST_PATH: {
        "get": _operation(
            "listContexts",
            "JSON-LD contexts",
            contexts.LIST_PARAMETERS,
            {"200": answer({"type": "array"}, "URLs, or with details what is known of each")},
        ),
        "post": _operation("addContext", "Host a context", _NONE, _CREATED, body(_ANY)),
    },
    contexts.ONE_PATH: {
        "get": _operation(
            "serveContext",
            "One context",
            contexts.PARAMETERS,
            {"200": answer(_ANY, "The context, or with details what is known of it")},
        ),
        "delete": _operation(
            "deleteContext", "Forget a context", contexts.DELETE_PARAMETERS, _DONE
        ),
    },
}


def _elsewhere() -> Json:
    described = {"501": {"$ref": "#/components/responses/Problem"}}
    return {
        path: {
            method.lower(): _operation(
                f"no{method.title()}{path.removeprefix('/ngsi-ld/v1/').replace('/', '_')}",
                "Not here: this hub forwards nothing to other context sources",
                _NONE,
                described,
            )
            for method in elsewhere.METHODS
        }
        for path in elsewhere.PATHS
    }


def _placed(path: str, item: Json) -> Json:
    """Put the parts of the path in front of the other parameters of each operation."""
    return {
        method: operation | {"parameters": [*path_parts(path), *operation["parameters"]]}
        for method, operation in item.items()
    }


PATHS: Json = {path: _placed(path, item) for path, item in (_OPERATIONS | _elsewhere()).items()}

SCHEMAS: Json = {
    "Entity": {
        "type": "object",
        "required": ["id", "type"],
        "properties": {
            "id": {"type": "string", "format": "uri"},
            "type": {"oneOf": [_TEXT, _IDS]},
        },
        "additionalProperties": True,
        "description": "NGSI-LD entity (ETSI GS CIM 009). A reading without a value is "
        "'urn:ngsi-ld:null' with its quality beside it.",
    },
    "UpdateResult": {
        "type": "object",
        "required": ["updated", "notUpdated"],
        "properties": {"updated": _IDS, "notUpdated": _LIST},
    },
    "BatchResult": {
        "type": "object",
        "required": ["success", "errors"],
        "properties": {"success": _IDS, "errors": _LIST},
    },
}
