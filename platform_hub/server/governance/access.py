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

WRITERS = frozenset({Role.MANAGER})

# Rows of a path hold for all its methods but those that have a row of their own.
MATRIX: dict[str, frozenset[Role]] = {
    "/health": EVERYONE,
    "/openapi.json": EVERYONE,
    "/ngsi-ld/ex/v1/blocks": STORERS,
    "/ngsi-ld/ex/v1/losses": STORERS,
    "/ngsi-ld/ex/v1/live": READERS,
    "/ngsi-ld/v1/entities": READERS,
    "POST /ngsi-ld/v1/entities": WRITERS,
    "PUT /ngsi-ld/v1/entities": WRITERS,
    "PATCH /ngsi-ld/v1/entities": WRITERS,
    "DELETE /ngsi-ld/v1/entities": WRITERS,
    "/ngsi-ld/v1/entities/{id}": READERS,
    "PUT /ngsi-ld/v1/entities/{id}": WRITERS,
    "PATCH /ngsi-ld/v1/entities/{id}": WRITERS,
    "DELETE /ngsi-ld/v1/entities/{id}": WRITERS,
    "/ngsi-ld/v1/entities/{id}/attrs": WRITERS,
    "/ngsi-ld/v1/entities/{id}/attrs/{attr}": WRITERS,
    "/ngsi-ld/v1/entityOperations/query": READERS,
    "/ngsi-ld/v1/entityOperations/create": WRITERS,
    "/ngsi-ld/v1/entityOperations/upsert": WRITERS,
    "/ngsi-ld/v1/entityOperations/update": WRITERS,
    "/ngsi-ld/v1/entityOperations/merge": WRITERS,
    "/ngsi-ld/v1/entityOperations/delete": WRITERS,
    "/ngsi-ld/v1/types": READERS,
    "/ngsi-ld/v1/types/{type}": READERS,
    "/ngsi-ld/v1/attributes": READERS,
    "/ngsi-ld/v1/attributes/{attr}": READERS,
    "/ngsi-ld/v1/jsonldContexts": READERS,
    "POST /ngsi-ld/v1/jsonldContexts": WRITERS,
    "/ngsi-ld/v1/jsonldContexts/{id}": EVERYONE,
    "DELETE /ngsi-ld/v1/jsonldContexts/{id}": WRITERS,
    "/ngsi-ld/v1/csourceRegistrations": READERS,
    "/ngsi-ld/v1/csourceRegistrations/{id}": READERS,
    "/ngsi-ld/v1/csourceSubscriptions": READERS,
    "/ngsi-ld/v1/csourceSubscriptions/{id}": READERS,
    "/ngsi-ld/v1/entityMaps/{id}": READERS,
    "/ngsi-ld/v1/snapshots": READERS,
    "/ngsi-ld/v1/snapshots/{id}": READERS,
    "/ngsi-ld/v1/temporal/entities": READERS,
    "POST /ngsi-ld/v1/temporal/entities": STORERS,
    "/ngsi-ld/v1/temporal/entityOperations/query": READERS,
    "/ngsi-ld/v1/temporal/entities/{id}": READERS,
    "DELETE /ngsi-ld/v1/temporal/entities/{id}": WRITERS,
    "/ngsi-ld/v1/temporal/entities/{id}/attrs": STORERS,
    "/ngsi-ld/v1/temporal/entities/{id}/attrs/{attr}": WRITERS,
    "/ngsi-ld/v1/temporal/entities/{id}/attrs//{instance}": WRITERS,
    "/ngsi-ld/v1/temporal/entities/{id}/attrs/{attr}/{instance}": WRITERS,
    "/ngsi-ld/v1/subscriptions": READERS,
    "/ngsi-ld/v1/subscriptions/{id}": READERS,
    "/ngsi-ld/ex/v1/subscriptions/{id}/events": READERS,
    "/area/v1/pack": READERS,
    "/area/v1/gateways": READERS,
}


def allowed(method: str, path: str) -> frozenset[Role]:
    """Return the roles that may use a method of a path; KeyError where there is no row."""
    row = MATRIX.get(f"{method} {path}")
    return MATRIX[path] if row is None else row


class Guard:
    """Lets a request through to its route, with `request.state.caller` set, or refuses it."""

    def __init__(self, database: Database, *, open_to_all: bool = False) -> None:
        self._database = database
        self._open = open_to_all

    def at(self, path: str, endpoint: Endpoint) -> Endpoint:
        """Return the endpoint of a path behind its row of the role matrix."""
        if path not in MATRIX:
            raise KeyError(path)

        async def guarded(request: Request) -> Response:
            if roles := allowed(request.method, path):
                request.state.caller = await self._admit(request, roles)
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
