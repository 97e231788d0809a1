"""Series: windows of an entity's history, in pages that end every attribute at one instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_hub.server.store import instances

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.instances import Instance, Span


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked of a history.

    Attributes:
        span: instants, both ends included.
        attributes: names; none means all.
        last: only so many newest instances of each attribute; None means all.
    """

    span: Span
    attributes: frozenset[str] = frozenset()
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Instances by attribute, oldest first, or newest first where the window counts from there.

    `partial` says that the window holds more; a page then ends every attribute at the same
    instant, so that asking on from its last instant misses nothing.
    """

    series: dict[str, list[Instance]]
    partial: bool

    def instants(self) -> tuple[int, int] | None:
        """Return the first and last instant in it, oldest to newest, None where it is empty."""
        every = [one.key.observed_us for held in self.series.values() for one in held]
        return (min(every), max(every)) if every else None


def read(transaction: Transaction, entity_pk: int, window: Window, size: int) -> Page:
    """Read a page with at most `size` instances of each attribute.

    An attribute gets more only where several of its datasets share the page's last instant.
    """
    names = _names(transaction, entity_pk, window.attributes)
    newest = window.last is not None
    partial, span = False, window.span
    if window.last is None or window.last > size:
        ends = list(_ends(transaction, entity_pk, names, window, size))
        partial = bool(ends)
        span = _cut(window.span, ends, newest=newest)
    limit = window.last if newest else None
    series = {
        name: instances.window(transaction, (entity_pk, pk), span, limit, newest=newest)
        for name, pk in names.items()
    }
    return Page({name: held for name, held in series.items() if held or partial}, partial)


def _names(transaction: Transaction, entity_pk: int, wanted: Collection[str]) -> dict[str, int]:
    every = instances.attributes_of(transaction, entity_pk)
    return {name: pk for name, pk in every.items() if not wanted or name in wanted}


def _ends(
    transaction: Transaction, entity_pk: int, names: dict[str, int], window: Window, size: int
) -> Iterator[int]:
    """Yield the last instant of a full page, of each attribute that does not fit into one."""
    newest = window.last is not None
    for pk in names.values():
        of = (entity_pk, pk)
        ends = instances.full_page_ends(transaction, of, window.span, size, newest=newest)
        if ends is not None:
            yield ends


def _cut(span: Span, ends: list[int], *, newest: bool) -> Span:
    if not ends:
        return span
    return span._replace(begins_us=max(ends)) if newest else span._replace(ends_us=min(ends))
