"""Commands: what people ask of devices, checked here against the area and at the gateway again.

Only what a device's model says that it may be told can be asked for. A safety function of a hydrogen station is never
commanded, whatever the role.
"""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from area_configs.domain.devices import NEVER_COMMANDED
from platform_hub.server.governance import bodies, parameters
from platform_hub.server.governance.answers import (
    Refused,
    bad_request,
    json_response,
    not_found,
    plain,
)
from platform_hub.server.registry import life_cycle
from platform_hub.server.registry.life_cycle import Draft
from platform_hub.server.store import orders
from platform_hub.wire import problems
from platform_hub.wire.commands import CommandBody

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from area_configs.domain.areas import Area, Device
    from area_configs.domain.commands import Command
    from platform_hub.server.registry.office import Office
    from platform_hub.server.store.database import Transaction
    from platform_hub.wire.commands import Order

PATH = "/area/v1/commands"
ONE_PATH = "/area/v1/commands/{id}"
_LAST = 1 << 60


@dataclass(frozen=True, slots=True)
class Commands:
    """The endpoints."""

    office: Office

    async def post(self, request: Request) -> Response:
        """Send a command; the same idempotency key twice sends it once."""
        body = await bodies.read(request, CommandBody)
        device = self._device(body)
        caller, key = request.state.caller, life_cycle.idempotency_key(request)
        now_us = self.office.authority.now_us()
        draft = Draft(
            "command",
            f"cmd-{secrets.token_hex(8)}",
            device.gateway,
            msgspec.to_builtins(body),
            now_us + body.expires_in_s * 1_000_000,
        )

        def store(transaction: Transaction) -> tuple[Order, bool]:
            def send() -> str:
                return life_cycle.send(transaction, draft, caller.name, now_us).subject

            asked = (caller, key, draft.body)
            subject, new = life_cycle.once(transaction, asked, now_us, send)
            found = orders.of_subject(transaction, "command", subject)
            return life_cycle.told(transaction, found)[0], new

        order, new = await self.office.authority.write(store)
        if new:
            self.office.tell([order])
            request.state.change = {"order": order.id, **order.body}
        location = {"Location": f"{PATH}/{order.subject}"}
        return json_response(order, 201 if new else 200, location)

    async def list_all(self, request: Request) -> Response:
        """List commands, newest first; `before` is the `seq` of the last one of a page."""
        parameters.only(request, {"before", "limit", "gateway"})
        before = parameters.number(request, "before", 0, (0, _LAST))
        limit = parameters.limit(request)
        gateway = request.query_params.get("gateway", "")

        def find(transaction: Transaction) -> list[Order]:
            found = orders.newest(transaction, "command", gateway, before, limit)
            return life_cycle.told(transaction, found)

        return json_response(await self.office.authority.read(find))

    async def retrieve(self, request: Request) -> Response:
        """Return one command with every step of its life."""
        ident = request.path_params["id"]

        def find(transaction: Transaction) -> list[Order]:
            return life_cycle.told(transaction, orders.of_subject(transaction, "command", ident))

        found = await self.office.authority.read(find)
        if not found:
            raise not_found(f"there is no command {ident[:80]}")
        return json_response(found[0])

    def _device(self, body: CommandBody) -> Device:
        area = self.office.area
        try:
            device = area.device(body.device)
        except KeyError as error:
            raise bad_request(f"there is no device {body.device} in area {area.id}") from error
        _check(area, device, body)
        return device


def _check(area: Area, device: Device, body: CommandBody) -> None:
    """Check against the device's model; the gateway checks again, and what only it can know."""
    profile = area.profile_of(device)
    if not profile.commands or profile.kind in NEVER_COMMANDED:
        raise Refused(problems.forbidden(f"{device.id} is a {profile.kind}: it takes no commands"))
    try:
        command = profile.command(body.quantity)
    except KeyError as error:
        given = ", ".join(sorted(command.quantity for command in profile.commands))
        raise bad_request(f"{device.id} takes no {body.quantity}; it takes {given}") from error
    if not math.isfinite(body.value):
        raise bad_request("value must be a finite number")
    _check_limits(command, body)
    if command.confirm == "remote" and not body.confirmed:
        detail = f"{command.id} of {device.id} needs a confirmation: send it with confirmed: true"
        raise Refused(plain(428, "Confirmation needed", detail))


def _check_limits(command: Command, body: CommandBody) -> None:
    what = f"{body.quantity} of {body.device}"
    if not command.minimum <= body.value <= command.maximum:
        limits = f"{command.minimum:g} to {command.maximum:g}"
        raise bad_request(f"{what} goes from {limits}, not {body.value:g}")
    if command.values and body.value not in command.values:
        only = " or ".join(f"{value:g}" for value in command.values)
        raise bad_request(f"{what} can be set to {only}, not to {body.value:g}")
