"""A small area and readings for the console's tests, built by hand."""

from __future__ import annotations

from area_configs.domain.alarms import AlarmRule, Priority
from area_configs.domain.areas import Area, Device, Gateway, Link, Position
from area_configs.domain.devices import DeviceKind, DeviceProfile, Point
from area_configs.domain.names import Name
from area_configs.domain.quality import GOOD
from area_configs.domain.readings import Reading
from area_configs.domain.sources import ModbusSource

NOON_US = 1_795_575_600_000_000  # 2026-11-25 12:00 in Tokyo
SECOND_US = 1_000_000
HERE = Position(35.655, 139.785)


class Clock:
    """A clock that stands until it is told to move."""

    def __init__(self, now_us: int = NOON_US) -> None:
        self.now_us = now_us

    def __call__(self) -> int:
        return self.now_us

    def advance(self, seconds: float) -> None:
        self.now_us += int(seconds * SECOND_US)


def profile(ident: str, kind: DeviceKind, *quantities: str, period_s: float = 5.0) -> DeviceProfile:
    points = tuple(
        Point(quantity, ModbusSource("input", row * 2, "f32"), period_s)
        for row, quantity in enumerate(quantities)
    )
    name = Name(f"{ident}型", f"Model {ident}")
    return DeviceProfile(ident, name, "Maker", ident, "modbus", kind, "Device", points)


PROFILES = {
    "meter": profile(
        "meter", DeviceKind.BUILDING_METER, "active_power", "energy_import", "current_t"
    ),
    "battery": profile(
        "battery", DeviceKind.BATTERY, "state_of_charge", "active_power", "operating_state"
    ),
    "bank": profile("bank", DeviceKind.HYDROGEN_BANK, "pressure_high", "hydrogen_in_air"),
    "river": profile("river", DeviceKind.RIVER_GAUGE, "river_level", period_s=10.0),
}

LEAK = AlarmRule(
    "leak",
    Name("水素漏えい", "Hydrogen leak"),
    "bank-1",
    "hydrogen_in_air",
    Priority.CRITICAL,
    Name("遮断弁を確認", "Check the shut-off valve"),
    above=25.0,
)


def device(ident: str, ja: str, en: str, model: str, gateway: str) -> Device:
    return Device(ident, Name(ja, en), model, gateway, "line", HERE, unit=1)


def small_area() -> Area:
    link = Link("line", "modbus_tcp", host="127.0.0.1", tcp_port=1502)
    return Area(
        id="small",
        name=Name("小さなモデル地区", "Small model district"),
        centre=HERE,
        epsg=6677,
        timezone="Asia/Tokyo",
        model_district=True,
        attribution=Name("架空のモデル地区", "Invented model district"),
        gateways=(
            Gateway("gw-a", Name("エネルギー棟", "Energy centre"), HERE, (link,)),
            Gateway("gw-b", Name("水辺", "Waterfront"), HERE, (link,)),
        ),
        devices=(
            device("meter-1", "集会所の電力計", "Community hall meter", "meter", "gw-a"),
            device("battery-1", "蓄電池1号", "Battery 1", "battery", "gw-a"),
            device("bank-1", "水素蓄圧器", "Hydrogen bank", "bank", "gw-b"),
            device("river-1", "水位計", "River gauge", "river", "gw-b"),
        ),
        profiles=PROFILES,
        alarms=(LEAK,),
    )


def reading(
    device_id: str, quantity: str, value: float | None, at_us: int = NOON_US, quality=GOOD
) -> Reading:
    return Reading(device_id, quantity, at_us, value, quality)


def all_well(at_us: int = NOON_US) -> list[Reading]:
    """One good reading of every point."""
    values = {
        "meter-1": {"active_power": 668.0, "energy_import": 1234.5, "current_t": 1.0},
        "battery-1": {"state_of_charge": 55.5, "active_power": -1200.0, "operating_state": 2.0},
        "bank-1": {"pressure_high": 81.25, "hydrogen_in_air": 0.0},
        "river-1": {"river_level": 1.42},
    }
    return [reading(d, q, v, at_us) for d, given in values.items() for q, v in given.items()]
