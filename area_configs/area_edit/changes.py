"""Changes that concern several places: a new id everywhere, or a part out with what hangs on it."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Literal

from area_configs.area_edit.toml_edit import CannotEdit, remove, set_values
from area_configs.loader.tolerant import table, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from area_configs.loader.locator import Path

Kind = Literal["gateways", "devices", "links"]

_ASSETS = ("batteries", "fuel_cells", "electrolysers", "charging", "deferrable", "sheddable")
_SINGLE = ("hydrogen", "heat")


def uses(values: Mapping[str, Any], part: Path) -> tuple[Path, ...]:
    """Return the places that name a gateway, a link or a device, in file order."""
    ident = _ident(values, part)
    if part[0] == "devices":
        return tuple(_uses_of_device(values, ident))
    gateway = values["gateways"][part[1]]["id"]
    link = part[2:3] == ("links",)
    return tuple(
        (*at, "link" if link else "gateway")
        for at, device in tables(values, "devices")
        if device.get("gateway") == gateway and (not link or device.get("link") == ident)
    )


def rename(text: str, part: Path, new: str) -> str:
    """Return a text in which a gateway, a link or a device has another id, wherever it is named.

    Raises CannotEdit where one of the places cannot be changed.
    """
    places = (*uses(tomllib.loads(text), part), (*part, "id"))
    return set_values(text, dict.fromkeys(places, new))


def remove_part(text: str, part: Path) -> str:
    """Return a text without a gateway, a link or a device, and without what makes no sense then.

    With a device go its alarms and its place among the energy assets; with a gateway or a link its
    devices.

    Raises CannotEdit where the device is the area's meter or store, which needs another one first.
    """
    if part[0] == "devices":
        return _device_removed(text, str(_ident(tomllib.loads(text), part)))
    hanging = [path[:2] for path in uses(tomllib.loads(text), part)]
    idents = [_ident(tomllib.loads(text), path) for path in hanging]
    for ident in idents:
        text = _device_removed(text, ident)
    return remove(text, part)


def _device_removed(text: str, ident: str) -> str:
    values = tomllib.loads(text)
    for path in reversed(tuple(_uses_of_device(values, ident))):
        if path[:1] == ("alarms",):
            text = _alarm_removed(text, path[:2])
        elif path[-1] == "device" and isinstance(path[-2], int):
            text = remove(text, path[:-1])
        elif isinstance(path[-1], int):
            text = remove(text, path)
        else:
            where = ".".join(str(one) for one in path)
            raise CannotEdit(f"{ident} is {where}: choose another device there first")
    values = tomllib.loads(text)
    at = next(at for at, one in tables(values, "devices") if one.get("id") == ident)
    return remove(text, at)


def _alarm_removed(text: str, alarm: Path) -> str:
    values = tomllib.loads(text)
    ident = values["alarms"][alarm[1]].get("id")
    for at, other in tables(values, "alarms"):
        if at != alarm and other.get("suppressed_by") == ident:
            text = remove(text, (*at, "suppressed_by"))
    return remove(text, alarm)


def _uses_of_device(values: Mapping[str, Any], ident: str) -> Iterator[Path]:
    energy = table(values, "energy")
    sunny = energy.get("photovoltaic")
    yield from _naming(tables(values, "alarms"), ident)
    if energy.get("meter") == ident:
        yield ("energy", "meter")
    for index, one in enumerate(sunny if isinstance(sunny, list) else []):
        if one == ident:
            yield ("energy", "photovoltaic", index)
    for key in _ASSETS:
        yield from _naming(tables(energy, key, ("energy",)), ident)
    yield from _naming(((("energy", key), table(energy, key)) for key in _SINGLE), ident)


def _naming(found: Iterable[tuple[Path, Mapping[str, Any]]], ident: str) -> Iterator[Path]:
    for at, one in found:
        if one.get("device") == ident:
            yield (*at, "device")


def _ident(values: Mapping[str, Any], part: Path) -> str:
    found: Any = values
    for key in part:
        found = found[key]
    return str(found.get("id", ""))
