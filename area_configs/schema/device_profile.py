"""The shape of a device profile, `profiles/<id>.toml`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from area_configs.domain.commands import Applies, Command, Confirm, Interlock
from area_configs.domain.devices import DeviceKind, DeviceProfile, Point
from area_configs.domain.protocols import PROTOCOLS, Protocol
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.sources import (
    BleAdvertisement,
    BleSource,
    EchonetSource,
    Measure,
    ModbusSource,
    ModbusTable,
    NumberType,
    OpcUaSource,
    OpcUaType,
    PulseSource,
    SunSpecSource,
    TelegramSource,
    WordOrder,
)
from area_configs.schema.fields import (
    TYPE_FORM,
    UUID_FORM,
    Id,
    Items,
    NameFile,
    StrictFile,
    Text,
)

_Epc = Annotated[int, Field(ge=0x80, le=0xFF)]
# TOML gives lists; a strict pair would refuse them.
_Code = Annotated[tuple[int, float], Field(strict=False)]


class EchonetFile(StrictFile):
    """A number inside the data of one ECHONET Lite property."""

    epc: _Epc = Field(description="property code, 0x80 to 0xFF")
    type: NumberType = Field(description="an integer type: u8 i8 u16 i16 u32 i32 u64 i64")
    offset: int = Field(default=0, ge=0, le=254, description="first byte of the number")
    scale: float = Field(default=1.0, description="value = raw x scale x factors")
    factor_epcs: Items[_Epc] = Field(
        default=(), description="properties that the value is multiplied with"
    )
    no_data: Items[int] = Field(default=(), description="raw numbers that mean no measurement")
    codes: Items[_Code] = Field(
        default=(), description="[raw, value] of every code of a state, such as [[0x42, 1]]"
    )

    def to_domain(self) -> EchonetSource:
        """Return the source as the domain knows it."""
        return EchonetSource(**dict(self))


class ModbusFile(StrictFile):
    """A number in consecutive Modbus registers."""

    table: ModbusTable = Field(description="input, holding, coil or discrete")
    address: int = Field(ge=0, le=65535, description="zero-based protocol address")
    type: NumberType = Field(default="u16", description="u16 i16 u32 i32 u64 i64 f32 f64")
    word_order: WordOrder = Field(default="high_first", description="high_first or low_first")
    scale: float = Field(default=1.0, description="value = raw x scale + shift")
    shift: float = Field(default=0.0, description="value = raw x scale + shift")
    no_data: Items[int] = Field(default=(), description="raw numbers that mean not implemented")

    def to_domain(self) -> ModbusSource:
        """Return the source as the domain knows it."""
        return ModbusSource(**dict(self))


class OpcUaFile(StrictFile):
    """A number in one variable of an OPC UA server."""

    namespace: str = Field(default="", description="URI of the namespace, not its index")
    path: str = Field(
        default="", description="browse path below the device's object, such as Bank/High/Pressure"
    )
    identifier: str = Field(
        default="",
        pattern=r"^([isgb]=.+)?$",
        description="node id without namespace instead of a path: i=..., s=..., {address} in it",
    )
    type: OpcUaType = Field(
        default="f64", description="u8 i8 u16 i16 u32 i32 u64 i64 f32 f64 or bool"
    )
    scale: float = Field(default=1.0, description="value = raw x scale + shift")
    shift: float = Field(default=0.0, description="value = raw x scale + shift")
    measure: Measure = Field(
        default="value",
        description="value; age: seconds since it changed; certificate_days: until expiry",
    )
    no_data: Items[int] = Field(default=(), description="raw numbers that mean no measurement")

    def to_domain(self) -> OpcUaSource:
        """Return the source as the domain knows it."""
        return OpcUaSource(**dict(self))


_Uuid = Annotated[str, Field(pattern=UUID_FORM)]


class BleFile(StrictFile):
    """A field of a GATT characteristic or of an advertisement."""

    characteristic: _Uuid | None = Field(
        default=None, description="UUID: four hex digits such as 2a37, or the long form"
    )
    advertisement: BleAdvertisement | None = Field(
        default=None, description="bthome, bthome_encrypted, ibeacon or any"
    )
    field: Id | None = Field(
        default=None, description="field of an adopted characteristic, or presence, or rssi"
    )
    object: int | None = Field(default=None, ge=1, le=255, description="BTHome object id")
    index: int = Field(default=0, ge=0, le=15, description="which of several such objects")
    type: NumberType = Field(default="u8", description="u8 i8 u16 i16 u32 i32 u64 i64 f32 f64")
    offset: int = Field(default=0, ge=0, le=508, description="first byte of the number")
    scale: float = Field(default=1.0, description="value = raw x scale")
    no_data: Items[int] = Field(default=(), description="raw numbers that mean no measurement")
    code: int | None = Field(default=None, ge=0, description="number that means it happened")
    clear: int | None = Field(default=None, ge=0, description="number that means it is over")
    packet: int | None = Field(
        default=None, ge=0, le=508, description="offset of the packet number"
    )
    acknowledge: _Uuid | None = Field(
        default=None, description="characteristic that a stored packet's number is written to"
    )

    def to_domain(self) -> BleSource:
        """Return the source as the domain knows it."""
        given = {key: value for key, value in dict(self).items() if value is not None}
        return BleSource(**given)


class SunSpecFile(StrictFile):
    """A point of a SunSpec information model."""

    models: Items[int] = Field(
        min_length=1, description="models that have it, such as [103]; the first one found is read"
    )
    point: Text = Field(description="its name in the model, such as W")
    scale: float = Field(default=1.0, description="from its unit to the quantity's, and its sign")
    codes: Items[_Code] = Field(default=(), description="[raw, value] of every code of a state")

    def to_domain(self) -> SunSpecSource:
        """Return the source as the domain knows it."""
        return SunSpecSource(**dict(self))


class TelegramFile(StrictFile):
    """A value of a DSMR P1 telegram."""

    obis: str = Field(
        pattern=r"^\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3}$",
        description="its reference, such as 1-0:1.7.0",
    )
    position: int = Field(default=0, ge=0, le=32, description="which bracketed value, from 0")
    scale: float = Field(default=1.0, description="value = number x scale")

    def to_domain(self) -> TelegramSource:
        """Return the source as the domain knows it."""
        return TelegramSource(**dict(self))


class PulseFile(StrictFile):
    """Pulses of one input."""

    measures: Literal["count", "rate"] = Field(
        default="count", description="count: all pulses; rate: pulses per second"
    )
    scale: float = Field(description="what one pulse (or one per second) stands for")

    def to_domain(self) -> PulseSource:
        """Return the source as the domain knows it."""
        return PulseSource(**dict(self))


class PointFile(StrictFile):
    """One quantity that a device gives; exactly one of the sources says where."""

    quantity: Id = Field(
        description="a quantity of the suite, such as active_power",
        json_schema_extra={"enum": [*QUANTITIES]},
    )
    period_s: float = Field(
        gt=0, le=86400, description="seconds between polls, or between what it sends at most"
    )
    pushed: bool = Field(default=False, description="true where the device sends it by itself")
    minimum: float | None = Field(default=None, description="lowest plausible value")
    maximum: float | None = Field(default=None, description="highest plausible value")
    echonet: EchonetFile | None = Field(
        default=None, description="where it stands, for ECHONET Lite"
    )
    modbus: ModbusFile | None = Field(default=None, description="where it stands, for modbus")
    opc_ua: OpcUaFile | None = Field(default=None, description="where it stands, for OPC UA")
    ble: BleFile | None = Field(default=None, description="where it stands, for Bluetooth")
    sunspec: SunSpecFile | None = Field(default=None, description="where it stands, for sunspec")
    telegram: TelegramFile | None = Field(default=None, description="where it stands, for dsmr_p1")
    pulse: PulseFile | None = Field(default=None, description="what pulses mean, for pulse")

    def to_domain(self) -> Point:
        """Return the point; the file has exactly one source."""
        given = (
            self.echonet,
            self.modbus,
            self.sunspec,
            self.telegram,
            self.pulse,
            self.opc_ua,
            self.ble,
        )
        source = next((one for one in given if one is not None), None)
        if source is None:
            raise ValueError(self.quantity)
        limits = self.minimum, self.maximum
        return Point(self.quantity, source.to_domain(), self.period_s, *limits, self.pushed)


class InterlockFile(StrictFile):
    """A condition for a command."""

    quantity: Id = Field(description="a quantity that the device gives")
    minimum: float | None = Field(default=None, description="at least this")
    maximum: float | None = Field(default=None, description="at most this")
    applies: Applies = Field(default="always", description="to which arguments")

    def to_domain(self) -> Interlock:
        """Return the condition as the domain knows it."""
        return Interlock(**dict(self))


class CommandFile(StrictFile):
    """One thing that the device may be told; exactly one of the targets says where."""

    id: Id = Field(description="its key, unique in the profile")
    name: NameFile = Field(description="its name: { ja = ..., en = ... }")
    quantity: Id = Field(
        description="what its argument is a value of, such as active_power",
        json_schema_extra={"enum": [*QUANTITIES]},
    )
    minimum: float = Field(description="lowest argument")
    maximum: float = Field(description="highest argument")
    values: Items[float] = Field(default=(), description="the only arguments, where not any")
    interlocks: Items[InterlockFile] = Field(default=(), description="conditions, all of them")
    read_back: str = Field(default="", description="quantity that shows that it took effect")
    tolerance: float = Field(default=0.0, ge=0, description="how far that may differ")
    settle_s: float = Field(default=10.0, gt=0, le=3600, description="how long that may take")
    min_interval_s: float = Field(
        default=1.0, ge=0, le=86400, description="seconds between two of them at least"
    )
    confirm: Confirm = Field(default="none", description="who must confirm: none, remote, local")
    fallback: float | None = Field(default=None, description="safe value to return to")
    echonet: EchonetFile | None = Field(default=None, description="target, for ECHONET Lite")
    modbus: ModbusFile | None = Field(default=None, description="target, for modbus")
    opc_ua: OpcUaFile | None = Field(default=None, description="target, for OPC UA")
    sunspec: SunSpecFile | None = Field(default=None, description="target, for sunspec")

    def to_domain(self) -> Command:
        """Return the command; the file has exactly one target."""
        target = self.echonet or self.modbus or self.opc_ua or self.sunspec
        if target is None:
            raise ValueError(self.id)
        own = {"name", "echonet", "modbus", "opc_ua", "sunspec", "interlocks"}
        return Command(
            name=self.name.to_domain(),
            target=target.to_domain(),
            interlocks=tuple(interlock.to_domain() for interlock in self.interlocks),
            **{key: value for key, value in self if key not in own},
        )


class DeviceProfileFile(StrictFile):
    """A model of device as data; its id is the name of its file."""

    name: NameFile = Field(description="its name: { ja = ..., en = ... }")
    maker: Text = Field(description="who makes it")
    model: Text = Field(description="the maker's model name")
    protocol: Protocol = Field(description=", ".join(PROTOCOLS))
    kind: Annotated[DeviceKind, Field(strict=False)] = Field(
        description="what it is to an area manager"
    )
    entity_type: Annotated[str, Field(pattern=TYPE_FORM)] = Field(
        description="NGSI-LD type of its entity, such as Device"
    )
    documentation: str = Field(default="", description="document behind the numbers")
    max_registers: int = Field(
        default=100, ge=1, le=125, description="longest run of registers in one request"
    )
    echonet_class: int | None = Field(
        default=None,
        ge=0x0001,
        le=0xFFFF,
        description="class group and class code, such as 0x027D, for echonet_lite",
    )
    points: Items[PointFile] = Field(min_length=1, description="the quantities that it gives")
    commands: Items[CommandFile] = Field(default=(), description="what it may be told")

    def to_domain(self, profile_id: str) -> DeviceProfile:
        """Return the profile under its id."""
        return DeviceProfile(
            id=profile_id,
            name=self.name.to_domain(),
            maker=self.maker,
            model=self.model,
            protocol=self.protocol,
            kind=self.kind,
            entity_type=self.entity_type,
            points=tuple(point.to_domain() for point in self.points),
            documentation=self.documentation,
            max_registers=self.max_registers,
            commands=tuple(command.to_domain() for command in self.commands),
            echonet_class=self.echonet_class or 0,
        )
