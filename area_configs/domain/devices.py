"""Device profiles: what a model of device measures and how its bytes become readings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from area_configs.domain.names import Name

if TYPE_CHECKING:
    from area_configs.domain.commands import Command
    from area_configs.domain.protocols import Protocol
    from area_configs.domain.sources import Source


class DeviceKind(StrEnum):
    """What a device is to an area manager; decides its glyph and its place in lists."""

    SMART_METER = "smart_meter"
    BUILDING_METER = "building_meter"
    FEEDER_METER = "feeder_meter"
    PHOTOVOLTAIC = "photovoltaic"
    BATTERY = "battery"
    FUEL_CELL = "fuel_cell"
    ELECTROLYSER = "electrolyser"
    HYDROGEN_BANK = "hydrogen_bank"
    RIVER_GAUGE = "river_gauge"
    PEOPLE_COUNTER = "people_counter"
    RAIN_GAUGE = "rain_gauge"
    WEARABLE = "wearable"
    PRESENCE_TAG = "presence_tag"
    ROOM_SENSOR = "room_sensor"
    EV_CHARGER = "ev_charger"
    WATER_HEATER = "water_heater"
    AIR_CONDITIONER = "air_conditioner"
    HYDROGEN_STATION = "hydrogen_station"


# What people carry with them: whose readings say something of whoever does.
CARRIED = frozenset({DeviceKind.WEARABLE, DeviceKind.PRESENCE_TAG})
# A hydrogen station and its banks have a safety controller of their own, which nobody commands.
NEVER_COMMANDED = frozenset({DeviceKind.HYDROGEN_STATION, DeviceKind.HYDROGEN_BANK})

KIND_NAMES = {
    DeviceKind.SMART_METER: Name("スマートメーター", "Smart meter"),
    DeviceKind.BUILDING_METER: Name("建物電力計", "Building meter"),
    DeviceKind.FEEDER_METER: Name("幹線電力計", "Feeder meter"),
    DeviceKind.PHOTOVOLTAIC: Name("太陽光発電", "Photovoltaic"),
    DeviceKind.BATTERY: Name("蓄電池", "Battery"),
    DeviceKind.FUEL_CELL: Name("燃料電池", "Fuel cell"),
    DeviceKind.ELECTROLYSER: Name("水電解装置", "Electrolyser"),
    DeviceKind.HYDROGEN_BANK: Name("水素蓄圧器", "Hydrogen bank"),
    DeviceKind.RIVER_GAUGE: Name("河川水位計", "River gauge"),
    DeviceKind.PEOPLE_COUNTER: Name("人流カウンター", "People counter"),
    DeviceKind.RAIN_GAUGE: Name("雨量計", "Rain gauge"),
    DeviceKind.WEARABLE: Name("ウェアラブル", "Wearable"),
    DeviceKind.PRESENCE_TAG: Name("在室タグ", "Presence tag"),
    DeviceKind.ROOM_SENSOR: Name("室内センサー", "Room sensor"),
    DeviceKind.EV_CHARGER: Name("EV充電器", "EV charger"),
    DeviceKind.WATER_HEATER: Name("給湯器", "Water heater"),
    DeviceKind.AIR_CONDITIONER: Name("エアコン", "Air conditioner"),
    DeviceKind.HYDROGEN_STATION: Name("水素ステーション", "Hydrogen station"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One quantity that a device gives.

    Attributes:
        quantity: key of `quantities.QUANTITIES`.
        source: where the number stands in the protocol.
        period_s: seconds between polls; where the device sends by itself, how often at least.
        minimum, maximum: plausible range in the quantity's unit; outside it the reading is
            kept and marked `out_of_limits`.
        pushed: True where the device sends it by itself; nobody polls for it.
    """

    quantity: str
    source: Source
    period_s: float
    minimum: float | None = None
    maximum: float | None = None
    pushed: bool = False


@dataclass(frozen=True, slots=True)
class DeviceProfile:
    """A device model as data.

    Attributes:
        id: file name of the profile without `.toml`.
        entity_type: NGSI-LD type of the device's entity, a Smart Data Models name where one fits.
        documentation: title and edition of the maker's document behind the numbers.
        max_registers: the longest run of registers that one Modbus request may read.
        commands: what the device may be told to do; all else is refused.
        echonet_class: ECHONET class group and class code, such as 0x027D; 0 for other protocols.
    """

    id: str
    name: Name
    maker: str
    model: str
    protocol: Protocol
    kind: DeviceKind
    entity_type: str
    points: tuple[Point, ...]
    documentation: str = ""
    max_registers: int = 100
    commands: tuple[Command, ...] = ()
    echonet_class: int = 0

    @property
    def is_encrypted(self) -> bool:
        """Tell whether what it broadcasts needs a bind key."""
        sources = (point.source for point in self.points)
        return any(getattr(s, "advertisement", "") == "bthome_encrypted" for s in sources)

    def point(self, quantity: str) -> Point:
        """Return the point of a quantity; KeyError where the model does not give it."""
        for point in self.points:
            if point.quantity == quantity:
                return point
        raise KeyError(quantity)

    def every(self, period_s: float) -> DeviceProfile:
        """Return it with its quickest points every `period_s` seconds, and none quicker than that."""
        quickest = min(point.period_s for point in self.points)
        periods = (
            period_s if point.period_s == quickest else max(period_s, point.period_s)
            for point in self.points
        )
        asked = (replace(p, period_s=s) for p, s in zip(self.points, periods, strict=True))
        return replace(self, points=tuple(asked))

    def command(self, quantity: str) -> Command:
        """Return the command of a quantity; KeyError where the model does not take it."""
        for command in self.commands:
            if command.quantity == quantity:
                return command
        raise KeyError(quantity)
