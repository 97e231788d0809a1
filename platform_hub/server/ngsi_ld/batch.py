"""`/ngsi-ld/v1/entityOperations/*`: many entities in one transaction, each told apart in the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from anyio import to_thread
from starlette.responses import Response

from platform_hub.server.governance.answers import Refused, bad_request
from platform_hub.server.ngsi_ld import fragments, merging, negotiation
from platform_hub.server.ngsi_ld.attribute_kinds import is_uri
from platform_hub.server.ngsi_ld.entities import existing, renewed
from platform_hub.server.ngsi_ld.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from platform_hub.server.ngsi_ld.exchange import Asked, Desk
    from platform_hub.server.ngsi_ld.fragments import Fragment
    from platform_hub.server.ngsi_ld.writing import Session, Writer
    from platform_hub.wire.problems import Problem

Json = dict[str, Any]
_BASE = "/ngsi-ld/v1/entityOperations/"
CREATE_PATH, UPSERT_PATH, UPDATE_PATH = _BASE + "create", _BASE + "upsert", _BASE + "update"
PARAMETERS = ("options", "local")
MERGE_PATH, DELETE_PATH = _BASE + "merge", _BASE + "delete"


@dataclass(slots=True)
class Outcome:
    """What became of each entity, in the order of the request."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    errors: list[tuple[str, Problem]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Batch:
    """The endpoints."""

    desk: Desk
    writer: Writer

    async def create(self, request: Request) -> Response:
        """Take in new entities."""
        asked, outcome = await self._run(request, (), lambda _words: _create, fragmentary=False)
        return _answer(asked, outcome, created=True)

    async def upsert(self, request: Request) -> Response:
        """Take in entities, in the place of those with their ids or, with `update`, into them."""
        asked, outcome = await self._run(request, ("update", "replace"), _upsert, fragmentary=False)
        return _answer(asked, outcome, created=True)

    async def update(self, request: Request) -> Response:
        """Add attributes to entities; with `noOverwrite` those that are there stay."""
        asked, outcome = await self._run(request, ("noOverwrite",), _update, fragmentary=False)
        return _answer(asked, outcome)

    async def merge(self, request: Request) -> Response:
        """Merge fragments into entities."""
        asked, outcome = await self._run(request, (), lambda _words: _merge, fragmentary=True)
        return _answer(asked, outcome)

    async def delete(self, request: Request) -> Response:
        """Delete the entities whose ids are listed."""
        asked = await self.desk.with_body(request)
        Parameters(request, ("local",))
        for urn in (ids := _listed(asked.body)):
            if not is_uri(urn):
                raise bad_request(f"{str(urn)[:100]!r} is no id of an entity")

        def work(session: Session) -> Outcome:
            outcome = Outcome()
            session.load(ids)
            for urn in ids:
                _attempt(session, outcome, urn, partial(_delete, session, urn))
            return outcome

        return _answer(asked, await self.writer.run(asked.tenant, work))

    async def _run(
        self,
        request: Request,
        options: tuple[str, ...],
        operation: Callable[[frozenset[str]], Callable[[Session, Fragment], bool]],
        *,
        fragmentary: bool,
    ) -> tuple[Asked, Outcome]:
        """Read every entity, then do the same to each in one transaction."""
        asked = await self.desk.with_body(request)
        parameters = Parameters(request, PARAMETERS)
        words = parameters.words("options", options) if options else parameters.words("options", ())
        act = operation(words)
        items = _listed(asked.body)
        given, unreadable = await to_thread.run_sync(_read, asked, items, fragmentary)

        def work(session: Session) -> Outcome:
            outcome = Outcome(errors=list(unreadable))
            session.load([fragment.id for fragment in given])
            for one in given:
                _attempt(session, outcome, one.id, partial(act, session, one))
            return outcome

        return asked, await self.writer.run(asked.tenant, work)


def _listed(body: Any) -> list[Any]:
    if not isinstance(body, list) or not body:
        raise bad_request("the body must be a list, not empty")
    return body


def _read(
    asked: Asked, items: list[Any], fragmentary: bool
) -> tuple[list[Fragment], list[tuple[str, Problem]]]:
    given, errors = [], []
    for item in items:
        urn = str(item.get("id", "")) if isinstance(item, dict) else ""
        try:
            context = asked.item_context(item)
            given.append(_entity(item, context, fragmentary))
        except Refused as refused:
            errors.append((urn, refused.problem))
    return given, errors


def _entity(item: Any, context: Any, fragmentary: bool) -> Fragment:
    if not fragmentary:
        return fragments.read_entity(item, context)
    fragment = fragments.read_fragment(item, context, partial=True, nulls=True)
    if not fragment.id:
        raise bad_request("the entity has no id")
    return fragment


def _attempt(session: Session, outcome: Outcome, urn: str, act: Callable[[], bool]) -> None:
    """Do something to one entity; what is refused leaves it as it was."""
    try:
        created = act()
    except Refused as refused:
        session.restore(urn)
        outcome.errors.append((urn, refused.problem))
    else:
        (outcome.created if created else outcome.changed).append(urn)


def _create(session: Session, given: Fragment) -> bool:
    found = session.load([given.id]).get(given.id)
    session.save(renewed(found, given, session))
    return True


def _upsert(words: frozenset[str]) -> Callable[[Session, Fragment], bool]:
    def act(session: Session, given: Fragment) -> bool:
        found = session.load([given.id]).get(given.id)
        if found is None or found.deleted_us is not None:
            return _create(session, given)
        if "update" in words:
            merging.append(found, given, session.now_us)
        else:
            merging.replace(found, given, session.now_us)
        session.save(found)
        return False

    return act


def _update(words: frozenset[str]) -> Callable[[Session, Fragment], bool]:
    def act(session: Session, given: Fragment) -> bool:
        found = existing(session, given.id)
        result = merging.append(found, given, session.now_us, overwrite="noOverwrite" not in words)
        session.save(found)
        if result.not_updated:
            names = ", ".join(name for name, _ in result.not_updated)
            raise bad_request(f"{given.id} has these attributes already: {names}")
        return False

    return act


def _merge(session: Session, given: Fragment) -> bool:
    found = existing(session, given.id)
    merging.merge(found, given, session.now_us)
    session.save(found)
    return False


def _delete(session: Session, urn: str) -> bool:
    found = existing(session, urn)
    merging.delete(found, session.now_us)
    session.save(found)
    return False


def _answer(asked: Asked, outcome: Outcome, *, created: bool = False) -> Response:
    if outcome.errors:
        errors = [
            {"entityId": urn, "error": msgspec.to_builtins(problem)}
            for urn, problem in outcome.errors
        ]
        body: Any = {"success": [*outcome.created, *outcome.changed], "errors": errors}
        return Response(msgspec.json.encode(body), 207, media_type=negotiation.JSON)
    if created and outcome.created:
        content = msgspec.json.encode(outcome.created)
        return Response(content, 201, media_type=negotiation.JSON)
    return asked.done()
