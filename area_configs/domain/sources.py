"""Sources: where the number of a point stands in the protocol that its device speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NumberType = Literal["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64"]
ModbusTable = Literal["input", "holding", "coil", "discrete"]
WordOrder = Literal["high_first", "low_first"]
BleAdvertisement = Literal["bthome", "bthome_encrypted", "ibeacon", "any"]


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
        codes: (raw, value) of every code of a state; empty where the number is itself the value.
    """

    epc: int
    type: NumberType
    offset: int = 0
    scale: float = 1.0
    factor_epcs: tuple[int, ...] = ()
    no_data: tuple[int, ...] = ()
    codes: tuple[tuple[int, float], ...] = ()


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


OpcUaType = NumberType | Literal["bool"]
Measure = Literal["value", "age", "certificate_days"]


@dataclass(frozen=True, slots=True)
class OpcUaSource:
    """A number in one variable of an OPC UA server; value = raw x scale + shift.

    Namespaces go by URI: their indexes change from one start of a server to the next.

    Attributes:
        namespace: URI of the namespace of the node or of the names in the path.
        path: browse path below the device's object, such as `Compressor/DischargePressure`.
        identifier: node id without namespace instead of a path, such as `s={address}.Pressure` or
            `i=1042`; `{address}` stands for the device's address.
        type: built-in type of the variable.
        measure: what the point is: the variable's value, the seconds since it last changed
            (`age`), or the days until the first certificate of the link expires
            (`certificate_days`, no variable at all).
        no_data: raw numbers that mean "no measurement"; NaN always does.
    """

    namespace: str = ""
    path: str = ""
    identifier: str = ""
    type: OpcUaType = "f64"
    scale: float = 1.0
    shift: float = 0.0
    measure: Measure = "value"
    no_data: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BleSource:
    """A field of a GATT characteristic or of an advertisement.

    A characteristic that the Bluetooth SIG adopted is decoded by its own rules and gives named
    fields (`gatt.FIELDS`). One of a maker's own has little-endian numbers: value = raw x scale.

    Attributes:
        characteristic: UUID, four hex digits or the long form, lower case; empty where it is
            advertised.
        advertisement: what carries it: `bthome`, `bthome_encrypted` (its device has a bind key),
            `ibeacon`, or `any`; empty for a characteristic.
        field: named field of an adopted characteristic; `presence` or `rssi` of an advertisement.
        object: BTHome object id.
        index: which of several BTHome objects with that id, 0 for the first.
        type, offset, scale, no_data: the number in a maker's characteristic.
        code: number that means "it happened"; the point is an event then.
        clear: number that means "it is over".
        packet: offset of the packet number in a maker's characteristic; one packet counts once.
        acknowledge: characteristic that the packet number is written to once it is stored.
    """

    characteristic: str = ""
    advertisement: BleAdvertisement | Literal[""] = ""
    field: str = ""
    object: int | None = None
    index: int = 0
    type: NumberType = "u8"
    offset: int = 0
    scale: float = 1.0
    no_data: tuple[int, ...] = ()
    code: int | None = None
    clear: int | None = None
    packet: int | None = None
    acknowledge: str = ""


@dataclass(frozen=True, slots=True)
class SunSpecSource:
    """A point of a SunSpec model; value = raw x 10^(its scale factor) x scale.

    Attributes:
        models: ids of the models that have the point; the first that the device has is read.
        point: its name there, such as `W`.
        scale: from the point's unit to the quantity's, and its sign.
        codes: (raw, value) of every code of a state.
    """

    models: tuple[int, ...]
    point: str
    scale: float = 1.0
    codes: tuple[tuple[int, float], ...] = ()

    @property
    def no_data(self) -> tuple[int, ...]:
        """Return the codes of "not implemented": the models give them, by type."""
        return ()


@dataclass(frozen=True, slots=True)
class TelegramSource:
    """A value of a DSMR P1 telegram; value = number x scale.

    Attributes:
        obis: its reference, such as `1-0:1.7.0`.
        position: which of the bracketed values behind it, from 0.
    """

    obis: str
    position: int = 0
    scale: float = 1.0

    @property
    def no_data(self) -> tuple[int, ...]:
        """Return no code: what a meter has no value for, its telegram leaves out."""
        return ()


@dataclass(frozen=True, slots=True)
class PulseSource:
    """Pulses of one input; `count`: all pulses x scale; `rate`: pulses per second x scale."""

    measures: Literal["count", "rate"] = "count"
    scale: float = 1.0

    @property
    def no_data(self) -> tuple[int, ...]:
        """Return no code: an input always has a count."""
        return ()


Source = (
    EchonetSource
    | ModbusSource
    | SunSpecSource
    | TelegramSource
    | PulseSource
    | OpcUaSource
    | BleSource
)
