"""The order of a query's entities: `name.createdAt;desc,id` (GS CIM 009, 4.23)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from platform_hub.server.governance.answers import bad_request
from platform_hub.server.ngsi_ld import attribute_paths

if TYPE_CHECKING:
    from platform_hub.server.ngsi_ld.attribute_paths import Path
    from platform_hub.server.ngsi_ld.json_ld import Context
    from platform_hub.server.store.entities import Entity

_DIRECTIONS = {"asc": False, "desc": True}
_MAX_KEYS = 10


@dataclass(frozen=True, slots=True)
class Key:
    """One criterion; `descending` puts the greatest first."""

    path: Path
    descending: bool


@dataclass(frozen=True, slots=True)
class Order:
    """Criteria, the first one the strongest; entities without a value come last."""

    keys: tuple[Key, ...]

    def sorted(self, found: list[Entity]) -> list[Entity]:
        """Return entities in this order; those that are equal in it keep theirs."""
        for key in reversed(self.keys):
            found = _sorted(found, key)
        return found


def parse(text: str, context: Context) -> Order:
    """Read an order.

    Raises:
        Refused: it cannot be read.
    """
    parts = text.split(",")
    if len(parts) > _MAX_KEYS:
        raise bad_request(f"orderBy takes at most {_MAX_KEYS} criteria")
    return Order(tuple(_key(part.strip(), context) for part in parts))


def _key(text: str, context: Context) -> Key:
    name, semicolon, direction = text.partition(";")
    if semicolon and direction not in _DIRECTIONS:
        raise bad_request(f"orderBy takes ;asc or ;desc, not {direction[:40]!r}")
    return Key(attribute_paths.parse(name, context), _DIRECTIONS.get(direction, False))


def _sorted(found: list[Entity], key: Key) -> list[Entity]:
    valued = [(rank, entity) for entity in found if (rank := _rank(entity, key.path)) is not None]
    known = {entity.id for _, entity in valued}
    valued.sort(key=lambda pair: pair[0], reverse=key.descending)
    return [entity for _, entity in valued] + [one for one in found if one.id not in known]


def _rank(entity: Entity, path: Path) -> tuple[str, Any] | None:
    """Return what an entity is sorted by: like with like, numbers before texts."""
    value = _own(entity, path) if len(path.names) == 1 else None
    if value is None:
        value = next(attribute_paths.values(entity.document, path), None)
    while isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, bool | int | float):
        return ("0", value)
    return ("1", value) if isinstance(value, str) else None


def _own(entity: Entity, path: Path) -> Any:
    own = {
        "id": entity.id,
        "type": entity.type,
        "createdAt": entity.created_us,
        "modifiedAt": entity.modified_us,
    }
    return own.get(path.names[0])
