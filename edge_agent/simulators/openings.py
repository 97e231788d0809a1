"""Openings: the far side of a serial, TCP or radio link, with the simulated devices behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from area_configs.domain.sources import BleSource
from edge_agent.simulators.b_route_meter import WiSunDongle
from edge_agent.simulators.echonet_network import NodeHost, free_network
from edge_agent.simulators.echonet_node import EchonetObject
from edge_agent.simulators.links_file import invent_bind_key
from edge_agent.simulators.meter_node import MeterNode
from edge_agent.simulators.meter_properties import MeterProperties
from edge_agent.simulators.modbus_meter import Bus, RtuServer, TcpServer
from edge_agent.simulators.p1_meter import P1Meter
from edge_agent.simulators.pulse_inputs import PulseInputs
from edge_agent.simulators.registers import RegisterImage
from edge_agent.simulators.speaker import Speaker
from edge_agent.simulators.station_voice import StationVoice
from edge_agent.simulators.sunspec_image import SunSpecImage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AsyncExitStack
    from pathlib import Path

    from area_configs.domain.areas import Area, Device, Link
    from edge_agent.simulators.behaviour import District
    from edge_agent.simulators.faults import Fault
    from edge_agent.simulators.ledger import Ledger
    from edge_agent.simulators.links_file import Secrets

    Place = dict[str, str | int | dict[str, str]]

_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Site:
    """What every simulated device shares.

    Attributes:
        area: whose devices are simulated.
        district: how the district behaves.
        seed: of all chance.
        book: what the devices really said.
        clock: microseconds since 1970-01-01 UTC.
        faults: what goes wrong, by device id; may change while it runs.
    """

    area: Area
    district: District
    seed: int
    book: Ledger
    clock: Callable[[], int]
    faults: Mapping[str, Fault]

    def speaker(self, device: Device) -> Speaker:
        """Return what decides which numbers a device says."""
        return Speaker(self.district, device, self.area.profile_of(device), self.seed)

    def bind_key(self, device: Device) -> bytes:
        """Return the key of a device whose packets are encrypted, empty for others."""
        encrypted = self.area.profile_of(device).is_encrypted
        return invent_bind_key(f"{self.seed}/{device.id}") if encrypted else b""


def open_dongle(
    site: Site, path: Path, devices: list[Device], secrets: Secrets, stack: AsyncExitStack
) -> Place:
    """Open a Wi-SUN dongle; a B-route link has one meter, or none in reach."""
    meter = _meter(site, devices[0]) if devices else None
    dongle = WiSunDongle(
        path,
        meter=meter,
        secrets=secrets,
        ledger=site.book,
        clock=site.clock,
        faults=site.faults,
    )
    stack.callback(dongle.close)
    return {"port": str(path)}


async def open_bus(
    site: Site, link: Link, path: Path, devices: list[Device], stack: AsyncExitStack
) -> Place:
    """Open a Modbus line or server with the devices as its units."""
    bus = Bus({d.unit: _image(site, d) for d in devices}, site.book, site.clock, site.faults)
    if link.kind == "modbus_rtu":
        stack.callback(RtuServer(bus, path).close)
        # Linux refuses a parity bit on a pseudo terminal (tcsetattr: EINVAL).
        return {"port": str(path), "parity": "N"}
    server = TcpServer(bus)
    stack.push_async_callback(server.close)
    return {"host": _HOST, "tcp_port": await server.open(_HOST)}


async def open_radio(
    site: Site, _link: Link, _path: Path, devices: list[Device], stack: AsyncExitStack
) -> Place:
    """Open a virtual radio channel with the devices on it."""
    # bumble is of the demo's extra and slow to load; areas without Bluetooth do without.
    from edge_agent.simulators.air import Air  # noqa: PLC0415  # not every area has a radio
    from edge_agent.simulators.broadcaster import Broadcaster  # noqa: PLC0415  # ditto
    from edge_agent.simulators.wearable import Voice, Wearable  # noqa: PLC0415  # ditto

    crowd: list[Wearable | Broadcaster] = []

    async def awake() -> None:
        for one in crowd:
            await one.open()

    air = Air(awake)
    stack.push_async_callback(air.close)
    for device in devices:
        profile = site.area.profile_of(device)
        voice = Voice(
            device,
            profile,
            site.speaker(device),
            site.book,
            site.clock,
            site.district.local,
            site.faults,
        )
        connects = any(
            s.characteristic for p in profile.points if isinstance(s := p.source, BleSource)
        )
        key = site.bind_key(device)
        crowd.append(Wearable(voice, air) if connects else Broadcaster(voice, air, key))
        stack.push_async_callback(crowd[-1].close)
    return {"adapter": f"virtual:{_HOST}:{await air.open(_HOST)}"}


async def open_network(
    site: Site, _link: Link, _path: Path, devices: list[Device], stack: AsyncExitStack
) -> Place:
    """Open ECHONET Lite nodes on loopback; devices that share an address are one node."""
    network, hosts = free_network(), dict[str, str]()
    objects = dict[str, dict[bytes, EchonetObject]]()
    for device in devices:
        wanted = device.address.split("/")[0]
        host = hosts.setdefault(wanted, f"{network}.{len(hosts) + 10}")
        one = EchonetObject(device, site.area.profile_of(device), site.speaker(device))
        objects.setdefault(host, {})[one.eoj] = one
    for host, theirs in objects.items():
        node = NodeHost(host, theirs, site.book, site.clock, site.faults)
        stack.callback(node.close)
        await node.open()
    addresses = {d.id: _moved(d.address, hosts) for d in devices}
    return {"interface": f"{network}.1", "addresses": addresses}


async def open_station(
    site: Site, link: Link, _path: Path, devices: list[Device], stack: AsyncExitStack
) -> Place:
    """Open an OPC UA server with the devices as its objects; its certificate is new each time."""
    # asyncua is heavy: only where a link needs it
    from edge_agent.simulators.opc_ua_identity import invent_identity  # noqa: PLC0415  # not every area has a station
    from edge_agent.simulators.opc_ua_server import StationServer  # noqa: PLC0415  # ditto

    identity = None if link.security == "lab" else invent_identity(link.id)
    server = StationServer(identity, site.book, site.clock, site.faults)
    stack.push_async_callback(server.close)
    voices = [(d, site.area.profile_of(d), StationVoice(site.district, d)) for d in devices]
    place: Place = {"url": await server.open(voices)}
    return place | {"trust": identity.fingerprint} if identity else place


async def open_p1(
    site: Site, _link: Link, path: Path, devices: list[Device], stack: AsyncExitStack
) -> Place:
    """Open a P1 port; it has one meter, or none behind it."""
    for device in devices:
        meter = device, site.area.profile_of(device)
        world = site.clock, site.district.local, site.faults
        stack.callback(P1Meter(path, meter, site.speaker(device), site.book, world).close)
    return {"port": str(path)}


async def open_inputs(
    site: Site, _link: Link, path: Path, devices: list[Device], stack: AsyncExitStack
) -> Place:
    """Open a pipe that carries the pulses of all inputs."""
    inputs = {d.unit: (d, site.area.profile_of(d)) for d in devices}
    stack.callback(PulseInputs(path, inputs, site.book, site.clock, site.faults).close)
    return {"port": str(path)}


def _moved(address: str, hosts: Mapping[str, str]) -> str:
    """Return an address on the simulated network; any device there is the right one."""
    host, eoj, *_ = address.split("/")
    return f"{hosts[host]}/{eoj}"


def _meter(site: Site, device: Device) -> MeterNode:
    properties = MeterProperties(device, site.district, site.speaker(device))
    return MeterNode(device, site.area.profile_of(device), properties)


def _image(site: Site, device: Device) -> RegisterImage:
    profile, obey = site.area.profile_of(device), partial(site.district.obey, device)
    kind = SunSpecImage if profile.protocol == "sunspec" else RegisterImage
    return kind(device, profile, site.speaker(device), obey)
