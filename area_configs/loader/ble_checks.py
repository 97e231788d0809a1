"""Checks of what Bluetooth profiles say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from area_configs.domain.gatt import ADVERTISED, FIELDS
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.quantity import Kind
from area_configs.loader.sentences import suggest
from area_configs.loader.tolerant import Table, number, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.loader.locator import Path

Found = tuple["Path", str]

_BTHOME = ("bthome", "bthome_encrypted")
_VENDOR = ("type", "offset", "scale", "no_data", "packet", "acknowledge")


def ble_mistakes(at: Path, source: Table, quantity: str | None) -> Iterator[Found]:
    """Give path and message of what is wrong with where a Bluetooth point stands."""
    if not source:
        return
    if ("characteristic" in source) == ("advertisement" in source):
        yield at, "expected either characteristic = ... or advertisement = ..."
        return
    yield from _place(at, source)
    yield from _event(at, source, quantity)
    if number(source, "scale") == 0:
        yield (*at, "scale"), "expected a scale other than 0: every value would be 0"


def _place(at: Path, source: Table) -> Iterator[Found]:
    if "advertisement" in source:
        yield from _advertised(at, source, text(source, "advertisement"))
        return
    uuid = text(source, "characteristic") or ""
    if "object" in source:
        yield (*at, "object"), "belongs to a BTHome advertisement: remove it"
    if uuid in FIELDS:
        yield from _field(at, source, FIELDS[uuid], f"characteristic {uuid}")
        yield from _foreign(at, source, _VENDOR, f"characteristic {uuid} has rules of its own")
    elif "field" in source:
        yield (
            (*at, "field"),
            f"characteristic {uuid!r} is not known by fields: give offset and type",
        )


def _advertised(at: Path, source: Table, carrier: str | None) -> Iterator[Found]:
    yield from _foreign(at, source, _VENDOR, "belongs to a maker's characteristic")
    if carrier in _BTHOME and "object" in source:
        if "field" in source:
            yield (*at, "field"), "expected either object or field, found both"
        return
    if "object" in source:
        yield (*at, "object"), f"{carrier!r} has no BTHome objects: remove it"
    yield from _field(at, source, ADVERTISED, f"{carrier} advertisement")


def _field(at: Path, source: Table, fields: tuple[str, ...], what: str) -> Iterator[Found]:
    word = text(source, "field")
    if word is None:
        yield (*at, "field"), f"is missing: the {what} gives {', '.join(fields)}"
    elif word not in fields:
        yield (*at, "field"), f"the {what} gives no {word!r}{suggest(word, fields)}"


def _foreign(at: Path, source: Table, keys: tuple[str, ...], why: str) -> Iterator[Found]:
    for key in keys:
        if key in source:
            yield (*at, key), f"{why}: remove it"


def _event(at: Path, source: Table, quantity: str | None) -> Iterator[Found]:
    known: Any = QUANTITIES.get(quantity or "")
    event = known is not None and known.kind is Kind.EVENT
    if event and "code" not in source:
        yield (*at, "code"), f"is missing: the number that means {quantity} happened"
    if known is not None and not event and "code" in source:
        yield (*at, "code"), f"{quantity} is no event: remove it"
    if "acknowledge" in source and "packet" not in source:
        yield (*at, "packet"), "is missing: an acknowledgement names a packet"
