"""`GET /openapi.json`: the description of the API, put together from what each room says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from area_configs.command_line import version
from platform_hub.server.alarms import openapi as alarms
from platform_hub.server.care import openapi as care
from platform_hub.server.governance import openapi as governance
from platform_hub.server.governance.access import allowed
from platform_hub.server.history import catalogue
from platform_hub.server.ingest import openapi as ingest
from platform_hub.server.ngsi_ld import openapi as ngsi_ld
from platform_hub.server.registry import openapi as registry
from platform_hub.server.stream import openapi as stream
from platform_hub.wire import problems

if TYPE_CHECKING:
    from starlette.requests import Request

Json = dict[str, Any]

_OWN: Json = {
    "/health": {
        "get": {
            "operationId": "health",
            "summary": "How the hub is",
            "responses": {
                "200": {
                    "description": "It works",
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Health"}}
                    },
                },
                "503": {
                    "description": "Its database does not answer",
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Health"}}
                    },
                },
            },
        }
    },
    "/metrics": {
        "get": {
            "operationId": "metrics",
            "summary": "How the hub and its gateways are, for Prometheus",
            "responses": {
                "200": {
                    "description": "Text format 0.0.4",
                    "content": {"text/plain": {"schema": {"type": "string"}}},
                }
            },
        }
    },
    "/openapi.json": {
        "get": {
            "operationId": "openapi",
            "summary": "This description",
            "responses": {
                "200": {
                    "description": "OpenAPI 3.1",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                }
            },
        }
    },
}

_OWN_SCHEMAS: Json = {
    "Health": {
        "type": "object",
        "required": ["status", "version", "area", "database"],
        "properties": {
            "status": {"enum": ["ok", "failing"]},
            "version": {"type": "string"},
            "area": {"type": "string"},
            "database": {"type": "string", "description": "ok, or what is wrong"},
            "readingsStored": {"type": "integer"},
        },
    },
    "Problem": {
        "type": "object",
        "description": "RFC 9457 problem details",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "code": {
                "type": "string",
                "description": "The kind of problem, for programs: it stays when the words change.",
            },
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
    },
}

_PROBLEM: Json = {
    "description": "Refused; says why and what to do",
    "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def openapi() -> Json:
    """Return the whole description."""
    rooms = (ngsi_ld, ingest, catalogue, registry, alarms, care, governance, stream)
    paths = dict(_OWN)
    schemas = dict(_OWN_SCHEMAS)
    for room in rooms:
        paths |= room.PATHS
        schemas |= room.SCHEMAS
    return {
        "openapi": "3.1.0",
        "info": {"title": "Smart Area Suite: area hub", "version": version()},
        "paths": {path: _secured(path, operations) for path, operations in paths.items()},
        "components": {
            "schemas": schemas,
            "responses": {"Problem": _PROBLEM},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


async def document(_request: Request) -> Response:
    """Send the description."""
    return Response(msgspec.json.encode(openapi()), media_type="application/json")


def _secured(path: str, operations: Json) -> Json:
    """Add to each operation which keys it wants and that it may refuse."""
    return {
        method: {
            **operation,
            "security": _security(method.upper(), path),
            "responses": operation["responses"]
            | {"default": {"$ref": "#/components/responses/Problem"}},
        }
        for method, operation in operations.items()
    }


def _security(method: str, path: str) -> list[Json]:
    roles = sorted(allowed(method, path))
    return [{"key": roles}] if roles else []
