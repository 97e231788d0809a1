"""The shape of a gateway's configuration document: what the area's office may set from afar.

The same tables stand in the gateway's own settings file.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from area_configs.schema.fields import Id, StrictFile

HUB_URL_FORM = r"^https?://(\[[0-9a-fA-F:.]+\]|[^/\s:\[\]]+)(:\d{1,5})?/?$"
TRIAL_S = 60.0
DIGEST_FORM = r"^[0-9a-f]{64}$"


class DeviceSettingsFile(StrictFile):
    """How one device is asked; what is not given is as its profile says."""

    period_s: float | None = Field(
        default=None,
        ge=1,
        le=86_400,
        description="seconds between two readings of its quickest values; slower ones stay slower",
    )
    polled: bool = Field(default=True, description="false while nobody is to ask it")


class ControlFile(StrictFile):
    """What this gateway controls by itself."""

    demand: bool = Field(
        default=False, description="hold the 30-minute demand with the area's energy assets"
    )
    target_kw: float | None = Field(
        default=None, gt=0, description="the mean to hold without a plan; the contract by default"
    )


class LogFile(StrictFile):
    """How much the reading log keeps, and what gives way when there is no room."""

    keep_days: float = Field(
        default=7.0, ge=0, le=3650, description="days that readings stay once every sink has them"
    )
    most_mib: int = Field(default=4096, ge=64, description="the log takes no more than this, MiB")
    free_mib: int = Field(default=64, ge=0, description="so much of the disk stays free, MiB")
    when_full: Literal["refuse", "drop-oldest"] = Field(
        default="refuse", description="what gives way: new readings, or the oldest unsent ones"
    )
    clock_wait_s: float = Field(
        default=180.0,
        ge=0,
        le=86_400,
        description="after boot, readings wait so long for the clock to be set before they are sent",
    )


class GatewayDocument(StrictFile):
    """One version of a gateway's configuration; a table that it leaves out stays as it is there."""

    hub_url: str | None = Field(
        default=None, pattern=HUB_URL_FORM, description="the hub, https://name:port"
    )
    trial_s: float = Field(
        default=TRIAL_S,
        ge=5,
        le=600,
        description="seconds that the hub has to answer after a change, else it is taken back",
    )
    area: str | None = Field(
        default=None,
        pattern=DIGEST_FORM,
        description="digest of the area pack that the gateway fetches from the hub, set by the hub",
    )
    control: ControlFile | None = Field(default=None, description="the table [control]")
    log: LogFile | None = Field(default=None, description="the table [log]")
    devices: dict[Id, DeviceSettingsFile] = Field(
        default={}, description="how single devices are asked, by their id"
    )
