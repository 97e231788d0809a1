"""One request and its answer: tenant, context, body in; names as the caller knows them out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from starlette.responses import Response

from platform_hub.server.governance.answers import Refused, bad_request, invalid_request
from platform_hub.server.ngsi_ld import json_input, json_ld, negotiation
from platform_hub.server.store import entities
from platform_hub.wire import problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from platform_hub.server.ngsi_ld.context_library import ContextLibrary
    from platform_hub.server.ngsi_ld.json_ld import Context
    from platform_hub.server.store.database import Database

TENANT_HEADER = "NGSILD-Tenant"
_TENANT = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request brought.

    Attributes:
        request: the request itself.
        library: where contexts are found.
        media_type: what the answer is written in.
        tenant: whose data is meant; empty for the default tenant.
        context: what the caller's names mean.
        content_type: media type of the body, empty where no body is read.
        link: URL of the context in the Link header.
        body: the body, without its `@context` where it is one object.
    """

    request: Request
    library: ContextLibrary
    media_type: str
    tenant: str
    context: Context = json_ld.CORE
    content_type: str = ""
    link: str | None = None
    body: Any = None

    def item_context(self, item: Any) -> Context:
        """Return the context of one item of a list, and take it out of the item.

        Raises:
            Refused: it stands where it must not, or cannot be had.
        """
        return self.library.context(_context_value(item, self.content_type, self.link))

    async def answer(
        self,
        body: Any,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        links: tuple[str, ...] = (),
    ) -> Response:
        """Write an answer with entities or other documents in the caller's context."""
        context = self.context
        if not isinstance(context.source, str) and self.media_type != negotiation.JSON_LD:
            path = await to_thread.run_sync(self.library.implicit, context.source)
            url = f"{self.request.url.scheme}://{self.request.url.netloc}{path}"
            context = replace(context, source=url)
        return negotiation.answer(
            self.media_type,
            body,
            status=status,
            headers={**self._tenant_header(), **(headers or {})},
            links=links,
            context=context,
        )

    def done(self, status: int = 204, headers: Mapping[str, str] | None = None) -> Response:
        """Write an answer without a body."""
        return Response(status_code=status, headers={**self._tenant_header(), **(headers or {})})

    def _tenant_header(self) -> dict[str, str]:
        return {TENANT_HEADER: self.tenant} if self.tenant else {}


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes requests in.

    Attributes:
        max_body_bytes: bound of one body.
    """

    database: Database
    library: ContextLibrary
    max_body_bytes: int

    async def plain(self, request: Request, *, geo: bool = False) -> Asked:
        """Take in a request without a body.

        Args:
            request: what was asked.
            geo: GeoJSON can be written as well.

        Raises:
            Refused: header by header, with the problem that names it.
        """
        media_type = negotiation.media_type_of(request, geo=geo)
        tenant = await self._known_tenant(request)
        link = negotiation.linked_context(request)
        context = self.library.known(link) if link else json_ld.CORE
        if context is None:
            context = await to_thread.run_sync(self.library.context, link)
        return Asked(request, self.library, media_type, tenant, context, link=link)

    async def with_body(
        self, request: Request, *, patch: bool = False, geo: bool = False, write: bool = True
    ) -> Asked:
        """Take in a request with a body; of a list the contexts stay in its items.

        Args:
            request: what was asked.
            patch: a merge patch is a body as well.
            geo: GeoJSON can be written as well.
            write: it brings the tenant into being.

        Raises:
            Refused: header by header, with the problem that names it.
        """
        content_type = negotiation.content_type_of(request, patch=patch)
        media_type = negotiation.media_type_of(request, geo=geo)
        tenant = tenant_of(request) if write else await self._known_tenant(request)
        link = negotiation.linked_context(request)
        if content_type == negotiation.JSON_LD and link:
            raise bad_request("application/ld+json holds its @context: leave the Link header out")
        raw = await json_input.body_of(request, self.max_body_bytes)
        body = json_input.decode(raw)
        value = link if isinstance(body, list) else _context_value(body, content_type, link)
        context = await to_thread.run_sync(self.library.context, value)
        return Asked(request, self.library, media_type, tenant, context, content_type, link, body)

    async def _known_tenant(self, request: Request) -> str:
        tenant = tenant_of(request)
        if tenant and not await to_thread.run_sync(
            self.database.read, lambda tx: entities.tenant_exists(tx, tenant)
        ):
            raise Refused(problems.no_such_tenant(f"there is no tenant {tenant}"))
        return tenant


def tenant_of(request: Request) -> str:
    """Return whose data a request means.

    Raises:
        Refused: the header is no name.
    """
    tenant = request.headers.get(TENANT_HEADER, "")
    if tenant and not _TENANT.fullmatch(tenant):
        raise bad_request(f"{TENANT_HEADER} takes 1 to 64 letters, digits, '_', '-' and '.'")
    return tenant


def _context_value(body: Any, content_type: str, link: str | None) -> Any:
    """Take the context out of a body, or the one of the Link header."""
    if not isinstance(body, dict):
        raise invalid_request("the body must be an object")
    if content_type == negotiation.JSON_LD:
        if "@context" not in body:
            raise bad_request("application/ld+json must hold an @context")
        return body.pop("@context")
    if "@context" not in body:
        return link
    if content_type == negotiation.MERGE_PATCH and not link:
        return body.pop("@context")
    raise bad_request(f"{content_type} takes its context from the Link header, not from the body")
