"""The shape of the files that a gateway's agent is set up by: its settings, and overrides of links."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from area_configs.schema.fields import FINGERPRINT_FORM, Id, StrictFile, Text
from area_configs.schema.gateway_document import (
    HUB_URL_FORM,
    TRIAL_S,
    ControlFile,
    DeviceSettingsFile,
    LogFile,
)
from edge_agent.sink_settings import SinkFile


class HubFile(StrictFile):
    """Where readings go."""

    url: str = Field(pattern=HUB_URL_FORM, description="the hub, https://name:port")
    key_file: Text | None = Field(default=None, description="file with the gateway's key")
    public_key: Text | None = Field(
        default=None, description="the hub's own key; without it the first one seen is kept"
    )


class SecretFile(StrictFile):
    """Files with the secrets of one B-route link."""

    route_b_id_file: Text = Field(description="file with the 32 character B-route id")
    password_file: Text = Field(description="file with the 12 character password")


class MonitorFile(StrictFile):
    """Where the agent tells watchers on the same machine how it is."""

    port: int = Field(
        default=9464, ge=0, le=65535, description="/health and /metrics on 127.0.0.1; 0: nowhere"
    )


class CommissioningFile(StrictFile):
    """Whose data count."""

    required: bool = Field(
        default=False, description="true: only devices that a technician has activated count"
    )


class CareFile(StrictFile):
    """Who wears what: what a body says leaves this gateway as minutes under a pseudonym only."""

    wearers: dict[Id, Text] = Field(
        default={}, description="what the site calls the wearer, by device id; never sent"
    )
    keep_raw_days: int = Field(
        default=3, ge=0, le=90, description="days that raw beats stay on this gateway"
    )


class SettingsFile(StrictFile):
    """The settings file; relative paths count from its folder."""

    gateway: Id = Field(description="id of this gateway in the area")
    area: Text = Field(description="a bundled area's id, or a path of an area")
    data: Text = Field(description="folder for the log and the state of this gateway")
    links: Text | None = Field(default=None, description="file with other ports and addresses")
    configuration: int = Field(
        default=0, ge=0, description="version of the area office's configuration that stands here"
    )
    trial_s: float = Field(
        default=TRIAL_S,
        ge=5,
        le=600,
        description="seconds that the hub has to answer after a change by the area office",
    )
    hub: HubFile = Field(description="the table [hub] with the hub's url")
    hub_ca: Text | None = Field(
        default=None, description="the only certificate authority that the hub is believed by"
    )
    control: ControlFile = Field(default=ControlFile(), description="the table [control]")
    secrets: dict[str, SecretFile] = Field(default={}, description="secrets of B-route links")
    commissioning: CommissioningFile = Field(
        default=CommissioningFile(), description="the table [commissioning]"
    )
    care: CareFile = Field(default=CareFile(), description="the table [care]")
    monitor: MonitorFile = Field(default=MonitorFile(), description="the table [monitor]")
    log: LogFile = Field(default=LogFile(), description="the table [log]")
    devices: dict[Id, DeviceSettingsFile] = Field(
        default={}, description="how single devices are asked, by their id"
    )
    sinks: dict[Id, SinkFile] = Field(default={}, description="other brokers, each by a name")


class LinkFile(StrictFile):
    """Another port or peer for a link of the area."""

    port: Text | None = Field(default=None, description="serial device path")
    host: Text | None = Field(default=None, description="address of the TCP peer")
    tcp_port: int | None = Field(default=None, ge=1, le=65535, description="port of the TCP peer")
    baudrate: int | None = Field(default=None, ge=300, le=4_000_000, description="other speed")
    parity: Literal["N", "E", "O"] | None = Field(default=None, description="other parity")
    interface: Text | None = Field(default=None, description="other own IPv4 address")
    adapter: Text | None = Field(default=None, description="other Bluetooth adapter")
    url: Text | None = Field(default=None, description="other OPC UA server")
    security: Literal["sign_and_encrypt", "lab"] | None = Field(
        default=None, description="lab: the OPC UA server is unprotected"
    )
    trust: str | None = Field(
        default=None,
        pattern=FINGERPRINT_FORM,
        description="SHA-256 fingerprint of the OPC UA server's certificate",
    )
    addresses: dict[str, Text] = Field(
        default={}, description="other addresses of its devices, by device id"
    )


class InlineSecretFile(StrictFile):
    """Secrets written out, for simulated meters only."""

    route_b_id: Text = Field(description="B-route id, 32 characters")
    password: Text = Field(description="B-route password, 12 characters")


class LinksFile(StrictFile):
    """Overrides of links, as simulators write them."""

    links: dict[str, LinkFile] = Field(default={}, description="other ports and addresses")
    secrets: dict[str, InlineSecretFile] = Field(default={}, description="simulated secrets")
    bind_keys: dict[str, str] = Field(default={}, description="simulated bind keys, by device")
