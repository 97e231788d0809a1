"""Temporal representations: histories as instances, as values or as amounts (4.5.6 to 4.5.19)."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from platform_hub.server.history import evolving
from platform_hub.server.ngsi_ld import representation
from platform_hub.server.ngsi_ld.representation import Form, View
from platform_hub.server.store.entities import SCOPE
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_hub.server.history.periods import Amount
    from platform_hub.server.history.series import Page
    from platform_hub.server.ngsi_ld.json_ld import Context
    from platform_hub.server.ngsi_ld.temporal_query import TimeQuery, Wish
    from platform_hub.server.store.entities import Entity
    from platform_hub.server.store.instances import Instance

Json = dict[str, Any]
_INSTANCE = "urn:ngsi-ld:Instance:"
_INSTANCE_ID = re.compile(re.escape(_INSTANCE) + r"([0-9a-f]{16})-([0-9a-f]{16})")
_ERA_US = 1 << 62  # keeps instants before 1970 positive


def write(
    entity: Entity, series: Mapping[str, list[Instance]], wish: Wish, context: Context
) -> Json:
    """Write the history of an entity."""
    body = head(entity, wish, context)
    view = View(
        Form.CONCISE if wish.concise else Form.NORMALIZED,
        wish.system,
        context,
        languages=wish.languages,
    )
    for name, held in series.items():
        body[context.shown(name)] = [_instance(entity.id, name, one, view) for one in held]
    return body


def write_amounts(
    entity: Entity,
    amounts: Mapping[str, Mapping[str, list[Amount]]],
    wish: Wish,
    context: Context,
) -> Json:
    """Write what attributes amounted to, by attribute and dataset."""
    body = head(entity, wish, context)
    for name, by_dataset in amounts.items():
        each = [_amounts(dataset, held, wish) for dataset, held in by_dataset.items()]
        body[context.shown(name)] = each if len(each) > 1 else each[0]
    return body


def head(entity: Entity, wish: Wish, context: Context) -> Json:
    """Write who an entity is."""
    types = [context.shown(name) for name in entity.types]
    body: Json = {"id": entity.id, "type": types if len(types) > 1 else types[0]}
    body = {name: held for name, held in body.items() if wish.shows(name)}
    if wish.system:
        body["createdAt"] = timestamps.to_text(entity.created_us)
        body["modifiedAt"] = timestamps.to_text(entity.modified_us)
        if entity.deleted_us is not None:
            body["deletedAt"] = timestamps.to_text(entity.deleted_us)
    return body


def named(dataset: str) -> Json:
    """Return what names a dataset that is not the default one."""
    return {"datasetId": dataset} if dataset else {}


def content_range(asked: TimeQuery, page: Page) -> str:
    """Write where a page begins and ends, in the order of its instances (6.3.10)."""
    oldest, newest = page.instants() or (0, 0)
    if asked.last is None:
        begins = asked.at_us if asked.relation in {"after", "between"} else oldest
        ends = newest
    else:
        asked_end = {"before": asked.at_us, "between": asked.ends_us}.get(asked.relation)
        begins, ends = newest if asked_end is None else asked_end, oldest
    size = "*" if asked.last is None else asked.last
    first = timestamps.to_text(oldest if begins is None else begins)
    return f"date-time {first}-{timestamps.to_text(ends)}/{size}"


def instance_id(urn: str, name: str, observed_us: int, dataset: str = "") -> str:
    """Return the id of an instance; it follows from its natural key, so a resend keeps it."""
    key = f"{urn} {name} {dataset} {observed_us}".encode()
    digest = hashlib.blake2b(key, digest_size=8).hexdigest()
    return f"{_INSTANCE}{observed_us + _ERA_US:016x}-{digest}"


def instant_of(ident: str) -> int | None:
    """Return the instant that an instance's id holds, None where it is no id of ours."""
    found = _INSTANCE_ID.fullmatch(ident)
    return int(found.group(1), 16) - _ERA_US if found else None


def _instance(urn: str, name: str, one: Instance, view: View) -> Any:
    held = evolving.restored(one)
    deleted = held.pop("deletedAt", None)
    shown = representation.attribute(held, view)
    if not isinstance(shown, dict):
        shown = {"value": shown}  # a concise value has room for nothing else
    if deleted is not None:
        shown["deletedAt"] = deleted
    if name != SCOPE:
        shown["instanceId"] = instance_id(urn, name, one.key.observed_us, one.key.dataset)
    if view.system:
        shown["modifiedAt"] = timestamps.to_text(one.modified_us)
    return shown


def _amounts(dataset: str, held: list[Amount], wish: Wish) -> Json:
    written: Json = {"type": "Property", **named(dataset)}
    for method in wish.methods:
        written[method] = [
            [
                amount.of(method),
                timestamps.to_text(amount.begins_us),
                timestamps.to_text(amount.ends_us),
            ]
            for amount in held
            if amount.of(method) is not None
        ]
    return written
