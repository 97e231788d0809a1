"""Wearable frames: GATT values and BTHome packets as a device would write them.

The rules are written here once more, and the other way round, on purpose: shared code would hide
its own mistakes. Each function returns the bytes and what they mean after rounding.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESCCM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from area_configs.domain.sources import BleSource

Values = dict[str, float]
Meant = dict[str, float]
MeantOrNot = dict[str, float | None]

# Bytes of a BTHome object's number, negative where it is signed, and how many counts are one.
_OBJECTS = {
    0x01: (1, 1),
    0x02: (-2, 100),
    0x03: (2, 100),
    0x09: (1, 1),
    0x11: (1, 1),
    0x12: (2, 1),
    0x21: (1, 1),
    0x3D: (2, 1),
    0x3E: (4, 1),
}
_PACK = {
    "u8": "<B", "i8": "<b", "u16": "<H", "i16": "<h", "u32": "<I", "i32": "<i",
    "u64": "<Q", "i64": "<q", "f32": "<f", "f64": "<d",
}  # fmt: skip


def gatt_value(characteristic: str, values: Values, taken: datetime | None) -> tuple[bytes, Meant]:
    """Write an adopted characteristic from its named fields; `taken` where the clock is set."""
    return _WRITERS[characteristic](values, taken)


def vendor_value(sources: Mapping[str, BleSource], values: Values) -> tuple[bytes, MeantOrNot]:
    """Write a maker's own characteristic: each number at its offset, little endian.

    A quantity without a value is written as its code for that, and means nothing.
    """
    ends = [s.offset + struct.calcsize(_PACK[s.type]) for s in sources.values()]
    ends += [s.packet + 1 for s in sources.values() if s.packet is not None]
    data = bytearray(max(ends))
    meant: MeantOrNot = {}
    for quantity, source in sources.items():
        value = values.get(quantity)
        raw = source.no_data[0] if value is None else round(value / source.scale)
        struct.pack_into(_PACK[source.type], data, source.offset, raw)
        meant[quantity] = None if value is None else raw * source.scale
    return bytes(data), meant


def bthome_packet(number: int, objects: Mapping[int, float]) -> tuple[bytes, dict[int, float]]:
    """Write the objects of a packet, its number first, ids ascending."""
    data, meant = bytes((0x00, number % 256)), {}
    for key in sorted(objects):
        width, counts = _OBJECTS[key]
        raw = round(objects[key] * counts) % (1 << 8 * abs(width) - (width < 0))
        data += bytes((key,)) + raw.to_bytes(abs(width), "little", signed=width < 0)
        meant[key] = raw / counts
    return data, meant


def plain(objects: bytes) -> bytes:
    """Return service data of FCD2 that anybody may read."""
    return b"\x40" + objects


def sealed(objects: bytes, key: bytes, address: str, counter: int) -> bytes:
    """Return service data of FCD2 that only the key opens."""
    tail = counter.to_bytes(4, "little")
    nonce = bytes.fromhex(address.replace(":", "")) + b"\xd2\xfc\x41" + tail
    secret = AESCCM(key, tag_length=4).encrypt(nonce, objects, None)
    return b"\x41" + secret[:-4] + tail + secret[-4:]


def beacon(address: str) -> bytes:
    """Return the manufacturer data of `ibeacon:UUID/major/minor`, -59 dBm at one metre."""
    uuid, major, minor = address.removeprefix("ibeacon:").split("/")
    place = struct.pack(">HH", int(major), int(minor))
    return b"\x02\x15" + bytes.fromhex(uuid.replace("-", "")) + place + b"\xc5"


def _sfloat(number: float) -> bytes:
    return (round(number) & 0xFFF).to_bytes(2, "little")


def _moment(taken: datetime | None) -> bytes:
    if taken is None:
        return b""
    day = struct.pack("<HBB", taken.year, taken.month, taken.day)
    return day + bytes((taken.hour, taken.minute, taken.second))


def _heart_rate(values: Values, _taken: datetime | None) -> tuple[bytes, Meant]:
    rate = round(values["heart_rate"])
    beat = round(60 / rate * 1024)
    data = bytes((0x16, rate)) + beat.to_bytes(2, "little")
    return data, {"heart_rate": float(rate), "rr_interval": beat * 1000 / 1024}


def _oximetry(values: Values, _taken: datetime | None) -> tuple[bytes, Meant]:
    spo2, pulse = round(values["spo2"]), round(values["pulse_rate"])
    return b"\x00" + _sfloat(spo2) + _sfloat(pulse), {"spo2": spo2, "pulse_rate": pulse}


def _thermometer(values: Values, taken: datetime | None) -> tuple[bytes, Meant]:
    tenths = round(values["temperature"] * 10)
    number = tenths.to_bytes(3, "little", signed=True) + b"\xff"
    flags = bytes((0x02 if taken else 0x00,))
    return flags + number + _moment(taken), {"temperature": tenths / 10}


def _blood_pressure(values: Values, taken: datetime | None) -> tuple[bytes, Meant]:
    names = ("systolic", "diastolic", "mean", "pulse_rate")
    meant = {name: float(round(values.get(name, 70.0))) for name in names}
    *pressures, pulse = (_sfloat(meant[name]) for name in names)
    flags = bytes((0x16 if taken else 0x14,))
    return flags + b"".join(pressures) + _moment(taken) + pulse + b"\0\0", meant


def _weight(values: Values, taken: datetime | None) -> tuple[bytes, Meant]:
    raw = round(values["weight"] / 0.005)
    flags = bytes((0x02 if taken else 0x00,))
    return flags + raw.to_bytes(2, "little") + _moment(taken), {"weight": raw / 200}


def _battery(values: Values, _taken: datetime | None) -> tuple[bytes, Meant]:
    level = min(100, max(0, round(values["battery"])))
    return bytes((level,)), {"battery": float(level)}


def _running(values: Values, _taken: datetime | None) -> tuple[bytes, Meant]:
    cadence, speed = round(values.get("cadence", 0.0)), round(values.get("speed", 0.0) * 256)
    meant = {"cadence": float(cadence), "speed": speed / 256}
    return b"\0" + speed.to_bytes(2, "little") + bytes((cadence,)), meant


_WRITERS: dict[str, Callable[[Values, datetime | None], tuple[bytes, Meant]]] = {
    "2a37": _heart_rate,
    "2a5e": _oximetry,
    "2a5f": _oximetry,
    "2a1c": _thermometer,
    "2a35": _blood_pressure,
    "2a9d": _weight,
    "2a19": _battery,
    "2a53": _running,
}
