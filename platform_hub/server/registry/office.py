"""What the rooms of the area API share: the area, who may do what, and how news spread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from platform_hub.server.governance.answers import Refused, not_found
from platform_hub.server.registry.doorbell import Doorbells
from platform_hub.wire import alarms, problems
from platform_hub.wire.events import Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from area_configs.domain.areas import Area
    from platform_hub.server.governance.access import Authority
    from platform_hub.server.stream.feed import Feed
    from platform_hub.wire.commands import Order


@dataclass(slots=True)
class Office:
    """The area API's common ground; `area` is the one in force, and another after a new pack."""

    area: Area
    authority: Authority
    feed: Feed
    bells: Doorbells = field(default_factory=Doorbells)

    def knows(self, gateway: str) -> str:
        """Return the id of a gateway of this area.

        Raises:
            Refused: there is none of that id.
        """
        if gateway not in {one.id for one in self.area.gateways}:
            raise not_found(f"there is no gateway {gateway[:80]} in area {self.area.id}")
        return gateway

    def tell(self, orders: Iterable[Order]) -> None:
        """Tell gateways and consoles of new or changed orders."""
        for order in orders:
            bare = msgspec.structs.replace(order, jws="")
            event = Event(alarms.ORDER, msgspec.json.encode(bare).decode())
            self.feed.tell(alarms.ORDER, order.id, event)
            self.bells.ring(order.gateway)


def own_gateway(request: Request) -> str:
    """Return the gateway of a path, which must be the caller's own where it is a gateway.

    Raises:
        Refused: it is another's.
    """
    gateway: str = request.path_params["id"]
    caller = request.state.caller
    if caller.role == "gateway" and caller.name != gateway:
        detail = f"this key belongs to gateway {caller.name}, not to {gateway[:80]}"
        raise Refused(problems.forbidden(detail))
    return gateway
