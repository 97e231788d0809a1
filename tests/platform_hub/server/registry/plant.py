"""A town with assets that can be asked for something."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from area_configs.domain.alarms import AlarmRule, Priority
from area_configs.domain.areas import Device
from area_configs.domain.commands import Command
from area_configs.domain.devices import DeviceKind, Point
from area_configs.domain.names import Name
from area_configs.domain.sources import EchonetSource
from tests.platform_hub.server.town import NAME, PLACE, profile, town

if TYPE_CHECKING:
    from area_configs.domain.areas import Area


def plant() -> Area:
    """Return the town with a battery at each gateway, a hydrogen bank and alarm rules."""
    base = town()
    power = Point("active_power", EchonetSource(0xE7, "i32"), 1.0, -5000.0, 5000.0)
    told = Command("power", NAME, "active_power", power.source, -5000.0, 5000.0)
    run = Command(
        "run", NAME, "operating_state", power.source, 0.0, 2.0, confirm="remote", values=(0.0, 2.0)
    )
    battery = replace(
        profile("battery", DeviceKind.BATTERY, "Battery"), points=(power,), commands=(told, run)
    )
    bank = profile("bank", DeviceKind.HYDROGEN_BANK, "HydrogenStorage")
    devices = (
        Device("battery-1", Name("一", "One"), "battery", "gw-1", "l", PLACE),
        Device("battery-2", Name("二", "Two"), "battery", "gw-2", "l", PLACE),
        Device("bank", Name("蓄", "Bank"), "bank", "gw-2", "l", PLACE),
    )
    profiles = base.profiles | {"battery": battery, "bank": bank}
    return replace(base, devices=base.devices + devices, profiles=profiles, alarms=rules())


def rule(ident: str, **more: object) -> AlarmRule:
    """Return a rule on the power of meter-1."""
    made = AlarmRule(ident, NAME, "meter-1", "active_power", Priority.HIGH, NAME, above=100.0)
    return replace(made, **more)


def rules() -> tuple[AlarmRule, ...]:
    """Return rules of every sort."""
    return (
        rule("plain", deadband=10.0),
        rule("slow", on_delay_s=60.0, off_delay_s=30.0, above=200.0),
        rule("leak", latching=True, life_safety=True, above=300.0, priority=Priority.CRITICAL),
        rule("lesser", suppressed_by="leak", above=250.0),
    )
