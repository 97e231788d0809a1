"""What the codes of states and events are called, for every quantity that says a code."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from area_configs.domain.names import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

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

SAFETY_STATES: Mapping[int, Name] = MappingProxyType(
    {0: Name("正常", "Normal"), 1: Name("作動", "Tripped")}
)
DISPENSER_STATES: Mapping[int, Name] = MappingProxyType(
    {
        0: Name("空き", "Idle"),
        1: Name("接続", "Connected"),
        2: Name("漏れ検査", "Leak check"),
        3: Name("充填中", "Fuelling"),
        4: Name("充填終了", "Finished"),
        5: Name("故障", "Fault"),
    }
)
FUELLING_PROTOCOLS: Mapping[int, Name] = MappingProxyType(
    {
        0: Name("なし", "None"),
        1: Name("J2601 テーブル方式", "J2601 table"),
        2: Name("J2601 MCフォーミュラ", "J2601 MC formula"),
    }
)
YES_NO: Mapping[int, Name] = MappingProxyType({0: Name("なし", "No"), 1: Name("あり", "Yes")})
VEHICLE_COMMANDS: Mapping[int, Name] = MappingProxyType(
    {
        0: Name("受信なし", "Nothing heard"),
        1: Name("Dyna(充填可)", "Dyna"),
        2: Name("Stat(充填可)", "Stat"),
        3: Name("Halt(一時停止)", "Halt"),
        4: Name("Abort(中止)", "Abort"),
    }
)
RECEPTACLES: Mapping[int, Name] = MappingProxyType(
    {
        1: Name("H25(25 MPa級)", "H25, 25 MPa"),
        2: Name("H35(35 MPa級)", "H35, 35 MPa"),
        3: Name("H50(50 MPa級)", "H50, 50 MPa"),
        4: Name("H70(70 MPa級)", "H70, 70 MPa"),
    }
)
ABORT_REASONS: Mapping[int, Name] = MappingProxyType(
    {
        0: Name("なし", "None"),
        1: Name("車両からの中止", "Vehicle abort"),
        2: Name("車載ガス温度", "Vehicle gas temperature"),
        3: Name("圧力上限", "Pressure limit"),
        4: Name("昇圧率逸脱", "Outside the ramp corridor"),
        5: Name("流量上限", "Flow limit"),
        6: Name("非常停止", "Emergency stop"),
        7: Name("漏れ検知", "Leak"),
        8: Name("火炎検知", "Flame"),
        9: Name("地震", "Earthquake"),
        10: Name("利用者の停止", "Stopped by the customer"),
    }
)
HAPPENED: Mapping[int, Name] = MappingProxyType(
    {0: Name("解除", "Cleared"), 1: Name("発生", "Occurred")}
)
MOTION: Mapping[int, Name] = MappingProxyType(
    {0: Name("動きなし", "Still"), 1: Name("動きあり", "Motion")}
)
OPENING: Mapping[int, Name] = MappingProxyType({0: Name("閉", "Closed"), 1: Name("開", "Open")})
PRESENCE: Mapping[int, Name] = MappingProxyType(
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
