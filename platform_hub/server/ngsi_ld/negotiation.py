"""Media types: which JSON the caller reads, and where the context then stands (6.3.4, 6.3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from platform_hub.server.governance.answers import Refused, plain
from platform_hub.wire.ngsi_ld import CORE_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

JSON = "application/json"
JSON_LD = "application/ld+json"
CONTEXT_LINK = (
    f'<{CORE_CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
)
_RANGES = {"*/*": JSON, "application/*": JSON, JSON: JSON, JSON_LD: JSON_LD}


def media_type_of(request: Request) -> str:
    """Return the media type to answer in; no Accept means JSON.

    Raises:
        Refused: 406, none of what the caller reads can be written.
    """
    accepted = request.headers.get("accept", "") or "*/*"
    offers = [offer for text in accepted.split(",") if (offer := _offer(text))]
    if not offers:
        detail = f"answers are written as {JSON} or {JSON_LD}, not as {accepted[:200]}"
        raise Refused(plain(406, "Not acceptable", detail))
    return max(offers)[1]


def answer(
    media_type: str,
    body: Any,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    links: tuple[str, ...] = (),
) -> Response:
    """Write an entity or a list of them, its context in a Link header or in the body."""
    if media_type == JSON_LD:
        body = [_in_context(item) for item in body] if isinstance(body, list) else _in_context(body)
    response = Response(msgspec.json.encode(body), status, dict(headers or {}), media_type)
    for link in links if media_type == JSON_LD else (CONTEXT_LINK, *links):
        response.headers.append("Link", link)
    return response


def _in_context(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"@context": CORE_CONTEXT}


def _offer(text: str) -> tuple[float, str] | None:
    """Read one media range as its weight and what it would be answered in; None: not at all."""
    media_range, *parameters = (part.strip().lower() for part in text.split(";"))
    weight = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q":
            weight = _weight(value)
    media_type = _RANGES.get(media_range)
    return (weight, media_type) if media_type and weight > 0 else None


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
