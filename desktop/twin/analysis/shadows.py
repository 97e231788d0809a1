"""Whether the sun reaches a point: rays against all triangles of a city.

Embree casts some ten million rays a second on one core; where it has no wheel (ARM), VTK's cell
locator gives the same answers some sixty times as slowly.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float32]

_FAR_M = 10_000.0


class Shadows(Protocol):
    """Triangles that stand in the light."""

    def free(self, points: Points, way: Points) -> NDArray[np.bool_]:
        """Tell from which points (n, 3) nothing stands in a direction (3,)."""

    def below(self, points: Points) -> Points:
        """Return how far (n,) below points the first triangle lies, infinite for none."""


def shadows_of(triangles: Points) -> Shadows:
    """Return the best tracer on this machine for triangles (t, 3, 3), local metres."""
    corners = np.ascontiguousarray(triangles, np.float32)
    return EmbreeShadows(corners) if find_spec("embreex") else LocatorShadows(corners)


class EmbreeShadows:
    """Rays by Intel's Embree."""

    def __init__(self, triangles: Points) -> None:
        from embreex import rtcore_scene  # noqa: PLC0415  # not on every system
        from embreex.mesh_construction import TriangleMesh  # noqa: PLC0415  # ditto

        self._scene = rtcore_scene.EmbreeScene()
        self._mesh = TriangleMesh(self._scene, triangles) if len(triangles) else None

    def free(self, points: Points, way: Points) -> NDArray[np.bool_]:
        """Tell from which points nothing stands in a direction."""
        if self._mesh is None or not len(points):
            return np.ones(len(points), bool)
        ways = np.tile(np.asarray(way, np.float32), (len(points), 1))
        hits: NDArray[np.int32] = self._scene.run(points, ways, query="OCCLUDED")
        return hits < 0

    def below(self, points: Points) -> Points:
        """Return how far below points the first triangle lies."""
        if self._mesh is None or not len(points):
            return np.full(len(points), np.inf, np.float32)
        ways = np.tile(np.array([0, 0, -1], np.float32), (len(points), 1))
        away: Points = self._scene.run(points, ways, query="DISTANCE", dists=_FAR_M)
        return np.where(away < _FAR_M * (1 - 1e-6), away, np.inf).astype(np.float32)


class LocatorShadows:
    """Rays by VTK's static cell locator, one at a time."""

    def __init__(self, triangles: Points) -> None:
        from desktop.twin.analysis.cell_rays import CellRays  # noqa: PLC0415  # VTK, where needed

        self._rays = CellRays(triangles) if len(triangles) else None

    def free(self, points: Points, way: Points) -> NDArray[np.bool_]:
        """Tell from which points nothing stands in a direction."""
        if self._rays is None:
            return np.ones(len(points), bool)
        ends = points + np.asarray(way, np.float32) * np.float32(_FAR_M)
        free = [self._rays.share(*ray) is None for ray in zip(points, ends, strict=True)]
        return np.array(free, bool)

    def below(self, points: Points) -> Points:
        """Return how far below points the first triangle lies."""
        ends = points - np.array([0, 0, _FAR_M], np.float32)
        shares = [
            self._rays.share(*ray) if self._rays else None for ray in zip(points, ends, strict=True)
        ]
        away = [np.inf if share is None else share * _FAR_M for share in shares]
        return np.array(away, np.float32)
