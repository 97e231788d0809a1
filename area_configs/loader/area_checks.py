"""Checks across the tables of an area file: references, doubles, wiring, geometry."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo, available_timezones

from area_configs.domain.protocols import LINKS, PROTOCOLS, LinkKind, LinkRule
from area_configs.loader.energy_checks import energy_mistakes
from area_configs.loader.sentences import suggest
from area_configs.loader.tolerant import Table, repeated, tables, text
from area_configs.loader.toml_text import dotted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from area_configs.domain.devices import DeviceProfile
    from area_configs.loader import locator

Found = tuple["locator.Path", str]

_FOREIGN = set("\\:\0")  # a path with these means something else elsewhere
_LINK_KEYS = (
    *("port", "baudrate", "parity", "host", "tcp_port", "interface", "adapter", "url"),
    *("security", "trust"),
)
_NEEDED = {
    "port": "the serial device path",
    "host": "the peer's address",
    "url": "the address of the server",
}
_KIND_WORDS = {"b_route": "a B-route link"}
_ADDRESSES = {
    "unit": ("units", "the Modbus unit, 1 to 247"),
    "address": ("addresses", "the device's address on the link"),
}


def area_mistakes(
    values: Table,
    folder: Path,
    known: Collection[str],
    profiles: Mapping[str, DeviceProfile],
) -> Iterator[Found]:
    """Give path and message of what no single field shows.

    Args:
        values: the parsed file, wrong anywhere.
        folder: where its geometry stands.
        known: ids of all profiles there are.
        profiles: those that loaded.
    """
    yield from _doubles(values)
    yield from _timezone(values)
    for key in ("geometry", "facilities", "comparisons"):
        yield from _files(values, key, folder)
    for at, gateway in tables(values, "gateways"):
        yield from _links(at, gateway)
    for at, device in tables(values, "devices"):
        yield from _device(at, device, values, known)
        yield from _wiring(at, device, values, profiles)
    yield from _shared_links(values)
    for at, alarm in tables(values, "alarms"):
        yield from _alarm(at, alarm)
        yield from _alarm_source(at, alarm, values, profiles)
        yield from _suppressor(at, alarm, values)
    for at, zone in tables(values, "care_zones"):
        yield from _place(at, zone, values)
        if _link_kind(zone, values) not in {None, "ble"}:
            yield (*at, "link"), f"hears no tags: a zone needs a ble link, {zone['link']!r} is none"
    yield from energy_mistakes(values)


def _doubles(values: Table) -> Iterator[Found]:
    for key in ("gateways", "devices", "alarms", "care_zones"):
        for at, word, first in repeated(tables(values, key), "id"):
            yield at, f"the id {word!r} is taken by {dotted(first[:-1])}: give it another"


def _timezone(values: Table) -> Iterator[Found]:
    zone = text(values, "timezone")
    if zone is None:
        return
    try:
        ZoneInfo(zone)
    except (OSError, ValueError, KeyError):
        known = available_timezones()
        if known:  # Windows has no list of its own: nothing to judge by
            yield ("timezone",), f"there is no time zone {zone!r}{suggest(zone, known)}"


def _files(values: Table, key: str, folder: Path) -> Iterator[Found]:
    files = values.get(key)
    for index, name in enumerate(files if isinstance(files, list) else []):
        if not isinstance(name, str) or not name:
            continue
        pure = PurePosixPath(name)
        if pure.is_absolute() or ".." in pure.parts or _FOREIGN & set(name):
            yield (key, index), f"expected a path below the area's folder, found {name!r}"
        elif not (folder / name).is_file():
            yield (key, index), f"there is no file {name!r} in {folder}"


def _links(at: locator.Path, gateway: Table) -> Iterator[Found]:
    for key in ("id", "port"):
        for place, word, first in repeated(tables(gateway, "links", at), key):
            what = "the id" if key == "id" else "the port"
            yield place, f"{what} {word!r} is taken by {dotted(first[:-1])}"
    for place, link in tables(gateway, "links", at):
        yield from _link(place, link)


def _link(at: locator.Path, link: Table) -> Iterator[Found]:
    rule = LINKS.get(cast("LinkKind", text(link, "kind")))
    if rule is None:
        return
    kind = link["kind"]
    for key in rule.needs:
        if key not in link:
            yield (*at, key), f"is missing: a {kind} link needs {_NEEDED[key]}"
    for key in _LINK_KEYS:
        if key in link and key not in rule.needs + rule.may:
            yield (*at, key), f"does not belong to a {kind} link: remove it"


def _device(
    at: locator.Path, device: Table, values: Table, known: Collection[str]
) -> Iterator[Found]:
    profile = text(device, "profile")
    if profile is not None and profile not in known:
        yield (*at, "profile"), f"there is no device profile {profile!r}{suggest(profile, known)}"
    yield from _place(at, device, values)


def _place(at: locator.Path, device: Table, values: Table) -> Iterator[Found]:
    """Check the gateway and the link that something hangs on."""
    gateway = text(device, "gateway")
    gateways = _by_id(tables(values, "gateways"))
    if gateway is None:
        return
    if gateway not in gateways:
        yield (*at, "gateway"), f"there is no gateway {gateway!r}{suggest(gateway, gateways)}"
        return
    link, links = text(device, "link"), _by_id(tables(gateways[gateway], "links"))
    if link is not None and link not in links:
        yield (*at, "link"), f"gateway {gateway!r} has no link {link!r}{suggest(link, links)}"


def _wiring(
    at: locator.Path, device: Table, values: Table, profiles: Mapping[str, DeviceProfile]
) -> Iterator[Found]:
    """Check that link and unit fit each other and the profile."""
    kind = _link_kind(device, values)
    if kind is None:
        return
    profile = profiles.get(text(device, "profile") or "")
    wanted = PROTOCOLS[profile.protocol].links if profile is not None else (kind,)
    if profile is not None and kind not in wanted:
        yield (*at, "link"), f"is {kind}; profile {profile.id!r} needs a {' or '.join(wanted)} link"
    yield from _addressing(at, device, kind)


def _addressing(at: locator.Path, device: Table, kind: LinkKind) -> Iterator[Found]:
    needed = LINKS[kind].devices
    yield from _address(at, device, LINKS[kind])
    for key, (plural, what) in _ADDRESSES.items():
        if key == needed and key not in device:
            yield (*at, key), f"is missing: expected {what}"
        elif key != needed and key in device:
            yield (
                (*at, key),
                f"{_KIND_WORDS.get(kind, f'a {kind} link')} has no {plural}: remove it",
            )


def _address(at: locator.Path, device: Table, rule: LinkRule) -> Iterator[Found]:
    word = text(device, "address")
    if word is not None and rule.address and not re.fullmatch(rule.address, word):
        yield (*at, "address"), f"expected {rule.address_words}, found {word!r}"


def _link_kind(device: Table, values: Table) -> LinkKind | None:
    gateway = _by_id(tables(values, "gateways")).get(text(device, "gateway") or "", {})
    link = _by_id(tables(gateway, "links")).get(text(device, "link") or "", {})
    kind = text(link, "kind")
    return cast("LinkKind", kind) if kind in LINKS else None


def _shared_links(values: Table) -> Iterator[Found]:
    """Check that no two devices answer to the same call."""
    first: dict[tuple[str, str, object], locator.Path] = {}
    for at, device in tables(values, "devices"):
        kind = _link_kind(device, values)
        if kind is None:
            continue
        name = LINKS[kind].devices
        call = device.get(name, 0) if name != "none" else 0
        if not isinstance(call, int | str):
            continue
        taken = first.setdefault((device["gateway"], device["link"], call), at)
        if taken != at:
            yield from _taken(at, device["link"], (name, call), taken)


def _taken(
    at: locator.Path, link: str, call: tuple[str, int | str], taken: locator.Path
) -> Iterator[Found]:
    name, value = call
    if name == "none":
        message = f"link {link!r} already has {dotted(taken)}: it carries one meter"
        yield (*at, "link"), message
    elif value:
        yield (*at, name), f"{name} {value} on link {link!r} is taken by {dotted(taken)}"


def _alarm(at: locator.Path, alarm: Table) -> Iterator[Found]:
    if "above" in alarm and "below" in alarm:
        yield (*at, "below"), "expected either above or below, found both"
    if "above" not in alarm and "below" not in alarm:
        yield at, "is missing its limit: expected above = ... or below = ..."


def _alarm_source(
    at: locator.Path, alarm: Table, values: Table, profiles: Mapping[str, DeviceProfile]
) -> Iterator[Found]:
    word, quantity = text(alarm, "device"), text(alarm, "quantity")
    devices = _by_id(tables(values, "devices"))
    if word is None:
        return
    if word not in devices:
        yield (*at, "device"), f"there is no device {word!r}{suggest(word, devices)}"
        return
    profile = profiles.get(text(devices[word], "profile") or "")
    if profile is None or quantity is None:
        return
    given = [point.quantity for point in profile.points]
    if quantity not in given:
        yield (
            (*at, "quantity"),
            f"device {word!r} does not give {quantity!r}{suggest(quantity, given)}",
        )


def _suppressor(at: locator.Path, alarm: Table, values: Table) -> Iterator[Found]:
    word = text(alarm, "suppressed_by")
    others = _by_id(tables(values, "alarms"))
    others.pop(text(alarm, "id") or "", None)
    if word is not None and word not in others:
        yield (*at, "suppressed_by"), f"there is no other alarm {word!r}{suggest(word, others)}"


def _by_id(items: Iterator[tuple[locator.Path, Table]]) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for _, item in items:
        found.setdefault(text(item, "id") or "", item)
    found.pop("", None)
    return found
