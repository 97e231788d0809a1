"""Changes that concern several places: a new id everywhere, or a part out with what hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from area_configs.area_edit.pieces import remove, set_values, values_of
from area_configs.area_edit.toml_edit import CannotEdit
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
    places = (*uses(values_of(text), part), (*part, "id"))
    return set_values(text, dict.fromkeys(places, new))


def remove_part(text: str, part: Path) -> str:
    """Return a text without a gateway, a link or a device, and without what makes no sense then.

    With a device go its alarms and its place among the energy assets; with a gateway or a link its
    devices.

    Raises CannotEdit where the device is the area's meter or store, which needs another one first.
    """
    values = values_of(text)
    devices = [part] if part[0] == "devices" else [path[:2] for path in uses(values, part)]
    gone = [path for device in devices for path in _hanging(values, _ident(values, device))]
    alarms = {path[:2] for path in gone if path[0] == "alarms"}
    return remove(text, part, *devices, *gone, *_no_longer_explained(values, alarms))


def _hanging(values: Mapping[str, Any], ident: str) -> Iterator[Path]:
    """Give what goes with a device: its alarms, its assets, its place among those of the sun."""
    for path in _uses_of_device(values, ident):
        if isinstance(path[-1], int):
            yield path
        elif path[-1] == "device" and isinstance(path[-2], int):
            yield path[:-1]
        else:
            where = ".".join(str(one) for one in path)
            raise CannotEdit(f"{ident} is {where}: choose another device there first")


def _no_longer_explained(values: Mapping[str, Any], gone: set[Path]) -> Iterator[Path]:
    """Give the `suppressed_by` of alarms that stay, where the one that it names goes."""
    names = {_ident(values, alarm) for alarm in gone}
    for at, alarm in tables(values, "alarms"):
        if at not in gone and alarm.get("suppressed_by") in names:
            yield (*at, "suppressed_by")


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
