"""Server-sent events: their framing, and the notifications that the live stream carries.

Framing follows the WHATWG HTML standard, section 9.2; `data` of a `readings` event is an NGSI-LD
Notification, of a `gateway` event a `GatewayState`.
"""

from __future__ import annotations

import codecs
import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from area_configs.domain.errors import BadFrame
from area_configs.domain.readings import Reading, Series
from platform_hub.wire import ngsi_ld

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MEDIA_TYPE = "text/event-stream"
READINGS = "readings"
GATEWAY = "gateway"
RESET = "reset"  # the asked-for id is older than what is kept: query anew
_T = TypeVar("_T")
_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `id` is the hub's change sequence, empty where resuming makes no sense."""

    kind: str
    data: str
    id: str = ""


class GatewayState(msgspec.Struct, frozen=True, rename="camel"):
    """What the hub knows of a gateway.

    Attributes:
        last_seen_us: when it last spoke, 0 where it never did.
        backlog: readings that wait on the gateway, as it said itself.
        acknowledged: highest sequence number acknowledged to it.
        lost: readings that can never come, as the gateway said itself.
        version: of its agent; absent where that is not told, and what was told before holds.
    """

    id: str
    last_seen_us: int
    backlog: int
    acknowledged: int
    lost: int = 0
    version: str | msgspec.UnsetType = msgspec.UNSET


def frame(event: Event) -> bytes:
    """Write an event for the stream; of line ends inside `data` only the place is kept.

    Raises:
        ValueError: `kind` or `id` holds a line end, which would begin another field.
    """
    if _LINE_END.search(event.kind + event.id):
        raise ValueError(f"kind and id of an event are one line each: {event.kind!r}, {event.id!r}")
    head = f"id: {event.id}\n" if event.id else ""
    body = "".join(f"data: {line}\n" for line in _LINE_END.split(event.data))
    return f"{head}event: {event.kind}\n{body}\n".encode()


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the complete lines of a stream that comes in pieces, as soon as each is complete.

    A carriage return ends its line at once; a line feed that follows it belongs to it.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
    begun, after_return = "", False
    for chunk in chunks:
        text = decoder.decode(chunk)
        if text and after_return:
            text = text.removeprefix("\n")
            after_return = False
        if text:
            after_return = text.endswith("\r")
            *complete, begun = _LINE_END.split(begun + text)
            yield from complete


def parse(lines: Iterable[str]) -> Iterator[Event]:
    """Yield the events of a stream given line by line, without line ends; comments are skipped.

    As the standard has it, an id holds for the events after it as well, and an event that the
    stream's end cuts off is dropped.
    """
    kind, ident, data = "message", "", list[str]()
    for line in lines:
        if not line:
            if data:
                yield Event(kind or "message", "\n".join(data), ident)
            kind, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            data.append(value)
        elif field == "event":
            kind = value
        elif field == "id" and "\0" not in value:
            ident = value


def notification(sequence: int, notified_at: str, entities: list[ngsi_ld.Json]) -> Event:
    """Wrap changed entities as the Notification of NGSI-LD (GS CIM 009, 5.3.1)."""
    body = {
        "id": f"urn:ngsi-ld:Notification:{sequence}",
        "type": "Notification",
        "notifiedAt": notified_at,
        "data": entities,
    }
    return Event(READINGS, msgspec.json.encode(body).decode(), str(sequence))


def readings_of(event: Event) -> list[Reading]:
    """Return the readings inside a `readings` event; attributes that are no readings are skipped.

    Raises:
        BadFrame: the data is not a Notification.
    """
    body = _decoded(event, _Notification)
    return [reading for entity in body.data for reading in readings_in(entity)]


def readings_in(entity: ngsi_ld.Json) -> Iterator[Reading]:
    """Yield the readings of a normalised entity, current or temporal; other attributes are skipped."""
    device = ngsi_ld.device_of(str(entity.get("id", "")))
    for attribute, held in entity.items() if device else ():
        series = Series(device or "", ngsi_ld.quantity_of(attribute))
        for instance in held if isinstance(held, list) else [held]:
            if _is_reading(instance):
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    yield ngsi_ld.reading_of(series, instance)


def _is_reading(instance: Any) -> bool:
    if not isinstance(instance, dict) or not {"value", "observedAt"} <= instance.keys():
        return False
    value = instance["value"]
    return value == ngsi_ld.NULL or (isinstance(value, int | float) and type(value) is not bool)


def gateway_event(state: GatewayState) -> Event:
    """Write a gateway's state as an event; it carries no id, the newest one says everything."""
    return Event(GATEWAY, msgspec.json.encode(state).decode())


def gateway_of(event: Event) -> GatewayState:
    """Read the state inside a `gateway` event.

    Raises:
        BadFrame: the data is not a gateway's state.
    """
    return _decoded(event, GatewayState)


class _Notification(msgspec.Struct):
    data: list[dict[str, Any]]


def _decoded(event: Event, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(event.data, type=kind)
    except msgspec.MsgspecError as error:
        raise BadFrame(f"the data of a '{event.kind}' event cannot be read: {error}") from error
