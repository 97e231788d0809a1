"""What this room says of itself in `/openapi.json`."""

from __future__ import annotations

from typing import Any

from platform_hub.server.ngsi_ld import openapi_current, openapi_told

Json = dict[str, Any]

PATHS: Json = {**openapi_current.PATHS, **openapi_told.PATHS}

SCHEMAS: Json = openapi_current.SCHEMAS
