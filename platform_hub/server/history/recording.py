"""Recording: readings become instances, current state and changes, each exactly once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.history import seeding
from platform_hub.server.history.batches import Batch, batch_of
from platform_hub.server.store import changes, entities, instances
from platform_hub.server.store.entities import Entity
from platform_hub.wire import ngsi_ld, timestamps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from area_configs.domain.readings import Reading
    from platform_hub.server.store.database import Transaction

_IN_ONE_CHANGE = 500  # readings; a gateway's long backlog must not become one huge event


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records readings for one area.

    Attributes:
        area: id of the area.
        keep: readings kept in the change log.
    """

    area: str
    keep: int

    def record(
        self, transaction: Transaction, gateway: str, readings: Iterable[Reading], now_us: int
    ) -> int:
        """Store readings; return how many of them were new (see `record_batch`)."""
        return self.record_batch(transaction, gateway, batch_of(readings), now_us)

    def record_batch(
        self, transaction: Transaction, gateway: str, batch: Batch, now_us: int
    ) -> int:
        """Store readings; return how many of them were new.

        A reading that is stored already changes nothing. Current state follows only what was
        observed later than what it holds, so the order of arrival does not matter.
        """
        batch = batch.ordered()
        devices = dict.fromkeys(series.device for series in batch.series)
        found = self._entities(transaction, gateway, devices, now_us)
        numbers = instances.attribute_pks(
            transaction, {ngsi_ld.attribute_name(series.quantity) for series in batch.series}
        )
        keys = [
            (found[device].pk, numbers[ngsi_ld.attribute_name(quantity)])
            for device, quantity in batch.series
        ]
        bodies = batch.bodies()
        columns = zip(batch.which, batch.instants, batch.values, bodies, strict=True)
        rows = [(*keys[which], us, "", num, body, now_us) for which, us, num, body in columns]
        known = instances.store_rows(transaction, rows)
        if len(known) < len(batch):
            self._publish(transaction, found, _Said(batch, batch.timed(), known), now_us)
        return len(batch) - len(known)

    def _entities(
        self, transaction: Transaction, gateway: str, devices: Iterable[str], now_us: int
    ) -> dict[str, Entity]:
        """Return the entity of each device; a device that no area file names gets one now."""
        urns = {device: ngsi_ld.entity_id(self.area, device) for device in devices}
        known = entities.load(transaction, urns.values(), gone=True)
        unknown = [self._unknown(urn, gateway, now_us) for urn in urns.values() if urn not in known]
        entities.save_all(transaction, unknown)
        known |= {one.id: one for one in unknown}
        for urn in urns.values():
            known[urn].deleted_us = None  # what speaks is there again; saved with what is new
        return {device: known[urn] for device, urn in urns.items()}

    def _unknown(self, urn: str, gateway: str, now_us: int) -> Entity:
        document = {
            name: seeding.stamped(attribute, {}, now_us)
            for name, attribute in seeding.describe_unknown(self.area, gateway).items()
        }
        return Entity(urn, seeding.UNKNOWN_TYPE, now_us, now_us, document)

    def _publish(
        self, transaction: Transaction, found: dict[str, Entity], said: _Said, now_us: int
    ) -> None:
        """Bring current state up to date and log what is new."""
        news, advanced = [], []
        for device, places in said.by_device().items():
            entity = found[device]
            if _advance(entity, said.newest(places), now_us):
                advanced.append(entity)
            for readings, body in said.fragments(entity, places):
                news.append(changes.News(entity.pk, readings, body))
        entities.save_all(transaction, advanced)
        changes.append(transaction, news, now_us, self.keep)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is new of an ordered batch: all but the known places; `bodies` have their instants."""

    batch: Batch
    bodies: list[bytes]
    known: set[int]

    def by_device(self) -> dict[str, dict[int, Sequence[int]]]:
        """Return for each device its series, and for those the places of what is new."""
        found: defaultdict[str, dict[int, Sequence[int]]] = defaultdict(dict)
        for which, places in enumerate(self.batch.spans):
            new = [n for n in places if n not in self.known] if self.known else places
            if new:
                found[self.batch.series[which].device][which] = new
        return found

    def newest(self, series: dict[int, Sequence[int]]) -> list[_Fresh]:
        """Return the newest reading of each series."""
        readings = [self.batch.reading(places[-1]) for places in series.values()]
        return [_Fresh(reading, ngsi_ld.property_of(reading)) for reading in readings]

    def fragments(
        self, entity: Entity, series: dict[int, Sequence[int]]
    ) -> Iterator[tuple[int, bytes]]:
        """Write what was said as normalised entities, each with not too many readings."""
        head = msgspec.json.encode({"id": entity.id, "type": entity.type})[:-1]
        parts: list[bytes] = []
        count = 0
        for which, places in series.items():
            name = msgspec.json.encode(ngsi_ld.attribute_name(self.batch.series[which].quantity))
            for at in range(0, len(places), _IN_ONE_CHANGE):
                piece = places[at : at + _IN_ONE_CHANGE]
                if parts and count + len(piece) > _IN_ONE_CHANGE:
                    yield count, b",".join([head, *parts]) + b"}"
                    parts, count = [], 0
                parts.append(name + b":" + self._values(piece))
                count += len(piece)
        yield count, b",".join([head, *parts]) + b"}"

    def _values(self, places: Sequence[int]) -> bytes:
        held = list(map(self.bodies.__getitem__, places))
        return b"[%b]" % b",".join(held) if len(held) > 1 else held[0]


@dataclass(frozen=True, slots=True)
class _Fresh:
    reading: Reading
    body: dict[str, Any]

    @property
    def attribute(self) -> str:
        return ngsi_ld.attribute_name(self.reading.quantity)


def _advance(entity: Entity, said: Iterable[_Fresh], now_us: int) -> bool:
    """Put the newest of what was said into the current document; False where none is newer."""
    newest: dict[str, _Fresh] = {}
    for one in said:
        before = newest.get(one.attribute)
        if before is None or one.reading.observed_us > before.reading.observed_us:
            newest[one.attribute] = one
    newer = {
        name: one
        for name, one in newest.items()
        if not _observed_after(entity.document.get(name), one.reading.observed_us)
    }
    for name, one in newer.items():
        entity.document[name] = _renewed(entity.document.get(name), one.body, now_us)
    if newer:
        entity.modified_us = now_us
    return bool(newer)


def _renewed(held: Any, body: dict[str, Any], now_us: int) -> Any:
    """Put a reading in the place of the instance without a datasetId; others stay beside it."""
    others = [one for one in entities.instances_of(held) if "datasetId" in one]
    fresh = seeding.stamped(body, _default(held), now_us)
    return [fresh, *others] if others else fresh


def _default(held: Any) -> dict[str, Any]:
    each = (one for one in entities.instances_of(held) if "datasetId" not in one)
    return next(each, {})


def _observed_after(held: Any, instant_us: int) -> bool:
    observed = _default(held).get("observedAt")
    return observed is not None and timestamps.from_text(observed) > instant_us
