"""Configuration documents of gateways: versions, differences, and no silent overwriting.

A document is changed only by who says which version he changes (`If-Match`, RFC 9110, 13.1.1); the
new version goes down to the gateway as an order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.governance import bodies, parameters
from platform_hub.server.governance.answers import Refused, json_response, not_found, plain
from platform_hub.server.registry import differences, life_cycle
from platform_hub.server.registry.office import own_gateway
from platform_hub.server.store import configuration as stored
from platform_hub.server.store import orders
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.registry.office import Office
    from platform_hub.server.store.configuration import Version
    from platform_hub.server.store.database import Transaction
    from platform_hub.wire.commands import Order

PATH = "/area/v1/gateways/{id}/configuration"
VERSIONS_PATH = "/area/v1/gateways/{id}/configuration/versions"
DIFF_PATH = "/area/v1/gateways/{id}/configuration/diff"
NOTE_HEADER = "Area-Note"
AREA = "area"  # key of a document: which area pack the gateway fetches
_MONTH_US = 30 * 86_400 * 1_000_000  # a gateway may be switched off for a while
_HIGHEST = 1 << 53
_LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Configuration:
    """The endpoints."""

    office: Office

    async def get(self, request: Request) -> Response:
        """Return the newest version, or the one asked for, with its ETag."""
        parameters.only(request, {"version"})
        gateway = self.office.knows(own_gateway(request))
        asked = parameters.number(request, "version", 0, (0, _HIGHEST)) or None
        found = await self._version(gateway, asked)
        return json_response(msgspec.Raw(found.document), headers=_headers(found))

    async def put(self, request: Request) -> Response:
        """Store a new version and send it to the gateway."""
        gateway = self.office.knows(own_gateway(request))
        document = await bodies.read(request, dict[str, Any])
        expected = _expected(request)
        note = note_of(request)
        by, now_us = request.state.caller.name, self.office.authority.now_us()

        def store(transaction: Transaction) -> tuple[Version, Order]:
            before = stored.find(transaction, gateway)
            _check(before, expected)
            return issue(
                transaction, before, Draft(gateway, _kept(document, before), note), by, now_us
            )

        new, order = await self.office.authority.write(store)
        self.office.tell([order])
        request.state.change = {"version": new.version, "note": note, "order": order.id}
        answer = {"gateway": gateway, "version": new.version, "order": order.id}
        return json_response(answer, 201 if new.version == 1 else 200, _headers(new))

    async def versions(self, request: Request) -> Response:
        """List the versions, newest first, each with how far it has got."""
        parameters.only(request, {"limit"})
        gateway = self.office.knows(own_gateway(request))
        limit = parameters.limit(request)

        def find(transaction: Transaction) -> list[dict[str, Any]]:
            return [
                _shown(version, _order(transaction, version))
                for version in stored.versions(transaction, gateway, limit)
            ]

        return json_response(await self.office.authority.read(find))

    async def diff(self, request: Request) -> Response:
        """Say where two versions differ; `from` is by default the one before `to`, the newest."""
        parameters.only(request, {"from", "to"})
        gateway = self.office.knows(own_gateway(request))
        asked = parameters.number(request, "to", 0, (0, _HIGHEST)) or None
        after = await self._version(gateway, asked)
        begin = parameters.number(request, "from", after.version - 1, (0, _HIGHEST))
        before = (await self._version(gateway, begin)).document if begin else b"{}"
        found = differences.between(
            msgspec.json.decode(before), msgspec.json.decode(after.document)
        )
        return json_response({"from": begin, "to": after.version, "changes": list(found)})

    async def _version(self, gateway: str, number: int | None) -> Version:
        found = await self.office.authority.read(lambda tx: stored.find(tx, gateway, number))
        if found is None:
            which = "no configuration" if number is None else f"no version {number}"
            raise not_found(f"there is {which} of gateway {gateway}")
        return found


@dataclass(frozen=True, slots=True)
class Draft:
    """A version to be."""

    gateway: str
    document: dict[str, Any]
    note: str


def note_of(request: Request) -> str:
    """Return what the caller says of a change; headers come as the characters of their bytes."""
    said = request.headers.get(NOTE_HEADER, "").encode("latin-1")
    return said.decode("utf-8", "replace")[:_LONGEST_NOTE]


def issue(
    transaction: Transaction, before: Version | None, draft: Draft, by: str, now_us: int
) -> tuple[Version, Order]:
    """Store a version behind the one before and send it to its gateway, in the place of what waits."""
    number = before.version + 1 if before else 1
    data = msgspec.json.encode(draft.document, order="sorted")
    new = stored.Version(draft.gateway, number, data, draft.note, now_us, by)
    stored.add(transaction, new)
    life_cycle.supersede(transaction, "configuration", draft.gateway, now_us)
    subject = f"{draft.gateway}:{number}"
    body = {"version": number, "document": draft.document}
    order = life_cycle.Draft("configuration", subject, draft.gateway, body, now_us + _MONTH_US)
    sent = life_cycle.send(transaction, order, by, now_us)
    return new, life_cycle.told(transaction, [sent])[0]


def _kept(document: dict[str, Any], before: Version | None) -> dict[str, Any]:
    """Return a document with the area that the gateway was last told: only a new pack changes it."""
    told = msgspec.json.decode(before.document).get(AREA) if before else None
    rest = {key: value for key, value in document.items() if key != AREA}
    return rest | ({AREA: told} if told else {})


def _expected(request: Request) -> int:
    """Return the version that the caller changes; 0 where he makes the first."""
    if request.headers.get("if-none-match", "").strip() == "*":
        return 0
    tag = request.headers.get("if-match", "").strip()
    number = tag.removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < len(str(_HIGHEST))):
        detail = 'say which version you change: If-Match: "3", or If-None-Match: * for the first'
        raise Refused(plain(428, "Precondition required", detail))
    return int(number)


def _check(before: Version | None, expected: int) -> None:
    found = before.version if before else 0
    if found != expected:
        detail = f"version {found} is there by now, not {expected}: read it and change that one"
        raise Refused(plain(412, "Precondition failed", detail), {"ETag": f'"{found}"'})


def _headers(version: Version) -> dict[str, str]:
    return {"ETag": f'"{version.version}"', "Cache-Control": "no-cache"}


def _order(transaction: Transaction, version: Version) -> Order | None:
    subject = f"{version.gateway}:{version.version}"
    found = orders.of_subject(transaction, "configuration", subject)
    return life_cycle.told(transaction, found[-1:])[0] if found else None


def _shown(version: Version, order: Order | None) -> dict[str, Any]:
    return {
        "version": version.version,
        "created": timestamps.to_text(version.created_us),
        "createdBy": version.created_by,
        "note": version.note,
        "state": order.state if order else "",
        "steps": order.steps if order else [],
    }
