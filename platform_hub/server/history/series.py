"""Series: windows of entities' histories, in pages that end every attribute at one instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from platform_hub.server.store import evolution
from platform_hub.server.store.evolution import GONE, Series, Slice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.evolution import Point
    from platform_hub.server.store.instances import Instance

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked of a history.

    Attributes:
        cut: instants and datasets.
        attributes: names; none means all.
        omitted: names that are left out.
        last: only so many newest instances of each attribute; None means all.
        gone: the times at which attributes were deleted are asked for, not their values.
    """

    cut: Slice = field(default_factory=Slice)
    attributes: frozenset[str] = frozenset()
    omitted: frozenset[str] = frozenset()
    last: int | None = None
    gone: bool = False

    def means(self, name: str) -> bool:
        """Tell whether an attribute is asked for."""
        return (not self.attributes or name in self.attributes) and name not in self.omitted


@dataclass(frozen=True, slots=True)
class Page:
    """Instances by entity and attribute, oldest first, or newest first where counted from there.

    `partial` says that the window holds more; a page then ends every attribute at the same
    instant, so that asking on from its last instant misses nothing. An attribute that this
    emptied is still there. Where points are asked for they stand in the place of the instances.
    """

    series: dict[int, dict[str, list[Instance]]]
    partial: bool
    by_arrival: bool = False
    points: dict[int, dict[str, list[Point]]] = field(default_factory=dict)

    def instants(self) -> tuple[int, int] | None:
        """Return the first and last instant in it, oldest to newest, None where it is empty."""
        every = [
            one.modified_us if self.by_arrival else one.key.observed_us
            for attributes in self.series.values()
            for held in attributes.values()
            for one in held
        ]
        every += [
            one[1] if self.by_arrival else one[0]
            for attributes in self.points.values()
            for each in attributes.values()
            for one in each
        ]
        return (min(every), max(every)) if every else None


def read(
    transaction: Transaction,
    entity_pks: Sequence[int],
    window: Window,
    size: int,
    *,
    plain: bool = False,
) -> Page:
    """Read a page with at most `size` instances of each attribute.

    An attribute gets more only where several of its datasets share the page's last instant.
    With `plain` the page holds points.
    """
    meant = {pk: series_of(transaction, pk, window) for pk in entity_pks}
    partial, cut = False, window.cut
    newest = window.last is not None
    if window.last is None or window.last > size:
        ends = list(_ends(transaction, meant, window, size))
        partial = bool(ends)
        cut = _narrowed(window.cut, ends, newest=newest)

    def every(held: Callable[..., list[T]]) -> dict[int, dict[str, list[T]]]:
        return {
            pk: {
                name: held(transaction, of, cut, window.last, newest=newest)
                for name, of in named.items()
            }
            for pk, named in meant.items()
        }

    if plain:
        return Page({}, partial, window.cut.by_arrival, every(evolution.points))
    return Page(every(evolution.instances), partial, window.cut.by_arrival)


def series_of(transaction: Transaction, entity_pk: int, window: Window) -> dict[str, Series]:
    """Return the series of an entity that hold something in a window, by attribute."""
    named = {}
    for stored, pk in evolution.attributes_of(transaction, entity_pk).items():
        name = stored.removeprefix(GONE)
        of = Series(entity_pk, pk)
        meant = (stored != name) == window.gone and window.means(name)
        if meant and evolution.holds_any(transaction, of, window.cut):
            named[name] = of
    return named


def _ends(
    transaction: Transaction, meant: dict[int, dict[str, Series]], window: Window, size: int
) -> Iterator[int]:
    """Yield the last instant of a full page, of each attribute that does not fit into one."""
    newest = window.last is not None
    for named in meant.values():
        for of in named.values():
            ends = evolution.full_page_ends(transaction, of, window.cut, size, newest=newest)
            if ends is not None:
                yield ends


def _narrowed(cut: Slice, ends: list[int], *, newest: bool) -> Slice:
    if not ends:
        return cut
    return cut._replace(begins_us=max(ends)) if newest else cut._replace(ends_us=min(ends))
