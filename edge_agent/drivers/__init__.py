"""Drivers: one module per protocol, loaded only where a link speaks it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from edge_agent.credentials import OpcUaIdentity, RouteBSecrets
from edge_agent.drivers.base import Forgetful

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from area_configs.domain.areas import Link
    from area_configs.domain.protocols import LinkKind
    from edge_agent.clock import Clock
    from edge_agent.credentials import LinkSecrets
    from edge_agent.drivers.base import Driver, Memory, Station

    Stations = tuple[Station, ...]
    _Maker = Callable[[Link, Stations, LinkSecrets | None, Clock, Memory], Driver]


def driver_of(
    link: Link,
    stations: Stations,
    secrets: LinkSecrets | None,
    clock: Clock,
    *,
    folder: Path | None = None,
    memory: Memory | None = None,
) -> Driver:
    """Return the driver of a link; a B-route link has one station and needs its secrets.

    `folder` is the gateway's data folder, where an operator opens pairing windows; `memory` is what
    is known of the devices from before, by default nothing.
    """
    known = memory or Forgetful()
    if link.kind == "ble":
        return _ble(link, stations, clock, folder, known)
    return _MAKERS[link.kind](link, stations, secrets, clock, known)


def _b_route(
    link: Link, stations: Stations, secrets: LinkSecrets | None, clock: Clock, memory: Memory
) -> Driver:
    from edge_agent.drivers.b_route import BRouteDriver  # noqa: PLC0415 - not every gateway

    if not isinstance(secrets, RouteBSecrets):
        raise TypeError(f"link {link.id} has no secrets")
    return BRouteDriver(link, stations[0], secrets, clock, memory=memory)


def _modbus(
    link: Link, stations: Stations, _secrets: LinkSecrets | None, clock: Clock, _memory: Memory
) -> Driver:
    from edge_agent.drivers.modbus import ModbusDriver  # noqa: PLC0415 - not every gateway

    return ModbusDriver(link, stations, clock)


def _ble(
    link: Link, stations: Stations, clock: Clock, folder: Path | None, memory: Memory
) -> Driver:
    from edge_agent.drivers.ble import BleDriver  # noqa: PLC0415 - not every gateway
    from edge_agent.drivers.ble.pairing import PairingWindow  # noqa: PLC0415 - ditto

    return BleDriver(link, stations, clock, pairing=PairingWindow(folder, clock), memory=memory)


def _echonet(
    link: Link, stations: Stations, _secrets: LinkSecrets | None, clock: Clock, _memory: Memory
) -> Driver:
    from edge_agent.drivers.echonet_lite import EchonetDriver  # noqa: PLC0415 - not every gateway

    return EchonetDriver(link, stations, clock)


def _opc_ua(
    link: Link, stations: Stations, secrets: LinkSecrets | None, clock: Clock, _memory: Memory
) -> Driver:
    from edge_agent.drivers.opc_ua import OpcUaDriver  # noqa: PLC0415 - not every gateway

    if not isinstance(secrets, OpcUaIdentity):
        raise TypeError(f"link {link.id} has no identity")
    return OpcUaDriver(link, stations, secrets, clock)


def _p1(
    link: Link, stations: Stations, _secrets: LinkSecrets | None, clock: Clock, _memory: Memory
) -> Driver:
    from edge_agent.drivers.dsmr_p1 import P1Driver  # noqa: PLC0415 - not every gateway

    return P1Driver(link, stations[0], clock)


def _pulse(
    link: Link, stations: Stations, _secrets: LinkSecrets | None, clock: Clock, memory: Memory
) -> Driver:
    from edge_agent.drivers.pulse import PulseDriver  # noqa: PLC0415 - not every gateway

    return PulseDriver(link, stations, clock, memory)


_MAKERS: Mapping[LinkKind, _Maker] = MappingProxyType(
    {
        "b_route": _b_route,
        "modbus_rtu": _modbus,
        "modbus_tcp": _modbus,
        "echonet_udp": _echonet,
        "opc_ua": _opc_ua,
        "p1_serial": _p1,
        "pulse_input": _pulse,
    }
)
