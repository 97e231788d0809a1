"""Every decoder as a function of bytes, for fuzzers and benchmarks, with one right input each."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from area_configs.domain.devices import Point
from area_configs.domain.errors import BadFrame
from area_configs.domain.sources import PulseSource, SunSpecSource
from area_configs.loader import load_profile
from area_configs.loader.sunspec_models import sunspec_models
from edge_agent.decoding import (
    dsmr,
    echonet,
    echonet_history,
    echonet_objects,
    modbus,
    pulses,
    readings,
    sunspec,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_BATTERY = load_profile("echonet_storage_battery")
_METER = load_profile("eastron_sdm120")
_P1 = load_profile("dsmr_p1_meter")
_MODELS = sunspec_models()
_POWER = (Point("active_power", SunSpecSource((103,), "W"), 1.0),)
_COUNT = (Point("energy_import", PulseSource("count", 0.001), 1.0),)
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
}


def survives(decoder: Callable[[bytes], object], data: bytes) -> bool:
    """Run a decoder; return whether it took the data. Only BadFrame may refuse them."""
    try:
        decoder(data)
    except BadFrame:
        return False
    return True
