"""SunSpec: find the models of a device, and read their points with scale factors and sentinels.

Source: SunSpec Device Information Model Specification 1.2 (types, "not implemented" values, scale
factors from -10 to 10; an accumulator of 0 is one that does not count).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import GOOD, Quality, Reason
from area_configs.domain.readings import Reading
from area_configs.domain.sources import SunSpecSource

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

    from area_configs.domain.devices import Point
    from area_configs.domain.sunspec import SunSpecModel, SunSpecPoint

    Words = Mapping[int, int]

BASES = (40000, 0, 50000)
MARK = (0x5375, 0x6E53)  # "SunS"

_END = 0xFFFF
_HEAD = 2  # ID and length stand before each model's length
_MOST_MODELS = 64  # a chain that goes on for ever is no device
_LARGEST_POWER = 10
_ABSENT_POWER = -0x8000
_FORMATS = {
    "int16": "h",
    "sunssf": "h",
    "int32": "i",
    "int64": "q",
    "float32": "f",
    "float64": "d",
}
_ABSENT: Mapping[str, int] = MappingProxyType(
    {"h": 0x8000, "i": 0x8000_0000, "q": 1 << 63, "H": 0xFFFF, "I": 0xFFFF_FFFF, "Q": (1 << 64) - 1}
)
_UNSIGNED = {1: "H", 2: "I", 4: "Q"}


@dataclass(frozen=True, slots=True)
class Ask:
    """Holding registers to be read."""

    address: int
    count: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the models of one device stand: the address of each one's ID; the first of a kind."""

    models: dict[int, int] = field(default_factory=dict)


def survey() -> Generator[Ask, Sequence[int] | None, Layout]:
    """Find the models of a device: yields what to read, is sent the registers, None where refused.

    Raises:
        BadFrame: there is no SunSpec map at any of its places, or its chain of models is broken.
    """
    for base in BASES:
        if tuple((yield Ask(base, len(MARK))) or ()) == MARK:
            return (yield from _chain(base + len(MARK)))
    places = ", ".join(map(str, BASES))
    raise BadFrame(f"no SunSpec map begins at register {places}")


def plan(
    points: Iterable[Point], layout: Layout, models: Mapping[int, SunSpecModel], longest: int
) -> list[Ask]:
    """Return what to read for points: runs that never cut a number, scale factors with them."""
    spans = sorted({span for point in points for span in _spans(point, layout, models)})
    asks: list[Ask] = []
    for begin, end in spans:
        if asks and end - asks[-1].address <= longest:
            last = asks[-1]
            asks[-1] = Ask(last.address, max(last.count, end - last.address))
        else:
            asks.append(Ask(begin, end - begin))
    return asks


def widened(
    points: Iterable[Point],
    everything: Iterable[Point],
    found: tuple[Layout, Mapping[int, SunSpecModel]],
    longest: int,
) -> tuple[list[Point], list[Ask]]:
    """Return what to read for points, and all points of the device that this reads as well."""
    layout, models = found
    taken = list(points)
    left = [p for p in everything if p not in taken and _spans(p, layout, models)]
    while True:
        asks = plan(taken, layout, models, longest)
        more = [p for p in left if _is_read(_spans(p, layout, models)[0], asks)]
        if not more:
            return taken, asks
        taken += more
        left = [p for p in left if p not in more]


def readings(
    points: Iterable[Point],
    found: tuple[Layout, Mapping[int, SunSpecModel]],
    words: Words,
    device: str,
    observed_us: int,
) -> list[Reading]:
    """Return a reading for every point whose registers are in `words`, by their addresses.

    A point whose models the device does not have is one without a value.
    """
    layout, models = found
    result = []
    for point in points:
        if not isinstance(point.source, SunSpecSource):
            continue
        place = _place(point.source, layout, models)
        if place is None:
            quality = Quality(Reason.NOT_SUPPORTED, f"model {point.source.models[0]}")
            result.append(Reading(device, point.quantity, observed_us, None, quality))
        elif place.is_in(words):
            value, quality = _value(point, point.source, place, words)
            result.append(Reading(device, point.quantity, observed_us, value, quality))
    return result


def layout_of(words: Sequence[int], address: int) -> Layout:
    """Return where models stand in registers that begin at a model's ID, or at the mark.

    Raises:
        BadFrame: they do not.
    """
    at = len(MARK) if tuple(words[: len(MARK)]) == MARK else 0
    models: dict[int, int] = {}
    while at + _HEAD <= len(words) and words[at] != _END:
        models.setdefault(words[at], address + at)
        at += _HEAD + words[at + 1]
    if not models:
        raise BadFrame("byte 3: the registers begin with no SunSpec model")
    return Layout(models)


def encode(source: SunSpecSource, value: float, point: SunSpecPoint, power: int) -> list[int]:
    """Write a value as the registers of a point whose scale factor is `power`.

    Raises:
        ValueError: it does not fit the point.
    """
    codes = {meaning: raw for raw, meaning in source.codes}
    if codes and value not in codes:
        raise ValueError(f"{value:g} is none of the codes of {point.name}")
    number = Decimal(repr(value)) / Decimal(repr(source.scale)) / Decimal(10) ** power
    raw = codes.get(value, round(number))
    form = _format(point)
    try:
        data = struct.pack(f">{form}", raw)
    except struct.error:
        raise ValueError(f"{value:g} does not fit {point.name}") from None
    return list(struct.unpack(f">{point.registers}H", data))


