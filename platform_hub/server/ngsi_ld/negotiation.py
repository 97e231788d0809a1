"""Media types: which JSON the caller sends and reads, and where its context stands (6.3.4, 6.3.5)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from platform_hub.server.governance.answers import Refused, bad_request, plain
from platform_hub.server.ngsi_ld import json_ld

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from platform_hub.server.ngsi_ld.json_ld import Context

JSON = "application/json"
JSON_LD = "application/ld+json"
GEO_JSON = "application/geo+json"
MERGE_PATCH = "application/merge-patch+json"
RELATION = "http://www.w3.org/ns/json-ld#context"
_RANGES = {"*/*": JSON, "application/*": JSON, JSON: JSON, JSON_LD: JSON_LD}
_LINK = re.compile(r'<([^<>]*)>\s*((?:;\s*[\w*]+\s*=\s*(?:"[^"]*"|[^",;\s]*)\s*)*)')
_RELATIONS = re.compile(r'rel\s*=\s*(?:"([^"]*)"|([^",;\s]*))')


def media_type_of(request: Request, *, geo: bool = False) -> str:
    """Return the media type to answer in; no Accept means JSON.

    Args:
        request: what was asked.
        geo: GeoJSON can be written as well.

    Raises:
        Refused: 406, none of what the caller reads can be written.
    """
    ranges = _RANGES | {GEO_JSON: GEO_JSON} if geo else _RANGES
    accepted = request.headers.get("accept", "") or "*/*"
    offers = [offer for text in accepted.split(",") if (offer := _offer(text, ranges))]
    if not offers:
        written = " or ".join(dict.fromkeys(ranges.values()))
        detail = f"answers are written as {written}, not as {accepted[:200]}"
        raise Refused(plain(406, "Not acceptable", detail))
    return max(offers, key=lambda offer: offer[0])[1]


def content_type_of(request: Request, *, patch: bool = False) -> str:
    """Return the media type of the body.

    Raises:
        Refused: 415, it cannot be read.
    """
    found = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    known = (JSON, JSON_LD, MERGE_PATCH) if patch else (JSON, JSON_LD)
    if found not in known:
        detail = f"bodies are sent as {' or '.join(known)}, not as {found[:100] or 'nothing'}"
        raise Refused(plain(415, "Unsupported media type", detail))
    return found


def linked_context(request: Request) -> str | None:
    """Return the URL of the context in the Link header, None where there is none.

    Raises:
        Refused: there are several.
    """
    text = ", ".join(request.headers.getlist("link"))[:4000]
    found = [
        link.group(1)
        for link in _LINK.finditer(text)
        if any(RELATION in (a or b).split() for a, b in _RELATIONS.findall(link.group(2)))
    ]
    if len(found) > 1:
        raise bad_request("the Link header names more than one context")
    return found[0] if found else None


def answer(
    media_type: str,
    body: Any,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    links: tuple[str, ...] = (),
    context: Context = json_ld.CORE,
) -> Response:
    """Write an entity or a list of them, its context in a Link header or in the body.

    Args:
        media_type: what to write.
        body: the entity or entities, their names as `context` has them.
        status: of the answer.
        headers: beside it.
        links: more links, such as those of pages.
        context: what the names mean; its source is a URL where a Link header points to it.
    """
    if media_type == JSON_LD:
        source = context.source
        body = (
            [_in_context(item, source) for item in body]
            if isinstance(body, list)
            else _in_context(body, source)
        )
    elif media_type == GEO_JSON:
        body = _in_context(body, context.source)
    response = Response(msgspec.json.encode(body), status, dict(headers or {}), media_type)
    if media_type != JSON_LD:
        response.headers.append("Link", context_link(context.source))
    for link in links:
        response.headers.append("Link", link)
    return response


def context_link(url: str) -> str:
    """Return the Link header that points to a context."""
    return f'<{url}>; rel="{RELATION}"; type="{JSON_LD}"'


def _in_context(body: dict[str, Any], source: Any) -> dict[str, Any]:
    return body | {"@context": source}


def _offer(text: str, ranges: Mapping[str, str]) -> tuple[float, str] | None:
    """Read one media range as its weight and what it would be answered in; None: not at all."""
    media_range, *parameters = (part.strip().lower() for part in text.split(";"))
    weight = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q":
            weight = _weight(value)
    media_type = ranges.get(media_range)
    return (weight, media_type) if media_type and weight > 0 else None


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
