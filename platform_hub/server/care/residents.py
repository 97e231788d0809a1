"""Whose data it is: residents, who looks after them, and their consents with every version.

A caregiver reaches assigned residents only. Who is not assigned may look in need, for an hour,
with a reason; the audit log has both. A withdrawn consent stops collecting and sharing at once and
deletes what was collected under it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from area_configs.domain.care import Resident, Scope
from platform_hub.server.care import sentences
from platform_hub.server.governance import bodies, parameters
from platform_hub.server.governance.answers import json_response
from platform_hub.server.governance.roles import Role
from platform_hub.server.store import care as stored
from platform_hub.server.store.care import StoredAssignment, StoredConsent, StoredResident
from platform_hub.wire.care import (
    AssignmentBody,
    ConsentBody,
    NeedBody,
    ResidentBody,
    WithdrawalBody,
)
from platform_hub.wire.care_views import written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.governance.access import Authority
    from platform_hub.server.store.database import Transaction

PATH = "/area/v1/care/residents"
ASSIGNMENTS_PATH = "/area/v1/care/residents/{id}/assignments"
NEED_PATH = "/area/v1/care/residents/{id}/look-in-need"
CONSENTS_PATH = "/area/v1/care/residents/{id}/consents"
WITHDRAWAL_PATH = "/area/v1/care/residents/{id}/withdrawal"
NEED_US = 3_600_000_000


def scopes_of(transaction: Transaction, of: str = "") -> dict[str, frozenset[str]]:
    """Return what is consented to now, by resident; who never consented is not in it."""
    found: dict[str, frozenset[str]] = {}
    for one in stored.consents(transaction, of):
        found[one.resident] = frozenset() if one.withdrawn_us else frozenset(one.scopes.split())
    return found


def reachable(transaction: Transaction, request: Request, now_us: int) -> list[StoredResident]:
    """Return the residents that a caller may see: a caregiver's own, else all."""
    every = stored.residents(transaction)
    caller = request.state.caller
    if caller.role is not Role.CAREGIVER:
        return every
    mine = {one.resident for one in stored.assignments(transaction, now_us, "", caller.name)}
    return [one for one in every if one.id in mine]


def reached(transaction: Transaction, request: Request, now_us: int) -> StoredResident:
    """Return the resident of a path.

    Raises:
        Refused: there is none, or a caregiver is not assigned.
    """
    ident = request.path_params["id"]
    found = stored.resident(transaction, ident)
    if found is None:
        raise sentences.no_resident(ident)
    caller = request.state.caller
    if caller.role is Role.CAREGIVER:
        mine = stored.assignments(transaction, now_us, ident, caller.name)
        if not mine:
            raise sentences.not_assigned()
    return found


def consented(transaction: Transaction, of: str, scope: Scope) -> None:
    """Check that a consent covers something.

    Raises:
        Refused: it does not; says what to do.
    """
    if scope not in scopes_of(transaction, of).get(of, frozenset()):
        raise sentences.no_consent(scope)


