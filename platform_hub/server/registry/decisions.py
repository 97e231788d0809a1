"""Decisions of people on advice: written into the audit log, and never an order to anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from area_configs.domain.advice import Verdict
from platform_hub.server.governance import bodies
from platform_hub.server.governance.answers import Refused, bad_request, json_response, plain
from platform_hub.wire.advice import Decision, DecisionBody

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.registry.office import Office

PATH = "/area/v1/decisions"
_OLDEST_US = 3_600_000_000  # an advice older than an hour rests on a river that has moved on
_AHEAD_US = 60_000_000  # that clocks may differ


@dataclass(frozen=True, slots=True)
class Decisions:
    """The endpoint."""

    office: Office

    async def post(self, request: Request) -> Response:
        """Take a decision; answered once it stands in the audit log."""
        body = await bodies.read(request, DecisionBody)
        now_us = self.office.authority.now_us()
        self._check(body, now_us)
        made = Decision(request.state.caller.who, now_us, body)
        request.state.change = msgspec.to_builtins(body)
        return json_response(made, 201)

    def _check(self, body: DecisionBody, now_us: int) -> None:
        if self.office.authority.open_to_all:
            detail = "this hub asks nobody who they are: a decision without a name is none"
            raise Refused(plain(409, "Nobody is signed in", detail))
        if body.device not in {device.id for device in self.office.area.devices}:
            raise bad_request(f"there is no device {body.device[:80]} in this area")
        if not now_us - _OLDEST_US <= body.told_us <= now_us + _AHEAD_US:
            raise bad_request("the advice is not of the last hour: look at the newest one")
        if body.verdict is Verdict.DECLINED and not body.note.strip():
            raise bad_request("say in the note why the advice is not followed")
