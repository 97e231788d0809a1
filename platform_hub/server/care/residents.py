"""Whose data it is: residents, who looks after them, and their consents with every version.

A caregiver reaches assigned residents only. Who is not assigned may look in need, for an hour,
with a reason; the audit log has both. A withdrawn consent stops collecting and sharing at once and
deletes what was collected under it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from area_configs.domain.care import Consent, Resident, Scope, Withdrawal
from platform_hub.server.care import sentences, wearing
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
    WearablesBody,
    WithdrawalBody,
)
from platform_hub.wire.care_views import written

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from area_configs.domain.areas import Area
    from platform_hub.server.governance.access import Authority
    from platform_hub.server.store.database import Transaction

PATH = "/area/v1/care/residents"
WEARABLES_PATH = "/area/v1/care/residents/{id}/wearables"
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
        if one.until_us is None:  # who looks in need is not assigned
            carers.setdefault(one.resident, []).append(one.caregiver)
    worn: dict[str, list[str]] = {}
    for device, of in wearing.worn(transaction).items():
        worn.setdefault(of, []).append(device)
    return [
        Resident(
            one.id,
            one.label,
            bool(one.invented),
            tuple(sorted(scopes.get(one.id, ()))),
            tuple(carers.get(one.id, ())),
            tuple(worn.get(one.id, ())),
        )
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class Registry:
    """The endpoints; `area` gives the one in force."""

    authority: Authority
    area: Callable[[], Area]

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

    async def wear(self, request: Request) -> Response:
        """Say what a resident wears; gateways hear of it when they next ask."""
        body = await bodies.read(request, WearablesBody)
        now_us = self.authority.now_us()
        devices = sorted(set(body.devices))

        def store(transaction: Transaction) -> list[Resident]:
            one = reached(transaction, request, now_us)
            wearing.give(transaction, one.id, devices, self.area(), now_us)
            return shown(transaction, [one], now_us)

        found = await self.authority.write(store)
        request.state.change = {"wearables": devices}
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

        def find(transaction: Transaction) -> tuple[Consent, ...]:
            return versions(transaction, reached(transaction, request, now_us).id)

        return json_response(written(await self.authority.read(find)))

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
        return json_response(written(_consent(new)), 201)

    async def withdraw(self, request: Request) -> Response:
        """Take back a consent: stop, delete what was collected under it, and say what was deleted."""
        body = await bodies.read(request, WithdrawalBody)
        now_us = self.authority.now_us()

        def store(transaction: Transaction) -> Withdrawal:
            one = reached(transaction, request, now_us)
            return _withdraw(transaction, one.id, body.scopes, now_us)

        done = _said_to(request, await self.authority.write(store))
        request.state.change = written(done)
        return json_response(written(done))

    async def preview(self, request: Request) -> Response:
        """Say what a withdrawal of `scopes` would delete; nothing is changed."""
        parameters.only(request, {"scopes"})
        now_us = self.authority.now_us()
        scopes = [one for one in request.query_params.get("scopes", "").split(",") if one]
        for one in scopes:
            if one not in set(Scope):
                raise sentences.no_scope(one)

        def find(transaction: Transaction) -> Withdrawal:
            of = reached(transaction, request, now_us).id
            held = _held(stored.consents(transaction, of))
            return _ended(transaction, of, (held, scopes), stored.erasable)

        return json_response(written(_said_to(request, await self.authority.read(find))))


def local_date(text: str, field: str) -> date:
    """Read a date.

    Raises:
        Refused: there is no such day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise sentences.no_day(field, text) from error


def versions(transaction: Transaction, of: str) -> tuple[Consent, ...]:
    """Return every version of a resident's consent, oldest first."""
    return tuple(map(_consent, stored.consents(transaction, of)))


def _said_to(request: Request, done: Withdrawal) -> Withdrawal:
    """Return what a caller may know of it: how many falls there were is not for a manager."""
    if request.state.caller.role is Role.CAREGIVER:
        return done
    return replace(done, deleted={"entries": sum(done.deleted.values())})


def _withdraw(
    transaction: Transaction, of: str, scopes: Collection[str], now_us: int
) -> Withdrawal:
    before = stored.consents(transaction, of)
    held = _held(before)
    done = _ended(transaction, of, (held, scopes), stored.erase)
    stored.withdraw(transaction, of, before[-1].version, now_us)
    if done.kept:
        kept = " ".join(done.kept)
        again = before[-1]._replace(version=before[-1].version + 1, scopes=kept, given_us=now_us)
        stored.add_consent(transaction, again)
    return done


def _ended(
    transaction: Transaction,
    of: str,
    asked: tuple[frozenset[str], Collection[str]],
    delete: Callable[..., dict[str, int]],
) -> Withdrawal:
    """Return what ends of what is held, after `delete` has deleted or counted what goes with it."""
    held, scopes = asked
    gone = held & frozenset(scopes) if scopes else held
    wearable, records = Scope.WEARABLE in gone, Scope.RECORDS in gone
    deleted = delete(transaction, of, wearable=wearable, records_too=records)
    return Withdrawal(tuple(sorted(gone)), tuple(sorted(held - gone)), deleted)


def _held(versions_: Sequence[StoredConsent]) -> frozenset[str]:
    """Return what is agreed to.

    Raises:
        Refused: nothing is.
    """
    if not versions_ or versions_[-1].withdrawn_us:
        raise sentences.nothing_to_withdraw()
    return frozenset(versions_[-1].scopes.split())


def _consent(one: StoredConsent) -> Consent:
    body = msgspec.json.decode(one.body, type=ConsentBody)
    return Consent(
        one.version,
        tuple(one.scopes.split()),
        body.policy,
        body.given_on,
        body.given_by,
        one.given_us,
        one.withdrawn_us,
    )
