"""Values: between asyncua's data values and ours, in requests of a bounded size."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from asyncua import ua

from area_configs.domain.sources import OpcUaSource
from edge_agent.decoding.opc_ua import DataValue

if TYPE_CHECKING:
    from asyncua import Client

    from area_configs.domain.commands import Command
    from edge_agent.drivers.opc_ua.nodes import Found

_AT_ONCE = 100  # many controllers take no more nodes in one request
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TYPES = {
    "bool": ua.VariantType.Boolean,
    "u8": ua.VariantType.Byte,
    "i8": ua.VariantType.SByte,
    "u16": ua.VariantType.UInt16,
    "i16": ua.VariantType.Int16,
    "u32": ua.VariantType.UInt32,
    "i32": ua.VariantType.Int32,
    "u64": ua.VariantType.UInt64,
    "i64": ua.VariantType.Int64,
    "f32": ua.VariantType.Float,
    "f64": ua.VariantType.Double,
}


def plain(value: ua.DataValue) -> DataValue:
    """Return a data value without asyncua's types."""
    said = value.Value.Value if value.Value is not None else None
    number = float(said) if isinstance(said, bool | int | float) else None
    foreign = "" if number is not None or said is None else type(said).__name__
    status = 0 if value.StatusCode is None else int(value.StatusCode.value)
    return DataValue(
        number, status, _us(value.SourceTimestamp), _us(value.ServerTimestamp), foreign
    )


async def read(client: Client, wanted: list[ua.NodeId]) -> list[DataValue]:
    """Return the values of some nodes with both stamps, in their order."""
    found: list[DataValue] = []
    for begin in range(0, len(wanted), _AT_ONCE):
        parameters = ua.ReadParameters(
            MaxAge=ua.Double(0),
            TimestampsToReturn=ua.TimestampsToReturn.Both,
            NodesToRead=[
                ua.ReadValueId(NodeId=node, AttributeId=ua.AttributeIds.Value)
                for node in wanted[begin : begin + _AT_ONCE]
            ],
        )
        found += map(plain, await client.uaclient.session.read(parameters))
    return found


async def write(client: Client, node: Found, source: OpcUaSource, value: float) -> int:
    """Write a value in its source's type and return the server's status."""
    if isinstance(node, int):
        return node
    raw = (value - source.shift) / source.scale
    kind = _TYPES[source.type]
    said: bool | int | float = raw
    if source.type == "bool":
        said = bool(round(raw))
    elif not source.type.startswith("f"):
        said = round(raw)
    one = ua.WriteValue(
        NodeId=node,
        AttributeId=ua.AttributeIds.Value,
        Value=ua.DataValue(ua.Variant(said, kind)),
    )
    (status,) = await client.uaclient.session.write(ua.WriteParameters(NodesToWrite=[one]))
    return int(status.value)


def target_of(command: Command) -> OpcUaSource:
    """Return where a command is written; TypeError where it is of another protocol."""
    if not isinstance(command.target, OpcUaSource):
        raise TypeError(f"command {command.id} is not written by OPC UA")
    return command.target


def _us(stamp: datetime | None) -> int | None:
    if stamp is None:
        return None
    aware = stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(microseconds=1)
