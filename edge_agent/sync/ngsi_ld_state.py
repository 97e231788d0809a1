"""The current state of an NGSI-LD broker: batch upserts of newest values (GS CIM 009, 5.6.8)."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from area_configs.domain.readings import Series
from edge_agent.sync import ngsi_ld_answers
from platform_hub.wire import ngsi_ld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from area_configs.domain.readings import Reading
    from edge_agent.sync.broker import Broker
    from edge_agent.sync.things import Thing, Things

_UPSERT = "/ngsi-ld/v1/entityOperations/upsert"
_ENTITIES = "/ngsi-ld/v1/entities"
_DONE = frozenset({HTTPStatus.CREATED, HTTPStatus.NO_CONTENT, HTTPStatus.MULTI_STATUS})


class LdState:
    """Writes what is newest; several entities in one request."""

    def __init__(self, broker: Broker, things: Things) -> None:
        self._broker = broker
        self._things = things
        self._placed: set[str] = set()

    def write(self, readings: Mapping[str, Sequence[Reading]]) -> Mapping[str, str]:
        """Write readings, by device; return the reason for each device that was refused."""
        devices = {self._things.of(device).id: device for device in readings}
        entities = [self._entity(device, held) for device, held in readings.items()]
        answer = self._broker.post(_UPSERT, entities, _DONE, {"options": "update"})
        refused: dict[str, str] = {}
        if answer.status == HTTPStatus.MULTI_STATUS:
            failures = self._broker.failures(answer)
            refused = {devices[id_]: why for id_, why in failures.items() if id_ in devices}
        self._placed |= readings.keys() - refused.keys()
        return refused

    def held(self, device: str) -> Mapping[Series, int]:
        """Return the instants of what the broker holds of a device."""
        thing = self._things.of(device)
        found = self._broker.get(f"{_ENTITIES}/{quote(thing.id, safe=':')}", {})
        if found is None:
            return {}
        _, entity = found
        newest: dict[Series, int] = {}
        for sample in ngsi_ld_answers.samples(entity):
            series = Series(device, ngsi_ld.quantity_of(sample.attribute))
            newest[series] = max(sample.observed_us, newest.get(series, sample.observed_us))
        return newest

    def _entity(self, device: str, readings: Sequence[Reading]) -> dict[str, Any]:
        thing = self._things.of(device)
        entity = bare(thing)
        for reading in readings:
            entity[ngsi_ld.attribute_name(reading.quantity)] = ngsi_ld.property_of(reading)
        if thing.point and device not in self._placed:
            entity["location"] = {"type": "GeoProperty", "value": thing.point}
        return entity


def bare(thing: Thing) -> dict[str, Any]:
    """Return an entity without attributes."""
    return {"id": thing.id, "type": thing.type}


def has_value(reading: Reading) -> bool:
    """Tell whether a reading can be sent: the null of NGSI-LD would delete the attribute.

    GS CIM 009, 4.5.0: in an update `urn:ngsi-ld:null` means deletion; brokers of other makes
    store it as a text or refuse it. So a value that is not known is not sent, and the age of the
    last one tells.
    """
    return reading.value is not None and math.isfinite(reading.value)
