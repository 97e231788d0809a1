"""Histories written by callers: whole ones, attributes and single instances of them (5.6.11-5.6.16)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from platform_hub.server.governance.answers import bad_request, not_found
from platform_hub.server.history import attribute_history, evolving
from platform_hub.server.history.evolving import Log
from platform_hub.server.ngsi_ld import fragments
from platform_hub.server.ngsi_ld.attribute_kinds import checked_name
from platform_hub.server.ngsi_ld.temporal_form import instance_id, instant_of
from platform_hub.server.store import evolution, instances
from platform_hub.server.store.entities import SCOPE, Entity
from platform_hub.server.store.evolution import Series

if TYPE_CHECKING:
    from platform_hub.server.ngsi_ld.fragments import Fragment
    from platform_hub.server.ngsi_ld.json_ld import Context
    from platform_hub.server.ngsi_ld.writing import Session
    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.instances import Instance

Json = dict[str, Any]


def read_evolution(body: Any, context: Context, *, whole: bool) -> Fragment:
    """Read a temporal representation: every attribute is an instance or a list of them.

    Args:
        body: the caller's object, without its context.
        context: what its names mean.
        whole: it must say which entity it is about.

    Raises:
        Refused: it holds what it cannot.
    """
    if not isinstance(body, dict):
        raise bad_request("a temporal representation must be an object")
    plain = {name: held for name, held in body.items() if name in {"id", "type", "@id", "@type"}}
    if SCOPE in body:
        plain[SCOPE] = _latest_scope(body[SCOPE])
    read = (
        fragments.read_entity(plain, context) if whole else fragments.read_fragment(plain, context)
    )
    attributes = {
        context.stored(name): _instances(name, held, context)
        for name, held in body.items()
        if name not in plain and name not in {"createdAt", "modifiedAt", "deletedAt", "@context"}
    }
    if not whole and not attributes:
        raise bad_request("there is no attribute to add")
    return replace(read, attributes=attributes)


def upsert(session: Session, sent: Fragment, keep: int) -> bool:
    """Store a history; tell whether its entity is new."""
    entity = session.load([sent.id]).get(sent.id)
    is_new = entity is None or not _has_history(session.transaction, entity)
    if entity is None:
        entity = Entity(
            sent.id, " ".join(sent.types), session.now_us, session.now_us, tenant=session.tenant
        )
    entity.type = " ".join(dict.fromkeys((*entity.types, *sent.types)))
    if sent.scope is not None:
        entity.scope = sent.scope
    evolving.evolve(session.transaction, entity, sent.attributes, Log(session.now_us, keep))
    return is_new


def append(session: Session, urn: str, sent: Fragment, keep: int) -> None:
    """Add instances to the history of an entity.

    Raises:
        Refused: there is no such history.
    """
    entity = _known(session, urn)
    evolving.evolve(session.transaction, entity, sent.attributes, Log(session.now_us, keep))


def delete_entity(session: Session, urn: str, keep: int) -> None:
    """Delete the history of an entity, and the entity where it is still there.

    Raises:
        Refused: there is no such history.
    """
    entity = _known(session, urn)
    evolving.forget_entity(session.transaction, entity, Log(session.now_us, keep))


def delete_attribute(session: Session, urn: str, which: tuple[str, str | None], keep: int) -> None:
    """Delete the history of an attribute, and what is current of it.

    Args:
        session: where to write.
        urn: the entity.
        which: attribute and dataset; None means all its datasets.
        keep: readings that the change log keeps.

    Raises:
        Refused: there is no such history.
    """
    name, dataset = which
    entity = _known(session, urn)
    if not evolving.forget(session.transaction, entity.pk, name, dataset):
        raise not_found(f"{urn} has no history of {name}")
    log = Log(session.now_us, keep)
    evolving.forget_current(session.transaction, entity, name, dataset, log)


def modify_instance(
    session: Session, urn: str, where: tuple[str, str], change: Json, keep: int
) -> None:
    """Change one instance.

    Args:
        session: where to write.
        urn: the entity.
        where: attribute and id of the instance.
        change: members that replace those of the instance.
        keep: readings that the change log keeps.

    Raises:
        Refused: there is no such instance, or it would become another one.
    """
    entity, held = _one(session, urn, where)
    before = evolving.restored(held)
    after = {**before, **change}
    for member in ("observedAt", "datasetId"):
        if after.get(member) != before.get(member):
            raise bad_request(
                f"{member} makes the instance what it is: delete it and send another one"
            )
    row = attribute_history.instance(entity.pk, held.key.attribute_pk, after, session.now_us)
    instances.insert_new(session.transaction, [row._replace(key=held.key)])
    if evolving.was_observed(held):
        log = Log(session.now_us, keep)
        evolving.follow(session.transaction, entity, where[0], after, log)


def delete_instance(session: Session, urn: str, where: tuple[str, str]) -> None:
    """Delete one instance.

    Raises:
        Refused: there is no such instance.
    """
    _, held = _one(session, urn, where)
    evolution.remove_one(session.transaction, held.key)


def _instances(name: str, held: Any, context: Context) -> list[Json]:
    checked_name(name)
    each = (
        held if isinstance(held, list) and held and all(_is_object(one) for one in held) else [held]
    )
    return [one for item in each for one in fragments.read_attribute(name, item, context)]


def _is_object(held: Any) -> bool:
    return isinstance(held, dict)


def _latest_scope(held: Any) -> Any:
    """Return the scope itself where it comes as a Property that has changed in time."""
    if isinstance(held, list) and held and all(_is_object(one) for one in held):
        return max(held, key=lambda one: str(one.get("observedAt", "")))
    return held


def _known(session: Session, urn: str) -> Entity:
    entity = session.load([urn]).get(urn)
    if entity is None or not _has_history(session.transaction, entity):
        raise not_found(f"there is no history of {urn}")
    return entity


def _has_history(transaction: Transaction, entity: Entity) -> bool:
    return entity.deleted_us is None or bool(evolution.attributes_of(transaction, entity.pk))


def _one(session: Session, urn: str, where: tuple[str, str]) -> tuple[Entity, Instance]:
    name, ident = where
    entity = _known(session, urn)
    number = evolution.attributes_of(session.transaction, entity.pk).get(name)
    if number is None:
        raise not_found(f"{urn} has no history of {name}")
    at_us = instant_of(ident)
    same = (
        [] if at_us is None else evolution.at(session.transaction, Series(entity.pk, number), at_us)
    )
    for one in same:
        if instance_id(urn, name, one.key.observed_us, one.key.dataset) == ident:
            return entity, one
    raise not_found(f"{name} of {urn} has no instance {ident}")
