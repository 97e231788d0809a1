"""The quantities that devices measure, with their units in UCUM and UN/CEFACT codes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from area_configs.domain.code_names import (
    ABORT_REASONS,
    AIR_MODES,
    CHARGE_MODES,
    DISPENSER_STATES,
    FUELLING_PROTOCOLS,
    HAPPENED,
    HEATING_MODES,
    MOTION,
    OPENING,
    OPERATING_STATES,
    PLUG_STATES,
    PRESENCE,
    RECEPTACLES,
    SAFETY_STATES,
    SWITCH,
    VEHICLE_COMMANDS,
    YES_NO,
)
from area_configs.domain.names import Name
from area_configs.domain.quantity import Kind, Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

_WATT = ("W", "WTT", "W", 0)
_KWH = ("kW.h", "KWH", "kWh", 1)
_AMPERE = ("A", "AMP", "A", 1)
_VOLT = ("V", "VLT", "V", 1)
_PERCENT = ("%", "P1", "%", 1)
_CELSIUS = ("Cel", "CEL", "°C", 1)
_MEGAPASCAL = ("MPa", "MPA", "MPa", 2)
_COUNT = ("1", "C62", "", 0)
_KILOGRAM = ("kg", "KGM", "kg", 2)
_RAMP = ("MPa/min", "C62", "MPa/min", 1)  # Recommendation 20 has no code for it
_LFL = ("%", "P1", "%LFL", 1)  # percent of the lower flammable limit
_PER_MINUTE = ("{beats}/min", "BPM", "bpm", 0)
_MILLIMETRE_HG = ("mm[Hg]", "HN", "mmHg", 0)

_ALL = (
    Quantity("active_power", Name("有効電力", "Active power"), *_WATT),
    Quantity("power_limit", Name("出力上限", "Power limit"), *_WATT),
    Quantity("demand_predicted", Name("デマンド予測", "Demand, predicted"), *_WATT),
    Quantity("demand_target", Name("目標デマンド", "Demand, target"), *_WATT),
    Quantity("demand_allowed", Name("許容電力", "Demand, still allowed"), *_WATT),
    Quantity(
        "demand_measured", Name("デマンド計測時間", "Demand, time measured"), "s", "SEC", "s", 0
    ),
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
    Quantity(
        "hydrogen_in_air_compressor", Name("水素濃度(圧縮機)", "Hydrogen in air, compressor"), *_LFL
    ),
    Quantity(
        "hydrogen_in_air_storage", Name("水素濃度(蓄圧器)", "Hydrogen in air, storage"), *_LFL
    ),
    Quantity("supply_pressure", Name("受入圧力", "Supply pressure"), *_MEGAPASCAL),
    Quantity("supply_mass", Name("受入残量", "Hydrogen in supply"), *_KILOGRAM),
    Quantity(
        "compressor_state",
        Name("圧縮機状態", "Compressor state"),
        *_COUNT,
        Kind.STATE,
        OPERATING_STATES,
    ),
    Quantity("suction_pressure", Name("吸込圧力", "Suction pressure"), *_MEGAPASCAL),
    Quantity("discharge_pressure", Name("吐出圧力", "Discharge pressure"), *_MEGAPASCAL),
    Quantity("discharge_temperature", Name("吐出温度", "Discharge temperature"), *_CELSIUS),
    Quantity("vibration", Name("振動速度", "Vibration velocity"), "mm/s", "C16", "mm/s", 2),
    Quantity("running_hours", Name("運転時間", "Running hours"), "h", "HUR", "h", 1, Kind.COUNTER),
    Quantity("bank_temperature_low", Name("低圧バンク温度", "Bank temperature, low"), *_CELSIUS),
    Quantity("bank_temperature_mid", Name("中圧バンク温度", "Bank temperature, mid"), *_CELSIUS),
    Quantity("bank_temperature_high", Name("高圧バンク温度", "Bank temperature, high"), *_CELSIUS),
    Quantity(
        "bank_cycles_low", Name("低圧バンク使用回数", "Bank cycles, low"), *_COUNT, Kind.COUNTER
    ),
    Quantity(
        "bank_cycles_mid", Name("中圧バンク使用回数", "Bank cycles, mid"), *_COUNT, Kind.COUNTER
    ),
    Quantity(
        "bank_cycles_high", Name("高圧バンク使用回数", "Bank cycles, high"), *_COUNT, Kind.COUNTER
    ),
    Quantity("precooler_temperature", Name("プレクール温度", "Precooler temperature"), *_CELSIUS),
    Quantity(
        "precooler_state",
        Name("プレクール状態", "Precooler state"),
        *_COUNT,
        Kind.STATE,
        OPERATING_STATES,
    ),
    Quantity("precooler_power", Name("プレクール電力", "Precooler power"), *_WATT),
    Quantity("nitrogen_pressure", Name("窒素圧力", "Nitrogen pressure"), *_MEGAPASCAL),
    Quantity(
        "instrument_air_pressure", Name("計装空気圧力", "Instrument air pressure"), *_MEGAPASCAL
    ),
    Quantity(
        "flame_detected", Name("火炎検知", "Flame detector"), *_COUNT, Kind.STATE, SAFETY_STATES
    ),
    Quantity(
        "emergency_stop", Name("非常停止", "Emergency stop"), *_COUNT, Kind.STATE, SAFETY_STATES
    ),
    Quantity("seismic_trip", Name("感震装置", "Seismic trip"), *_COUNT, Kind.STATE, SAFETY_STATES),
    Quantity("relief_vent", Name("放散弁", "Relief vent"), *_COUNT, Kind.STATE, SAFETY_STATES),
    Quantity(
        "breakaway",
        Name("緊急離脱カップリング", "Breakaway coupling"),
        *_COUNT,
        Kind.STATE,
        SAFETY_STATES,
    ),
    Quantity(
        "dispenser_state",
        Name("ディスペンサー状態", "Dispenser state"),
        *_COUNT,
        Kind.STATE,
        DISPENSER_STATES,
    ),
    Quantity("nozzle_pressure", Name("ノズル圧力", "Nozzle pressure"), *_MEGAPASCAL),
    Quantity("delivery_temperature", Name("供給ガス温度", "Delivery temperature"), *_CELSIUS),
    Quantity("fuelled_mass", Name("充填量", "Fuelled mass"), *_KILOGRAM),
    Quantity("target_pressure", Name("目標圧力", "Target pressure"), *_MEGAPASCAL),
    Quantity("pressure_ramp", Name("平均昇圧率 (APRR)", "Average pressure ramp rate"), *_RAMP),
    Quantity(
        "fuelling_protocol",
        Name("充填プロトコル", "Fuelling protocol"),
        *_COUNT,
        Kind.STATE,
        FUELLING_PROTOCOLS,
    ),
    Quantity(
        "vehicle_communication",
        Name("車両通信", "Vehicle communication"),
        *_COUNT,
        Kind.STATE,
        YES_NO,
    ),
    Quantity(
        "vehicle_pressure",
        Name("車載タンク圧力 (J2799 MP)", "Vehicle tank pressure (J2799 MP)"),
        *_MEGAPASCAL,
    ),
    Quantity(
        "vehicle_temperature",
        Name("車載タンク温度 (J2799 MT)", "Vehicle tank temperature (J2799 MT)"),
        *_CELSIUS,
    ),
    Quantity(
        "vehicle_volume",
        Name("車載タンク容積 (J2799 TV)", "Vehicle tank volume (J2799 TV)"),
        "L",
        "LTR",
        "L",
        1,
    ),
    Quantity(
        "vehicle_command",
        Name("車両指令 (J2799 FC)", "Vehicle command (J2799 FC)"),
        *_COUNT,
        Kind.STATE,
        VEHICLE_COMMANDS,
    ),
    Quantity("vehicle_charge", Name("車両充填率", "Vehicle state of charge"), *_PERCENT),
    Quantity("abort_reason", Name("中止理由", "Abort reason"), *_COUNT, Kind.STATE, ABORT_REASONS),
    Quantity(
        "session_started", Name("充填開始(番号)", "Fuelling started, number"), *_COUNT, Kind.EVENT
    ),
    Quantity(
        "session_ended", Name("充填終了(番号)", "Fuelling ended, number"), *_COUNT, Kind.EVENT
    ),
    Quantity(
        "session_duration", Name("充填時間", "Fuelling duration"), "s", "SEC", "s", 0, Kind.EVENT
    ),
    Quantity("session_mass", Name("充填量(1回)", "Fuelling, mass"), *_KILOGRAM, Kind.EVENT),
    Quantity(
        "session_charge",
        Name("終了時充填率", "Fuelling, final state of charge"),
        *_PERCENT,
        Kind.EVENT,
    ),
    Quantity(
        "session_target_pressure",
        Name("充填目標圧力", "Fuelling, target pressure"),
        *_MEGAPASCAL,
        Kind.EVENT,
    ),
    Quantity(
        "session_end_pressure",
        Name("終了時圧力", "Fuelling, end pressure"),
        *_MEGAPASCAL,
        Kind.EVENT,
    ),
    Quantity(
        "session_ramp",
        Name("充填昇圧率 (APRR)", "Fuelling, average pressure ramp rate"),
        *_RAMP,
        Kind.EVENT,
    ),
    Quantity(
        "session_peak_temperature",
        Name("車載ガス最高温度", "Fuelling, peak gas temperature"),
        *_CELSIUS,
        Kind.EVENT,
    ),
    Quantity(
        "session_protocol",
        Name("充填方式", "Fuelling, protocol"),
        *_COUNT,
        Kind.EVENT,
        FUELLING_PROTOCOLS,
    ),
    Quantity(
        "session_communication",
        Name("充填時の車両通信", "Fuelling, vehicle communication"),
        *_COUNT,
        Kind.EVENT,
        YES_NO,
    ),
    Quantity(
        "session_vehicle_volume",
        Name("充填時の車載タンク容積 (J2799 TV)", "Fuelling, vehicle tank volume (J2799 TV)"),
        "L",
        "LTR",
        "L",
        1,
        Kind.EVENT,
    ),
    Quantity(
        "session_vehicle_receptacle",
        Name("充填時の充填口区分 (J2799 RT)", "Fuelling, vehicle receptacle (J2799 RT)"),
        *_COUNT,
        Kind.EVENT,
        RECEPTACLES,
    ),
    Quantity(
        "session_vehicle_command",
        Name("最後の車両指令 (J2799 FC)", "Fuelling, last vehicle command (J2799 FC)"),
        *_COUNT,
        Kind.EVENT,
        VEHICLE_COMMANDS,
    ),
    Quantity(
        "session_vehicle_start_pressure",
        Name("開始時の車載タンク圧力 (J2799 MP)", "Fuelling, vehicle pressure at start (J2799 MP)"),
        *_MEGAPASCAL,
        Kind.EVENT,
    ),
    Quantity(
        "session_vehicle_start_temperature",
        Name(
            "開始時の車載タンク温度 (J2799 MT)", "Fuelling, vehicle temperature at start (J2799 MT)"
        ),
        *_CELSIUS,
        Kind.EVENT,
    ),
    Quantity(
        "session_abort_reason",
        Name("充填中止理由", "Fuelling, abort reason"),
        *_COUNT,
        Kind.EVENT,
        ABORT_REASONS,
    ),
    Quantity("heartbeat", Name("制御装置の鼓動", "Controller heartbeat"), *_COUNT),
    Quantity("data_age", Name("データの古さ", "Age of data"), "s", "SEC", "s", 1),
    Quantity(
        "certificate_days_left",
        Name("証明書の残日数", "Certificate, days left"),
        "d",
        "DAY",
        "d",
        0,
    ),
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
    Quantity("motion", Name("動き", "Motion"), *_COUNT, Kind.STATE, MOTION),
    Quantity("opening", Name("開閉", "Door or window"), *_COUNT, Kind.STATE, OPENING),
    Quantity("presence", Name("在室", "Presence"), *_COUNT, Kind.STATE, PRESENCE),
    Quantity("signal_strength", Name("受信強度", "Signal strength"), "dB[mW]", "DBM", "dBm", 0),
    Quantity("fall_event", Name("転倒", "Fall"), *_COUNT, Kind.EVENT, HAPPENED),
    Quantity("sos_event", Name("緊急呼出", "SOS call"), *_COUNT, Kind.EVENT, HAPPENED),
    Quantity("power_switch", Name("電源", "Power switch"), *_COUNT, Kind.STATE, SWITCH),
    Quantity("charge_mode", Name("充放電モード", "Charge mode"), *_COUNT, Kind.STATE, CHARGE_MODES),
    Quantity("charge_power_setting", Name("充電電力設定", "Charge power, set"), *_WATT),
    Quantity("discharge_power_setting", Name("放電電力設定", "Discharge power, set"), *_WATT),
    Quantity("output_limit", Name("出力制限", "Output limit"), *_PERCENT),
    Quantity(
        "output_limit_switch",
        Name("出力制限の有効化", "Output limit in force"),
        *_COUNT,
        Kind.STATE,
        SWITCH,
    ),
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
# What belongs to safety functions: read and alarmed, never commanded by anyone in this suite.
SAFETY = frozenset(
    {
        "hydrogen_in_air",
        "hydrogen_in_air_compressor",
        "hydrogen_in_air_storage",
        "flame_detected",
        "emergency_stop",
        "seismic_trip",
        "relief_vent",
        "breakaway",
    }
)
# What the gateway finds out by itself; no device says it.
BY_GATEWAY = frozenset({"data_age", "certificate_days_left"})
BY_ATTRIBUTE: Mapping[str, Quantity] = MappingProxyType({q.attribute: q for q in _ALL})
