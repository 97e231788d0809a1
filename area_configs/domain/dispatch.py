"""Which of an area's devices a plan can move by itself, and by which command of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.devices import DeviceKind

if TYPE_CHECKING:
    from area_configs.domain.areas import Area
    from area_configs.domain.devices import DeviceProfile

_SET_POINTS = {
    DeviceKind.BATTERY: "active_power",
    DeviceKind.FUEL_CELL: "active_power",
    DeviceKind.ELECTROLYSER: "active_power",
    DeviceKind.EV_CHARGER: "charge_power_setting",
    DeviceKind.WATER_HEATER: "heating_mode",
    DeviceKind.AIR_CONDITIONER: "power_switch",
}


def set_point(profile: DeviceProfile) -> str | None:
    """Return the quantity by whose command a plan moves a device; None where it cannot."""
    quantity = _SET_POINTS.get(profile.kind)
    known = any(command.quantity == quantity for command in profile.commands)
    return quantity if known else None


def dispatched(area: Area) -> frozenset[str]:
    """Return the ids of the devices that gateways move by a plan; the others people move."""
    energy = area.energy
    if energy is None:
        return frozenset()
    devices = [battery.device for battery in energy.batteries]
    devices += [unit.device for unit in (*energy.fuel_cells, *energy.electrolysers)]
    devices += [charger.device for charger in energy.charging]
    devices += [load.device for load in energy.deferrable]
    devices += [load.device for load in energy.sheddable]
    return frozenset(d for d in devices if set_point(area.profile_of(area.device(d))))
