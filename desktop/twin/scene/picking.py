"""What stands under a pixel: rays against the city's triangles, without asking the graphics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.twin.meshes import RayFinder

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from desktop.twin.citygml import CityModel

_LOD = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A building that a ray meets: model and building by number, metres from the eye."""

    model: int
    building: int
    distance: float


class CityPicker:
    """Finds the nearest building on a ray."""

    def __init__(self, models: Sequence[CityModel]) -> None:
        meshes = [(number, model.mesh(_LOD)) for number, model in enumerate(models)]
        self._finders = [(n, mesh, RayFinder(mesh)) for n, mesh in meshes if len(mesh.triangles)]

    def pick(
        self, eye: NDArray[np.float64], way: NDArray[np.float64], reach_m: float
    ) -> Hit | None:
        """Return the first building on the ray from `eye` along the unit vector `way`."""
        hits = []
        for number, mesh, finder in self._finders:
            if hit := finder.hit(eye.tolist(), (eye + way * reach_m).tolist()):
                share, triangle = hit
                hits.append(Hit(number, int(mesh.building[triangle]), share * reach_m))
        return min(hits, key=lambda hit: hit.distance, default=None)
