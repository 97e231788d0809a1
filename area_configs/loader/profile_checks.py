"""Checks across the fields of a device profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from area_configs.domain.protocols import PROTOCOLS, SOURCE_KEYS, Protocol
from area_configs.domain.quantities import QUANTITIES, SAFETY
from area_configs.loader.ble_checks import ble_mistakes
from area_configs.loader.command_checks import command_mistakes
from area_configs.loader.sentences import suggest
from area_configs.loader.sunspec_models import sunspec_models
from area_configs.loader.tolerant import Table, number, repeated, table, tables, text, whole
from area_configs.loader.toml_text import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.loader.locator import Path

Found = tuple["Path", str]

_NO_NUMBERS = {"string", "pad", "ipaddr", "ipv6addr", "eui48"}
_LAST_REGISTER = 65535
_NEVER = "it is never commanded, remove the command"
_PLACE_KEYS = ("table", "address", "namespace", "path", "identifier", "epc", "offset")
_BITS = {"u8": 8, "i8": 8, "u16": 16, "i16": 16, "u32": 32, "i32": 32, "u64": 64, "i64": 64}
_REGISTERS = {"u16": 1, "i16": 1, "u32": 2, "i32": 2, "f32": 2, "u64": 4, "i64": 4, "f64": 4}


def profile_mistakes(values: Table) -> Iterator[Found]:
    """Give path and message of what no single field shows."""
    for at, word, first in repeated(tables(values, "points"), "quantity"):
        yield at, f"{word!r} is given twice; first at {dotted(first)}"
    yield from _class(values)
    for at, point in tables(values, "points"):
        yield from _quantity(at, point)
        yield from _range(at, point)
        yield from _place(at, point, values)
    yield from command_mistakes(values)
    for at, command in tables(values, "commands"):
        yield from _place(at, command, values)
        yield from _safety(at, command, values)


def _place(at: Path, item: Table, values: Table) -> Iterator[Found]:
    """Check where a point is read, or a command written."""
    yield from _source(at, item, text(values, "protocol"))
    yield from _echonet((*at, "echonet"), table(item, "echonet"))
    yield from _modbus((*at, "modbus"), table(item, "modbus"), values)
    yield from _opc_ua((*at, "opc_ua"), table(item, "opc_ua"), item)
    yield from ble_mistakes((*at, "ble"), table(item, "ble"), text(item, "quantity"))
    yield from _sunspec((*at, "sunspec"), table(item, "sunspec"))
    for key in ("telegram", "pulse"):
        yield from _scale((*at, key), table(item, key))
        yield from _pushed(at, item, key)


def _class(values: Table) -> Iterator[Found]:
    needed, given = text(values, "protocol") == "echonet_lite", "echonet_class" in values
    if needed and not given:
        yield ("echonet_class",), "is missing: expected the class code, such as 0x027D"
    if given and not needed:
        yield ("echonet_class",), "belongs to profiles of protocol echonet_lite: remove it"


def _quantity(at: Path, point: Table) -> Iterator[Found]:
    word = text(point, "quantity")
    if word is not None and word not in QUANTITIES:
        yield (*at, "quantity"), f"there is no quantity {word!r}{suggest(word, QUANTITIES)}"


def _range(at: Path, point: Table) -> Iterator[Found]:
    low, high = number(point, "minimum"), number(point, "maximum")
    if low is not None and high is not None and low >= high:
        yield (*at, "minimum"), f"expected less than the maximum {high:g}, found {low:g}"


def _source(at: Path, point: Table, protocol: str | None) -> Iterator[Found]:
    rule = PROTOCOLS.get(cast("Protocol", protocol))
    if rule is None:
        return
    wanted = rule.source
    if wanted not in point:
        yield at, f"is missing where it stands: expected {wanted} = {{ ... }}"
    for other in [key for key in SOURCE_KEYS if key in point and key != wanted]:
        yield (*at, other), f"does not fit protocol {protocol!r}: expected {wanted} = {{ ... }}"


def _echonet(at: Path, source: Table) -> Iterator[Found]:
    kind = text(source, "type")
    if kind in {"f32", "f64"}:
        yield (*at, "type"), f"ECHONET Lite has integers only, found {kind!r}"
    yield from _no_data(at, source, kind)
    yield from _scale(at, source)
    yield from _codes(at, source)


def _codes(at: Path, source: Table) -> Iterator[Found]:
    codes: Any = source.get("codes")
    pairs = [c for c in codes if isinstance(c, list) and c] if isinstance(codes, list) else []
    raws = [pair[0] for pair in pairs]
    for index, raw in enumerate(raws):
        if raw in raws[:index]:
            yield (*at, "codes", index), f"the code {raw} is given twice"


def _modbus(at: Path, source: Table, profile: Table) -> Iterator[Found]:
    kind = source.get("type", "u16")
    if not source or not isinstance(kind, str):
        return
    yield from _width(at, source, kind)
    yield from _span(at, source, _REGISTERS.get(kind, 1), whole(profile, "max_registers", 100))
    yield from _no_data(at, source, kind)
    yield from _scale(at, source)


def _opc_ua(at: Path, source: Table, point: Table) -> Iterator[Found]:
    if not source:
        return
    measure = source.get("measure", "value")
    places = [key for key in ("path", "identifier") if source.get(key)]
    if measure == "certificate_days":
        if places:
            yield (*at, places[0]), "a certificate's days have no node: remove it"
    elif len(places) != 1:
        yield at, "needs either a path or an identifier that says which node it is"
    if measure != "value" and point.get("pushed"):
        yield (*at, "measure"), f"the gateway finds {measure!r} itself: nobody pushes it"
    yield from _no_data(at, source, text(source, "type"))
    yield from _scale(at, source)


def _safety(at: Path, command: Table, profile: Table) -> Iterator[Found]:
    """Refuse every command that would reach a safety function."""
    targets = [command.get("target"), *(command.get(key) for key in SOURCE_KEYS)]
    if text(command, "quantity") in SAFETY:
        yield (*at, "quantity"), f"{command['quantity']!r} is a safety function: {_NEVER}"
    for _, point in tables(profile, "points"):
        if text(point, "quantity") in SAFETY and _is_spot_of(point, targets):
            yield at, f"writes where {point['quantity']!r} stands, a safety function: {_NEVER}"


def _is_spot_of(point: Table, targets: list[Any]) -> bool:
    """Tell whether one of a command's targets is the place that a point is read from."""
    return any(
        _spot(source) == _spot(target)
        for source in (table(point, key) for key in SOURCE_KEYS)
        for target in _flat(targets)
        if source
    )


