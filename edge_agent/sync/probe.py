"""Asking a broker what it has before something is sent to it again.

A broker without a natural key keeps a resent sample twice. So what may have arrived already is
asked for and left out. The window is a millisecond wider than the samples, since it is open whether
`endTimeAt` belongs to it; keys are compared exactly, and pages (206) are followed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from edge_agent.sync import ngsi_ld_answers
from platform_hub.client.errors import not_the_hub
from platform_hub.wire import ngsi_ld, timestamps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from area_configs.domain.readings import Reading
    from edge_agent.sync.broker import Broker
    from edge_agent.sync.ngsi_ld_answers import Sample
    from platform_hub.client.session import Answer

_TEMPORAL = "/ngsi-ld/v1/temporal/entities"
_PARTIAL = 206
_MILLISECOND_US = 1000
_RANGE = re.compile(r"date-time (?P<begin>\S+Z)-(?P<end>\S+Z)/")


def missing(broker: Broker, entity: str, readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings of one entity that the broker does not have yet."""
    there = _Held(_samples(broker, entity, readings))
    return [reading for reading in readings if not there.has(reading)]


class _Held:
    """What a broker has, by attribute and instant."""

    def __init__(self, samples: Iterator[Sample]) -> None:
        self._instants: set[tuple[str, int]] = set()
        self._values: set[tuple[str, int, Any]] = set()
        for attribute, observed_us, value in samples:
            self._instants.add((attribute, observed_us))
            if observed_us % _MILLISECOND_US == 0 and isinstance(value, int | float):
                self._values.add((attribute, observed_us, float(value)))

    def has(self, reading: Reading) -> bool:
        """Tell whether a reading is there, also where the broker keeps whole milliseconds only."""
        attribute = ngsi_ld.attribute_name(reading.quantity)
        if (attribute, reading.observed_us) in self._instants:
            return True
        cut_us = reading.observed_us - reading.observed_us % _MILLISECOND_US
        return (attribute, cut_us, reading.value) in self._values


def _samples(broker: Broker, entity: str, readings: Sequence[Reading]) -> Iterator[Sample]:
    path = f"{_TEMPORAL}/{quote(entity, safe=':')}"
    begins_us = min(r.observed_us for r in readings) - _MILLISECOND_US
    ends_us = max(r.observed_us for r in readings) + _MILLISECOND_US
    names = sorted({ngsi_ld.attribute_name(r.quantity) for r in readings})
    while True:
        window = {
            "timerel": "between",
            "timeAt": timestamps.to_text(begins_us),
            "endTimeAt": timestamps.to_text(ends_us),
            "attrs": ",".join(names),
        }
        found = broker.get(path, window)
        if found is None:
            return
        answer, body = found
        page = list(ngsi_ld_answers.samples(body))
        yield from page
        if answer.status != _PARTIAL:
            return
        begins_us = _next_begin(answer, page, begins_us)
        if begins_us >= ends_us:
            return


def _next_begin(answer: Answer, page: Sequence[Sample], begun_us: int) -> int:
    """Return where the next page begins: where this one ends, widened like the whole window."""
    reached_us = _said_end(answer)
    if reached_us is None:
        reached_us = max((sample.observed_us for sample in page), default=begun_us)
    begins_us = reached_us - _MILLISECOND_US
    if begins_us <= begun_us:
        begins_us = reached_us + 1  # the page is whole up to there, so no overlap is needed
    if begins_us <= begun_us:
        raise not_the_hub(answer.url, "its pages of history do not advance", "the broker")
    return begins_us


def _said_end(answer: Answer) -> int | None:
    said = _RANGE.match(answer.headers.get("Content-Range", ""))
    if said is None:
        return None
    try:
        return timestamps.from_text(said["end"])
    except ValueError:
        return None
