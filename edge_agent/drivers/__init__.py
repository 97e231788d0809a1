"""Drivers: one module per protocol, loaded only where a link speaks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from area_configs.domain.areas import Link
    from edge_agent.clock import Clock
    from edge_agent.credentials import RouteBSecrets
    from edge_agent.drivers.base import Driver, Station


def driver_of(
    link: Link, stations: tuple[Station, ...], secrets: RouteBSecrets | None, clock: Clock
) -> Driver:
    """Return the driver of a link; a B-route link has one station and needs its secrets."""
    if link.kind == "b_route":
        from edge_agent.drivers.b_route import BRouteDriver  # noqa: PLC0415 - not every gateway

        if secrets is None:
            raise ValueError(f"link {link.id} has no secrets")
        return BRouteDriver(link, stations[0], secrets, clock)
    from edge_agent.drivers.modbus import ModbusDriver  # noqa: PLC0415 - not every gateway

    return ModbusDriver(link, stations, clock)
