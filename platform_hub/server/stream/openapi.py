"""What this room says of itself in `/openapi.json`."""

from __future__ import annotations

from typing import Any

from platform_hub.server.stream import live
from platform_hub.wire import events

Json = dict[str, Any]

PATHS: Json = {
    live.PATH: {
        "get": {
            "operationId": "live",
            "summary": f"Live stream: events {events.READINGS}, {events.GATEWAY}, {events.RESET}",
            "parameters": [
                {
                    "name": "id",
                    "in": "query",
                    "required": False,
                    "schema": {"type": "string"},
                    "description": "Only these entities, separated by commas, and no gateways",
                },
                {
                    "name": "Last-Event-ID",
                    "in": "header",
                    "required": False,
                    "schema": {"type": "string"},
                    "description": "Resume after this event",
                },
            ],
            "responses": {
                "200": {
                    "description": "Server-sent events without end",
                    "content": {events.MEDIA_TYPE: {"schema": {"type": "string"}}},
                }
            },
        }
    }
}

SCHEMAS: Json = {}
