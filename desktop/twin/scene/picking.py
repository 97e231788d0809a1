"""What stands under a pixel: rays against the city's triangles, without asking the graphics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from desktop.twin.meshes import Blocks


@dataclass(frozen=True, slots=True)
class Hit:
    """A building that a ray meets: model, building and triangle by number, metres from the eye."""

    model: int
    building: int
    distance: float
    triangle: int = -1


def pick(
    city: Sequence[Blocks], eye: NDArray[np.float64], way: NDArray[np.float64], reach_m: float
) -> Hit | None:
    """Return the first building on the ray from `eye` along the unit vector `way`."""
    hits = []
    for blocks in city:
        if hit := blocks.finder.hit(eye.tolist(), (eye + way * reach_m).tolist()):
            share, triangle = hit
            building = int(blocks.mesh.building[triangle])
            hits.append(Hit(blocks.model, building, share * reach_m, triangle))
    return min(hits, key=lambda hit: hit.distance, default=None)
