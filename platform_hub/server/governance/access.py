"""Access to routes: the role matrix, and the guard that holds it at every route."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from anyio import to_thread

from platform_hub.server.governance import keys
from platform_hub.server.governance.answers import Refused
from platform_hub.server.governance.keys import Caller, Role
from platform_hub.wire import problems

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.store.database import Database, Transaction

Endpoint: TypeAlias = "Callable[[Request], Awaitable[Response]]"

READERS = frozenset({Role.READER, Role.MANAGER})
STORERS = frozenset({Role.GATEWAY, Role.MANAGER})
EVERYONE: frozenset[Role] = frozenset()  # no key needed

MATRIX: dict[str, frozenset[Role]] = {
    "/health": EVERYONE,
    "/openapi.json": EVERYONE,
    "/ngsi-ld/ex/v1/blocks": STORERS,
    "/ngsi-ld/ex/v1/losses": STORERS,
    "/ngsi-ld/ex/v1/live": READERS,
    "/ngsi-ld/v1/entities": READERS,
    "/ngsi-ld/v1/entities/{id}": READERS,
    "/ngsi-ld/v1/temporal/entities/{id}": READERS,
    "/area/v1/pack": READERS,
    "/area/v1/gateways": READERS,
}


class Guard:
    """Lets a request through to its route, with `request.state.caller` set, or refuses it."""

    def __init__(self, database: Database, *, open_to_all: bool = False) -> None:
        self._database = database
        self._open = open_to_all

    def at(self, path: str, endpoint: Endpoint) -> Endpoint:
        """Return the endpoint of a path behind its row of the role matrix."""
        allowed = MATRIX[path]

        async def guarded(request: Request) -> Response:
            if allowed:
                request.state.caller = await self._admit(request, allowed)
            return await endpoint(request)

        return guarded

    async def still_admits(self, request: Request) -> bool:
        """Tell whether the key of a long request is still valid."""
        return self._open or await self._caller(request) is not None

    async def _admit(self, request: Request, allowed: frozenset[Role]) -> Caller:
        caller = keys.ANYONE if self._open else await self._caller(request)
        if caller is None:
            detail = "send a valid key as 'Authorization: Bearer KEY'"
            raise Refused(problems.unauthorised(detail), {"WWW-Authenticate": "Bearer"})
        if caller.role not in allowed:
            raise Refused(problems.forbidden(f"a {caller.role} key may not do this"))
        return caller

    async def _caller(self, request: Request) -> Caller | None:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            return None

        def find(transaction: Transaction) -> Caller | None:
            return keys.caller_of(transaction, secret.strip())

        return await to_thread.run_sync(self._database.read, find)
