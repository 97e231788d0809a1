"""SunSpec devices: a chain of models in holding registers, filled from the points of a profile."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from typing_extensions import override

from area_configs.domain.sources import SunSpecSource
from area_configs.loader.sunspec_models import sunspec_models
from edge_agent.simulators.ledger import Said
from edge_agent.simulators.registers import RegisterImage, Unmapped, Unwilling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from area_configs.domain.areas import Device
    from area_configs.domain.devices import DeviceProfile, Point
    from area_configs.domain.sources import ModbusTable
    from area_configs.domain.sunspec import SunSpecModel, SunSpecPoint

    Speak = Callable[[Point, int], float | None]
    Obey = Callable[[str, float, int], bool]

BASE = 40000
_COMMON, _END = 1, (0xFFFF, 0)
_MARK = (0x5375, 0x6E53)
_SIGNED = {"int16": "h", "int32": "i", "int64": "q", "sunssf": "h"}
_UNSIGNED = {1: "H", 2: "I", 4: "Q"}


class SunSpecImage(RegisterImage):
    """The registers of one device: mark, common model, the models that its profile reads, end."""

    def __init__(
        self,
        device: Device,
        profile: DeviceProfile,
        speak: Speak,
        obey: Obey = lambda _quantity, _value, _at_us: False,
    ) -> None:
        super().__init__(device, profile, speak, obey)
        self._points = [
            (p, p.source) for p in profile.points if isinstance(p.source, SunSpecSource)
        ]
        wanted = [_COMMON, *dict.fromkeys(s.models[0] for _, s in self._points)]
        self._bases: dict[int, int] = {}
        self._fixed: dict[int, int] = dict(zip((BASE, BASE + 1), _MARK, strict=True))
        at = BASE + len(_MARK)
        for number in wanted:
            at = self._place(sunspec_models()[number], at)
        self._fixed |= dict(zip((at, at + 1), _END, strict=True))
        self._writable = dict(self._commands(profile))

    @property
    @override
    def takes_commands(self) -> bool:
        """Tell whether anything can be written at all."""
        return bool(self._writable)

    @override
    def write(self, table: ModbusTable, address: int, words: list[int], at_us: int) -> None:
        """Take the registers of one whole command and do it.

        Raises:
            Unmapped: no command is written there, or it has another length.
            Unwilling: the device does not take the value.
        """
        command = self._writable.get(address)
        if table != "holding" or command is None or len(words) != command[2].registers:
            raise Unmapped
        quantity, source, place = command
        raw = int.from_bytes(b"".join(word.to_bytes(2, "big") for word in words), "big")
        value = self._worth(source, place, raw)
        if value is None or not self._obey(quantity, value, at_us):
            raise Unwilling

    @override
    def read(
        self, table: ModbusTable, address: int, count: int, at_us: int
    ) -> tuple[list[int], list[Said]]:
        """Return the registers asked for, and what the points wholly inside mean.

        Raises:
            Unmapped: one of the registers is beyond the map, or of another table.
        """
        asked = range(address, address + count)
        if table != "holding" or not self._fixed.keys() >= set(asked):
            raise Unmapped
        held, said = dict(self._fixed), []
        for point, source in self._points:
            model = sunspec_models()[source.models[0]]
            place = model.by_name[source.point]
            base = self._bases[model.id] + place.offset
            if base < asked.stop and asked.start < base + place.registers:
                raw = _raw(self._speak(point, at_us), source, place, _power(model, place))
                words = _words(struct.pack(f">{_format(place)}", raw))
                held |= dict(zip(range(base, base + place.registers), words, strict=True))
                if asked.start <= base and base + place.registers <= asked.stop:
                    said.append(self._meaning(point, source, place, raw))
        return [held[one] for one in asked], said

    def _commands(
        self, profile: DeviceProfile
    ) -> Iterator[tuple[int, tuple[str, SunSpecSource, SunSpecPoint]]]:
        for command in profile.commands:
            if isinstance(source := command.target, SunSpecSource):
                model = sunspec_models()[source.models[0]]
                place = model.by_name[source.point]
                yield self._bases[model.id] + place.offset, (command.quantity, source, place)

    def _place(self, model: SunSpecModel, at: int) -> int:
        """Put a model down with everything in it not implemented; return where it ends."""
        self._bases[model.id] = at
        last = model.points[-1]
        length = last.offset + last.registers
        for point in model.points:
            for n, word in enumerate(self._start(model, point)):
                self._fixed[at + point.offset + n] = word
        self._fixed[at], self._fixed[at + 1] = model.id, length - 2
        return at + length

    def _start(self, model: SunSpecModel, point: SunSpecPoint) -> list[int]:
        """Return what a point holds as long as no measurement fills it."""
        if point.type == "string":
            text = {"Mn": "Simulated", "Md": model.name, "SN": self.device.id}.get(point.name, "")
            data = text.encode("ascii", "replace")[: 2 * point.registers]
            return list(_words(data.ljust(2 * point.registers, b"\0")))
        if point.type == "sunssf":
            return [_scale(point.name) & 0xFFFF]
        absent = _absent(point) % (1 << 16 * point.registers)
        return list(_words(absent.to_bytes(2 * point.registers, "big")))

    def _meaning(self, point: Point, source: SunSpecSource, place: SunSpecPoint, raw: int) -> Said:
        return Said(self.device.id, point.quantity, self._worth(source, place, raw))

    def _worth(self, source: SunSpecSource, place: SunSpecPoint, raw: int) -> float | None:
        """Return what a raw number means, None where it is no value."""
        if source.codes:
            return dict(source.codes).get(raw)
        power = _power(sunspec_models()[source.models[0]], place)
        return None if raw == _absent(place) else raw * 10.0**power * source.scale


def _raw(value: float | None, source: SunSpecSource, place: SunSpecPoint, power: int) -> int:
    """Return the raw number nearest to a value; a measurement never becomes "not implemented"."""
    if value is None:
        return _absent(place)
    for raw, meaning in source.codes:
        if meaning == value:
            return raw
    bits = 16 * place.registers
    low, high = (1 if place.type.startswith("acc") else 0), (1 << bits) - 2
    if place.type in _SIGNED:
        low, high = -(1 << bits - 1) + 1, (1 << bits - 1) - 1
    return min(max(round(value / source.scale / 10.0**power), low), high)


def _absent(place: SunSpecPoint) -> int:
    """Return the number of a type that says "not implemented"."""
    if place.type.startswith("acc"):
        return 0
    bits = 16 * place.registers
    return -(1 << bits - 1) if place.type in _SIGNED else (1 << bits) - 1


def _power(model: SunSpecModel, point: SunSpecPoint) -> int:
    """Return the power of ten of a point as this device says it."""
    if point.scale in model.by_name:
        return _scale(point.scale)
    return int(point.scale or 0)


def _scale(name: str) -> int:
    """Return the power of ten that this device's scale factors say, by what they scale."""
    return _SCALES.get(name, -1)


_SCALES = {
    "W_SF": 1,
    "VAR_SF": 0,
    "VAr_SF": 0,
    "Var_SF": 0,
    "VA_SF": 0,
    "WH_SF": 1,
    "TotWh_SF": 1,
    "TotWH_SF": 1,
    "Hz_SF": -2,
    "PF_SF": -2,
}


def _format(place: SunSpecPoint) -> str:
    return _SIGNED.get(place.type) or _UNSIGNED[place.registers]


def _words(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f">{len(data) // 2}H", data)
