"""Every decoder as a function of bytes, for fuzzers and benchmarks, with one right input each."""

from __future__ import annotations

import struct
from datetime import date
from typing import TYPE_CHECKING

from area_configs.domain.devices import Point
from area_configs.domain.errors import BadFrame
from area_configs.domain.sources import PulseSource, SunSpecSource
from area_configs.loader import load_profile
from area_configs.loader.sunspec_models import sunspec_models
from edge_agent.decoding import (
    bthome,
    dsmr,
    echonet,
    echonet_history,
    echonet_objects,
    gatt,
    ibeacon,
    modbus,
    opc_ua,
    pulses,
    readings,
    skstack,
    sunspec,
)
from edge_agent.decoding.ble_readings import from_characteristic, from_packet, packet_number

if TYPE_CHECKING:
    from collections.abc import Callable

_BATTERY = load_profile("echonet_storage_battery")
_METER = load_profile("eastron_sdm120")
_P1 = load_profile("dsmr_p1_meter")
_STRAP, _PENDANT = load_profile("ble_heart_rate_strap"), load_profile("generic_care_pendant")
_ROOM, _DISPENSER = load_profile("bthome_room_sensor"), load_profile("generic_hydrogen_dispenser")
_ALARM = "7a1c0002-5e0f-4b1d-9c6e-2d3f4a5b6c7d"
_WORN = "d", "Asia/Tokyo"
_KEY = bytes.fromhex("231D39C1D7CC1AB1AEE224CD096DB932")
_SENDER = "54:48:E6:8F:80:A5"
_MODELS = sunspec_models()
_POWER = (Point("active_power", SunSpecSource((103,), "W"), 1.0),)
_COUNT = (Point("energy_import", PulseSource("count", 0.001), 1.0),)
_NOW_US = 1_795_575_600_000_000
_TELEGRAM = (
    b"/ISk5\\2MT382-1000\r\n\r\n1-3:0.2.8(50)\r\n1-0:1.8.1(000123.456*kWh)\r\n"
    b"1-0:1.7.0(01.193*kW)\r\n!A158\r\n"
)


def _echonet(data: bytes) -> object:
    frame = echonet.parse(data)
    return readings.from_properties(_BATTERY, frame.edts(), {}, "d", 1)


def _map(data: bytes) -> object:
    return echonet_objects.property_codes(data)


def _objects(data: bytes) -> object:
    return echonet_objects.objects(data)


def _history(data: bytes) -> object:
    return echonet_history.recent_counts(data)


def _fixed(data: bytes) -> object:
    return echonet_history.fixed_counts({0xEA: data})


def _day(data: bytes) -> object:
    return echonet_history.day_counts(data, date(2026, 11, 26))


def _erxudp(data: bytes) -> object:
    return skstack.parse_erxudp(data.decode("ascii", "replace"))


def _strap(data: bytes) -> object:
    return from_characteristic(_STRAP, "2a37", data, _WORN, _NOW_US)


def _vendor(data: bytes) -> object:
    packet_number(_PENDANT, _ALARM, data)
    return from_characteristic(_PENDANT, _ALARM, data, _WORN, _NOW_US)


def _characteristic(uuid: str) -> Callable[[bytes], object]:
    return lambda data: gatt.decode(uuid, data)


def _clock(data: bytes) -> object:
    return gatt.decode_time(data)


def _bthome(data: bytes) -> object:
    return from_packet(_ROOM, bthome.parse(data), "d", 1)


def _sealed(data: bytes) -> object:
    return bthome.parse(data, _KEY, _SENDER)


def _ibeacon(data: bytes) -> object:
    return ibeacon.parse(data)


def _opc_ua(data: bytes) -> object:
    return list(opc_ua.from_results(_DISPENSER, data))


def _modbus(data: bytes) -> object:
    response = modbus.parse_response(data)
    registers = modbus.Registers(response.table, 0, response.values)
    return readings.from_registers(_METER, registers, "d", 1)


def _sunspec(data: bytes) -> object:
    words = struct.unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2])
    found = sunspec.layout_of(words, 0), _MODELS
    return sunspec.readings(_POWER, found, dict(enumerate(words)), "d", 1)


def _dsmr(data: bytes) -> object:
    return dsmr.readings(_P1.points, dsmr.parse(data), "d", 1)


def _stream(data: bytes) -> object:
    return list(dsmr.TelegramStream().feed(data))


def _pulses(data: bytes) -> object:
    counter = pulses.Counter()
    for edge in pulses.edges(data):
        counter.add(edge)
    return pulses.readings(_COUNT, counter, "d", 1)


def _sunspec_block() -> bytes:
    model = _MODELS[103]
    words = [103, 50] + [0x8000] * 50
    words[model.by_name["W"].offset], words[model.by_name["W_SF"].offset] = 1234, 1
    return struct.pack(f">{len(words)}H", *words)


DECODERS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "echonet": (_echonet, bytes.fromhex("10810001027D0105FF017203D304000003E8E40150CF0142")),
    "echonet_map": (_map, bytes.fromhex("1105054121404000000100210000020212")),
    "echonet_objects": (_objects, bytes.fromhex("02027D01027901")),
    "echonet_history": (_history, bytes.fromhex("07EA0B170A1E010001F3A400000834")),
    "modbus": (_modbus, bytes.fromhex("010304436780003FA8")),
    "sunspec": (_sunspec, _sunspec_block()),
    "dsmr": (_dsmr, _TELEGRAM),
    "dsmr_stream": (_stream, _TELEGRAM),
    "pulses": (_pulses, struct.pack("=QIIII24x", 1, 1, 5, 1, 1)),
    "echonet_fixed": (_fixed, bytes.fromhex("07EA0B170A1E000001F3A4")),
    "echonet_day": (_day, bytes(2) + struct.pack(">48I", *range(48))),
    "skstack": (
        _erxudp,
        b"ERXUDP FE80::1 FE80::2 0E1A 0E1A 00212301AB34CD56 A7 1 0 0004 10810001",
    ),
    "heart_rate": (_strap, bytes.fromhex("1E460C0033033D03")),
    "vendor": (_vendor, bytes.fromhex("0701")),
    "spot_oximetry": (_characteristic("2a5e"), bytes.fromhex("0061004600")),
    "continuous_oximetry": (_characteristic("2a5f"), bytes.fromhex("0061004600")),
    "thermometer": (_characteristic("2a1c"), bytes.fromhex("026C0100FFEA070109070000")),
    "blood_pressure": (_characteristic("2a35"), bytes.fromhex("00780050005D00")),
    "weight": (_characteristic("2a9d"), bytes.fromhex("00F03C")),
    "running": (_characteristic("2a53"), bytes.fromhex("00000150")),
    "battery": (_characteristic("2a19"), b"\x57"),
    "current_time": (_clock, bytes.fromhex("EA070B1A0C0000040001")),
    "bthome": (_bthome, bytes.fromhex("4002CA0903BF13")),
    "bthome_encrypted": (_sealed, bytes.fromhex("41A47266C95F730011223378237214")),
    "ibeacon": (
        _ibeacon,
        bytes.fromhex("0215F7826DA64FA24E988024BC5B71E0893E00010002C5"),
    ),
    "opc_ua": (
        _opc_ua,
        bytes.fromhex("010000000F03030000000000384C0F897CDD01407A5B0F897CDD01"),
    ),
}


def survives(decoder: Callable[[bytes], object], data: bytes) -> bool:
    """Run a decoder; return whether it took the data. Only BadFrame may refuse them."""
    try:
        decoder(data)
    except BadFrame:
        return False
    return True
