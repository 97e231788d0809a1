"""What gateways register and report of themselves."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

Text = Annotated[str, msgspec.Meta(max_length=128)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]


class Registration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A gateway's public key, as `tokens.public_text` writes it."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=r"^[\w.~-]+$")]
    public_key: Annotated[str, msgspec.Meta(min_length=40, max_length=64)]


class GatewayReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How a gateway is, in its own words; what it does not know stays None.

    Attributes:
        version: of the agent.
        oldest_unsent_us: when the oldest reading that still waits was observed.
        clock_offset_s: by how much its clock is ahead of the hub's.
        configuration: version of the configuration that it runs.
        settings: the settings in force that a configuration may change, as such a document.
        devices_silent: devices that do not answer it.
    """

    version: Text = ""
    oldest_unsent_us: int | None = None
    clock_offset_s: float | None = None
    disk_free_bytes: Count | None = None
    temperature_c: float | None = None
    configuration: Count | None = None
    settings: dict[str, Any] = {}
    devices_silent: Annotated[list[Text], msgspec.Meta(max_length=1000)] = []
