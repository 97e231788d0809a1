"""Faults that a test gives to a simulated device."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Fault:
    """How one device misbehaves; a test may change it while the device runs.

    A silent or garbled answer says nothing, so the ledger keeps no line of it.

    Attributes:
        silent: it hears and never answers.
        garbled: its answer arrives damaged: a wrong CRC on RTU, a frame cut short elsewhere.
        delay_s: it answers this much later.
        event: what happens in a hydrogen station: leak, flame, esd, seismic, abort,
            over_temperature, comm_loss, stale_heartbeat, sensor_failure; to a tag: leaves, again
            and again.
    """

    silent: bool = False
    garbled: bool = False
    delay_s: float = 0.0
    event: str = ""


HEALTHY = Fault()
STATION_EVENTS = frozenset(
    {
        *("leak", "flame", "esd", "seismic", "abort", "over_temperature"),
        *("comm_loss", "stale_heartbeat", "sensor_failure"),
    }
)
LEAVES = "leaves"
TAG_EVENTS = frozenset({LEAVES})
