"""How single devices are asked by a gateway's settings: other periods, and which are left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from area_configs.domain.areas import Area
    from area_configs.schema.gateway_document import DeviceSettingsFile


def asked(area: Area, settings: Mapping[str, DeviceSettingsFile]) -> Area:
    """Return the area with devices of another period under profiles of their own."""
    periods = {device: one.period_s for device, one in settings.items() if one.period_s}
    profiles, devices = dict(area.profiles), []
    for device in area.devices:
        period_s = periods.get(device.id)
        if period_s is None:
            devices.append(device)
        else:
            own = f"{device.profile}@{device.id}"
            profiles[own] = area.profile_of(device).every(period_s)
            devices.append(replace(device, profile=own))
    return replace(area, profiles=profiles, devices=tuple(devices)) if periods else area


def unpolled(settings: Mapping[str, DeviceSettingsFile]) -> frozenset[str]:
    """Return the devices that nobody asks."""
    return frozenset(device for device, one in settings.items() if not one.polled)
