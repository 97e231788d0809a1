"""Temporal values: histories as pairs of value and time (4.5.9), as many as a day of seconds has."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.history import evolving
from platform_hub.server.ngsi_ld import attribute_kinds, representation
from platform_hub.server.ngsi_ld.representation import Form, View
from platform_hub.server.ngsi_ld.temporal_form import head, named
from platform_hub.server.store.instances import Instance, Key
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from platform_hub.server.ngsi_ld.json_ld import Context
    from platform_hub.server.ngsi_ld.temporal_query import Wish
    from platform_hub.server.store.entities import Entity
    from platform_hub.server.store.evolution import Point

Json = dict[str, Any]
_NUMBER = b'{"type":"Property","value":'
_BEGIN = len(_NUMBER)
_STORED = {"createdAt", "modifiedAt"}  # what is asked for by the time of its storing


def write(
    entity: Entity, series: Mapping[str, Sequence[Point]], wish: Wish, context: Context
) -> Json:
    """Write the history of an entity, each attribute as pairs, dataset by dataset."""
    body = head(entity, wish, context)
    view = View(Form.SIMPLIFIED, context=context, languages=wish.languages)
    for name, held in series.items():
        each = [_pairs(dataset, of, wish, view) for dataset, of in _by_dataset(held)]
        if not each:
            each = [{"type": "Property", "values": []}]
        body[context.shown(name)] = each if len(each) > 1 else each[0]
    return body


def _by_dataset(held: Sequence[Point]) -> Iterable[tuple[str, Sequence[Point]]]:
    known = {point[2] for point in held}
    if len(known) == 1:
        return [(known.pop(), held)]
    ordered = sorted(held, key=lambda point: point[2])
    return [(name, list(of)) for name, of in groupby(ordered, key=lambda point: point[2])]


def _pairs(dataset: str, held: Sequence[Point], wish: Wish, view: View) -> Json:
    kind = evolving.restored(_instance(held[0]))["type"]
    if view.languages and kind == "LanguageProperty":
        kind = "Property"
    stored = wish.time.property in _STORED
    times = timestamps.texts(point[1] if stored else point[0] for point in held)
    values = _values(held, view)
    pairs = [b'[%b,"%b"]' % pair for pair in zip(values, times, strict=True)]
    key = attribute_kinds.VALUE_KEYS[kind]
    return {"type": kind, **named(dataset), f"{key}s": msgspec.Raw(b"[%b]" % b",".join(pairs))}


def _values(held: Sequence[Point], view: View) -> list[bytes]:
    """Return the plain values as JSON; of a number, which nearly all are, as it is stored."""
    # No number holds a comma. Where none follows, find gives -1 and only the brace is left out.
    return [
        body[_BEGIN : body.find(b",", _BEGIN)]
        if num is not None and body.startswith(_NUMBER)
        else _written(point, view)
        for point in held
        for num, body in (point[3:],)
    ]


def _written(point: Point, view: View) -> bytes:
    return msgspec.json.encode(representation.attribute(evolving.restored(_instance(point)), view))


def _instance(point: Point) -> Instance:
    observed_us, modified_us, dataset, num, body = point
    return Instance(Key(0, 0, observed_us, dataset), num, body, modified_us)
