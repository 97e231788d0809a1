"""Floor areas of buildings: what the file says, else footprint times storeys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from area_configs.domain.errors import CityFileError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desktop.twin.citygml import Building, Mesh

STOREY_M = 3.5  # where a file tells a height but no storeys
# PLATEAU puts the floor area of the urban planning survey under both of these names.
_AREA_NAMES = ("totalFloorArea", "floorArea")
_MOST_STOREYS = 200  # PLATEAU writes 9999 for unknown


@dataclass(frozen=True, slots=True)
class FloorArea:
    """Square metres of floor of one building; `surveyed` where the file says it itself."""

    square_m: float
    surveyed: bool


def footprint_m2(mesh: Mesh, building: int) -> float:
    """Return the area of a building seen from above, half of all faces of a closed solid."""
    corners = mesh.points[mesh.triangles[mesh.building == building]].astype(np.float64)
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    across = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    return float(np.abs(across).sum() / 4)


def floor_area(building: Building, mesh: Mesh, number: int) -> FloorArea | None:
    """Return a building's floor area; None where it has neither storeys nor height.

    Args:
        building: the building.
        mesh: closed blocks (LOD1).
        number: the building's number there.
    """
    said = _attributes(building)
    for name in _AREA_NAMES:
        if (area := _number(said.get(name))) is not None and area > 0:
            return FloorArea(area, True)
    storeys = _number(said.get("storeysAboveGround"))
    if storeys is None or not 0 < storeys <= _MOST_STOREYS:
        if building.height is None:
            return None
        storeys = max(1.0, round(building.height / STOREY_M))
    area = footprint_m2(mesh, number) * storeys
    return FloorArea(area, False) if area > 0 else None


def _attributes(building: Building) -> Mapping[str, str]:
    try:
        return building.attributes
    except CityFileError:  # the file has gone since it was read: the mesh still tells
        return {}


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
