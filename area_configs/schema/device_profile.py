"""The shape of a device profile, `profiles/<id>.toml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from area_configs.domain.devices import DeviceKind, DeviceProfile, Point
from area_configs.domain.protocols import PROTOCOLS, Protocol
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.sources import (
    BleAdvertisement,
    BleSource,
    EchonetSource,
    ModbusSource,
    ModbusTable,
    NumberType,
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
    ble: BleFile | None = Field(default=None, description="where it stands, for Bluetooth")

    def to_domain(self) -> Point:
        """Return the point; the file has exactly one source."""
        source = self.echonet or self.modbus or self.ble
        if source is None:
            raise ValueError(self.quantity)
        limits = self.minimum, self.maximum
        return Point(self.quantity, source.to_domain(), self.period_s, *limits, self.pushed)


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
    points: Items[PointFile] = Field(min_length=1, description="the quantities that it gives")

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
        )
