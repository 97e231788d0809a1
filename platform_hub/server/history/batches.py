"""Batches: readings by column, and what the store keeps of each, written many at a time.

A gateway's blocks come by column. To make an object and a dictionary of each reading would cost
the hub several times what the database asks for, so whatever is the same for a series, a quality
or an instant is worked out once.
"""

from __future__ import annotations

import itertools
import operator
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from area_configs.domain.readings import Reading, Series
from platform_hub.wire import ngsi_ld, timestamps

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from area_configs.domain.quality import Quality

_NULL = msgspec.json.encode(ngsi_ld.NULL)
_HEAD = b'{"type":"Property","value":'
_MARK = 0.0


@dataclass(slots=True)
class Batch:
    """Readings by column.

    Attributes:
        which, quality: for each reading its place in `series` and in `qualities`.
        spans: for each series the places of its readings, once they are `ordered`.
    """

    series: list[Series] = field(default_factory=list)
    qualities: list[Quality] = field(default_factory=list)
    which: list[int] = field(default_factory=list)
    instants: list[int] = field(default_factory=list)
    values: list[float | None] = field(default_factory=list)
    quality: list[int] = field(default_factory=list)
    spans: list[range] = field(default_factory=list, compare=False, repr=False)
    _bodies: list[bytes] = field(default_factory=list, compare=False, repr=False)
    _timed: list[bytes] = field(default_factory=list, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.instants)

    def reading(self, n: int) -> Reading:
        """Return one reading."""
        device, quantity = self.series[self.which[n]]
        quality = self.qualities[self.quality[n]]
        return Reading(device, quantity, self.instants[n], self.values[n], quality)

    def ordered(self) -> Batch:
        """Return it series by series, each from the oldest to the newest, each instant once.

        What was said last of a (series, instant) holds. The store is in this order too, so that
        rows which are written together lie together.
        """
        if self.spans or not len(self):
            return self
        found = self.only(sorted(range(len(self)), key=self.which.__getitem__))
        spans = _spans(found)
        if not _rises(found.instants, spans):  # a device that is late, or says an instant twice
            keys = zip(self.which, self.instants, strict=True)
            last = {key: n for n, key in enumerate(keys)}
            found = self.only([last[key] for key in sorted(last)])
            spans = _spans(found)
        found.spans = spans
        return found

    def only(self, places: Sequence[int]) -> Batch:
        """Return the readings at these places."""
        return Batch(
            self.series,
            self.qualities,
            [self.which[n] for n in places],
            [self.instants[n] for n in places],
            [self.values[n] for n in places],
            [self.quality[n] for n in places],
        )

    def bodies(self) -> list[bytes]:
        """Write each reading as `wire.ngsi_ld.property_of` writes it, but without its instant."""
        if not self._bodies:
            tails = self._tails()
            numbers = zip(self.which, self.quality, _json_values(self.values), strict=True)
            self._bodies = [
                _HEAD + value + tails[which][quality] for which, quality, value in numbers
            ]
        return self._bodies

    def timed(self) -> list[bytes]:
        """Return the bodies with their instants."""
        if not self._timed:
            texts = {us: _observed_at(us) for us in set(self.instants)}
            both = zip(self.bodies(), self.instants, strict=True)
            self._timed = [body[:-1] + texts[us] for body, us in both]
        return self._timed

    def _tails(self) -> list[list[bytes]]:
        return [
            [_tail(series.quantity, quality) for quality in self.qualities]
            for series in self.series
        ]


def batch_of(readings: Iterable[Reading]) -> Batch:
    """Put readings in columns."""
    found = Batch()
    series: dict[Series, int] = {}
    qualities: dict[Quality, int] = {}
    for reading in readings:
        found.which.append(series.setdefault(reading.series, len(series)))
        found.quality.append(qualities.setdefault(reading.quality, len(qualities)))
        found.instants.append(reading.observed_us)
        found.values.append(reading.value)
    found.series, found.qualities = list(series), list(qualities)
    return found


def joined(batches: Sequence[Batch]) -> Batch:
    """Put batches together, in their order."""
    if len(batches) == 1:
        return batches[0]
    found = Batch()
    series: dict[Series, int] = {}
    qualities: dict[Quality, int] = {}
    for batch in batches:
        places = [series.setdefault(one, len(series)) for one in batch.series]
        marks = [qualities.setdefault(one, len(qualities)) for one in batch.qualities]
        found.which += [places[n] for n in batch.which]
        found.quality += [marks[n] for n in batch.quality]
        found.instants += batch.instants
        found.values += batch.values
    found.series, found.qualities = list(series), list(qualities)
    return found


def _spans(batch: Batch) -> list[range]:
    """Return the places of each series, where its readings follow one another."""
    counts = Counter(batch.which)
    ends = list(itertools.accumulate(counts[which] for which in range(len(batch.series))))
    return list(map(range, [0, *ends], ends))


def _rises(instants: list[int], spans: Iterable[range]) -> bool:
    """Tell whether each span goes from older to newer."""
    rising = list(map(operator.lt, instants, instants[1:]))
    return all(all(rising[span.start : span.stop - 1]) for span in spans if span)


def _json_values(values: Sequence[float | None]) -> list[bytes]:
    texts = msgspec.json.encode(values)[1:-1].split(b",") if values else []
    return [_NULL if text == b"null" else text for text in texts] if b"null" in texts else texts


def _tail(quantity: str, quality: Quality) -> bytes:
    body = ngsi_ld.property_of(Reading("", quantity, 0, _MARK, quality))
    rest = {k: v for k, v in body.items() if k not in {"type", "value", "observedAt"}}
    return b"," + msgspec.json.encode(rest)[1:] if rest else b"}"


def _observed_at(instant_us: int) -> bytes:
    return b',"observedAt":"%b"}' % timestamps.to_text(instant_us).encode()
