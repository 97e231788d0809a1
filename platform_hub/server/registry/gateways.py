"""Gateways: every one of the area and any other that ever spoke, its health and its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.governance import bodies
from platform_hub.server.governance.answers import (
    Refused,
    bad_request,
    json_response,
    not_found,
    plain,
)
from platform_hub.server.registry.office import own_gateway
from platform_hub.server.store import configuration, gateway_keys, gateways
from platform_hub.server.store.gateway_keys import GatewayKey, Report
from platform_hub.wire import tokens
from platform_hub.wire.events import GatewayState
from platform_hub.wire.gateways import GatewayReport, Registration

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.registry.office import Office
    from platform_hub.server.store.database import Transaction

PATH = "/area/v1/gateways"
ONE_PATH = "/area/v1/gateways/{id}"
KEY_PATH = "/area/v1/gateways/{id}/key"
REPORT_PATH = "/area/v1/gateways/{id}/report"
_SILENT_US = 60 * 1_000_000  # agents give a sign of life every 10 s
_NEVER = gateways.Sighting("", 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Gateways:
    """The endpoints."""

    office: Office

    async def get(self, _request: Request) -> Response:
        """List the gateways in area order, then the others by id."""
        return json_response(await self.office.authority.read(self.states))

    async def retrieve(self, request: Request) -> Response:
        """Say everything of one gateway: health, key, configuration, its own report."""
        gateway: str = request.path_params["id"]

        def find(transaction: Transaction) -> dict[str, Any] | None:
            states = {state.id: state for state in self.states(transaction)}
            if gateway not in states:
                return None
            return self._details(transaction, states[gateway])

        found = await self.office.authority.read(find)
        if found is None:
            raise not_found(f"there is no gateway {gateway[:80]}")
        return json_response(found)

    async def register(self, request: Request) -> Response:
        """Register a gateway's public key; one that it had before is refused from now on."""
        body = await bodies.read(request, Registration)
        gateway = self.office.knows(body.id)
        try:
            kid = tokens.key_id(tokens.public_key(body.public_key))
        except tokens.BadToken as error:
            raise bad_request(str(error)) from error
        by, now_us = request.state.caller.name, self.office.authority.now_us()
        new = GatewayKey(kid, gateway, body.public_key, now_us, by)

        def register(transaction: Transaction) -> None:
            before = gateway_keys.find(transaction, kid)
            if before and (before.gateway != gateway or before.revoked_us is not None):
                detail = "this key belongs to another gateway or was revoked: make a new one"
                raise Refused(plain(409, "Already exists", detail))
            if before is None:
                gateway_keys.revoke(transaction, gateway, now_us)
                gateway_keys.add(transaction, new)

        await self.office.authority.write(register)
        identity = self.office.authority.identity
        request.state.change = {"gateway": gateway, "keyId": kid}
        answer = {"id": gateway, "keyId": kid, "hubPublicKey": identity.public}
        return json_response(answer, 201, {"Location": f"{PATH}/{gateway}"})

    async def revoke(self, request: Request) -> Response:
        """Revoke a gateway's key; it is refused from the next request on."""
        gateway: str = request.path_params["id"]
        now_us = self.office.authority.now_us()
        if not await self.office.authority.write(
            lambda tx: gateway_keys.revoke(tx, gateway, now_us)
        ):
            raise not_found(f"gateway {gateway[:80]} has no valid key")
        return json_response({"id": gateway, "revokedUs": now_us})

    async def report(self, request: Request) -> Response:
        """Take what a gateway says of itself."""
        gateway = own_gateway(request)
        body = await bodies.read(request, GatewayReport)
        now_us = self.office.authority.now_us()
        report = Report(gateway, msgspec.json.encode(body), now_us)

        def save(transaction: Transaction) -> GatewayState:
            gateway_keys.save_report(transaction, report)
            seen = gateways.sightings(transaction).get(gateway, _NEVER)
            gateways.saw(transaction, gateway, seen.epoch, now_us, seen.backlog)
            return _state(gateway, seen._replace(last_seen_us=now_us), report)

        self.office.feed.announce(await self.office.authority.write(save))
        return json_response({"id": gateway, "seenUs": now_us})

    def states(self, transaction: Transaction) -> list[GatewayState]:
        """Return the state of each gateway; one that never spoke was last seen at 0."""
        seen, reports = gateways.sightings(transaction), gateway_keys.reports(transaction)
        named = [gateway.id for gateway in self.office.area.gateways]
        others = sorted(seen.keys() - set(named))
        return [
            _state(name, seen.get(name, _NEVER), reports.get(name)) for name in [*named, *others]
        ]

    def _details(self, transaction: Transaction, state: GatewayState) -> dict[str, Any]:
        key = gateway_keys.valid(transaction).get(state.id)
        newest = configuration.find(transaction, state.id)
        report = gateway_keys.reports(transaction).get(state.id)
        area = self.office.area
        return {
            **msgspec.to_builtins(state),
            "health": _health(state, self.office.authority.now_us()),
            "known": state.id in {gateway.id for gateway in area.gateways},
            "devices": [device.id for device in area.devices_of(state.id)],
            "keyId": key.kid if key else None,
            "configuration": newest.version if newest else None,
            "report": msgspec.Raw(report.body) if report else None,
            "reportedUs": report.at_us if report else 0,
        }


def _state(name: str, seen: gateways.Sighting, report: Report | None) -> GatewayState:
    said = msgspec.json.decode(report.body, type=GatewayReport) if report else GatewayReport()
    return GatewayState(
        name,
        seen.last_seen_us,
        seen.backlog,
        seen.acknowledged,
        seen.lost,
        said.version or msgspec.UNSET,
    )


def _health(state: GatewayState, now_us: int) -> str:
    if not state.last_seen_us:
        return "never_seen"
    if now_us - state.last_seen_us > _SILENT_US:
        return "silent"
    return "losing" if state.lost else "online"
