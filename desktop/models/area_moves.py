"""Changes of an area that bring others with them: another gateway asks for another link, and so on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from area_configs import area_edit
from area_configs.area_edit import AreaText
from area_configs.domain.areas import Device, Gateway, Position
from area_configs.domain.names import Name
from area_configs.domain.protocols import LINKS, PROTOCOLS, LinkKind
from area_configs.loader.tolerant import number, table, tables, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from area_configs.domain.areas import Area
    from area_configs.domain.devices import DeviceProfile
    from area_configs.loader.locator import Path
    from desktop.models.area_catalogue import Catalogue

_LAST_UNIT = 247
_DECIMALS = 7  # of a degree: a centimetre
_WIRED = ("profile", "gateway", "link")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the map: JGD2011 degrees, metres above the ground there, the building below it."""

    latitude: float
    longitude: float
    height_m: float
    building: str = ""


def with_field(state: AreaText, path: Path, value: Any, catalogue: Catalogue) -> str:
    """Return the text with a field changed, and of a device what has to follow."""
    if value is None:
        return area_edit.remove(state.text, path)
    changed = area_edit.set_value(state.text, path, value)
    if path[0] != "devices" or path[-1] not in _WIRED:
        return changed
    return wired(AreaText(state.file, changed), path[:2], catalogue.of(state.file.parent))


def wired(state: AreaText, part: Path, profiles: Mapping[str, DeviceProfile]) -> str:
    """Return the text with a device on a link that carries its protocol, called as that link does."""
    device = state.value(part)
    links = fitting_links(state, device.get("gateway", ""), profiles.get(device.get("profile", "")))
    changed = state.text
    if links and device.get("link") not in links:
        changed = area_edit.set_value(changed, (*part, "link"), next(iter(links)))
    state = AreaText(state.file, changed)
    return _called(state, part, links.get(state.value((*part, "link")), ""))


def fitting_links(
    state: AreaText, gateway: str, profile: DeviceProfile | None
) -> dict[str, LinkKind]:
    """Return the links of a gateway that carry a profile's protocol, by id."""
    place = state.place("gateways", gateway)
    kinds = PROTOCOLS[profile.protocol].links if profile else tuple(LINKS)
    found = tables(state.value(place), "links") if place else iter(())
    return {
        str(link["id"]): cast("LinkKind", link["kind"])
        for _, link in found
        if "id" in link and link.get("kind") in kinds
    }


def free_unit(state: AreaText, gateway: str, link: str, own: Path = ()) -> int:
    """Return the lowest unit that no device on a link has."""
    taken = {
        device.get("unit")
        for at, device in tables(state.values, "devices")
        if (device.get("gateway"), device.get("link")) == (gateway, link) and at != own
    }
    return next(unit for unit in range(1, _LAST_UNIT + 2) if unit not in taken)


def free_id(state: AreaText, kind: str, wanted: str) -> str:
    """Return an id like the wanted one that no other of its kind has."""
    taken = {one.get("id") for _, one in tables(state.values, kind)}
    if wanted not in taken:
        return wanted
    return next(f"{wanted}-{n}" for n in range(2, len(taken) + 3) if f"{wanted}-{n}" not in taken)


def with_spot(state: AreaText, part: Path, spot: Spot) -> str:
    """Return the text with a gateway or device at another place, and a device at its building."""
    position = {
        "latitude": round(spot.latitude, _DECIMALS),
        "longitude": round(spot.longitude, _DECIMALS),
        "height_m": round(spot.height_m, 1),
    }
    changed = state.text
    if not isinstance(state.value((*part, "position")), dict):
        changed = area_edit.set_value(changed, (*part, "position"), position)
    else:
        for key, value in position.items():
            changed = area_edit.set_value(changed, (*part, "position", key), value)
    if part[0] != "devices":
        return changed
    if spot.building:
        return area_edit.set_value(changed, (*part, "building"), spot.building)
    if state.value((*part, "building")) is not None:
        return area_edit.remove(changed, (*part, "building"))
    return changed


def drawable(state: AreaText, before: Area, catalogue: Catalogue) -> Area:
    """Return what can be drawn of a state's gateways and devices, whatever is wrong with it."""
    profiles = catalogue.of(state.file.parent)
    devices = tuple(_devices(state, profiles))
    return replace(before, gateways=tuple(_gateways(state)), devices=devices, profiles=profiles)


def _gateways(state: AreaText) -> Iterator[Gateway]:
    for _, one in tables(state.values, "gateways"):
        position = _position(one)
        if position is not None:
            yield Gateway(text(one, "id") or "", _name(one), position)


def _devices(state: AreaText, profiles: Mapping[str, DeviceProfile]) -> Iterator[Device]:
    for _, one in tables(state.values, "devices"):
        position, profile = _position(one), text(one, "profile") or ""
        if position is not None and profile in profiles:
            ident, gateway = text(one, "id") or "", text(one, "gateway") or ""
            link, building = text(one, "link") or "", text(one, "building") or ""
            yield Device(ident, _name(one), profile, gateway, link, position, building=building)


def _position(one: Mapping[str, Any]) -> Position | None:
    place = table(one, "position")
    latitude, longitude = number(place, "latitude"), number(place, "longitude")
    if latitude is None or longitude is None:
        return None
    return Position(latitude, longitude, number(place, "height_m") or 0.0)


def _name(one: Mapping[str, Any]) -> Name:
    names = table(one, "name")
    return Name(text(names, "ja") or "", text(names, "en") or "")


def _called(state: AreaText, part: Path, kind: str) -> str:
    """Return the text with the unit or the address that a kind of link asks for, and no other."""
    changed = state.text
    if kind not in LINKS:
        return changed
    needed = LINKS[cast("LinkKind", kind)].devices
    for key in ("unit", "address"):
        if key != needed and state.value((*part, key)) is not None:
            changed = area_edit.remove(changed, (*part, key))
    if needed == "unit":
        unit, device = state.value((*part, "unit")), state.value(part)
        others = free_unit(state, device["gateway"], device["link"], part)
        taken = unit is None or _is_taken(state, part, unit)
        changed = area_edit.set_value(changed, (*part, "unit"), others if taken else unit)
    return changed


def _is_taken(state: AreaText, part: Path, unit: object) -> bool:
    device = state.value(part)
    return any(
        at != part
        and (one.get("gateway"), one.get("link"), one.get("unit"))
        == (device["gateway"], device["link"], unit)
        for at, one in tables(state.values, "devices")
    )
