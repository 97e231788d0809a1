"""What the area editor calls things: groups, fields, units, choices, and mistakes in Japanese."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from area_configs.domain.names import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from area_configs.domain.errors import Mistake

GROUPS = {
    "area": Name("エリア", "Area"),
    "place": Name("位置と座標系", "Place and coordinates"),
    "credit": Name("出典と種別", "Credit and kind"),
    "gateway": Name("ゲートウェイ", "Gateway"),
    "device": Name("機器", "Device"),
    "wiring": Name("機種と接続", "Model and connection"),
    "position": Name("設置場所", "Where it stands"),
    "link": Name("接続", "Link"),
    "contract": Name("契約", "Contract"),
    "tariff": Name("料金", "Tariff"),
    "band": Name("時間帯", "Band"),
}
CONTRACT = Name("契約と料金", "Contract and tariff")
STANDARD = Name("標準: {value}", "Standard: {value}")
LABELS = {
    "id": Name("ID", "ID"),
    "name.ja": Name("名称 (日本語)", "Name (Japanese)"),
    "name.en": Name("名称 (英語)", "Name (English)"),
    "attribution.ja": Name("出典 (日本語)", "Credit (Japanese)"),
    "attribution.en": Name("出典 (英語)", "Credit (English)"),
    "model_district": Name("架空のモデル地区", "Invented model district"),
    "latitude": Name("緯度", "Latitude"),
    "longitude": Name("経度", "Longitude"),
    "height_m": Name("地上からの高さ", "Height above ground"),
    "epsg": Name("平面直角座標系 (EPSG)", "Plane system (EPSG)"),
    "profile": Name("機種", "Model"),
    "gateway": Name("ゲートウェイ", "Gateway"),
    "link": Name("接続", "Link"),
    "unit": Name("ユニット番号", "Unit"),
    "address": Name("アドレス", "Address"),
    "building": Name("建物ID", "Building"),
    "kind": Name("種類", "Kind"),
    "port": Name("ポート", "Port"),
    "baudrate": Name("通信速度", "Speed"),
    "parity": Name("パリティ", "Parity"),
    "host": Name("相手のアドレス", "Host"),
    "tcp_port": Name("TCPポート", "TCP port"),
    "interface": Name("自分のIPv4アドレス", "Own IPv4 address"),
    "adapter": Name("Bluetoothアダプター", "Bluetooth adapter"),
    "url": Name("サーバーのURL", "Server URL"),
    "security": Name("保護", "Security"),
    "trust": Name("証明書の指紋", "Certificate fingerprint"),
    "meter": Name("受電メーター", "Meter of the site"),
    "contract_kw": Name("契約電力", "Contract"),
    "import_limit_kw": Name("受電の上限", "Import limit"),
    "export_limit_kw": Name("逆潮流の上限", "Export limit"),
    "critical_kw": Name("停電時に必要な電力", "Critical load"),
    "photovoltaic": Name("太陽光発電の機器", "Photovoltaic devices"),
    "currency": Name("通貨", "Currency"),
    "demand_rate": Name("基本料金単価", "Demand rate"),
    "demand": Name("基本料金の対象", "Billed demand"),
    "ratchet_months": Name("最大需要の適用月数", "Months a peak counts"),
    "excess_rate": Name("超過料金単価", "Excess rate"),
    "power_factor": Name("力率", "Power factor"),
    "export_price": Name("売電単価", "Export price"),
    "market_fee": Name("市場手数料", "Market fee"),
    "carbon_kg_per_kwh": Name("CO2排出係数", "Carbon"),
    "begins": Name("開始", "Begins"),
    "ends": Name("終了", "Ends"),
    "price": Name("単価", "Price"),
}
UNITS = {
    "latitude": "°",
    "longitude": "°",
    "height_m": "m",
    "baudrate": "bit/s",
    "contract_kw": "kW",
    "import_limit_kw": "kW",
    "export_limit_kw": "kW",
    "critical_kw": "kW",
    "demand_rate": "{currency}/kW",
    "excess_rate": "{currency}/kW",
    "export_price": "{currency}/kWh",
    "market_fee": "{currency}/kWh",
    "price": "{currency}/kWh",
    "carbon_kg_per_kwh": "kg/kWh",
}
HINTS = {
    "id": Name("小文字・数字・-・_", "small letters, digits, - and _"),
    "building": Name("屋外機器は空欄", "empty for street devices"),
    "photovoltaic": Name("機器IDをカンマで区切る", "device ids, with commas between"),
    "begins": Name("08:00", "08:00"),
    "ends": Name("22:00", "22:00"),
    "port": Name("/dev/serial/by-id/...", "/dev/serial/by-id/..."),
    "url": Name("opc.tcp://...", "opc.tcp://..."),
}
LINK_KINDS: Mapping[Any, Name] = {
    "b_route": Name("スマートメーターBルート", "Smart meter, B-route"),
    "modbus_rtu": Name("Modbus (RS-485)", "Modbus (RS-485)"),
    "modbus_tcp": Name("Modbus (TCP)", "Modbus (TCP)"),
    "p1_serial": Name("P1ポート", "P1 port"),
    "pulse_input": Name("パルス入力", "Pulse input"),
    "echonet_udp": Name("ECHONET Lite", "ECHONET Lite"),
    "ble": Name("Bluetooth", "Bluetooth"),
    "opc_ua": Name("OPC UA", "OPC UA"),
}
CHOICES: Mapping[str, tuple[tuple[Any, Name], ...]] = {
    "parity": (
        ("N", Name("なし", "none")),
        ("E", Name("偶数", "even")),
        ("O", Name("奇数", "odd")),
    ),
    "security": (
        ("sign_and_encrypt", Name("署名と暗号化", "sign and encrypt")),
        ("lab", Name("実験室 (保護なし)", "laboratory (unprotected)")),
    ),
    "demand": (
        ("actual", Name("実際の最大需要", "the highest half hour")),
        ("agreed", Name("契約電力", "the contract")),
    ),
}

# By the loader's sentences; what it says of other mistakes stays in its words.
_MISTAKES = [
    (re.compile(pattern), words)
    for pattern, words in (
        (r"unit (\S+) on link '(.+)' is taken by .*", r"接続「\2」のユニット \1 は使用中です"),
        (r"address (\S+) on link '(.+)' is taken by .*", r"接続「\2」のアドレス \1 は使用中です"),
        (r"the id '(.+)' is taken by .*", r"ID「\1」は使用中です。別のIDにしてください"),
        (r"the port '(.+)' is taken by .*", r"ポート「\1」は別の接続が使用中です"),
        (r"there is no device profile '(.*?)'.*", r"機種「\1」はありません"),
        (r"there is no gateway '(.*?)'.*", r"ゲートウェイ「\1」はありません"),
        (r"gateway '(.+?)' has no link '(.*?)'.*", r"「\1」に接続「\2」はありません"),
        (r"there is no device '(.*?)'.*", r"機器「\1」はありません"),
        (r"is (\w+); profile '(.+)' needs a (.+) link", r"機種「\2」には \3 の接続が必要です"),
        (r"link '(.+)' already has .*", r"接続「\1」の機器は1台だけです"),
        (r"is missing: .*", r"入力してください"),
        (r"is empty: .*", r"入力してください"),
        (r"expected at least (\S+) .*", r"\1 以上にしてください"),
        (r"expected at most (\d+) characters.*", r"\1文字以内にしてください"),
        (r"expected at most (\S+) .*", r"\1 以下にしてください"),
        (r"expected above (\S+) .*", r"\1 より大きくしてください"),
        (r"expected a number, found (.*)", r"数値を入力してください (入力: \1)"),
        (r"expected a whole number, found (.*)", r"整数を入力してください (入力: \1)"),
        (r"expected small letters, .*", r"小文字・数字・-・_ だけを使えます"),
        (r"expected time of day.*", r"時刻を 08:00 の形で入力してください"),
        (r"does not belong to a (\w+) link.*", r"この種類の接続では使いません"),
        (r"there is no file '(.+?)' in .*", r"ファイル「\1」がありません"),
    )
]


def mistake_words(mistake: Mistake) -> Name:
    """Return what is wrong, in both languages where the Japanese for it is known."""
    for pattern, ja in _MISTAKES:
        if found := pattern.fullmatch(mistake.message):
            return Name(found.expand(ja), mistake.message)
    return Name(mistake.message, mistake.message)
