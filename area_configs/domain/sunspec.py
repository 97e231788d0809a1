"""SunSpec information models: which points stand where in a block of Modbus registers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Registers that a number of each type takes; text says its own length.
REGISTERS: Mapping[str, int] = MappingProxyType(
    {
        "int16": 1,
        "uint16": 1,
        "count": 1,
        "acc16": 1,
        "enum16": 1,
        "bitfield16": 1,
        "pad": 1,
        "sunssf": 1,
        "int32": 2,
        "uint32": 2,
        "float32": 2,
        "acc32": 2,
        "enum32": 2,
        "bitfield32": 2,
        "ipaddr": 2,
        "int64": 4,
        "uint64": 4,
        "acc64": 4,
        "float64": 4,
        "bitfield64": 4,
        "eui48": 4,
        "ipv6addr": 8,
    }
)


@dataclass(frozen=True, slots=True)
class SunSpecPoint:
    """One point of a model.

    Attributes:
        offset: registers from the model's ID, which is at 0.
        type: a key of `REGISTERS`, or `string`.
        registers: how many it takes.
        scale: name of the point with its power of ten, or that power; empty where it has none.
        writable: whether it may be written.
    """

    name: str
    offset: int
    type: str
    registers: int
    scale: str = ""
    writable: bool = False


@dataclass(frozen=True)
class SunSpecModel:
    """One information model, up to its first repeating group."""

    id: int
    name: str
    points: tuple[SunSpecPoint, ...]

    @cached_property
    def by_name(self) -> Mapping[str, SunSpecPoint]:
        """Return the points by their names."""
        return MappingProxyType({point.name: point for point in self.points})
