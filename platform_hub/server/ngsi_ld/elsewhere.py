"""What NGSI-LD has and this hub has not: answered with 501, and with what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_hub.server.governance.answers import Refused
from platform_hub.server.ngsi_ld import negotiation
from platform_hub.wire import problems

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_BASE = "/ngsi-ld/v1/"
PATHS = (
    _BASE + "csourceRegistrations",
    _BASE + "csourceRegistrations/{id}",
    _BASE + "csourceSubscriptions",
    _BASE + "csourceSubscriptions/{id}",
    _BASE + "entityMaps/{id}",
    _BASE + "snapshots",
    _BASE + "snapshots/{id}",
)
METHODS = ("GET", "POST", "PATCH", "DELETE")


async def refuse(request: Request) -> Response:
    """Say that the operation is not here; media types are still looked at first."""
    if request.method in {"POST", "PATCH"}:
        negotiation.content_type_of(request, patch=request.method == "PATCH")
    else:
        negotiation.media_type_of(request)
    raise Refused(
        problems.not_supported(
            "this hub forwards nothing to other context sources: "
            "where an area needs that, put a federating broker in front of it"
        )
    )
