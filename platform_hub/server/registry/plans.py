"""Energy plans: versioned, checked, and sent to every gateway whose devices they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.governance import bodies, parameters
from platform_hub.server.governance.answers import (
    bad_request,
    json_response,
    not_found,
)
from platform_hub.server.registry import life_cycle
from platform_hub.server.registry.life_cycle import Draft
from platform_hub.server.store import orders
from platform_hub.server.store import plans as stored
from platform_hub.wire import plans
from platform_hub.wire.plans import PlanBody

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from area_configs.domain.areas import Area
    from platform_hub.server.registry.office import Office
    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.plans import StoredPlan
    from platform_hub.wire.commands import Order

PATH = "/area/v1/plans"
ONE_PATH = "/area/v1/plans/{id}"
_LIMIT = 4 << 20
_HIGHEST = 1 << 53
_DAY_US = 86_400 * 1_000_000


@dataclass(frozen=True, slots=True)
class Plans:
    """The endpoints."""

    office: Office

    async def post(self, request: Request) -> Response:
        """Store a version of a plan and send each gateway its part; older versions lapse."""
        body = await bodies.read(request, PlanBody, _LIMIT)
        area, now_us = self.office.area, self.office.authority.now_us()
        if reason := plans.fault(body) or _fault(area, body, now_us):
            raise bad_request(reason)
        caller, key = request.state.caller, life_cycle.idempotency_key(request)

        def store(transaction: Transaction) -> tuple[StoredPlan, list[Order], bool]:
            def send() -> str:
                version = self._store(transaction, body, caller.name, now_us)
                return f"{body.id}:{version}"

            asked = (caller, key, msgspec.to_builtins(body))
            subject, new = life_cycle.once(transaction, asked, now_us, send)
            return (*_found(transaction, subject), new)

        plan, sent, new = await self.office.authority.write(store)
        if new:
            self.office.tell(sent)
            request.state.change = {"plan": plan.id, "version": plan.version}
        headers = {"Location": f"{PATH}/{plan.id}"}
        return json_response(_shown(plan, sent), 201 if new else 200, headers)

    async def list_all(self, request: Request) -> Response:
        """List the plans made last, newest first, without their steps."""
        parameters.only(request, {"limit"})
        limit = parameters.limit(request, 20)

        def find(transaction: Transaction) -> list[dict[str, Any]]:
            return [
                _shown(
                    *_found(transaction, subject := f"{one.id}:{one.version}"),
                    _revocations(transaction, subject),
                    whole=False,
                )
                for one in stored.newest(transaction, limit)
            ]

        return json_response(await self.office.authority.read(find))

    async def retrieve(self, request: Request) -> Response:
        """Return a plan, its newest version by default, with where it stands at each gateway."""
        parameters.only(request, {"version"})
        ident = request.path_params["id"]
        version = parameters.number(request, "version", 0, (0, _HIGHEST)) or None

        def find(
            transaction: Transaction,
        ) -> tuple[StoredPlan, list[Order], list[Order]] | None:
            found = stored.find(transaction, ident, version)
            if found is None:
                return None
            subject = f"{ident}:{found.version}"
            return (*_found(transaction, subject), _revocations(transaction, subject))

        found = await self.office.authority.read(find)
        if found is None:
            raise not_found(f"there is no plan {ident[:80]}")
        return json_response(_shown(*found))

    async def revoke(self, request: Request) -> Response:
        """Take a plan back at once: gateways that have it fall back to their own control."""
        ident = request.path_params["id"]
        by, now_us = request.state.caller.name, self.office.authority.now_us()

        def revoke(transaction: Transaction) -> tuple[StoredPlan, list[Order], list[Order]] | None:
            newest = stored.find(transaction, ident)
            if newest is None:
                return None
            subject = f"{ident}:{newest.version}"
            new = _revoke(transaction, subject, by, now_us)
            return (*_found(transaction, subject), life_cycle.told(transaction, new))

        found = await self.office.authority.write(revoke)
        if found is None:
            raise not_found(f"there is no plan {ident[:80]}")
        plan, sent, new = found
        self.office.tell(new)
        request.state.change = {"plan": plan.id, "version": plan.version, "revoked": True}
        return json_response(_shown(plan, sent, new))

    def _store(self, transaction: Transaction, body: PlanBody, by: str, now_us: int) -> int:
        area = self.office.area
        before = stored.find(transaction, body.id)
        version = before.version + 1 if before else 1
        whole = plans.encode(plans.plan_of(body, area.id, version))
        data = msgspec.json.encode(whole)
        stored.add(transaction, stored.StoredPlan(body.id, version, data, now_us, by))
        for gateway, part in _parts(area, whole).items():
            life_cycle.supersede(transaction, "plan", gateway, now_us)
            draft = Draft("plan", f"{body.id}:{version}", gateway, part, body.valid_until_us)
            life_cycle.send(transaction, draft, by, now_us)
        return version


def _fault(area: Area, body: PlanBody, now_us: int) -> str:
    if body.valid_until_us <= now_us:
        return "the plan's validity is over already"
    for at, step in enumerate(body.steps):
        try:
            profile = area.profile_of(area.device(step.device))
        except KeyError:
            return f"steps[{at}]: there is no device {step.device} in area {area.id}"
        if all(command.quantity != "active_power" for command in profile.commands):
            return f"steps[{at}]: {step.device} is a {profile.kind}: it takes no plan"
    return ""


def _parts(area: Area, whole: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the plan for each gateway: its own devices' steps only."""
    by_gateway: dict[str, list[Any]] = {}
    for step in whole["steps"]:
        by_gateway.setdefault(area.device(step["device"]).gateway, []).append(step)
    return {gateway: {**whole, "steps": steps} for gateway, steps in by_gateway.items()}


def _found(transaction: Transaction, subject: str) -> tuple[StoredPlan, list[Order]]:
    ident, _, version = subject.rpartition(":")
    plan = stored.find(transaction, ident, int(version))
    if plan is None:
        raise not_found(f"there is no plan {ident}")
    sent = orders.of_subject(transaction, "plan", subject)
    return plan, life_cycle.told(transaction, sent)


def _revoke(transaction: Transaction, subject: str, by: str, now_us: int) -> list[orders.Order]:
    """Send a plan's revocation to every gateway that got it; return what was not sent before."""
    if orders.of_subject(transaction, "revocation", subject):
        return []
    ident, _, version = subject.rpartition(":")
    new = []
    for one in orders.of_subject(transaction, "plan", subject):
        life_cycle.supersede(transaction, "plan", one.gateway, now_us)
        body = {"plan": ident, "version": int(version)}
        draft = Draft(
            "revocation", subject, one.gateway, body, max(one.expires_us, now_us + _DAY_US)
        )
        new.append(life_cycle.send(transaction, draft, by, now_us))
    return new


def _revocations(transaction: Transaction, subject: str) -> list[Order]:
    return life_cycle.told(transaction, orders.of_subject(transaction, "revocation", subject))


def _shown(
    plan: StoredPlan, sent: list[Order], revoked: Sequence[Order] = (), *, whole: bool = True
) -> dict[str, Any]:
    body = msgspec.json.decode(plan.body, type=dict[str, Any])
    if not whole:
        body.pop("steps")
    made = {"createdUs": plan.created_us, "createdBy": plan.created_by}
    return {
        **body,
        **made,
        "deliveries": _deliveries(sent),
        "revocations": _deliveries(revoked),
    }


def _deliveries(sent: Sequence[Order]) -> list[dict[str, Any]]:
    return [
        {"gateway": one.gateway, "order": one.id, "state": one.state, "steps": one.steps}
        for one in sent
    ]