def _flat(targets: list[Any]) -> Iterator[Table]:
    """Give targets as they stand in a command, or under the key of their protocol."""
    for target in targets:
        if isinstance(target, dict):
            yield target
            yield from (inner for inner in target.values() if isinstance(inner, dict))


def _spot(source: Table) -> tuple[object, ...]:
    return tuple(source.get(key) for key in _PLACE_KEYS)


def _sunspec(at: Path, source: Table) -> Iterator[Found]:
    name, ids = text(source, "point"), source.get("models")
    known = sunspec_models() if source else {}
    for index, model in enumerate(ids if isinstance(ids, list) else []):
        if model not in known:
            yield (*at, "models", index), f"the suite knows no SunSpec model {model}"
        elif name is not None and name not in known[model].by_name:
            near = suggest(name, known[model].by_name)
            yield (*at, "point"), f"model {model} has no point {name!r}{near}"
        elif name is not None and known[model].by_name[name].type in _NO_NUMBERS:
            yield (*at, "point"), f"point {name!r} of model {model} is no number"
    yield from _scale(at, source)
    yield from _codes(at, source)


def _pushed(at: Path, point: Table, key: str) -> Iterator[Found]:
    if key in point and point.get("pushed") is not True:
        yield (*at, "pushed"), f"expected pushed = true: a {key} comes by itself"


def _width(at: Path, source: Table, kind: str) -> Iterator[Found]:
    if text(source, "table") in {"coil", "discrete"} and "type" in source:
        yield (*at, "type"), "a coil or discrete input is one bit: leave the type out"
    elif kind in {"u8", "i8"}:
        yield (*at, "type"), f"a register has 16 bits: expected u16 or wider, found {kind!r}"


def _span(at: Path, source: Table, words: int, longest: int | None) -> Iterator[Found]:
    address = whole(source, "address")
    if address is not None and address <= _LAST_REGISTER < address + words - 1:
        last = address + words - 1
        yield (*at, "address"), f"ends at register {last}; the last register is {_LAST_REGISTER}"
    if longest is not None and 0 < longest < words:
        yield (*at, "type"), f"needs {words} registers, max_registers allows {longest}"


def _scale(at: Path, source: Table) -> Iterator[Found]:
    if number(source, "scale") == 0:
        yield (*at, "scale"), "expected a scale other than 0: every value would be 0"


def _no_data(at: Path, source: Table, kind: str | None) -> Iterator[Found]:
    codes: Any = source.get("no_data")
    bits = _BITS.get(kind or "")
    if bits is None or not isinstance(codes, list):
        return
    signed = (kind or "").startswith("i")
    low = -(1 << (bits - 1)) if signed else 0
    high = (1 << (bits - 1)) - 1 if signed else (1 << bits) - 1
    for index, code in enumerate(codes):
        if isinstance(code, int) and not low <= code <= high:
            yield (*at, "no_data", index), f"{code} is outside {kind}: {low} to {high}"
