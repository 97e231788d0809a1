"""What this room says of itself in `/openapi.json`."""

from __future__ import annotations

from typing import Any

from platform_hub.server.ingest import gateway_blocks, loss_reports
from platform_hub.wire import acknowledgements, blocks

Json = dict[str, Any]


def _header(name: str, kind: str, description: str, *, required: bool) -> Json:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "schema": {"type": kind},
        "description": description,
    }


PATHS: Json = {
    gateway_blocks.PATH: {
        "post": {
            "operationId": "storeBlocks",
            "summary": "Store a gateway's readings; answered after the commit",
            "parameters": [
                _header(acknowledgements.GATEWAY_HEADER, "string", "Gateway id", required=True),
                _header(acknowledgements.EPOCH_HEADER, "integer", "Its log", required=True),
                _header(
                    acknowledgements.BACKLOG_HEADER,
                    "integer",
                    "Readings that wait on the gateway",
                    required=False,
                ),
                _header(
                    acknowledgements.OLDEST_HEADER,
                    "integer",
                    "Lowest sequence number that can still be sent",
                    required=False,
                ),
            ],
            "requestBody": {
                "description": "Blocks, each behind its length; none is a sign of life",
                "content": {blocks.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
            },
            "responses": {
                "200": {
                    "description": "Stored up to the watermark",
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Acknowledgement"}
                        }
                    },
                }
            },
        }
    },
    loss_reports.PATH: {
        "post": {
            "operationId": "reportLosses",
            "summary": "Note what a gateway has lost; a loss that is known stays as it is",
            "requestBody": {
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/LossReport"}}
                }
            },
            "responses": {
                "200": {
                    "description": "Noted up to the number",
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/LossReceipt"}}
                    },
                }
            },
        }
    },
}

_LOSS = {
    "number": {"type": "integer", "description": "Counts the losses of one log, from 1"},
    "kind": {"type": "string", "enum": ["damaged", "dropped", "not_taken"]},
    "firstSeq": {"type": "integer"},
    "lastSeq": {"type": "integer"},
    "readings": {"type": "integer"},
    "beginsUs": {"type": "integer"},
    "endsUs": {"type": "integer"},
    "reason": {"type": "string"},
}

SCHEMAS: Json = {
    "LossReport": {
        "type": "object",
        "required": ["gateway", "epoch", "losses"],
        "properties": {
            "gateway": {"type": "string"},
            "epoch": {"type": "integer"},
            "losses": {
                "type": "array",
                "items": {"type": "object", "required": list(_LOSS), "properties": _LOSS},
            },
        },
    },
    "LossReceipt": {
        "type": "object",
        "required": ["gateway", "epoch", "upto"],
        "properties": {
            "gateway": {"type": "string"},
            "epoch": {"type": "integer"},
            "upto": {"type": "integer", "description": "Every loss up to here is noted"},
        },
    },
    "Acknowledgement": {
        "type": "object",
        "required": ["gateway", "epoch", "upto"],
        "properties": {
            "gateway": {"type": "string"},
            "epoch": {"type": "integer"},
            "upto": {"type": "integer", "description": "All up to here is stored or refused"},
            "stored": {"type": "integer"},
            "known": {"type": "integer"},
            "ahead": {
                "type": "array",
                "description": "Runs (first, last) that are stored beyond `upto`",
                "items": {
                    "type": "array",
                    "items": {"type": "integer"},
                    "minItems": 2,
                    "maxItems": 2,
                },
            },
            "refused": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["first_seq", "count", "reason"],
                    "properties": {
                        "first_seq": {"type": "integer"},
                        "count": {"type": "integer"},
                        "reason": {"type": "string"},
                    },
                },
            },
        },
    },
}
