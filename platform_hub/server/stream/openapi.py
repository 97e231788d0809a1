"""What this room says of itself in `/openapi.json`."""

from __future__ import annotations

from typing import Any

from platform_hub.server.stream import live, subscribed
from platform_hub.wire import events

Json = dict[str, Any]

_RESUMED: Json = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "Resume after this event",
}
_STREAM: Json = {
    "200": {
        "description": "Server-sent events without end",
        "content": {events.MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}

PATHS: Json = {
    live.PATH: {
        "get": {
            "operationId": "live",
            "summary": f"Live stream: events {events.READINGS}, {events.GATEWAY}, {events.RESET}",
            "parameters": [_RESUMED],
            "responses": _STREAM,
        }
    },
    subscribed.PATH: {
        "get": {
            "operationId": "subscriptionEvents",
            "summary": f"One subscription as a stream: events {subscribed.NOTIFICATION}, "
            f"{events.RESET}",
            "parameters": [
                {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "format": "uri"},
                    "description": "Subscription id",
                },
                _RESUMED,
            ],
            "responses": _STREAM,
        }
    },
}

SCHEMAS: Json = {}
