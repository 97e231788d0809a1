"""The quick way of a listing: whole entities go out as they are stored, without being taken apart.

What stands in the store is normalised JSON in the core context; only the hub's own times have to be
taken off. They end every attribute, so that one which holds the word `createdAt` once needs no
decoding; any other attribute goes the ordinary way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.ngsi_ld import representation
from platform_hub.server.ngsi_ld.representation import Form, View
from platform_hub.server.store.entities import SCOPE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_hub.server.store.entities import StoredEntity

Json = dict[str, Any]
_STAMPS = re.compile(rb',"createdAt":"[^"]*","modifiedAt":"[^"]*"\}\Z')
_NAMED = (b'"vocab":', b'"objectType":')  # values that are names
_document = msgspec.json.Decoder(dict[str, msgspec.Raw])


def suits(view: View) -> bool:
    """Tell whether a view writes whole entities as they are stored."""
    return view.form is Form.NORMALIZED and not (
        view.system or view.only or view.without or view.languages or view.datasets or view.geometry
    )


def written(found: Iterable[StoredEntity], view: View) -> list[Json]:
    """Write entities, each as `representation.represent` would."""
    return [_entity(one, view) for one in found]


def _entity(one: StoredEntity, view: View) -> Json:
    shown, renaming = view.context.shown, bool(view.context.terms)
    types = [shown(name) for name in one.type.split(" ")]
    body: Json = {"id": one.id, "type": types if len(types) > 1 else types[0]}
    for name, raw in _document.decode(one.document).items():
        if name == SCOPE:
            scope = msgspec.json.decode(raw)
            body[SCOPE] = scope if len(scope) > 1 else scope[0]
        else:
            body[shown(name)] = _attribute(bytes(raw), view, renaming)
    return body


def _attribute(raw: bytes, view: View, renaming: bool) -> Any:
    if raw.count(b"createdAt") == 1 and not (renaming and _holds_names(raw)):
        bare, count = _STAMPS.subn(b"}", raw)
        if count:
            return msgspec.Raw(bare)
    return representation.attribute(msgspec.json.decode(raw), view)


def _holds_names(raw: bytes) -> bool:
    """Tell whether an attribute may hold names that the reader knows otherwise."""
    return raw.count(b'"type":') > 1 or any(mark in raw for mark in _NAMED)
