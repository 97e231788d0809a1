"""Server-sent events: their framing, and the notifications that the live stream carries.

Framing follows the WHATWG HTML standard, section 9.2; `data` of a `readings` event is an NGSI-LD
Notification, of a `gateway` event a `GatewayState`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from area_configs.domain.readings import Reading, Series
from platform_hub.wire import ngsi_ld

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MEDIA_TYPE = "text/event-stream"
READINGS = "readings"
GATEWAY = "gateway"
RESET = "reset"  # the asked-for id is older than what is kept: query anew


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
    """

    id: str
    last_seen_us: int
    backlog: int
    acknowledged: int


def frame(event: Event) -> bytes:
    """Write an event for the stream."""
    head = f"id: {event.id}\n" if event.id else ""
    body = "".join(f"data: {line}\n" for line in event.data.split("\n"))
    return f"{head}event: {event.kind}\n{body}\n".encode()


def parse(lines: Iterable[str]) -> Iterator[Event]:
    """Yield the events of a stream given line by line, without line ends; comments are skipped."""
    kind, ident, data = "message", "", list[str]()
    for line in lines:
        if not line:
            if data:
                yield Event(kind, "\n".join(data), ident)
            kind, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            data.append(value)
        elif field == "event":
            kind = value
        elif field == "id":
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
    """Return the readings inside a `readings` event; attributes that are no readings are skipped."""
    body = msgspec.json.decode(event.data)
    return [reading for entity in body["data"] for reading in readings_in(entity)]


def readings_in(entity: ngsi_ld.Json) -> Iterator[Reading]:
    """Yield the readings of a normalised entity, current or temporal."""
    device = ngsi_ld.device_of(str(entity.get("id", "")))
    for attribute, held in entity.items() if device else ():
        series = Series(device or "", ngsi_ld.quantity_of(attribute))
        for instance in held if isinstance(held, list) else [held]:
            if _is_reading(instance):
                yield ngsi_ld.reading_of(series, instance)


def _is_reading(instance: Any) -> bool:
    return isinstance(instance, dict) and {"value", "observedAt"} <= instance.keys()


def gateway_event(state: GatewayState) -> Event:
    """Write a gateway's state as an event; it carries no id, the newest one says everything."""
    return Event(GATEWAY, msgspec.json.encode(state).decode())


def gateway_of(event: Event) -> GatewayState:
    """Read the state inside a `gateway` event."""
    return msgspec.json.decode(event.data, type=GatewayState)
