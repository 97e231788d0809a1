"""`/ngsi-ld/v1/subscriptions`: what callers want to be told of."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from anyio import to_thread

from platform_hub.server.governance.answers import Refused, not_found
from platform_hub.server.ngsi_ld import subscriptions_body
from platform_hub.server.ngsi_ld.json_ld import Context
from platform_hub.server.ngsi_ld.parameters import Parameters, checked_uri
from platform_hub.server.ngsi_ld.subscriptions_conditions import Conditions
from platform_hub.server.store import changes, subscriptions
from platform_hub.server.store.subscriptions import Record, Subscription
from platform_hub.wire import problems

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.ngsi_ld.exchange import Asked, Desk
    from platform_hub.server.store.database import Database, Transaction
    from platform_hub.server.stream.targets import Targets

LIST_PATH = "/ngsi-ld/v1/subscriptions"
PATH = "/ngsi-ld/v1/subscriptions/{id}"
LIST_PARAMETERS = ("limit", "offset", "count", "options")
PARAMETERS = ("options",)
_OPTIONS = frozenset({"sysAttrs"})
_DEFAULT_LIMIT = 20
_MAX_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """The endpoints.

    Attributes:
        targets: where notifications may go.
        tell: called once a subscription has changed.
        settle: waits for a notification of a subscription (id, tenant) that is on its way.
    """

    database: Database
    desk: Desk
    targets: Targets
    now_us: Callable[[], int]
    tell: Callable[[], None]
    settle: Callable[[str, str], Awaitable[None]]

    async def create(self, request: Request) -> Response:
        """Take a subscription in."""
        asked = await self.desk.with_body(request)
        body = subscriptions_body.checked(asked.body, self.targets, self.now_us())
        new = await to_thread.run_sync(self._read, body, asked)
        await to_thread.run_sync(self._write, lambda tx: _insert(tx, new))
        return asked.done(201, {"Location": f"{LIST_PATH}/{new.id}"})

    async def query(self, request: Request) -> Response:
        """List subscriptions, oldest first."""
        asked = await self.desk.plain(request)
        parameters = Parameters(request, LIST_PARAMETERS)
        system = "sysAttrs" in parameters.words("options", _OPTIONS)
        count = parameters.flag("count")
        limit = parameters.number("limit", 0 if count else 1, _MAX_LIMIT)
        limit = _DEFAULT_LIMIT if limit is None else limit
        offset = parameters.number("offset", 0, 1 << 31) or 0
        found, total = await to_thread.run_sync(
            self.database.read, lambda tx: subscriptions.page(tx, asked.tenant, limit, offset)
        )
        return await asked.answer(
            [self._shown(one, asked.context, system) for one in found],
            headers={"NGSILD-Results-Count": str(total)} if count else {},
            links=_page_links(limit, offset, total),
        )

    async def retrieve(self, request: Request) -> Response:
        """Send one subscription."""
        ident = checked_uri(request.path_params["id"])
        asked = await self.desk.plain(request)
        system = "sysAttrs" in Parameters(request, PARAMETERS).words("options", _OPTIONS)
        await self.settle(ident, asked.tenant)
        found = await to_thread.run_sync(
            self.database.read, lambda tx: _known(tx, ident, asked.tenant)
        )
        return await asked.answer(self._shown(found, asked.context, system))

    async def update(self, request: Request) -> Response:
        """Replace members of a subscription; null takes one out."""
        ident = checked_uri(request.path_params["id"])
        asked = await self.desk.with_body(request, patch=True, write=False)
        await to_thread.run_sync(self._update, ident, asked)
        return asked.done()

    async def delete(self, request: Request) -> Response:
        """Forget a subscription."""
        ident = checked_uri(request.path_params["id"])
        asked = await self.desk.plain(request)

        def remove(transaction: Transaction) -> None:
            if not subscriptions.remove(transaction, ident, asked.tenant):
                raise not_found(f"there is no subscription {ident}")

        await to_thread.run_sync(self._write, remove)
        return asked.done()

    def _write(self, work: Callable[[Transaction], None]) -> None:
        self.database.write(work).result()
        self.tell()

    def _read(self, body: dict[str, Any], asked: Asked) -> Subscription:
        """Make a subscription of a checked body; every part of it is read once, to be sure."""
        ident = body.pop("id", None) or f"urn:ngsi-ld:Subscription:{uuid.uuid4()}"
        new = Subscription(ident, self.now_us(), self.now_us(), tenant=asked.tenant)
        self._fill(new, subscriptions_body.in_store(body, asked.context), asked)
        return new

    def _fill(self, held: Subscription, body: dict[str, Any], asked: Asked) -> None:
        """Put a body into a subscription, with what its names mean."""
        held.body = body
        held.terms = dict(asked.context.terms)
        held.source = asked.context.source
        held.link = _link(asked)
        self._check(held, asked)

    def _check(self, held: Subscription, asked: Asked) -> None:
        """Refuse what could not be followed later."""
        Conditions.of(held.body, _own_context(held))
        if (url := held.body.get("jsonldContext")) is not None:
            asked.library.context(checked_uri(str(url)))

    def _update(self, ident: str, asked: Asked) -> None:
        now_us = self.now_us()
        fragment = subscriptions_body.fragment_of(asked.body)

        def update(transaction: Transaction) -> None:
            held = _known(transaction, ident, asked.tenant)
            was_active = subscriptions_body.status(held.body, now_us) == "active"
            given = asked.context if asked.context.terms else None
            # One that has expired may be changed in other respects.
            since_us = now_us if fragment.get("expiresAt") else 0
            merged = subscriptions_body.patched(held.body, fragment)
            subscriptions_body.checked(merged, self.targets, since_us)
            new = {name: one for name, one in fragment.items() if one is not None}
            stored = subscriptions_body.in_store(new, given or _own_context(held))
            body = subscriptions_body.patched(held.body, fragment | stored)
            body.pop("id", None)
            if given and "q" in fragment:
                self._fill(held, body, asked)
            held.body = body
            self._check(held, asked)
            held.modified_us = max(now_us, held.modified_us + 1)
            subscriptions.save(transaction, held)
            if not was_active:  # what happened meanwhile was not to be told
                last = changes.extent(transaction).last
                subscriptions.remember(transaction, held.pk, held.record._replace(cursor=last))

        self._write(update)

    def _shown(self, held: Subscription, context: Context, system: bool) -> dict[str, Any]:
        return subscriptions_body.shown(held, context, self.now_us(), system=system)


def _insert(transaction: Transaction, new: Subscription) -> None:
    if subscriptions.load(transaction, new.id, new.tenant):
        raise Refused(problems.already_exists(f"there is a subscription {new.id} already"))
    new.record = Record(cursor=changes.extent(transaction).last)
    new.pk = 0  # the job may run twice
    subscriptions.save(transaction, new)


def _known(transaction: Transaction, ident: str, tenant: str) -> Subscription:
    found = subscriptions.load(transaction, ident, tenant)
    if found is None:
        raise not_found(f"there is no subscription {ident}")
    return found


def _own_context(held: Subscription) -> Context:
    return Context.of(held.terms, held.source)


def _link(asked: Asked) -> str:
    """Return where the caller's context can be read."""
    source = asked.context.source
    if isinstance(source, list) and len(source) == 1:
        source = source[0]
    if isinstance(source, str):
        return source
    url = asked.request.url
    return f"{url.scheme}://{url.netloc}{asked.library.implicit(asked.context.source)}"


def _page_links(limit: int, offset: int, total: int) -> tuple[str, ...]:
    links = []
    if limit and offset > 0:
        links.append(_page_link("prev", limit, max(0, offset - limit)))
    if limit and offset + limit < total:
        links.append(_page_link("next", limit, offset + limit))
    return tuple(links)


def _page_link(relation: str, limit: int, offset: int) -> str:
    query = urlencode({"limit": limit, "offset": offset})
    return f'<{LIST_PATH}?{query}>;rel="{relation}";type="application/ld+json"'
