"""The quantities that devices measure, with their units in UCUM and UN/CEFACT codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from area_configs.domain.names import Name

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(StrEnum):
    """How a quantity behaves in time."""

    GAUGE = "gauge"  # any value at any time
    COUNTER = "counter"  # only grows, until it rolls over or its device is replaced
    STATE = "state"  # one of a few codes
    EVENT = "event"  # 1 when it happened, 0 when it is over; between the two it does not grow old


@dataclass(frozen=True, slots=True)
class Quantity:
    """One measurable quantity.

    Attributes:
        id: snake_case key used in profiles, readings and the log.
        name: what people call it.
        unit: UCUM unit, `1` where it has none.
        unit_code: UN/CEFACT Recommendation 20 code, the `unitCode` of NGSI-LD.
        symbol: the unit as shown on screen, empty where it has none.
        decimals: digits after the point on screen.
        states: name of each code of a STATE or an EVENT.
    """

    id: str
    name: Name
    unit: str
    unit_code: str
    symbol: str
    decimals: int
    kind: Kind = Kind.GAUGE
    states: Mapping[int, Name] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def attribute(self) -> str:
        """Return the NGSI-LD attribute name: the id in camelCase."""
        first, *rest = self.id.split("_")
        return first + "".join(word.capitalize() for word in rest)


_WATT = ("W", "WTT", "W", 0)
_KWH = ("kW.h", "KWH", "kWh", 1)
_AMPERE = ("A", "AMP", "A", 1)
_VOLT = ("V", "VLT", "V", 1)
_PERCENT = ("%", "P1", "%", 1)
_CELSIUS = ("Cel", "CEL", "°C", 1)
_MEGAPASCAL = ("MPa", "MPA", "MPa", 2)
_COUNT = ("1", "C62", "", 0)
_PER_MINUTE = ("{beats}/min", "BPM", "bpm", 0)
_MILLIMETRE_HG = ("mm[Hg]", "HN", "mmHg", 0)

OPERATING_STATES: Mapping[int, Name] = MappingProxyType(
    {
        0: Name("停止", "Stopped"),
        1: Name("起動中", "Starting"),
        2: Name("運転", "Running"),
        3: Name("停止中", "Stopping"),
        4: Name("待機", "Standby"),
        5: Name("故障", "Fault"),
    }
)

_HAPPENED: Mapping[int, Name] = MappingProxyType(
    {0: Name("解除", "Cleared"), 1: Name("発生", "Occurred")}
)
_MOTION: Mapping[int, Name] = MappingProxyType(
    {0: Name("動きなし", "Still"), 1: Name("動きあり", "Motion")}
)
_OPENING: Mapping[int, Name] = MappingProxyType({0: Name("閉", "Closed"), 1: Name("開", "Open")})
_PRESENCE: Mapping[int, Name] = MappingProxyType(
    {0: Name("不在", "Away"), 1: Name("在室", "Present")}
)
CHARGE_MODES: Mapping[int, Name] = MappingProxyType(
    {
        0: Name("待機", "Standby"),
        1: Name("充電", "Charge"),
        2: Name("放電", "Discharge"),
        3: Name("自動", "Automatic"),
        4: Name("その他", "Other"),
    }
)
PLUG_STATES: Mapping[int, Name] = MappingProxyType(
    {
        0: Name("未接続", "Not connected"),
        1: Name("接続", "Connected"),
        2: Name("充電可", "Can charge"),
        3: Name("充放電可", "Can charge and discharge"),
    }
)
HEATING_MODES: Mapping[int, Name] = MappingProxyType(
    {
        0: Name("停止", "Stopped"),
        1: Name("手動", "Manual"),
        2: Name("自動", "Automatic"),
    }
)
AIR_MODES: Mapping[int, Name] = MappingProxyType(
    {
        0: Name("その他", "Other"),
        1: Name("自動", "Automatic"),
        2: Name("冷房", "Cooling"),
        3: Name("暖房", "Heating"),
        4: Name("除湿", "Drying"),
        5: Name("送風", "Fan"),
    }
)
SWITCH: Mapping[int, Name] = MappingProxyType({0: Name("切", "Off"), 1: Name("入", "On")})

_ALL = (
    Quantity("active_power", Name("有効電力", "Active power"), *_WATT),
    Quantity("power_limit", Name("出力上限", "Power limit"), *_WATT),
    Quantity("demand_predicted", Name("デマンド予測", "Demand, predicted"), *_WATT),
    Quantity("demand_target", Name("目標デマンド", "Demand, target"), *_WATT),
    Quantity("demand_allowed", Name("許容電力", "Demand, still allowed"), *_WATT),
    Quantity("demand_stage", Name("デマンド制御段階", "Demand control, stage"), *_COUNT),
    Quantity("reactive_power", Name("無効電力", "Reactive power"), "var", "D44", "var", 0),
    Quantity("energy_import", Name("積算電力量(買電)", "Energy, import"), *_KWH, Kind.COUNTER),
    Quantity("energy_export", Name("積算電力量(売電)", "Energy, export"), *_KWH, Kind.COUNTER),
    Quantity("energy_generated", Name("積算発電量", "Energy, generated"), *_KWH, Kind.COUNTER),
    Quantity("current_r", Name("電流 R相", "Current, phase R"), *_AMPERE),
    Quantity("current_s", Name("電流 S相", "Current, phase S"), *_AMPERE),
    Quantity("current_t", Name("電流 T相", "Current, phase T"), *_AMPERE),
    Quantity("voltage_r", Name("電圧 R相", "Voltage, phase R"), *_VOLT),
    Quantity("voltage_s", Name("電圧 S相", "Voltage, phase S"), *_VOLT),
    Quantity("voltage_t", Name("電圧 T相", "Voltage, phase T"), *_VOLT),
    Quantity("frequency", Name("周波数", "Frequency"), "Hz", "HTZ", "Hz", 2),
    Quantity("power_factor", Name("力率", "Power factor"), "1", "C62", "", 3),
    Quantity("dc_voltage", Name("直流電圧", "DC voltage"), *_VOLT),
    Quantity("dc_current", Name("直流電流", "DC current"), *_AMPERE),
    Quantity("state_of_charge", Name("充電率", "State of charge"), *_PERCENT),
    Quantity("state_of_health", Name("健全度", "State of health"), *_PERCENT),
    Quantity("temperature", Name("温度", "Temperature"), *_CELSIUS),
    Quantity("stack_temperature", Name("スタック温度", "Stack temperature"), *_CELSIUS),
    Quantity(
        "operating_state",
        Name("運転状態", "Operating state"),
        *_COUNT,
        Kind.STATE,
        OPERATING_STATES,
    ),
    Quantity("hydrogen_flow", Name("水素流量", "Hydrogen flow"), "g/s", "F29", "g/s", 3),
    Quantity(
        "hydrogen_total", Name("水素積算量", "Hydrogen, total"), "kg", "KGM", "kg", 2, Kind.COUNTER
    ),
    Quantity("hydrogen_stored", Name("水素貯蔵量", "Hydrogen stored"), "kg", "KGM", "kg", 1),
    Quantity("pressure_low", Name("低圧バンク圧力", "Bank pressure, low"), *_MEGAPASCAL),
    Quantity("pressure_mid", Name("中圧バンク圧力", "Bank pressure, mid"), *_MEGAPASCAL),
    Quantity("pressure_high", Name("高圧バンク圧力", "Bank pressure, high"), *_MEGAPASCAL),
    Quantity("hydrogen_in_air", Name("水素濃度", "Hydrogen in air"), "%", "P1", "%LFL", 1),
    Quantity("river_level", Name("河川水位", "River level"), "m", "MTR", "m", 2),
    Quantity("people_count", Name("滞在人数", "People present"), *_COUNT),
    Quantity("people_in", Name("流入人数(累計)", "People in, total"), *_COUNT, Kind.COUNTER),
    Quantity("people_out", Name("流出人数(累計)", "People out, total"), *_COUNT, Kind.COUNTER),
    Quantity("heart_rate", Name("心拍数", "Heart rate"), *_PER_MINUTE),
    Quantity("rr_interval", Name("心拍間隔", "RR interval"), "ms", "C26", "ms", 0),
    Quantity("spo2", Name("酸素飽和度", "Oxygen saturation"), *_PERCENT),
    Quantity("pulse_rate", Name("脈拍数", "Pulse rate"), *_PER_MINUTE),
    Quantity("body_temperature", Name("体温", "Body temperature"), *_CELSIUS),
    Quantity("systolic_pressure", Name("最高血圧", "Systolic pressure"), *_MILLIMETRE_HG),
    Quantity("diastolic_pressure", Name("最低血圧", "Diastolic pressure"), *_MILLIMETRE_HG),
    Quantity("mean_arterial_pressure", Name("平均血圧", "Mean arterial pressure"), *_MILLIMETRE_HG),
    Quantity("body_mass", Name("体重", "Body mass"), "kg", "KGM", "kg", 1),
    Quantity("steps", Name("歩数(累計)", "Steps, total"), *_COUNT, Kind.COUNTER),
    Quantity("cadence", Name("歩調", "Cadence"), "{steps}/min", "C94", "/min", 0),
    Quantity("battery_level", Name("電池残量", "Battery level"), *_PERCENT),
    Quantity("carbon_dioxide", Name("二酸化炭素濃度", "Carbon dioxide"), "[ppm]", "59", "ppm", 0),
    Quantity("motion", Name("動き", "Motion"), *_COUNT, Kind.STATE, _MOTION),
    Quantity("opening", Name("開閉", "Door or window"), *_COUNT, Kind.STATE, _OPENING),
    Quantity("presence", Name("在室", "Presence"), *_COUNT, Kind.STATE, _PRESENCE),
    Quantity("signal_strength", Name("受信強度", "Signal strength"), "dB[mW]", "DBM", "dBm", 0),
    Quantity("fall_event", Name("転倒", "Fall"), *_COUNT, Kind.EVENT, _HAPPENED),
    Quantity("sos_event", Name("緊急呼出", "SOS call"), *_COUNT, Kind.EVENT, _HAPPENED),
    Quantity("power_switch", Name("電源", "Power switch"), *_COUNT, Kind.STATE, SWITCH),
    Quantity("charge_mode", Name("充放電モード", "Charge mode"), *_COUNT, Kind.STATE, CHARGE_MODES),
    Quantity("charge_power_setting", Name("充電電力設定", "Charge power, set"), *_WATT),
    Quantity("discharge_power_setting", Name("放電電力設定", "Discharge power, set"), *_WATT),
    Quantity("output_limit", Name("出力制限", "Output limit"), *_PERCENT),
    Quantity("plug_state", Name("車両接続", "Vehicle plug"), *_COUNT, Kind.STATE, PLUG_STATES),
    Quantity(
        "heating_mode", Name("沸き上げモード", "Heating mode"), *_COUNT, Kind.STATE, HEATING_MODES
    ),
    Quantity("heating", Name("沸き上げ中", "Heating now"), *_COUNT, Kind.STATE, SWITCH),
    Quantity("hot_water", Name("残湯量", "Hot water left"), "L", "LTR", "L", 0),
    Quantity("air_mode", Name("運転モード", "Air mode"), *_COUNT, Kind.STATE, AIR_MODES),
    Quantity("target_temperature", Name("設定温度", "Target temperature"), *_CELSIUS),
    Quantity("outdoor_temperature", Name("外気温", "Outdoor temperature"), *_CELSIUS),
    Quantity("humidity", Name("湿度", "Humidity"), *_PERCENT),
    Quantity("gas_total", Name("ガス積算量", "Gas, total"), "m3", "MTQ", "m³", 3, Kind.COUNTER),
    Quantity("water_total", Name("水道積算量", "Water, total"), "m3", "MTQ", "m³", 3, Kind.COUNTER),
    Quantity("rainfall", Name("積算雨量", "Rainfall, total"), "mm", "MMT", "mm", 1, Kind.COUNTER),
    Quantity("rain_rate", Name("降雨強度", "Rain rate"), "mm/h", "H67", "mm/h", 1),
)

QUANTITIES: Mapping[str, Quantity] = MappingProxyType({quantity.id: quantity for quantity in _ALL})
BY_ATTRIBUTE: Mapping[str, Quantity] = MappingProxyType({q.attribute: q for q in _ALL})
