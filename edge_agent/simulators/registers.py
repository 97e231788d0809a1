"""Register images: what the registers of one Modbus device hold, encoded from its profile."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from area_configs.domain.sources import ModbusSource
from edge_agent.simulators.ledger import Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.areas import Device
    from area_configs.domain.commands import Command
    from area_configs.domain.devices import DeviceProfile, Point
    from area_configs.domain.sources import ModbusTable

    Speak = Callable[[Point, int], float | None]
    Obey = Callable[[str, float, int], bool]

_BITS = {"coil", "discrete"}
_FLOATS = {"f32": ">f", "f64": ">d"}


class Unmapped(Exception):
    """A request touches a register that the device does not have."""


class Unwilling(Exception):
    """The device does not take the value that is written."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one point stands in its table: `words` registers (or bits) from `address`."""

    point: Point
    source: ModbusSource
    words: int

    @property
    def addresses(self) -> range:
        """Return the addresses that it takes."""
        return range(self.source.address, self.source.address + self.words)

    def touches(self, asked: range) -> bool:
        """Tell whether a request covers any of it."""
        return self.addresses.start < asked.stop and asked.start < self.addresses.stop

    def inside(self, asked: range) -> bool:
        """Tell whether a request covers all of it."""
        return asked.start <= self.addresses.start and self.addresses.stop <= asked.stop


class RegisterImage:
    """The tables of one device.

    Args:
        device: whose name the ledger gets.
        profile: a Modbus profile; every point of it becomes readable.
        speak: gives the value of a point at an instant, None for "no measurement".
        obey: told quantity, value and instant of a command; returns whether the device does it.
    """

    def __init__(
        self,
        device: Device,
        profile: DeviceProfile,
        speak: Speak,
        obey: Obey = lambda _quantity, _value, _at_us: False,
    ) -> None:
        self.device = device
        self.longest = profile.max_registers
        self._speak = speak
        self._obey = obey
        self._targets: dict[tuple[str, range], Command] = {
            (target.table, range(target.address, target.address + words_of(target))): command
            for command in profile.commands
            if isinstance(target := command.target, ModbusSource)
        }
        self._written: dict[str, dict[int, int]] = {}
        for table, addresses in self._targets:
            self._written.setdefault(table, {}).update(dict.fromkeys(addresses, 0))
        self._places: list[Place] = [
            Place(point, point.source, words_of(point.source))
            for point in profile.points
            if isinstance(point.source, ModbusSource)
        ]

    def read(
        self, table: ModbusTable, address: int, count: int, at_us: int
    ) -> tuple[list[int], list[Said]]:
        """Return the registers (or bits) asked for, and what the points wholly inside mean.

        Raises:
            Unmapped: one of the registers belongs to no point.
        """
        asked = range(address, address + count)
        touched = [p for p in self._places if p.source.table == table and p.touches(asked)]
        held = {at: word for at, word in self._written.get(table, {}).items() if at in asked}
        for place in touched:
            raw = to_raw(self._speak(place.point, at_us), place.source)
            held |= zip(place.addresses, to_words(raw, place.source), strict=True)
        if not held.keys() >= set(asked):
            raise Unmapped
        said = [self._said(place, held) for place in touched if place.inside(asked)]
        return [held[one] for one in asked], said

    @property
    def takes_commands(self) -> bool:
        """Tell whether anything can be written at all."""
        return bool(self._targets)

    def write(self, table: ModbusTable, address: int, words: list[int], at_us: int) -> None:
        """Take the registers (or the bit) of one whole command and do it.

        Raises:
            Unmapped: no command is written there, or it has another length.
            Unwilling: the device does not take the value.
        """
        command = self._targets.get((table, range(address, address + len(words))))
        if command is None or not isinstance(command.target, ModbusSource):
            raise Unmapped
        value = from_raw(to_number(words, command.target), command.target)
        if value is None or (command.values and value not in command.values):
            raise Unwilling
        if not self._obey(command.quantity, value, at_us):
            raise Unwilling
        self._written[table].update(enumerate(words, address))

    def _said(self, place: Place, held: dict[int, int]) -> Said:
        words = [held[one] for one in place.addresses]
        value = from_raw(to_number(words, place.source), place.source)
        return Said(self.device.id, place.point.quantity, value)


def words_of(source: ModbusSource) -> int:
    """Return how many registers (or bits) a number takes."""
    return 1 if source.table in _BITS else max(1, int(source.type[1:]) // 16)


def to_raw(value: float | None, source: ModbusSource) -> float:
    """Return the raw number nearest to a value that the registers can carry.

    A value beyond the range saturates, and one that would fall on a "no data" code steps aside:
    real meters do both, and null must never arise from a measurement.
    """
    if source.type in _FLOATS:
        return math.nan if value is None else (value - source.shift) / source.scale
    if value is None:
        return source.no_data[0] if source.no_data else 0
    raw = round((value - source.shift) / source.scale)
    low, high = _limits(source)
    raw = min(max(raw, low), high)
    while raw in source.no_data:
        raw += 1 if raw < (low + high) // 2 else -1
    return raw


def from_raw(raw: float, source: ModbusSource) -> float | None:
    """Return what a raw number means: raw x scale + shift, None where it is a "no data" code."""
    if math.isnan(raw) or raw in source.no_data:
        return None
    return raw * source.scale + source.shift


def to_words(raw: float, source: ModbusSource) -> list[int]:
    """Return a raw number as registers in the profile's word order (or as one bit)."""
    if source.table in _BITS:
        return [1 if raw else 0]
    if source.type in _FLOATS:
        data = struct.pack(_FLOATS[source.type], raw)
    else:
        width = max(2, int(source.type[1:]) // 8)
        data = int(raw).to_bytes(width, "big", signed=source.type.startswith("i"))
    words = [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
    return words if source.word_order == "high_first" else words[::-1]


def to_number(words: list[int], source: ModbusSource) -> float:
    """Return the raw number that registers (or one bit) carry."""
    if source.table in _BITS:
        return words[0]
    ordered = words if source.word_order == "high_first" else words[::-1]
    data = b"".join(word.to_bytes(2, "big") for word in ordered)
    if source.type in _FLOATS:
        number: float = struct.unpack(_FLOATS[source.type], data)[0]
        return number
    return int.from_bytes(data, "big", signed=source.type.startswith("i"))


def _limits(source: ModbusSource) -> tuple[int, int]:
    if source.table in _BITS:
        return 0, 1
    bits = int(source.type[1:])
    return (
        (-(1 << bits - 1), (1 << bits - 1) - 1) if source.type[0] == "i" else (0, (1 << bits) - 1)
    )
