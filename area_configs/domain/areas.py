"""Areas: the gateways, links and devices of one pilot area, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from area_configs.domain.devices import CARRIED

if TYPE_CHECKING:
    from pathlib import Path

    from area_configs.domain.alarms import AlarmRule
    from area_configs.domain.care_zones import CareZone
    from area_configs.domain.devices import DeviceProfile
    from area_configs.domain.energy import EnergySite
    from area_configs.domain.names import Name
    from area_configs.domain.protocols import LinkKind

Parity = Literal["N", "E", "O"]
Security = Literal["sign_and_encrypt", "lab"]


@dataclass(frozen=True, slots=True)
class Position:
    """JGD2011 degrees and metres above the ground at that place."""

    latitude: float
    longitude: float
    height_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Link:
    """One wire or radio of a gateway; what belongs to its kind is set, all else is empty.

    Attributes:
        port: serial device path, such as `/dev/serial/by-id/...`, or a GPIO chip.
        host, tcp_port: the TCP peer.
        interface: own IPv4 address on the network of an ECHONET Lite link; empty for any.
        adapter: Bluetooth adapter such as `hci0`; empty for the first.
        url: address of an OPC UA server, `opc.tcp://...`.
        security: `lab` where an OPC UA server in a laboratory is spoken to unprotected.
        trust: SHA-256 fingerprint of the OPC UA server's certificate, 64 hexadecimal digits.
    """

    id: str
    kind: LinkKind
    port: str = ""
    baudrate: int = 9600
    parity: Parity = "N"
    host: str = ""
    tcp_port: int = 0
    interface: str = ""
    adapter: str = ""
    url: str = ""
    security: Security = "sign_and_encrypt"
    trust: str = ""


@dataclass(frozen=True, slots=True)
class Gateway:
    """One edge gateway and its links."""

    id: str
    name: Name
    position: Position
    links: tuple[Link, ...] = ()

    def link(self, link_id: str) -> Link:
        """Return a link by its id; KeyError where there is none."""
        for link in self.links:
            if link.id == link_id:
                return link
        raise KeyError(link_id)


@dataclass(frozen=True, slots=True)
class Device:
    """One installed device.

    Attributes:
        profile: id of its device profile.
        gateway, link: how it is reached.
        unit: its Modbus unit or input line, 0 on links without units.
        address: its address on links with addresses: Bluetooth MAC, `IP/EOJ`, OPC UA object.
        building: gml:id of the building that it belongs to, empty for street devices.
    """

    id: str
    name: Name
    profile: str
    gateway: str
    link: str
    position: Position
    unit: int = 0
    building: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """One pilot area, whole and consistent: every reference in it resolves.

    Attributes:
        centre: where the twin's local coordinates begin.
        epsg: plane rectangular system of the twin, such as 6677 (JGD2011 zone IX).
        model_district: True where buildings and people are invented; the screen says so.
        attribution: credit line to show beside any picture of the geometry.
        geometry: CityGML files, absolute paths.
        profiles: the profiles that its devices use, by id.
        energy: contract, tariff and movable assets; None where nothing is planned.
        facilities: open-data CSV files of barrier-free facilities, absolute paths.
        geoid_m: height of the geoid over the GRS80 ellipsoid at the centre; None where not stated.
        comparisons: CSV files that compare what stands with what is planned, absolute paths.
        care_zones: where residents who wear a tag stay, or should not be.
    """

    id: str
    name: Name
    centre: Position
    epsg: int
    timezone: str
    model_district: bool
    attribution: Name
    gateways: tuple[Gateway, ...]
    devices: tuple[Device, ...]
    profiles: dict[str, DeviceProfile] = field(default_factory=dict)
    alarms: tuple[AlarmRule, ...] = ()
    geometry: tuple[Path, ...] = ()
    energy: EnergySite | None = None
    facilities: tuple[Path, ...] = ()
    comparisons: tuple[Path, ...] = ()
    geoid_m: float | None = None
    care_zones: tuple[CareZone, ...] = ()

    def gateway(self, gateway_id: str) -> Gateway:
        """Return a gateway by its id; KeyError where there is none."""
        for gateway in self.gateways:
            if gateway.id == gateway_id:
                return gateway
        raise KeyError(gateway_id)

    def device(self, device_id: str) -> Device:
        """Return a device by its id; KeyError where there is none."""
        for device in self.devices:
            if device.id == device_id:
                return device
        raise KeyError(device_id)

    def devices_of(self, gateway_id: str) -> tuple[Device, ...]:
        """Return the devices of one gateway, in file order."""
        return tuple(device for device in self.devices if device.gateway == gateway_id)

    def carried(self) -> tuple[Device, ...]:
        """Return the devices that people carry with them, in file order."""
        return tuple(one for one in self.devices if self.profile_of(one).kind in CARRIED)

    def profile_of(self, device: Device) -> DeviceProfile:
        """Return the profile of one of its devices."""
        return self.profiles[device.profile]
