"""JSON from callers: read strictly, and never deeper, longer or stranger than the hub can keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.governance.answers import Refused, bad_request, invalid_request, plain

if TYPE_CHECKING:
    from starlette.requests import Request

_MAX_DEPTH = 64
_MAX_NODES = 2_000_000
_MAX_INTEGER = 1 << 63


async def body_of(request: Request, limit: int) -> bytes:
    """Read a body, but never more than is allowed.

    Raises:
        Refused: 413, it is longer than `limit` bytes.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            detail = f"the body is longer than {limit} bytes: send less at once"
            raise Refused(plain(413, "Content too large", detail))
    return bytes(body)


def decode(body: bytes) -> Any:
    """Read a JSON document.

    Raises:
        Refused: 400, not UTF-8, not JSON, or with depths or numbers that no reader could share.
    """
    if not body.strip():
        raise invalid_request("the body is empty: it must be JSON")
    try:
        value = msgspec.json.decode(body)
    except UnicodeDecodeError as error:
        raise invalid_request(f"the body is not UTF-8 at byte {error.start}") from error
    except RecursionError as error:
        raise invalid_request(f"the body is nested deeper than {_MAX_DEPTH}") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise invalid_request(f"the body is not JSON: {error}") from error
    _check(value)
    return value


def _check(value: Any) -> None:
    """Walk the document level by level, so that its depth costs no stack."""
    level, nodes = [value], 0
    for _ in range(_MAX_DEPTH):
        if not level:
            return
        nodes += len(level)
        if nodes > _MAX_NODES:
            raise bad_request(f"the body holds more than {_MAX_NODES} values")
        level = [below for held in level for below in _below(held)]
    raise invalid_request(f"the body is nested deeper than {_MAX_DEPTH}")


def _below(held: Any) -> Any:
    if isinstance(held, dict):
        return held.values()
    if isinstance(held, list):
        return held
    if isinstance(held, int) and abs(held) >= _MAX_INTEGER:
        raise bad_request(f"the number {str(held)[:30]} does not fit 64 bits")
    return ()
