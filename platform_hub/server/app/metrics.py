"""`GET /metrics`: how the hub and its gateways are, as Prometheus reads it; nothing of devices or people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import UNSET
from starlette.responses import Response

from area_configs.command_line import version
from platform_hub.server.store import changes
from platform_hub.wire import metrics_text
from platform_hub.wire.metrics_text import Family, by_label, counter, gauge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from platform_hub.server.governance.access import Authority
    from platform_hub.server.registry.gateways import Gateways
    from platform_hub.server.store.database import Transaction
    from platform_hub.wire.events import GatewayState

PATH = "/metrics"


@dataclass(frozen=True, slots=True)
class Metrics:
    """The endpoint."""

    authority: Authority
    gateways: Gateways

    async def get(self, _request: Request) -> Response:
        """Tell every metric; what is not known is left out, not zero."""
        families = await self.authority.read(self._families)
        body = metrics_text.text("area_hub_", families)
        return Response(body, media_type=metrics_text.MEDIA_TYPE)

    def _families(self, transaction: Transaction) -> list[Family]:
        stored = changes.extent(transaction).total
        return [
            gauge(
                "build_info",
                "Which hub this is.",
                1,
                {"area": self.authority.area, "version": version()},
            ),
            gauge("time_seconds", "The hub's clock (Unix time).", self.authority.now_us() / 1e6),
            counter("readings_stored_total", "Readings stored.", stored),
            *_of_gateways(self.gateways.states(transaction)),
        ]


def _of_gateways(states: list[GatewayState]) -> Iterator[Family]:
    known = [state for state in states if state.last_seen_us]
    seen = {state.id: state.last_seen_us / 1e6 for state in known}
    yield by_label("gateway_seen_seconds", "gauge", "When it last spoke.", "gateway", seen)
    for name, kind, words, values in (
        ("backlog_readings", "gauge", "Readings that wait on it.", "backlog"),
        ("acknowledged_readings_total", "counter", "Readings acknowledged to it.", "acknowledged"),
        ("lost_readings_total", "counter", "Readings that can never come.", "lost"),
    ):
        counts = {state.id: float(getattr(state, values)) for state in known}
        yield by_label(f"gateway_{name}", kind, words, "gateway", counts)
    told = [
        ({"gateway": state.id, "version": state.version}, 1.0)
        for state in known
        if state.version is not UNSET
    ]
    yield Family("gateway_info", "gauge", "What runs on it.", told)
