"""Where labels go: beside their anchors, the important ones first, never over one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_GAP, _FAR_GAP = 5.0, 42.0
_ROUNDS = 30
_SAME_PX = 1e-6


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels from the top left."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        """Tell whether two boxes share an area."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of this box that is nearest to a place."""
        across = min(max(x, self.x), self.x + self.width)
        return across, min(max(y, self.y), self.y + self.height)

    def inside(self, other: Box) -> bool:
        """Tell whether this box lies wholly in another."""
        return (
            other.x <= self.x
            and other.y <= self.y
            and self.x + self.width <= other.x + other.width
            and self.y + self.height <= other.y + other.height
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """A label that wants a place.

    Attributes:
        x, y, reach: middle and radius of the symbol that it belongs to.
        width, height: of the label.
        urgency: the higher comes first; equal ones in the order given.
        must: it is placed even where it covers others.
    """

    x: float
    y: float
    reach: float
    width: float
    height: float
    urgency: int = 0
    must: bool = False


def spread(places: NDArray[np.float64], apart: float) -> NDArray[np.float64]:
    """Return places (n, 2) moved until none is nearer to another than `apart`, or nearly so."""
    moved = places.astype(np.float64)
    for _ in range(_ROUNDS):
        away = moved[:, None] - moved[None, :]
        same = (np.abs(away).max(axis=2) < _SAME_PX) & ~np.eye(len(moved), dtype=bool)
        away[same] = _sideways(len(moved))[same]
        far = np.hypot(away[..., 0], away[..., 1])
        np.fill_diagonal(far, np.inf)
        short = np.clip(apart - far, 0, None)
        if not short.any():
            break
        moved = moved + (away / far[..., None] * short[..., None] / 2).sum(axis=1)
    return moved


def _sideways(count: int) -> NDArray[np.float64]:
    """Return ways apart for points at the same place: the earlier one goes left."""
    order = np.sign(np.arange(count)[:, None] - np.arange(count)[None, :]).astype(np.float64)
    return np.stack([order, np.zeros_like(order)], axis=2)


def place(wishes: Sequence[Wish], room: Box, taken: Sequence[Box] = ()) -> list[Box | None]:
    """Return a box per wish, None where it would cover a symbol or a more urgent label."""
    placed: list[Box | None] = [None] * len(wishes)
    blocked = [*taken, *(_symbol(wish) for wish in wishes)]
    order = sorted(range(len(wishes)), key=lambda n: (not wishes[n].must, -wishes[n].urgency, n))
    for index in order:
        wish = wishes[index]
        options = [box for box in _around(wish) if box.inside(room)]
        free = [box for box in options if not any(box.overlaps(other) for other in blocked)]
        if not free and wish.must:
            free = options[:1] or [_pushed_in(_around(wish)[0], room)]
        if free:
            placed[index] = free[0]
            blocked.append(free[0])
    return placed


def _symbol(wish: Wish) -> Box:
    return Box(wish.x - wish.reach, wish.y - wish.reach, 2 * wish.reach, 2 * wish.reach)


def _around(wish: Wish) -> list[Box]:
    """Return the places tried: right, left, above, below, the corners, and all of them far out."""
    return [box for gap in (_GAP, _FAR_GAP) for box in _ring(wish, wish.reach + gap)]


def _ring(wish: Wish, out: float) -> list[Box]:
    right, left = wish.x + out, wish.x - out - wish.width
    above, below = wish.y - out - wish.height, wish.y + out
    middle_x, middle_y = wish.x - wish.width / 2, wish.y - wish.height / 2
    corners = [
        (right, middle_y),
        (left, middle_y),
        (middle_x, above),
        (middle_x, below),
        (right, above),
        (left, above),
        (right, below),
        (left, below),
    ]
    return [Box(x, y, wish.width, wish.height) for x, y in corners]


def _pushed_in(box: Box, room: Box) -> Box:
    x = min(max(box.x, room.x), room.x + room.width - box.width)
    y = min(max(box.y, room.y), room.y + room.height - box.height)
    return Box(x, y, box.width, box.height)
