"""Pieces that the rooms describe their routes with in `/openapi.json`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = dict[str, Any]
_IN_PATH = re.compile(r"\{(\w+)\}")
_REFERENCE = "#/components/schemas/{name}"


def operation(
    path: str,
    identity: str,
    summary: str,
    answer: Json | None,
    *,
    status: int = 200,
    **more: Any,
) -> Json:
    """Describe one method of a path.

    Args:
        path: its `{names}` become parameters.
        identity: operationId.
        summary: what it does.
        answer: schema of the JSON answer, None where it has no body.
        status: of the answer.
        more: `query` and `headers` as {name: description}, `body` as a schema, `others` as
            {status: description}.
    """
    parameters = [_parameter(name, "path", "", required=True) for name in _IN_PATH.findall(path)]
    for place, key in (("query", "query"), ("header", "headers")):
        parameters += [
            _parameter(name, place, text, required=False)
            for name, text in more.get(key, {}).items()
        ]
    found: Json = {"operationId": identity, "summary": summary, "parameters": parameters}
    if "body" in more:
        found["requestBody"] = {"required": True, "content": json(more["body"])}
    responses: Json = {str(status): _response(answer)}
    for other, text in more.get("others", {}).items():
        responses[str(other)] = {"description": text}
    return {**found, "responses": responses}


def json(schema: Json) -> Json:
    """Return the content of a JSON body of a schema."""
    return {"application/json": {"schema": schema}}


def ref(kind: type | str) -> Json:
    """Return a reference to the schema of a type."""
    name = kind if isinstance(kind, str) else kind.__name__
    return {"$ref": _REFERENCE.format(name=name)}


def many(kind: type | str) -> Json:
    """Return the schema of a list of a type."""
    return {"type": "array", "items": ref(kind)}


def schemas(kinds: Iterable[type]) -> Json:
    """Return the schemas of types and of all that they hold, by name."""
    _, components = msgspec.json.schema_components(kinds, ref_template=_REFERENCE)
    return components


def some(**properties: str) -> Json:
    """Return the schema of an object with these properties, each of a JSON type."""
    fields = {
        name: {"type": kind.split("|") if "|" in kind else kind}
        for name, kind in properties.items()
    }
    return {"type": "object", "properties": fields}


def _parameter(name: str, place: str, text: str, *, required: bool) -> Json:
    made: Json = {"name": name, "in": place, "required": required, "schema": {"type": "string"}}
    return made | ({"description": text} if text else {})


def _response(answer: Json | None) -> Json:
    if answer is None:
        return {"description": "Done"}
    return {"description": "The answer", "content": json(answer)}
