"""Projections: which members of an entity, and of those linked to it, are written (4.21)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from platform_hub.server.governance.answers import bad_request
from platform_hub.server.ngsi_ld.attribute_kinds import checked_name

if TYPE_CHECKING:
    from platform_hub.server.ngsi_ld.json_ld import Context

Tree: TypeAlias = "dict[str, Tree]"
_SYMBOL = re.compile(r"[,{}]|[^,{}]+")
_MAX_DEPTH = 10


def parse(text: str, what: str, context: Context) -> Tree:
    """Read a list such as `id,locatedAt{id,name}`; names as the store keeps them.

    Raises:
        Refused: it cannot be read.
    """
    tree: Tree = {}
    open_trees, last = [tree], ""
    for symbol in _SYMBOL.findall(text):
        if symbol == "{" and last and len(open_trees) <= _MAX_DEPTH:
            open_trees.append(open_trees[-1][last])
            last = ""
        elif symbol == "}" and last and len(open_trees) > 1:
            open_trees.pop()
            last = "}"
        elif symbol == "," and last:
            last = ""
        elif symbol not in {",", "{", "}"} and not last:
            last = context.stored(checked_name(symbol.strip()))
            open_trees[-1].setdefault(last, {})
        else:
            raise bad_request(f"{what} cannot be read at {symbol!r}: {text[:200]!r}")
    if len(open_trees) > 1 or not last:
        raise bad_request(f"{what} cannot be read: {text[:200]!r}")
    return tree
