"""Rings of surfaces in numbers: which object each belongs to, at which level, hole or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LEVELS = 5


@dataclass(slots=True)
class Rings:
    """Rings of surfaces of all levels; ring r is `points[starts[r]:starts[r + 1]]`, not closed.

    `serials` numbers the rings as they stand in the files; -1 for one that was made here.
    """

    points: NDArray[np.float64]
    starts: NDArray[np.int64]
    owners: NDArray[np.int32]
    lods: NDArray[np.int8]
    holes: NDArray[np.bool_]
    serials: NDArray[np.int64]

    def chosen(self, mask: NDArray[np.bool_]) -> Rings:
        """Return some of the rings, with their points only."""
        sizes = np.diff(self.starts)
        keep = np.repeat(mask, sizes)
        starts = np.concatenate([[0], np.cumsum(sizes[mask])])
        return Rings(
            self.points[keep],
            starts,
            self.owners[mask],
            self.lods[mask],
            self.holes[mask],
            self.serials[mask],
        )

    def levels(self, count: int) -> NDArray[np.bool_]:
        """Return (count, 5): which levels each of `count` objects has rings of."""
        has = np.zeros((count, _LEVELS), bool)
        has[self.owners, self.lods] = True
        return has

    def preferred(self, order: tuple[int, ...], count: int) -> Rings:
        """Return the rings of the first level of `order` that their object has."""
        has = self.levels(count)
        best = np.full(count, -1, np.int8)
        for lod in reversed(order):
            best[has[:, lod]] = lod
        return self.chosen(self.lods == best[self.owners])


def raised(rings: Rings, heights: Sequence[float | None]) -> Rings:
    """Return the rings with every footprint (level 0) raised to a block of its owner's height.

    A footprint whose owner has no height stays flat.
    """
    flat = rings.lods == 0
    if not flat.any():
        return rings
    feet = rings.chosen(flat)
    pieces = [piece for group in _groups(feet.holes) for piece in _raised(feet, group, heights)]
    sizes = [len(points) for points, *_ in pieces]
    blocks = Rings(
        np.concatenate([points for points, *_ in pieces]),
        np.concatenate([[0], np.cumsum(sizes)]),
        np.array([owner for _, owner, _, _ in pieces], np.int32),
        np.array([lod for _, _, lod, _ in pieces], np.int8),
        np.array([hole for _, _, _, hole in pieces], bool),
        np.full(len(pieces), -1, np.int64),
    )
    return joined([rings.chosen(~flat), blocks])


def joined(parts: Sequence[Rings]) -> Rings:
    """Return the rings of several parts, one after the other."""
    sizes = np.concatenate([np.diff(part.starts) for part in parts])
    return Rings(
        np.concatenate([part.points for part in parts]),
        np.concatenate([[0], np.cumsum(sizes)]),
        np.concatenate([part.owners for part in parts]),
        np.concatenate([part.lods for part in parts]),
        np.concatenate([part.holes for part in parts]),
        np.concatenate([part.serials for part in parts]),
    )


Piece = tuple["NDArray[np.float64]", int, int, bool]


def _groups(holes: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return spans of rings: an outline and the holes after it."""
    firsts = np.union1d([0], np.flatnonzero(~holes))
    return list(zip(firsts.tolist(), [*firsts[1:].tolist(), len(holes)], strict=True))


def _raised(rings: Rings, group: tuple[int, int], heights: Sequence[float | None]) -> list[Piece]:
    owner, lod = int(rings.owners[group[0]]), int(rings.lods[group[0]])
    height = heights[owner]
    parts = [rings.points[rings.starts[r] : rings.starts[r + 1]] for r in range(*group)]
    plain: list[Piece] = [(part, owner, lod, n > 0) for n, part in enumerate(parts)]
    if lod > 0 or not height:
        return plain
    lift = np.array([0.0, 0.0, height])
    roof: list[Piece] = [(part + lift, owner, lod, n > 0) for n, part in enumerate(parts)]
    walls: list[Piece] = [
        (wall, owner, lod, False) for part in parts for wall in _walls(part, lift)
    ]
    return [*plain, *roof, *walls]


def _walls(part: NDArray[np.float64], lift: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    after = np.roll(part, -1, axis=0)
    return [np.array(wall) for wall in zip(part, after, after + lift, part + lift, strict=True)]
