"""Ways on foot or by wheelchair over the roads of a city: step-free, around water, in the shade."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.analysis.shadows import shadows_of
from desktop.twin.analysis.sun_study import ground_grid_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from desktop.twin.analysis.sun_study import GroundGrid

STEP_M = 3.0
STEEPEST = 1 / 12  # ramps of Japan's barrier-free law: 8.3 % at most outside
DEEPEST_M = 0.1  # water over the road beyond which nobody should be sent
SUN_COST = 0.6  # a metre in the sun counts as 1.6 metres
_NEIGHBOURS = ((0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))
_REACH_M = 60.0  # from a place to the road that it is reached by


@dataclass(frozen=True, slots=True)
class Route:
    """A way found.

    Attributes:
        points: (n, 3) along it.
        goal: number of the goal that it leads to.
        metres, sunny_m: its length, and how much of it lies in the sun.
        steepest: greatest slope on it, as a share.
    """

    points: NDArray[np.float64]
    goal: int
    metres: float
    sunny_m: float
    steepest: float


class Roads:
    """The roads of a city as places three metres apart that lead to their neighbours."""

    def __init__(self, triangles: NDArray[np.float32], bounds: NDArray[np.float64]) -> None:
        self.grid: GroundGrid = ground_grid_of(shadows_of(triangles), bounds, STEP_M)
        self._heights = self.grid.points[:, 2].astype(np.float64)

    def route(
        self,
        start: NDArray[np.float64],
        goals: NDArray[np.float64],
        *,
        sunny: NDArray[np.bool_] | None = None,
        depth: NDArray[np.float64] | None = None,
    ) -> Route | None:
        """Return the best step-free way to the nearest goal by cost; None where none leads there.

        Args:
            start: where it begins, (x, y).
            goals: (n, 2) places, each reached from the road nearest to it.
            sunny: which grid places lie in the sun, where shade is wanted.
            depth: metres of water over each grid place.
        """
        allowed = self.grid.open.copy()
        if depth is not None:
            allowed &= depth <= DEEPEST_M
        begin = self._nearest(start[:2], allowed)
        ends = {self._nearest(goal[:2], allowed): n for n, goal in reversed(list(enumerate(goals)))}
        ends.pop(None, None)
        if begin is None or not ends:
            return None
        cost = np.ones(len(allowed), np.float64)
        if sunny is not None:
            cost += SUN_COST * sunny
        path = self._search(begin, set(ends), allowed, cost)
        return self._told(path, ends[path[-1]], sunny) if path else None

    def _nearest(self, place: NDArray[np.float64], allowed: NDArray[np.bool_]) -> int | None:
        away = np.hypot(*(self.grid.points[:, :2] - place).T)
        away[~allowed] = np.inf
        number = int(np.argmin(away))
        return number if away[number] <= _REACH_M else None

    def _search(
        self,
        begin: int,
        ends: set[int | None],
        allowed: NDArray[np.bool_],
        cost: NDArray[np.float64],
    ) -> list[int]:
        """Return the cheapest path (Dijkstra); empty where none exists."""
        best, came, done = {begin: 0.0}, {begin: begin}, set()
        waiting = [(0.0, begin)]
        while waiting:
            spent, here = heapq.heappop(waiting)
            if here in ends:
                return _backwards(came, here)
            if here in done:
                continue
            done.add(here)
            for there, metres in self._ways(here, allowed):
                price = spent + metres * float(cost[here] + cost[there]) / 2
                if price < best.get(there, np.inf):
                    best[there], came[there] = price, here
                    heapq.heappush(waiting, (price, there))
        return []

    def _ways(self, here: int, allowed: NDArray[np.bool_]) -> Iterator[tuple[int, float]]:
        """Give the neighbours that can be reached without a step."""
        rows, columns = self.grid.shape
        row, column = divmod(here, columns)
        for up, right in _NEIGHBOURS:
            if 0 <= row + up < rows and 0 <= column + right < columns:
                there = here + up * columns + right
                metres = STEP_M * (2**0.5 if up and right else 1.0)
                rise = abs(self._heights[there] - self._heights[here])
                if allowed[there] and rise <= STEEPEST * metres:
                    yield there, metres

    def _told(self, path: list[int], goal: int, sunny: NDArray[np.bool_] | None) -> Route:
        points = self.grid.points[path].astype(np.float64)
        level = np.hypot(*np.diff(points[:, :2], axis=0).T)
        rises = np.abs(np.diff(points[:, 2]))
        lit = np.zeros(len(path)) if sunny is None else sunny[path].astype(float)
        return Route(
            points=points,
            goal=goal,
            metres=float(level.sum()),
            sunny_m=float((level * (lit[1:] + lit[:-1]) / 2).sum()),
            steepest=float((rises / np.maximum(level, 1e-9)).max(initial=0.0)),
        )


def _backwards(came: dict[int, int], end: int) -> list[int]:
    path = [end]
    while came[path[-1]] != path[-1]:
        path.append(came[path[-1]])
    return path[::-1]
