"""Device profiles: what a model of device measures and how its bytes become readings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from area_configs.domain.names import Name


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
}

Protocol = Literal["b_route", "modbus"]
NumberType = Literal["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64"]
ModbusTable = Literal["input", "holding", "coil", "discrete"]
WordOrder = Literal["high_first", "low_first"]


@dataclass(frozen=True, slots=True)
class EchonetSource:
    """A number inside the data (EDT) of one ECHONET Lite property, big endian.

    value = raw x scale x the value of every property in `factor_epcs` (for cumulative energy
    D3 and E1, ECHONET Appendix Release R, class 0288).

    Attributes:
        epc: property code, 0x80 to 0xFF.
        offset: first byte of the number in the EDT.
        type: width and sign; integers only.
        no_data: raw numbers that mean "no measurement".
    """

    epc: int
    type: NumberType
    offset: int = 0
    scale: float = 1.0
    factor_epcs: tuple[int, ...] = ()
    no_data: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ModbusSource:
    """A number in one or more consecutive Modbus registers; value = raw x scale + shift.

    Attributes:
        table: which of the four Modbus tables.
        address: zero-based protocol address (not the 30001 style of manuals).
        word_order: order of 16-bit words; bytes inside a word are big endian.
        no_data: raw numbers that mean "not implemented"; a float's NaN always does.
    """

    table: ModbusTable
    address: int
    type: NumberType = "u16"
    word_order: WordOrder = "high_first"
    scale: float = 1.0
    shift: float = 0.0
    no_data: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One quantity that a device gives.

    Attributes:
        quantity: key of `quantities.QUANTITIES`.
        source: where the number stands in the protocol.
        period_s: seconds between polls.
        minimum, maximum: plausible range in the quantity's unit; outside it the reading is
            kept and marked `out_of_limits`.
    """

    quantity: str
    source: EchonetSource | ModbusSource
    period_s: float
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class DeviceProfile:
    """A device model as data.

    Attributes:
        id: file name of the profile without `.toml`.
        entity_type: NGSI-LD type of the device's entity, a Smart Data Models name where one fits.
        documentation: title and edition of the maker's document behind the numbers.
        max_registers: the longest run of registers that one Modbus request may read.
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

    def point(self, quantity: str) -> Point:
        """Return the point of a quantity; KeyError where the model does not give it."""
        for point in self.points:
            if point.quantity == quantity:
                return point
        raise KeyError(quantity)
