"""`/ngsi-ld/v1/entities/{id}/attrs` and `/attrs/{attr}`: parts of one entity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from platform_hub.server.governance.answers import bad_request, not_found
from platform_hub.server.ngsi_ld import fragments, json_ld, merging, negotiation
from platform_hub.server.ngsi_ld.attribute_kinds import checked_name
from platform_hub.server.ngsi_ld.entities import check_same_id, existing
from platform_hub.server.ngsi_ld.fragments import NO_DATASET
from platform_hub.server.ngsi_ld.parameters import Parameters, checked_uri
from platform_hub.server.store.entities import SCOPE

if TYPE_CHECKING:
    from starlette.requests import Request

    from platform_hub.server.ngsi_ld.exchange import Asked, Desk
    from platform_hub.server.ngsi_ld.merging import Result
    from platform_hub.server.ngsi_ld.writing import Session, Writer
    from platform_hub.server.store.entities import Entity

LIST_PATH = "/ngsi-ld/v1/entities/{id}/attrs"
PATH = "/ngsi-ld/v1/entities/{id}/attrs/{attr}"
APPEND_PARAMETERS = ("options", "type", "local")
UPDATE_PARAMETERS = ("type", "local")
DELETE_PARAMETERS = ("datasetId", "deleteAll", "type", "local")


@dataclass(frozen=True, slots=True)
class Attributes:
    """The endpoints."""

    desk: Desk
    writer: Writer

    async def append(self, request: Request) -> Response:
        """Add attributes to an entity; with `noOverwrite` those that are there stay."""
        asked = await self.desk.with_body(request)
        parameters = Parameters(request, APPEND_PARAMETERS)
        overwrite = not parameters.words("options", {"noOverwrite"})
        fragment = fragments.read_fragment(asked.body, asked.context)
        return await self._change(
            asked,
            fragment,
            lambda entity, session: merging.append(
                entity, fragment, session.now_us, overwrite=overwrite
            ),
        )

    async def update(self, request: Request) -> Response:
        """Put attributes in the place of those that are there."""
        asked = await self.desk.with_body(request, patch=True)
        Parameters(request, UPDATE_PARAMETERS)
        fragment = fragments.read_fragment(asked.body, asked.context, nulls=True)
        return await self._change(
            asked,
            fragment,
            lambda entity, session: merging.update(entity, fragment, session.now_us),
        )

    async def patch(self, request: Request) -> Response:
        """Renew members of one attribute."""
        asked, urn, name = await self._one(request, patch=True)
        if name == SCOPE:
            return await self._set_scope(asked, urn)
        instances = fragments.read_attribute(
            name, _fragment(asked.body), asked.context, partial=True, nulls=True
        )

        def work(session: Session) -> None:
            entity = existing(session, urn)
            merging.patch_attribute(entity, name, instances, session.now_us)
            session.save(entity)

        await self.writer.run(asked.tenant, work)
        return asked.done()

    async def replace(self, request: Request) -> Response:
        """Put an attribute in the place of the one that is there."""
        asked, urn, name = await self._one(request)
        if name == SCOPE:
            raise bad_request("scope is no attribute: change it with PATCH on the entity")
        instances = fragments.read_attribute(name, _fragment(asked.body), asked.context)

        def work(session: Session) -> None:
            entity = existing(session, urn)
            merging.replace_attribute(entity, name, instances, session.now_us)
            session.save(entity)

        await self.writer.run(asked.tenant, work)
        return asked.done()

    async def delete(self, request: Request) -> Response:
        """Delete an attribute: its default instance, that of `datasetId`, or all of them."""
        asked = await self.desk.plain(request)
        urn, name = _place(request, asked)
        parameters = Parameters(request, DELETE_PARAMETERS)
        every, dataset = parameters.flag("deleteAll"), parameters.text("datasetId")
        wanted = None if every else "" if dataset == NO_DATASET else dataset

        def work(session: Session) -> None:
            entity = existing(session, urn)
            if name == SCOPE:
                _delete_scope(entity, session)
            else:
                merging.delete_attribute(entity, name, wanted, session.now_us)
            session.save(entity)

        await self.writer.run(asked.tenant, work)
        return asked.done()

    async def _change(self, asked: Asked, fragment: fragments.Fragment, change: Any) -> Response:
        urn = checked_uri(asked.request.path_params["id"])
        check_same_id(urn, fragment.id)
        if not (fragment.attributes or fragment.types or fragment.scope is not None):
            raise bad_request("the body names no attribute")

        def work(session: Session) -> Result:
            entity = existing(session, urn)
            result: Result = change(entity, session)
            session.save(entity)
            return result

        result = await self.writer.run(asked.tenant, work)
        return asked.done() if not result.not_updated else _partly(result)

    async def _one(self, request: Request, *, patch: bool = False) -> tuple[Asked, str, str]:
        asked = await self.desk.with_body(request, patch=patch)
        urn, name = _place(request, asked)
        Parameters(request, UPDATE_PARAMETERS)
        return asked, urn, name

    async def _set_scope(self, asked: Asked, urn: str) -> Response:
        scope = fragments.read_scope({SCOPE: asked.body})

        def work(session: Session) -> None:
            entity = existing(session, urn)
            if not entity.scope:
                raise not_found(f"{urn} has no scope")
            entity.scope, entity.modified_us = scope or (), session.now_us
            session.save(entity)

        await self.writer.run(asked.tenant, work)
        return asked.done()


def _place(request: Request, asked: Asked) -> tuple[str, str]:
    urn = checked_uri(request.path_params["id"])
    return urn, asked.context.stored(checked_name(request.path_params["attr"]))


def _fragment(body: Any) -> Any:
    if not body:
        raise bad_request("the fragment of the attribute is empty")
    return body


def _delete_scope(entity: Entity, session: Session) -> None:
    if not entity.scope:
        raise not_found(f"{entity.id} has no scope")
    entity.scope, entity.modified_us = (), session.now_us


def _partly(result: Result) -> Response:
    """Write what was taken over; without a context, names are full IRIs."""
    body = {
        "updated": [json_ld.full_iri(name) for name in result.updated],
        "notUpdated": [
            {"attributeName": json_ld.full_iri(name), "reason": reason}
            for name, reason in result.not_updated
        ],
    }
    return Response(msgspec.json.encode(body), 207, media_type=negotiation.JSON)
