"""Linked entities: what relationships point to, written within or beside the linking entity (4.5.23)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from platform_hub.server.ngsi_ld.fragments import is_attribute
from platform_hub.server.ngsi_ld.representation import Form, View, represent
from platform_hub.server.store import entities
from platform_hub.server.store.entities import instances_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.entities import Entity

Json = dict[str, Any]
_MAX_LINKED = 5000  # entities; a wide page with many links must not read the whole store


@dataclass(frozen=True, slots=True)
class Linked:
    """The entities that others link to, by id, down to some level."""

    by_id: dict[str, Entity]
    levels: int


def load(transaction: Transaction, tenant: str, found: list[Entity], levels: int) -> Linked:
    """Return the linked entities of some entities."""
    known = {entity.id: entity for entity in found}
    reached = found
    for _ in range(levels):
        wanted = {urn for entity in reached for urn in _targets(entity)} - known.keys()
        room = _MAX_LINKED - len(known)
        fresh = entities.load(transaction, sorted(wanted)[: max(room, 0)], tenant)
        known |= fresh
        reached = list(fresh.values())
    return Linked(known, levels)


def inline(entity: Entity, view: View, linked: Linked, level: int = 0) -> Json:
    """Write an entity with those that it links to inside its relationships."""
    body = represent(entity, view)
    if level >= linked.levels:
        return body
    for name, held in entity.document.items():
        shown = view.context.shown(name)
        if shown in body and _is_link(held):
            below = view.below(name)
            each = [_joined(one, below, linked, level) for one in instances_of(held)]
            body[shown] = _with_entity(body[shown], each, view.form)
    return body


def flat(found: list[Entity], view: View, linked: Linked) -> list[Json]:
    """Write entities, then those that they link to, level by level, each once."""
    shown = {entity.id for entity in found}
    level = [(entity, view) for entity in found]
    written = [represent(entity, view) for entity in found]
    for _ in range(linked.levels):
        following = []
        for entity, seen_by in level:
            for name, urn in _links(entity):
                target = linked.by_id.get(urn)
                if target and urn not in shown and seen_by.shows(name):
                    shown.add(urn)
                    following.append((target, seen_by.below(name)))
        written += [represent(entity, below) for entity, below in following]
        level = following
    return written


def _joined(one: Json, below: View, linked: Linked, level: int) -> Any:
    urns: Any = one["object"]
    many = isinstance(urns, list)
    found = [
        inline(linked.by_id[urn], below, linked, level + 1)
        for urn in (urns if many else [urns])
        if urn in linked.by_id
    ]
    if not found:
        return None
    return found if many else found[0]


def _with_entity(shown: Any, each: list[Any], form: Form) -> Any:
    """Put linked entities into a written relationship of one or several instances."""
    if form is Form.SIMPLIFIED:
        return each[0] if len(each) == 1 and each[0] is not None else shown
    if isinstance(shown, list):
        pairs = zip(shown, each, strict=False)
        return [one if entity is None else one | {"entity": entity} for one, entity in pairs]
    return shown if each[0] is None else shown | {"entity": each[0]}


def _links(entity: Entity) -> Iterator[tuple[str, str]]:
    for name, held in entity.document.items():
        if _is_link(held):
            for one in instances_of(held):
                urns = one["object"]
                for urn in urns if isinstance(urns, list) else [urns]:
                    yield name, urn


def _targets(entity: Entity) -> Iterator[str]:
    return (urn for _, urn in _links(entity))


def _is_link(held: Any) -> bool:
    first = next(iter(instances_of(held)), {})
    return is_attribute("", held) and first.get("type") == "Relationship"
