"""API keys over HTTP: made, listed, revoked, and what each was used for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec

from platform_hub.server.governance import bodies, keys
from platform_hub.server.governance.answers import bad_request, json_response, not_found
from platform_hub.server.governance.parameters import number
from platform_hub.server.governance.quotas import PLAN_CLASSES, day_of
from platform_hub.server.governance.roles import Role
from platform_hub.server.store import keys as stored
from platform_hub.server.store import usage
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.governance.access import Authority
    from platform_hub.server.store.keys import StoredKey

KEYS_PATH = "/area/v1/keys"
KEY_PATH = "/area/v1/keys/{id}"
USAGE_PATH = "/area/v1/usage"
_MOST_DAYS = 400


class KeyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new key."""

    role: Role
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[\w.~ -]+$")]
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    """The endpoints."""

    authority: Authority

    async def list_all(self, _request: Request) -> Response:
        """List the keys, without their secrets."""
        return json_response([shown(key) for key in await self.authority.read(stored.all_keys)])

    async def add(self, request: Request) -> Response:
        """Make a key; its secret is in this answer and nowhere else."""
        body = await bodies.read(request, KeyBody)
        plan = body.plan or default_plan(body.role)
        if plan not in PLAN_CLASSES:
            raise bad_request(f"there is no plan {plan}: it is one of {', '.join(PLAN_CLASSES)}")
        now_us = self.authority.now_us()
        made = await self.authority.write(
            lambda tx: keys.create(tx, body.role, body.name, now_us, plan)
        )
        answer = {"id": made.ident, "role": made.role, "name": made.name, "plan": made.plan}
        request.state.change = answer
        headers = {"Location": f"{KEYS_PATH}/{made.ident}", "Cache-Control": "no-store"}
        return json_response({**answer, "key": made.secret}, 201, headers)

    async def revoke(self, request: Request) -> Response:
        """Revoke a key; it is refused from the next request on."""
        ident, now_us = request.path_params["id"], self.authority.now_us()
        if len(ident) != keys.ID_CHARACTERS:
            raise not_found(f"there is no valid key {ident[:80]}")
        if not await self.authority.write(lambda tx: stored.revoke_id(tx, ident, now_us)):
            raise not_found(f"there is no valid key {ident}")
        return json_response({"id": ident, "revoked": timestamps.to_text(now_us)})

    async def usage(self, request: Request) -> Response:
        """Say how many requests each caller made on each of the last days."""
        days = number(request, "days", 30, (1, _MOST_DAYS))
        now_us = self.authority.now_us()
        first = datetime.fromisoformat(day_of(now_us)).replace(tzinfo=UTC) - timedelta(days - 1)
        found = await self.authority.read(lambda tx: usage.since(tx, first.date().isoformat()))
        return json_response([one._asdict() for one in found])


def default_plan(role: Role) -> str:
    """Return the plan of a key that none was named for."""
    return "free" if role is Role.OPEN_DATA else keys.OPERATOR_PLAN


def shown(key: StoredKey) -> dict[str, str | None]:
    """Return what may be shown of a key."""
    revoked = None if key.revoked_us is None else timestamps.to_text(key.revoked_us)
    return {
        "id": keys.id_of(key.hash),
        "role": key.role,
        "name": key.name,
        "plan": key.plan,
        "created": timestamps.to_text(key.created_us),
        "revoked": revoked,
    }
