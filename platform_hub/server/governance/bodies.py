"""JSON bodies of requests: bounded, of the right type, and every fault said in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from area_configs.domain.names import Name
from platform_hub.server.governance.answers import (
    Refused,
    bad_request,
    invalid_request,
    plain,
)
from platform_hub.wire import problems

if TYPE_CHECKING:
    from starlette.requests import Request

T = TypeVar("T")
LIMIT = 256 << 10
_TYPES = frozenset({"application/json", "application/merge-patch+json"})
_MAX_DEPTH = 64


async def read(request: Request, kind: type[T], limit: int = LIMIT) -> T:
    """Read a body as a type.

    Raises:
        Refused: too long, another media type, no JSON, or not of that type.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _TYPES:
        detail = f"send the body as application/json, not as {media_type[:80] or 'nothing'}"
        raise Refused(plain(415, "Unsupported media type", detail))
    return decoded(await whole(request, limit), kind)


async def whole(request: Request, limit: int = LIMIT) -> bytes:
    """Read a body as bytes, but never more than is allowed."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise Refused(plain(413, "Content too large", f"the body is longer than {limit} bytes"))
    return bytes(body)


def decoded(body: bytes, kind: type[T]) -> T:
    """Read bytes as a type.

    Raises:
        Refused: as for `read`.
    """
    _check_depth(body)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        said = Name(
            f"送られた内容が正しくないため、何も保存していません: {error}",
            f"the body is not what is expected: {error}",
        )
        raise Refused(problems.in_both(problems.bad_request(said.en), said)) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise invalid_request(f"the body is not JSON: {error}") from error


def _check_depth(body: bytes) -> None:
    """Refuse what nests deeper than anything we ask for, before a parser walks into it."""
    depth, in_text, escaped = 0, False, False
    for byte in body:
        if in_text:
            in_text = escaped or byte != _QUOTE
            escaped = byte == _BACKSLASH and not escaped
        elif byte == _QUOTE:
            in_text = True
        elif byte in _OPEN:
            depth += 1
            if depth > _MAX_DEPTH:
                raise bad_request(f"the body nests deeper than {_MAX_DEPTH} levels")
        elif byte in _CLOSE:
            depth -= 1


_QUOTE, _BACKSLASH = ord('"'), ord("\\")
_OPEN, _CLOSE = frozenset(b"[{"), frozenset(b"]}")
