"""The shape of an area file, `area.toml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from area_configs.domain.alarms import AlarmRule, Priority
from area_configs.domain.areas import Area, Device, Gateway, Link, Parity, Security
from area_configs.domain.care_zones import CareZone, ZoneRule
from area_configs.domain.protocols import LINKS, LinkKind
from area_configs.schema.energy_file import EnergyFile
from area_configs.schema.fields import (
    FINGERPRINT_FORM,
    HOURS_FORM,
    Id,
    Items,
    NameFile,
    PositionFile,
    StrictFile,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from area_configs.domain.devices import DeviceProfile


class LinkFile(StrictFile):
    """One wire or radio of a gateway."""

    id: Id = Field(description="id of the link, unique in its gateway")
    kind: LinkKind = Field(description=", ".join(LINKS))
    port: Text | None = Field(
        default=None, description="serial device path, or the GPIO chip of a pulse_input"
    )
    baudrate: int | None = Field(
        default=None, ge=300, le=1_000_000, description="serial speed in bit/s"
    )
    parity: Parity | None = Field(default=None, description="serial parity: N, E or O")
    host: Text | None = Field(default=None, description="address of the TCP peer, for modbus_tcp")
    tcp_port: int | None = Field(
        default=None, ge=1, le=65535, description="port of the TCP peer, for modbus_tcp"
    )
    interface: Text | None = Field(
        default=None, description="own IPv4 address on the network of an echonet_udp link"
    )
    adapter: Text | None = Field(
        default=None, description="Bluetooth adapter such as hci0, for ble; else the first"
    )
    url: Text | None = Field(
        default=None,
        pattern="^opc\\.tcp://",
        description="OPC UA server, opc.tcp://..., for opc_ua",
    )
    security: Security | None = Field(
        default=None,
        description="sign_and_encrypt, or lab for an unprotected OPC UA server in a laboratory",
    )
    trust: str | None = Field(
        default=None,
        pattern=FINGERPRINT_FORM,
        description="SHA-256 fingerprint of the OPC UA server's certificate, 64 hexadecimal digits",
    )

    def to_domain(self) -> Link:
        """Return the link with the defaults of its kind filled in."""
        rule = LINKS[self.kind]
        return Link(
            id=self.id,
            kind=self.kind,
            port=self.port or "",
            baudrate=self.baudrate or rule.baudrate,
            parity=self.parity or "N",
            host=self.host or "",
            tcp_port=self.tcp_port or rule.tcp_port,
            interface=self.interface or "",
            adapter=self.adapter or "",
            url=self.url or "",
            security=self.security or "sign_and_encrypt",
            trust=self.trust or "",
        )


class GatewayFile(StrictFile):
    """One edge gateway."""

    id: Id = Field(description="id of the gateway, unique in the area")
    name: NameFile = Field(description="its name: { ja = ..., en = ... }")
    position: PositionFile = Field(
        description="where it stands: { latitude = ..., longitude = ... }"
    )
    links: Items[LinkFile] = Field(default=(), description="its wires and radios")

    def to_domain(self) -> Gateway:
        """Return the gateway as the domain knows it."""
        links = tuple(link.to_domain() for link in self.links)
        return Gateway(self.id, self.name.to_domain(), self.position.to_domain(), links)


class DeviceFile(StrictFile):
    """One installed device."""

    id: Id = Field(description="id of the device, unique in the area")
    name: NameFile = Field(description="its name: { ja = ..., en = ... }")
    profile: Id = Field(description="id of its device profile")
    gateway: Id = Field(description="id of the gateway that reads it")
    link: Id = Field(description="id of the gateway's link that it hangs on")
    position: PositionFile = Field(
        description="where it stands: { latitude = ..., longitude = ... }"
    )
    unit: int | None = Field(
        default=None, ge=1, le=247, description="Modbus unit, 1 to 247; none on a B-route link"
    )
    address: Text | None = Field(
        default=None,
        description="its address on a link with addresses: Bluetooth MAC, IP/EOJ, OPC UA object path",
    )
    building: str = Field(default="", description="gml:id of the building that it belongs to")

    def to_domain(self) -> Device:
        """Return the device as the domain knows it."""
        return Device(
            id=self.id,
            name=self.name.to_domain(),
            profile=self.profile,
            gateway=self.gateway,
            link=self.link,
            position=self.position.to_domain(),
            unit=self.unit or 0,
            building=self.building,
            address=self.address or "",
        )


class AlarmFile(StrictFile):
    """A limit on one quantity of one device."""

    id: Id = Field(description="id of the rule, unique in the area")
    name: NameFile = Field(description="what is wrong: { ja = ..., en = ... }")
    device: Id = Field(description="id of the device")
    quantity: Id = Field(description="a quantity that the device gives")
    priority: Annotated[Priority, Field(strict=False)] = Field(
        description="critical, high, medium or low"
    )
    action: NameFile = Field(description="what the operator does: { ja = ..., en = ... }")
    above: float | None = Field(default=None, description="in alarm above this value")
    below: float | None = Field(default=None, description="in alarm below this value")
    deadband: float = Field(
        default=0.0, ge=0, description="how far the value must come back before the alarm returns"
    )
    on_delay_s: float = Field(
        default=0.0, ge=0, le=86400, description="seconds in alarm before it is raised"
    )
    off_delay_s: float = Field(
        default=0.0, ge=0, le=86400, description="seconds out of alarm before it returns"
    )
    latching: bool = Field(default=False, description="true where it stays until it is reset")
    life_safety: bool = Field(
        default=False, description="true where only the area manager may shelve it"
    )
    suppressed_by: Id | None = Field(
        default=None, description="id of another rule in whose alarm this one means nothing"
    )

    def to_domain(self) -> AlarmRule:
        """Return the rule as the domain knows it."""
        return AlarmRule(
            id=self.id,
            name=self.name.to_domain(),
            device=self.device,
            quantity=self.quantity,
            priority=self.priority,
            action=self.action.to_domain(),
            above=self.above,
            below=self.below,
            deadband=self.deadband,
            on_delay_s=self.on_delay_s,
            off_delay_s=self.off_delay_s,
            latching=self.latching,
            life_safety=self.life_safety,
            suppressed_by=self.suppressed_by or "",
        )


class CareZoneFile(StrictFile):
    """Where one radio hears presence tags, and when that is wandering of whoever wears one."""

    id: Id = Field(description="id of the zone, unique in the area")
    name: NameFile = Field(description="its name: { ja = ..., en = ... }")
    gateway: Id = Field(description="id of the gateway whose radio hears the tags")
    link: Id = Field(description="id of the gateway's ble link")
    rule: Literal["stay", "avoid"] = Field(
        description="stay: being away from it counts; avoid: being there counts"
    )
    hours: str = Field(
        default="00:00-24:00",
        pattern=HOURS_FORM,
        description="local hours in which it counts, such as 21:00-06:00",
    )
    dwell_s: float = Field(
        default=120.0, ge=10, le=3600, description="seconds without a break before it counts"
    )

    def to_domain(self) -> CareZone:
        """Return the zone as the domain knows it."""
        begins, ends = (int(at[:2]) * 60 + int(at[3:]) for at in self.hours.split("-"))
        name = self.name.to_domain()
        hours = (begins, ends)
        rule = ZoneRule(self.rule)
        return CareZone(self.id, name, self.gateway, self.link, rule, *hours, self.dwell_s)


class AreaFile(StrictFile):
    """One pilot area."""

    id: Id = Field(description="id of the area")
    name: NameFile = Field(description="its name: { ja = ..., en = ... }")
    centre: PositionFile = Field(description="where the twin's local coordinates begin")
    epsg: int = Field(
        ge=6669, le=6687, description="JGD2011 plane rectangular system, such as 6677 for Tokyo"
    )
    timezone: Text = Field(default="Asia/Tokyo", description="IANA time zone")
    model_district: bool = Field(
        default=False, description="true where buildings and people are invented"
    )
    attribution: NameFile = Field(description="credit line beside any picture of the geometry")
    geoid_m: float | None = Field(
        default=None,
        ge=-110,
        le=90,
        description="height of the geoid over the ellipsoid at the centre, metres, for 3D Tiles",
    )
    geometry: Items[Text] = Field(default=(), description="CityGML files, relative to this file")
    facilities: Items[Text] = Field(
        default=(), description="open-data CSV files of barrier-free facilities, relative"
    )
    comparisons: Items[Text] = Field(
        default=(), description="CSV files of land prices and development scenarios, relative"
    )
    gateways: Items[GatewayFile] = Field(min_length=1, description="at least one gateway")
    devices: Items[DeviceFile] = Field(default=(), description="the installed devices")
    alarms: Items[AlarmFile] = Field(default=(), description="limits that call an operator")
    care_zones: Items[CareZoneFile] = Field(
        default=(), description="where residents who wear a tag stay, or should not be"
    )
    energy: EnergyFile | None = Field(
        default=None, description="contract, tariff and the assets that plans may move"
    )

    def to_domain(self, folder: Path, profiles: Mapping[str, DeviceProfile]) -> Area:
        """Return the area; `folder` holds its geometry, `profiles` those that it uses."""
        return Area(
            id=self.id,
            name=self.name.to_domain(),
            centre=self.centre.to_domain(),
            epsg=self.epsg,
            timezone=self.timezone,
            model_district=self.model_district,
            attribution=self.attribution.to_domain(),
            gateways=tuple(gateway.to_domain() for gateway in self.gateways),
            devices=tuple(device.to_domain() for device in self.devices),
            profiles=dict(profiles),
            alarms=tuple(alarm.to_domain() for alarm in self.alarms),
            energy=self.energy.to_domain() if self.energy else None,
            geometry=tuple(folder / path for path in self.geometry),
            facilities=tuple(folder / path for path in self.facilities),
            geoid_m=self.geoid_m,
            comparisons=tuple(folder / path for path in self.comparisons),
            care_zones=tuple(zone.to_domain() for zone in self.care_zones),
        )
