"""A gateway's inbox: it fetches its orders by long-poll or as a stream, and reports on each.

Both ways deliver at least once: what a gateway has not reported as delivered is sent again. Orders
carry a number and an id, so that it does nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response, StreamingResponse

from platform_hub.server.governance import bodies, parameters
from platform_hub.server.governance.answers import json_response, not_found
from platform_hub.server.registry import life_cycle
from platform_hub.server.registry.doorbell import heard
from platform_hub.server.registry.office import own_gateway
from platform_hub.server.store import orders
from platform_hub.wire import alarms, events
from platform_hub.wire.commands import OPEN_STATES, Order, OrderReport
from platform_hub.wire.events import Event

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request

    from platform_hub.server.registry.office import Office
    from platform_hub.server.store.database import Transaction

PATH = "/area/v1/gateways/{id}/orders"
STREAM_PATH = "/area/v1/gateways/{id}/orders/stream"
REPORT_PATH = "/area/v1/gateways/{id}/orders/{order}/report"
_LAST = 1 << 60
_LONGEST_WAIT_S = 60
_LOOK_S = 2.0  # another hub process may have stored an order: nothing rings for that
_KEEP_ALIVE = b": still here\n\n"


@dataclass(frozen=True, slots=True)
class Inbox:
    """The endpoints."""

    office: Office
    still_admits: Callable[[Request], Awaitable[bool]]

    async def get(self, request: Request) -> Response:
        """Return the open orders behind `after`; waits up to `wait` seconds for the first."""
        parameters.only(request, {"after", "wait", "limit"})
        gateway = own_gateway(request)
        after = parameters.number(request, "after", 0, (0, _LAST))
        wait_s = float(parameters.number(request, "wait", 0, (0, _LONGEST_WAIT_S)))
        limit = parameters.limit(request)
        while True:
            bell = self.office.bells.bell(gateway)
            found = await self._waiting(gateway, after, limit)
            if found or wait_s <= 0 or self.office.bells.closed:
                return json_response(found, headers={"Cache-Control": "no-store"})
            step_s = min(wait_s, _LOOK_S)
            await heard(bell, step_s)
            wait_s -= step_s

    async def stream(self, request: Request) -> Response:
        """Send the open orders as server-sent events as they come; the event id is their `seq`."""
        gateway = own_gateway(request)
        last = request.headers.get("last-event-id", "")
        after = (
            int(last) if last.isascii() and last.isdigit() and len(last) < len(str(_LAST)) else 0
        )
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        if request.method == "HEAD":
            return Response(headers=headers, media_type=events.MEDIA_TYPE)
        frames = self._frames(request, gateway, after)
        return StreamingResponse(frames, media_type=events.MEDIA_TYPE, headers=headers)

    async def report(self, request: Request) -> Response:
        """Note what the gateway says of an order; saying the same twice changes nothing."""
        gateway, ident = own_gateway(request), request.path_params["order"]
        body = await bodies.read(request, OrderReport)
        now_us = self.office.authority.now_us()

        def note(transaction: Transaction) -> tuple[Order, bool] | None:
            before = orders.find(transaction, ident)
            if before is None or before.gateway != gateway:
                return None
            moved = life_cycle.report(transaction, before, body, now_us)
            after = orders.find(transaction, ident) or before
            return life_cycle.told(transaction, [after])[0], moved

        found = await self.office.authority.write(note)
        if found is None:
            raise not_found(f"there is no order {ident[:80]} of gateway {gateway}")
        order, moved = found
        if moved:
            self.office.tell([order])
        return json_response(order)

    async def _waiting(self, gateway: str, after: int, limit: int) -> list[Order]:
        authority = self.office.authority
        now_us = authority.now_us()

        def find(transaction: Transaction) -> list[Order]:
            found = orders.waiting(transaction, gateway, OPEN_STATES, after, limit)
            return [life_cycle.wire_form(one) for one in found if one.expires_us > now_us]

        return [life_cycle.signed(one, authority) for one in await authority.read(find)]

    async def _frames(self, request: Request, gateway: str, after: int) -> AsyncIterator[bytes]:
        yield _KEEP_ALIVE
        while not self.office.bells.closed:
            bell = self.office.bells.bell(gateway)
            found = await self._waiting(gateway, after, parameters.FULL_PAGE)
            for order in found:
                data = msgspec.json.encode(order).decode()
                yield events.frame(Event(alarms.ORDER, data, str(order.seq)))
                after = order.seq
            if not found:
                await heard(bell, _LOOK_S)
                if not await self.still_admits(request):
                    return
                yield _KEEP_ALIVE
