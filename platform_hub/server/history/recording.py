"""Recording: readings become instances, current state and changes, each exactly once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.history import seeding
from platform_hub.server.store import changes, entities, instances
from platform_hub.server.store.entities import Entity
from platform_hub.server.store.instances import Instance, Key
from platform_hub.wire import ngsi_ld, timestamps

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
        self, transaction: Transaction, gateway: str, readings: Sequence[Reading], now_us: int
    ) -> int:
        """Store readings; return how many of them were new.

        A reading that is stored already changes nothing. Current state follows only what was
        observed later than what it holds, so the order of arrival does not matter.
        """
        batch = list({(r.device, r.quantity, r.observed_us): r for r in readings}.values())
        found = self._entities(transaction, gateway, batch, now_us)
        numbers = instances.attribute_pks(
            transaction, {ngsi_ld.attribute_name(r.quantity) for r in batch}
        )
        keys = [
            Key(found[r.device].pk, numbers[ngsi_ld.attribute_name(r.quantity)], r.observed_us)
            for r in batch
        ]
        bodies = [ngsi_ld.property_of(reading) for reading in batch]
        rows = [
            Instance(key, reading.value, _stored(body), now_us)
            for key, reading, body in zip(keys, batch, bodies, strict=True)
        ]
        new = instances.insert_new(transaction, rows)
        fresh = [
            _Fresh(reading, body)
            for key, reading, body in zip(keys, batch, bodies, strict=True)
            if key in new
        ]
        self._publish(transaction, found, fresh, now_us)
        return len(fresh)

    def _entities(
        self, transaction: Transaction, gateway: str, batch: Iterable[Reading], now_us: int
    ) -> dict[str, Entity]:
        """Return the entity of each device; a device that no area file names gets one now."""
        urns = {r.device: ngsi_ld.entity_id(self.area, r.device) for r in batch}
        known = entities.load(transaction, urns.values(), gone=True)
        for urn in urns.values():
            if urn not in known:
                known[urn] = self._unknown(urn, gateway, now_us)
                entities.save(transaction, known[urn])
            known[urn].deleted_us = None  # what speaks is there again; saved with what is new
        return {device: known[urn] for device, urn in urns.items()}

    def _unknown(self, urn: str, gateway: str, now_us: int) -> Entity:
        document = {
            name: seeding.stamped(attribute, {}, now_us)
            for name, attribute in seeding.describe_unknown(self.area, gateway).items()
        }
        return Entity(urn, seeding.UNKNOWN_TYPE, now_us, now_us, document)

    def _publish(
        self,
        transaction: Transaction,
        found: dict[str, Entity],
        fresh: Iterable[_Fresh],
        now_us: int,
    ) -> None:
        """Bring current state up to date and log what is new."""
        by_device = defaultdict[str, list[_Fresh]](list)
        for one in fresh:
            by_device[one.reading.device].append(one)
        news = []
        for device, said in by_device.items():
            entity = found[device]
            if _advance(entity, said, now_us):
                entities.save(transaction, entity)
            for at in range(0, len(said), _IN_ONE_CHANGE):
                part = said[at : at + _IN_ONE_CHANGE]
                body = msgspec.json.encode(_fragment(entity, part))
                news.append(changes.News(entity.pk, len(part), body))
        changes.append(transaction, news, now_us, self.keep)


@dataclass(frozen=True, slots=True)
class _Fresh:
    reading: Reading
    body: dict[str, Any]

    @property
    def attribute(self) -> str:
        return ngsi_ld.attribute_name(self.reading.quantity)


def _stored(body: dict[str, Any]) -> bytes:
    return msgspec.json.encode({k: v for k, v in body.items() if k != "observedAt"})


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


def _fragment(entity: Entity, said: Iterable[_Fresh]) -> dict[str, Any]:
    """Write what was said as a normalised entity; several values of one attribute are a list."""
    attributes = defaultdict[str, list[Any]](list)
    for one in said:
        attributes[one.attribute].append(one.body)
    values = {name: held if len(held) > 1 else held[0] for name, held in attributes.items()}
    return {"id": entity.id, "type": entity.type} | values
