"""Access to routes: the role matrix, and the guard that holds it at every route.

Roles are enforced here and nowhere else; what depends on more than the role (a gateway speaks for
itself only, a caregiver shelves nothing) the endpoint asks of `request.state.caller`.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from anyio import to_thread

from area_configs.domain.names import Name
from platform_hub.server.governance import audit, gateway_signatures, keys, sessions
from platform_hub.server.governance.answers import Refused, plain
from platform_hub.server.governance.area_rows import ROWS
from platform_hub.server.governance.audit import Deed
from platform_hub.server.governance.identity import HubIdentity
from platform_hub.server.governance.limits import Buckets, Rate
from platform_hub.server.governance.quotas import Meter, class_of
from platform_hub.server.governance.roles import EVERYONE, READERS, STAFF, STORERS, WRITERS, Role
from platform_hub.wire import problems, tokens
from platform_hub.wire.tokens import BadToken

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.governance.keys import Caller
    from platform_hub.server.store.database import Database, Transaction

T = TypeVar("T")
Endpoint: TypeAlias = "Callable[[Request], Awaitable[Response]]"

# Rows of a path hold for all its methods but those that have a row of their own.
MATRIX: dict[str, frozenset[Role]] = {
    "/health": EVERYONE,
    "/openapi.json": EVERYONE,
    "/metrics": STAFF,
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
    "/ngsi-ld/v1/subscriptions": STAFF,
    "/ngsi-ld/v1/subscriptions/{id}": STAFF,
    "/ngsi-ld/ex/v1/subscriptions/{id}/events": STAFF,
} | ROWS

_OPEN_API = "/ngsi-ld/"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
# What comes many times a second and says nothing of people, or only asks though it is a POST.
_UNWATCHED = frozenset(
    {
        "/ngsi-ld/ex/v1/blocks",
        "/area/v1/gateways/{id}/report",
        "/area/v1/care/minutes",
        "/area/v1/care/collection",
        "/ngsi-ld/v1/entityOperations/query",
        "/ngsi-ld/v1/temporal/entityOperations/query",
    }
)
# Looks that are logged as well: who saw what about people.
_WATCHED_LOOKS = ("/area/v1/users", "/area/v1/keys", "/area/v1/audit", "/area/v1/care")
_ADDRESS = Rate(2000, 400.0)
_FAILURES = Rate(30, 0.5)  # wrong keys and passwords from one address


def allowed(method: str, path: str) -> frozenset[Role]:
    """Return the roles that may use a method of a path; KeyError where there is no row."""
    method = "GET" if method == "HEAD" else method
    row = MATRIX.get(f"{method} {path}")
    return MATRIX[path] if row is None else row


@dataclass(frozen=True, slots=True)
class Authority:
    """What it takes to know who somebody is and what is left to them.

    Attributes:
        area: id of the area, which gateways address their tokens to.
        now_us: the clock, microseconds since 1970 UTC.
    """

    database: Database
    area: str
    now_us: Callable[[], int]
    identity: HubIdentity = field(default_factory=HubIdentity)
    open_to_all: bool = False

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a reading job off the event loop."""
        return await to_thread.run_sync(self.database.read, work)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run a writing job; returns once it is durable."""
        return await asyncio.wrap_future(self.database.write(work))

    async def record(self, deed: Deed) -> None:
        """Write a deed into the audit log; returns once it is durable."""
        if self.open_to_all:
            return  # nobody in particular: there is nothing to prove

        def write(transaction: Transaction) -> None:
            audit.record(transaction, deed, self.identity, self.now_us())

        await self.write(write)


class Guard:
    """Lets a request through to its route, with `request.state.caller` set, or refuses it."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._open = authority.open_to_all
        self._addresses = Buckets(_ADDRESS)
        self._failures = Buckets(_FAILURES)
        self._callers = Buckets(class_of(keys.OPERATOR_PLAN).rate)
        self.meter = Meter(authority.database)

    def at(self, path: str, endpoint: Endpoint) -> Endpoint:
        """Return the endpoint of a path behind its row of the role matrix."""
        if not any(row == path or row.endswith(f" {path}") for row in MATRIX):
            raise KeyError(path)

        async def guarded(request: Request) -> Response:
            roles = allowed(request.method, path)
            if self._open:
                request.state.caller = keys.ANYONE
                return await endpoint(request)
            if not roles:
                self._take(self._addresses, address_of(request))
                return await endpoint(request)
            return await self._held(request, path, endpoint)

        return guarded

    async def still_admits(self, request: Request) -> bool:
        """Tell whether the key of a long request is still valid."""
        if self._open:
            return True
        try:
            return await self._caller(request) is not None
        except BadToken:
            return False

    def failed(self, request: Request) -> None:
        """Count a wrong password against the address that it came from."""
        self._failures.take(address_of(request), self._authority.now_us())

    def check_failures(self, request: Request) -> None:
        """Refuse an address that guesses.

        Raises:
            Refused: it must wait.
        """
        now_us = self._authority.now_us()
        if wait_s := self._failures.empty(address_of(request), now_us):
            raise _too_many("too many wrong keys or passwords came from this address", wait_s)

    async def _held(self, request: Request, path: str, endpoint: Endpoint) -> Response:
        caller = await self._admit(request, path)
        request.state.caller = caller
        now_us = self._authority.now_us()
        self._take(self._callers, caller.who, class_of(caller.plan).rate)
        allowance = await self.meter.spend(caller, now_us)
        headers = allowance.headers() if allowance else {}
        if allowance and allowance.remaining < 0:
            detail = f"the quota of {allowance.limit} requests a day is used up"
            raise _too_many(detail, allowance.reset_s, headers)
        try:
            response = await endpoint(request)
        except Refused as refusal:
            await self._note(request, path, refusal.problem.status)
            raise
        response.headers.update(headers)
        self.meter.answered(caller, now_us, int(response.headers.get("content-length", 0)))
        await self._note(request, path, response.status_code)
        return response

    async def _admit(self, request: Request, path: str) -> Caller:
        self._take(self._addresses, address_of(request))
        self.check_failures(request)
        try:
            caller = await self._caller(request)
        except BadToken as error:
            self.failed(request)
            raise _unauthorised(str(error)) from error
        if caller is None:
            if request.headers.get("authorization"):
                self.failed(request)
            raise _unauthorised("send a valid key or token as 'Authorization: Bearer ...'")
        if caller.role not in allowed(request.method, path):
            await self._refuse(request, path, caller)
        return caller

    async def _refuse(self, request: Request, path: str, caller: Caller) -> None:
        what = f"{request.method} {path}"
        deed = Deed(caller.who, what, request.url.path, 403, address_of(request))
        await self._authority.record(deed)
        said = Name(f"役割 {caller.role} ではできません", f"a {caller.role} key may not do this")
        raise Refused(problems.in_both(problems.forbidden(said.en), said))

    async def _caller(self, request: Request) -> Caller | None:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        secret = text.strip()
        if scheme.lower() != "bearer" or not secret:
            return None
        token = tokens.parse(secret) if tokens.is_token(secret) else None

        def find(transaction: Transaction) -> Caller | None:
            return self._holder(transaction, secret, token)

        return await self._authority.read(find)

    def _holder(
        self, transaction: Transaction, secret: str, token: tokens.Token | None
    ) -> Caller | None:
        authority = self._authority
        if token is None:
            return keys.caller_of(transaction, secret)
        if token.kid == authority.identity.kid:
            claims = authority.identity.signs(token)
            return sessions.caller_of(transaction, claims, authority.now_us())
        return gateway_signatures.caller_of(transaction, token, authority.area, authority.now_us())

    def _take(self, buckets: Buckets, name: str, rate: Rate | None = None) -> None:
        if wait_s := buckets.take(name, self._authority.now_us(), rate):
            raise _too_many("requests come too fast", wait_s)

    async def _note(self, request: Request, path: str, status: int) -> None:
        caller: Caller = request.state.caller
        stores = caller.role is Role.GATEWAY and path.startswith(_OPEN_API)
        if stores or not _watched(request.method, path):
            return  # readings are not in the log: they are the history
        change = getattr(request.state, "change", None)
        what = f"{request.method} {path}"
        address = address_of(request)
        deed = Deed(caller.who, what, request.url.path, status, address, change)
        await self._authority.record(deed)


def address_of(request: Request) -> str:
    """Return the address that a request came from."""
    return request.client.host if request.client else ""


def _watched(method: str, path: str) -> bool:
    if path in _UNWATCHED:
        return False
    return method not in _READS or path.startswith(_WATCHED_LOOKS)


def _unauthorised(detail: str) -> Refused:
    return Refused(problems.unauthorised(detail), {"WWW-Authenticate": "Bearer"})


def _too_many(detail: str, wait_s: float, headers: dict[str, str] | None = None) -> Refused:
    wait = str(math.ceil(wait_s))
    problem = plain(429, "Too many requests", f"{detail}: try again in {wait} s")
    return Refused(problem, {"Retry-After": wait, **(headers or {})})
