"""`GET /area/v1/gateways`: every gateway of the area, and any other that ever spoke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from anyio import to_thread
from starlette.responses import Response

from platform_hub.server.store import gateways
from platform_hub.wire.events import GatewayState

if TYPE_CHECKING:
    from starlette.requests import Request

    from area_configs.domain.areas import Area
    from platform_hub.server.store.database import Database, Transaction

PATH = "/area/v1/gateways"


@dataclass(frozen=True, slots=True)
class Gateways:
    """The endpoint."""

    area: Area
    database: Database

    async def get(self, _request: Request) -> Response:
        """List the gateways in area order, then the others by id."""
        found = await to_thread.run_sync(self.database.read, self.states)
        return Response(msgspec.json.encode(found), media_type="application/json")

    def states(self, transaction: Transaction) -> list[GatewayState]:
        """Return the state of each gateway; one that never spoke was last seen at 0."""
        seen = gateways.sightings(transaction)
        named = [gateway.id for gateway in self.area.gateways]
        others = sorted(seen.keys() - set(named))
        return [_state(name, seen.get(name)) for name in [*named, *others]]


def _state(name: str, seen: gateways.Sighting | None) -> GatewayState:
    if seen is None:
        return GatewayState(name, 0, 0, 0)
    return GatewayState(name, seen.last_seen_us, seen.backlog, seen.acknowledged, seen.lost)
