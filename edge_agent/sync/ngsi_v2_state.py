"""The current state of an NGSIv2 broker, as most Japanese cities run one: `POST /v2/op/update`.

The core of NGSIv2 has no history: an update overwrites, so only what is newest is ever sent.
"""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from area_configs.domain.quality import GOOD
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.readings import Series
from platform_hub.wire import ngsi_ld, timestamps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from area_configs.domain.readings import Reading
    from edge_agent.sync.broker import Broker
    from edge_agent.sync.things import Things

_UPDATE = "/v2/op/update"
_ENTITIES = "/v2/entities"
_DONE = frozenset({HTTPStatus.NO_CONTENT})
_INSTANT = "TimeInstant"
_MILLISECOND_US = 1000


class V2State:
    """Writes what is newest; several entities in one request."""

    def __init__(self, broker: Broker, things: Things) -> None:
        self._broker = broker
        self._things = things
        self._placed: set[str] = set()

    def write(self, readings: Mapping[str, Sequence[Reading]]) -> Mapping[str, str]:
        """Write readings, by device; NGSIv2 refuses a request whole, so none by itself."""
        entities = [self._entity(device, held) for device, held in readings.items()]
        self._broker.post(_UPDATE, {"actionType": "append", "entities": entities}, _DONE)
        self._placed |= readings.keys()
        return {}

    def held(self, device: str) -> Mapping[Series, int]:
        """Return the instants of what the broker holds of a device."""
        thing = self._things.of(device)
        path = f"{_ENTITIES}/{quote(thing.id, safe=':')}/attrs"
        found = self._broker.get(path, {"type": thing.type})
        if found is None:
            return {}
        _, attributes = found
        instants = ((name, _instant_of(held)) for name, held in attributes.items())
        return {
            # A broker keeps whole milliseconds: what was cut off must not look like progress.
            Series(device, ngsi_ld.quantity_of(name)): instant + _MILLISECOND_US - 1
            for name, instant in instants
            if instant is not None
        }

    def _entity(self, device: str, readings: Sequence[Reading]) -> dict[str, Any]:
        thing = self._things.of(device)
        newest_us = max(reading.observed_us for reading in readings)
        entity: dict[str, Any] = {
            "id": thing.id,
            "type": thing.type,
            "dateObserved": {"type": "DateTime", "value": _text(newest_us)},
        }
        for reading in readings:
            entity[ngsi_ld.attribute_name(reading.quantity)] = _attribute(reading)
        if thing.point and device not in self._placed:
            entity["location"] = {"type": "geo:json", "value": thing.point}
        return entity


def _attribute(reading: Reading) -> dict[str, Any]:
    """Write a reading; NGSIv2 has a null, so a value that is not known is told as such."""
    known = reading.value is not None and math.isfinite(reading.value)
    metadata = {_INSTANT: {"type": "DateTime", "value": _text(reading.observed_us)}}
    if reading.quantity in QUANTITIES:
        unit = QUANTITIES[reading.quantity].unit_code
        metadata["unitCode"] = {"type": "Text", "value": unit}
    if reading.quality != GOOD:
        metadata["quality"] = {"type": "Text", "value": str(reading.quality.reason)}
    return {
        "type": "Number",
        "value": reading.value if known else None,
        "metadata": metadata,
    }


def _text(instant_us: int) -> str:
    """Write an instant with milliseconds, which is what the brokers keep."""
    text = timestamps.to_text(instant_us - instant_us % _MILLISECOND_US)
    return f"{text[: -len('000Z')]}Z" if "." in text else text


def _instant_of(attribute: Any) -> int | None:
    try:
        return timestamps.from_text(attribute["metadata"][_INSTANT]["value"])
    except (KeyError, TypeError, ValueError):
        return None
