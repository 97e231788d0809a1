"""What gateways register and report of themselves."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

Text = Annotated[str, msgspec.Meta(max_length=128)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]


class Registration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A gateway's public key, as `tokens.public_text` writes it."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=r"^[\w.~-]+$")]
    public_key: Annotated[str, msgspec.Meta(min_length=40, max_length=64)]


class ReleaseTrial(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How the trial of a release ended; `reason` is a word that can be translated, `why` says it."""

    version: Text
    began_us: int | None
    ended_us: int
    result: Literal["kept", "rolled back"]
    reason: Text = ""
    why: Annotated[str, msgspec.Meta(max_length=500)] = ""


class ReleaseState(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Which release a gateway runs.

    Attributes:
        running: its version.
        since_us: when it was switched to.
        pending: it is on trial.
        trials: the last ones, the newest at the end.
    """

    running: Text
    since_us: int | None = None
    pending: bool = False
    trials: Annotated[list[ReleaseTrial], msgspec.Meta(max_length=20)] = []


class GatewayReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How a gateway is, in its own words; what it does not know stays None.

    Attributes:
        version: of the agent.
        oldest_unsent_us: when the oldest reading that still waits was observed.
        clock_offset_s: by how much its clock is ahead of the hub's.
        configuration: version of the configuration that it runs.
        settings: the settings in force that a configuration may change, as such a document.
        devices_silent: devices that do not answer it.
        release: what its keeper of releases says; None where it has none, as from source.
    """

    version: Text = ""
    oldest_unsent_us: int | None = None
    clock_offset_s: float | None = None
    disk_free_bytes: Count | None = None
    temperature_c: float | None = None
    configuration: Count | None = None
    settings: dict[str, Any] = {}
    devices_silent: Annotated[list[Text], msgspec.Meta(max_length=1000)] = []
    release: ReleaseState | None = None
