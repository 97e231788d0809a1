"""GATT: the adopted characteristics that the suite decodes, and the fields that each gives."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HEART_RATE = "2a37"
SPOT_OXIMETRY, CONTINUOUS_OXIMETRY = "2a5e", "2a5f"
THERMOMETER = "2a1c"
BLOOD_PRESSURE = "2a35"
WEIGHT = "2a9d"
BATTERY = "2a19"
RUNNING = "2a53"
CURRENT_TIME = "2a2b"

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        HEART_RATE: ("heart_rate", "rr_interval", "energy"),
        SPOT_OXIMETRY: ("spo2", "pulse_rate"),
        CONTINUOUS_OXIMETRY: ("spo2", "pulse_rate"),
        THERMOMETER: ("temperature",),
        BLOOD_PRESSURE: ("systolic", "diastolic", "mean", "pulse_rate"),
        WEIGHT: ("weight",),
        BATTERY: ("battery",),
        RUNNING: ("speed", "cadence", "distance"),
    }
)

ADVERTISED = ("presence", "rssi")

_SHORT = 4  # hex digits
_BASE = "-0000-1000-8000-00805f9b34fb"  # Bluetooth Core Specification, Vol 3 Part B, 2.5.1


def long_uuid(uuid: str) -> str:
    """Return the long form of a UUID of four hex digits; a long one as it is."""
    return f"0000{uuid}{_BASE}" if len(uuid) == _SHORT else uuid.lower()


def short_uuid(uuid: str) -> str:
    """Return the four hex digits of an adopted UUID; a maker's own as it is, lower case."""
    uuid = uuid.lower()
    return uuid[4:8] if uuid.startswith("0000") and uuid.endswith(_BASE) else uuid