def shown(transaction: Transaction, found: Iterable[StoredResident], now_us: int) -> list[Resident]:
    """Return residents with their consents and caregivers."""
    scopes = scopes_of(transaction)
    carers: dict[str, list[str]] = {}
    for one in stored.assignments(transaction, now_us):
        carers.setdefault(one.resident, []).append(one.caregiver)
    return [
        Resident(
            one.id,
            one.label,
            bool(one.invented),
            tuple(sorted(scopes.get(one.id, ()))),
            tuple(carers.get(one.id, ())),
        )
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class Registry:
    """The endpoints."""

    authority: Authority

    async def list_all(self, request: Request) -> Response:
        """List residents: a caregiver's own, else all."""
        parameters.only(request, ())
        now_us = self.authority.now_us()

        def find(transaction: Transaction) -> list[Resident]:
            return shown(transaction, reachable(transaction, request, now_us), now_us)

        found = await self.authority.read(find)
        request.state.change = {"residents": [one.id for one in found]}
        return json_response(written(found))

    async def add(self, request: Request) -> Response:
        """Register a resident under the pseudonym that the gateway made."""
        body = await bodies.read(request, ResidentBody)
        now_us = self.authority.now_us()
        new = StoredResident(body.id, body.label.strip(), int(body.invented), now_us)

        def store(transaction: Transaction) -> None:
            if stored.resident(transaction, new.id):
                raise sentences.registered_already(new.id)
            stored.add_resident(transaction, new)

        await self.authority.write(store)
        request.state.change = {"added": new.id}
        return json_response(written(Resident(new.id, new.label, body.invented)), 201)

    async def assign(self, request: Request) -> Response:
        """Say who looks after a resident."""
        body = await bodies.read(request, AssignmentBody)
        now_us = self.authority.now_us()
        names = sorted(set(body.caregivers))

        def store(transaction: Transaction) -> list[Resident]:
            one = reached(transaction, request, now_us)
            stored.end_assignments(transaction, one.id, now_us)
            for name in names:
                stored.assign(transaction, StoredAssignment(one.id, name, now_us))
            return shown(transaction, [one], now_us)

        found = await self.authority.write(store)
        request.state.change = {"caregivers": names}
        return json_response(written(found[0]))

    async def look_in_need(self, request: Request) -> Response:
        """Let a caregiver who is not assigned look for an hour; the reason is in the audit log."""
        body = await bodies.read(request, NeedBody)
        now_us = self.authority.now_us()
        caller = request.state.caller
        ends_us = now_us + NEED_US

        def store(transaction: Transaction) -> None:
            ident = request.path_params["id"]
            if stored.resident(transaction, ident) is None:
                raise sentences.no_resident(ident)
            stored.assign(
                transaction, StoredAssignment(ident, caller.name, now_us, ends_us, body.reason)
            )

        await self.authority.write(store)
        request.state.change = {"reason": body.reason, "untilUs": ends_us}
        return json_response({"untilUs": ends_us})

    async def consents(self, request: Request) -> Response:
        """List every version of a resident's consent."""
        now_us = self.authority.now_us()

        def find(transaction: Transaction) -> list[StoredConsent]:
            return stored.consents(transaction, reached(transaction, request, now_us).id)

        return json_response([_consent(one) for one in await self.authority.read(find)])

    async def consent(self, request: Request) -> Response:
        """Record a consent as a new version; it replaces the one before."""
        body = await bodies.read(request, ConsentBody)
        local_date(body.given_on, "givenOn")
        now_us = self.authority.now_us()

        def store(transaction: Transaction) -> StoredConsent:
            one = reached(transaction, request, now_us)
            before = stored.consents(transaction, one.id)
            version = before[-1].version + 1 if before else 1
            scopes = " ".join(sorted(set(body.scopes)))
            new = StoredConsent(one.id, version, scopes, msgspec.json.encode(body), now_us)
            stored.add_consent(transaction, new)
            return new

        new = await self.authority.write(store)
        request.state.change = {"version": new.version, "scopes": new.scopes}
        return json_response(_consent(new), 201)

    async def withdraw(self, request: Request) -> Response:
        """Take back a consent: stop, delete what was collected under it, and say what was deleted."""
        body = await bodies.read(request, WithdrawalBody)
        now_us = self.authority.now_us()

        def store(transaction: Transaction) -> dict[str, Any]:
            one = reached(transaction, request, now_us)
            return _withdraw(transaction, one.id, body, now_us)

        done = await self.authority.write(store)
        request.state.change = done
        return json_response(done)


def local_date(text: str, field: str) -> date:
    """Read a date.

    Raises:
        Refused: there is no such day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise sentences.no_day(field, text) from error


def _withdraw(
    transaction: Transaction, of: str, body: WithdrawalBody, now_us: int
) -> dict[str, Any]:
    before = stored.consents(transaction, of)
    held = frozenset() if not before or before[-1].withdrawn_us else _scopes(before[-1])
    if not held:
        raise sentences.nothing_to_withdraw()
    gone = held & frozenset(body.scopes) if body.scopes else held
    kept = held - gone
    stored.withdraw(transaction, of, before[-1].version, now_us)
    if kept:
        scopes = " ".join(sorted(kept))
        again = before[-1]._replace(version=before[-1].version + 1, scopes=scopes, given_us=now_us)
        stored.add_consent(transaction, again)
    wearable, records = Scope.WEARABLE in gone, Scope.RECORDS in gone
    deleted = stored.erase(transaction, of, wearable=wearable, records_too=records)
    return {"withdrawn": sorted(gone), "kept": sorted(kept), "deleted": deleted}


def _scopes(one: StoredConsent) -> frozenset[str]:
    return frozenset(one.scopes.split())


def _consent(one: StoredConsent) -> dict[str, Any]:
    body = msgspec.json.decode(one.body, type=ConsentBody)
    return {
        "version": one.version,
        "scopes": one.scopes.split(),
        "policy": body.policy,
        "givenOn": body.given_on,
        "givenBy": body.given_by,
        "recordedUs": one.given_us,
        "withdrawnUs": one.withdrawn_us,
    }
