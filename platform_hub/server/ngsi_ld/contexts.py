"""`/ngsi-ld/v1/jsonldContexts`: contexts hosted here, and copies of others' (5.13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from anyio import to_thread
from starlette.responses import Response

from platform_hub.server.governance.answers import bad_request, invalid_request, not_found
from platform_hub.server.ngsi_ld import core_context, json_input, negotiation
from platform_hub.server.ngsi_ld.context_library import CACHED, HOSTED, IMPLICIT, PATH
from platform_hub.server.ngsi_ld.parameters import Parameters
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from starlette.requests import Request

    from platform_hub.server.ngsi_ld.context_library import ContextLibrary
    from platform_hub.server.store.contexts import StoredContext

LIST_PATH = PATH
ONE_PATH = PATH + "/{id}"
LIST_PARAMETERS = ("details", "kind")
PARAMETERS = ("details",)
DELETE_PARAMETERS = ("reload",)
_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Contexts:
    """The endpoints."""

    library: ContextLibrary

    async def add(self, request: Request) -> Response:
        """Host a context."""
        negotiation.content_type_of(request)
        Parameters(request, ())
        body = json_input.decode(await json_input.body_of(request, _MAX_BYTES))
        if not isinstance(body, dict) or "@context" not in body:
            raise invalid_request("the body must be an object that holds an @context")
        if not isinstance(body["@context"], dict | list):
            raise bad_request("@context must be an object or a list: a URL needs no hosting")
        held = await to_thread.run_sync(self.library.host, {"@context": body["@context"]})
        return Response(status_code=201, headers={"Location": held.url})

    async def list(self, request: Request) -> Response:
        """List contexts: their URLs, with `details` also how they are used."""
        negotiation.media_type_of(request)
        parameters = Parameters(request, LIST_PARAMETERS)
        kind = parameters.choice("kind", {HOSTED, CACHED, IMPLICIT})
        details = parameters.flag("details")
        found = await to_thread.run_sync(self.library.every, kind)
        base = str(request.base_url).rstrip("/")
        return _json(
            [self._described(held, base) if details else _url(held, base) for held in found]
        )

    async def get(self, request: Request) -> Response:
        """Send one context, or with `details` what is known of it."""
        negotiation.media_type_of(request)
        details = Parameters(request, PARAMETERS).flag("details")
        held = await self._found(request)
        base = str(request.base_url).rstrip("/")
        if details:
            body: Any = self._described(held, base)
        else:
            body = msgspec.json.decode(held.body)
        if held.kind != HOSTED:  # of a copy, serving it is its use
            self.library.looked_up(held)
        return _json(body)

    async def delete(self, request: Request) -> Response:
        """Forget a context, or with `reload` fetch it again."""
        reload = Parameters(request, DELETE_PARAMETERS).flag("reload")
        if request.path_params["id"] in core_context.URLS:
            if not reload:
                raise bad_request("the core context is built in: it cannot be deleted")
            return Response(status_code=204)  # it is as fresh as this hub
        held = await self._found(request, reload=reload)
        if not reload:
            await to_thread.run_sync(self.library.remove, held)
        elif held.kind == CACHED:
            await to_thread.run_sync(self.library.reload, held)
        else:
            raise bad_request(f"a context of kind {held.kind} comes from nowhere: reload it not")
        return Response(status_code=204)

    async def _found(self, request: Request, *, reload: bool = False) -> StoredContext:
        name = request.path_params["id"]
        held = await to_thread.run_sync(self.library.find, name)
        if held is None:
            refuse = bad_request if reload else not_found
            raise refuse(f"there is no context {name[:300]}")
        return held

    def _described(self, held: StoredContext, base: str) -> dict[str, Any]:
        usage = self.library.usage(held)
        described = {
            "URL": _url(held, base),
            "localId": held.id,
            "kind": held.kind,
            "createdAt": timestamps.to_text(held.created_us),
            "numberOfHits": usage.hits,
        }
        if usage.last_us is not None:
            described["lastUsage"] = timestamps.to_text(usage.last_us)
        return described


def _url(held: StoredContext, base: str) -> str:
    return base + held.url if held.url.startswith("/") else held.url


def _json(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type=negotiation.JSON)
