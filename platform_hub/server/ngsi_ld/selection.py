"""Selections: which entities a query or a subscription means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_hub.server.store import entities
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from collections.abc import Collection

    from platform_hub.server.ngsi_ld.expressions import Test
    from platform_hub.server.ngsi_ld.geography import GeoQuery
    from platform_hub.server.ngsi_ld.ordering import Order
    from platform_hub.server.ngsi_ld.patterns import Pattern
    from platform_hub.server.ngsi_ld.query_language import Predicate
    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.entities import Entity, StoredEntity


@dataclass(frozen=True, slots=True)
class Selector:
    """Entities by what they are; all of it must hold, and nothing given means any."""

    ids: frozenset[str] = frozenset()
    types: Test | None = None
    id_pattern: Pattern | None = None

    def passes(self, urn: str, types: Collection[str]) -> bool:
        """Tell whether an entity is meant."""
        if self.ids and urn not in self.ids:
            return False
        if self.types and not self.types(types):
            return False
        return self.id_pattern is None or self.id_pattern.search(urn) is not None


@dataclass(frozen=True, slots=True)
class Selection:
    """Entities by what they are, have and where they stand; all of it must hold.

    Attributes:
        selectors: one of them must hold, where there are any.
        attributes: one of them must be there, where there are any.
    """

    selectors: tuple[Selector, ...] = ()
    attributes: frozenset[str] = frozenset()
    predicate: Predicate | None = None
    geo: GeoQuery | None = None
    scopes: Test | None = None

    def passes(self, entity: Entity) -> bool:
        """Tell whether an entity is meant."""
        types = entity.types
        if self.selectors and not any(one.passes(entity.id, types) for one in self.selectors):
            return False
        return self.passes_content(entity)

    def passes_content(self, entity: Entity) -> bool:
        """Tell whether what an entity has is meant, whatever it is."""
        if self.attributes and not self.attributes & entity.document.keys():
            return False
        if self.scopes and not self.scopes(entity.scope):
            return False
        if self.geo and not self.geo.passes(entity.document):
            return False
        return self.predicate is None or self.predicate(_queried(entity))

    @property
    def is_narrow(self) -> bool:
        """Tell whether more than ids was given: ids alone are too wide for a query (5.7.2)."""
        typed = any(one.types for one in self.selectors)
        content = self.attributes or self.predicate or self.geo or self.scopes
        return bool(typed or content)

    @property
    def in_sql(self) -> bool:
        """Tell whether ids and types say everything."""
        patterns = any(one.id_pattern for one in self.selectors)
        content = self.attributes or self.predicate or self.geo or self.scopes
        return len(self.selectors) <= 1 and not (patterns or content)


@dataclass(frozen=True, slots=True)
class Page:
    """Which of the selected entities, and whether they are counted."""

    limit: int = 20
    offset: int = 0
    count: bool = False
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of entities; `total` is None where nobody asked for it."""

    entities: list[Entity]
    more: bool
    total: int | None


def find(transaction: Transaction, tenant: str, selection: Selection, page: Page) -> Found:
    """Return a page of the selected entities, by id or in the page's order."""
    ids, types = _bounds(transaction, tenant, selection)
    if types == []:
        return Found([], more=False, total=0 if page.count else None)
    if selection.in_sql and page.order is None:
        return _in_sql(transaction, (ids, types or (), tenant), page)
    every = entities.select_by(transaction, ids, types or (), tenant)
    found = [entity for entity in every if selection.passes(entity)]
    if page.order:
        found = page.order.sorted(found)
    part = found[page.offset : page.offset + page.limit]
    more = len(found) > page.offset + page.limit
    return Found(part, more, len(found) if page.count else None)


def find_stored(
    transaction: Transaction, tenant: str, selection: Selection, page: Page
) -> tuple[list[StoredEntity], bool, int | None]:
    """Return a page of entities as they are stored, whether there are more, and their number.

    The selection must be `in_sql`, and the page in the order of ids.
    """
    ids, types = _bounds(transaction, tenant, selection)
    if types == []:
        return [], False, 0 if page.count else None
    asked = (ids, types or (), tenant)
    part = entities.stored_page(transaction, asked, page.offset, page.limit + 1)
    total = entities.count_by(transaction, asked) if page.count else None
    return part[: page.limit], len(part) > page.limit, total


def every(transaction: Transaction, tenant: str, selection: Selection) -> list[Entity]:
    """Return all selected entities."""
    ids, types = _bounds(transaction, tenant, selection)
    if types == []:
        return []
    found = entities.select_by(transaction, ids, types or (), tenant)
    return [entity for entity in found if selection.passes(entity)]


def _in_sql(
    transaction: Transaction, asked: tuple[Collection[str], Collection[str], str], page: Page
) -> Found:
    part = entities.select_page(transaction, asked, page.offset, page.limit + 1)
    total = entities.count_by(transaction, asked) if page.count else None
    return Found(part[: page.limit], len(part) > page.limit, total)


def _bounds(
    transaction: Transaction, tenant: str, selection: Selection
) -> tuple[list[str], list[str] | None]:
    """Return ids and whole types that bound a selection; None where no type does."""
    selectors = selection.selectors
    ids = {urn for one in selectors for urn in one.ids} if all(s.ids for s in selectors) else set()
    if not selectors or not all(one.types for one in selectors):
        return sorted(ids), None
    known = entities.types(transaction, tenant)
    tests = [one.types for one in selectors if one.types]
    return sorted(ids), [text for text in known if any(test(text.split(" ")) for test in tests)]


def _queried(entity: Entity) -> dict[str, object]:
    """Return an entity as `q` sees it: with its own times and identity."""
    return {
        **entity.document,
        "id": entity.id,
        "type": list(entity.types),
        "createdAt": timestamps.to_text(entity.created_us),
        "modifiedAt": timestamps.to_text(entity.modified_us),
    }
