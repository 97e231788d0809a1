"""What this room says of itself in `/openapi.json`."""

from __future__ import annotations

from typing import Any

from platform_hub.server.registry import gateways, pack

Json = dict[str, Any]

PATHS: Json = {
    pack.PATH: {
        "get": {
            "operationId": "areaPack",
            "summary": "The area's own files: area file, device profiles, geometry",
            "parameters": [
                {
                    "name": "If-None-Match",
                    "in": "header",
                    "required": False,
                    "schema": {"type": "string"},
                    "description": "ETag of the pack that the caller has",
                }
            ],
            "responses": {
                "200": {
                    "description": "The pack",
                    "content": {
                        "application/zip": {"schema": {"type": "string", "format": "binary"}}
                    },
                },
                "304": {"description": "The caller's pack is the newest"},
            },
        }
    },
    gateways.PATH: {
        "get": {
            "operationId": "gateways",
            "summary": "When each gateway last spoke, and what waits there",
            "responses": {
                "200": {
                    "description": "Gateways in area order, then others",
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "array",
                                "items": {"$ref": "#/components/schemas/GatewayState"},
                            }
                        }
                    },
                }
            },
        }
    },
}

SCHEMAS: Json = {
    "GatewayState": {
        "type": "object",
        "required": ["id", "lastSeenUs", "backlog", "acknowledged"],
        "properties": {
            "id": {"type": "string"},
            "lastSeenUs": {"type": "integer", "description": "us since 1970 UTC; 0 is never"},
            "backlog": {"type": "integer"},
            "acknowledged": {"type": "integer"},
        },
    }
}