@dataclass(frozen=True, slots=True)
class _Place:
    """A point of a model at its address, and the point with its scale factor."""

    base: int
    point: SunSpecPoint
    scale: SunSpecPoint | None

    def is_in(self, words: Words) -> bool:
        return all(begin in words and end - 1 in words for begin, end in self.spans)

    @property
    def spans(self) -> list[tuple[int, int]]:
        parts = [self.point, *([self.scale] if self.scale else [])]
        return [(self.base + p.offset, self.base + p.offset + p.registers) for p in parts]


@dataclass(frozen=True, slots=True)
class Target:
    """A point that is written: where, and what must be read before to know its scale."""

    address: int
    point: SunSpecPoint
    scale: Ask | None

    def encode(self, source: SunSpecSource, value: float, scale: Sequence[int]) -> list[int]:
        """Return the registers to write; `scale` is what the ask for it gave.

        Raises:
            ValueError: the value does not fit, or the device does not say its scale.
        """
        if self.scale is None:
            return encode(source, value, self.point, int(self.point.scale or 0))
        power = struct.unpack(">h", struct.pack(">H", scale[0]))[0] if scale else _ABSENT_POWER
        if abs(power) > _LARGEST_POWER:
            raise ValueError(f"the device does not say {self.point.scale}, the scale of it")
        return encode(source, value, self.point, power)


def target(
    source: SunSpecSource, layout: Layout, models: Mapping[int, SunSpecModel]
) -> Target | None:
    """Return where a value is written; None where the device has none of the models."""
    place = _place(source, layout, models)
    if place is None:
        return None
    scale = Ask(place.base + place.scale.offset, 1) if place.scale else None
    return Target(place.base + place.point.offset, place.point, scale)


def _chain(at: int) -> Generator[Ask, Sequence[int] | None, Layout]:
    models: dict[int, int] = {}
    for _ in range(_MOST_MODELS):
        head = yield Ask(at, _HEAD)
        if head is None or head[0] == _END:  # a map that just ends is common, if not right
            return Layout(models)
        models.setdefault(head[0], at)
        at += _HEAD + head[1]
        if at >= 1 << 16:
            break
    raise BadFrame(f"the chain of SunSpec models does not end: it leads to register {at}")


def _is_read(span: tuple[int, int], asks: Iterable[Ask]) -> bool:
    begin, end = span
    return any(a.address <= begin and end <= a.address + a.count for a in asks)


def _spans(
    point: Point, layout: Layout, models: Mapping[int, SunSpecModel]
) -> list[tuple[int, int]]:
    if not isinstance(point.source, SunSpecSource):
        return []
    place = _place(point.source, layout, models)
    return place.spans if place else []


def _place(
    source: SunSpecSource, layout: Layout, models: Mapping[int, SunSpecModel]
) -> _Place | None:
    for number in source.models:
        if number in layout.models and number in models:
            point = models[number].by_name[source.point]
            scale = models[number].by_name.get(point.scale)
            return _Place(layout.models[number], point, scale)
    return None


def _value(
    point: Point, source: SunSpecSource, place: _Place, words: Words
) -> tuple[float | None, Quality]:
    begin, end = place.spans[0]
    data = struct.pack(f">{end - begin}H", *(words[at] for at in range(begin, end)))
    shown = data.hex().upper()
    raw = _number(place.point, data)
    if raw is None:
        return None, Quality(Reason.NOT_IMPLEMENTED, shown)
    if source.codes:
        coded = dict(source.codes).get(int(raw))
        return (coded, GOOD) if coded is not None else (None, Quality(Reason.CONFIG, shown))
    power = _power(place, words)
    if power is None:
        return None, Quality(Reason.CONFIG, f"{place.point.scale} is not implemented")
    scaled = Decimal(repr(raw)) * Decimal(10) ** power * Decimal(repr(source.scale))
    return _judged(point, float(scaled), shown)


def _number(point: SunSpecPoint, data: bytes) -> float | None:
    """Return a number, None for its type's "not implemented"."""
    form = _format(point)
    number: float = struct.unpack(f">{form}", data)[0]
    if form in "fd":
        return number if math.isfinite(number) else None
    bits = int.from_bytes(data, "big")
    absent = 0 if point.type.startswith("acc") else _ABSENT[form]
    return None if bits == absent else number


def _power(place: _Place, words: Words) -> int | None:
    if place.scale is None:
        return int(place.point.scale or 0)
    at = place.base + place.scale.offset
    power: int = struct.unpack(">h", struct.pack(">H", words[at]))[0]
    return power if abs(power) <= _LARGEST_POWER else None


def _format(point: SunSpecPoint) -> str:
    return _FORMATS.get(point.type) or _UNSIGNED.get(point.registers, "H")


def _judged(point: Point, value: float, raw: str) -> tuple[float, Quality]:
    low = -math.inf if point.minimum is None else point.minimum
    high = math.inf if point.maximum is None else point.maximum
    return value + 0.0, GOOD if low <= value <= high else Quality(Reason.OUT_OF_LIMITS, raw)
