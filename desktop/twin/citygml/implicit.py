"""Models that stand in several places: a shape in metres, a matrix and a point in the city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.citygml.tags import local, text_of

if TYPE_CHECKING:
    from lxml import etree
    from numpy.typing import NDArray

_CELLS = 16
_STILL = tuple(np.eye(4).ravel().tolist())
# Semi-major axis (m) and squared eccentricity of GRS 80, the ellipsoid of JGD2011.
_AXIS_M, _ECCENTRICITY2 = 6_378_137.0, 0.006_694_380_022_9


@dataclass(frozen=True, slots=True)
class Model:
    """One use of a model; `shape` holds or names its surfaces, `library` a file outside."""

    matrix: tuple[float, ...]
    point: str
    shape: etree._Element | None
    library: str


def models(holder: etree._Element) -> list[Model]:
    """Return the models that stand in a geometry property."""
    return [_model(part) for part in holder.iter("{*}ImplicitGeometry")]


def settled(
    local_points: NDArray[np.float64],
    matrix: tuple[float, ...],
    place: NDArray[np.float64],
    *,
    degrees: bool,
    north_first: bool,
) -> NDArray[np.float64]:
    """Return a model's points (n, 3) in the city's system, in that system's axis order.

    A model's axes point east, north and up. Degrees come from the radii of curvature of the
    ellipsoid at `place` (3,), which is right to a millimetre for models of some hundred metres.
    """
    turned = local_points @ np.reshape(matrix, (4, 4))[:3, :3].T + np.reshape(matrix, (4, 4))[:3, 3]
    east, north, up = turned.T
    if degrees:
        latitude = np.radians(place[0 if north_first else 1])
        root = 1 - _ECCENTRICITY2 * np.sin(latitude) ** 2
        north = np.degrees(north / (_AXIS_M * (1 - _ECCENTRICITY2) / root**1.5))
        east = np.degrees(east / (_AXIS_M / np.sqrt(root) * np.cos(latitude)))
    pair = (north, east) if north_first else (east, north)
    return np.column_stack([*pair, up]) + place


def _model(element: etree._Element) -> Model:
    found = {local(child): child for child in element.iterchildren("{*}*")}
    shape = found.get("relativeGMLGeometry", found.get("relativeGeometry"))
    point = found.get("referencePoint")
    return Model(
        matrix=_matrix(found.get("transformationMatrix")),
        point="" if point is None else " ".join(_numbers_in(point)),
        shape=shape,
        library=_said(found.get("libraryObject")),
    )


def _matrix(element: etree._Element | None) -> tuple[float, ...]:
    try:
        cells = tuple(float(word) for word in _said(element).split())
    except ValueError:
        return _STILL
    return cells if len(cells) == _CELLS and np.isfinite(cells).all() else _STILL


def _said(element: etree._Element | None) -> str:
    return "" if element is None else text_of(element).strip()


def _numbers_in(element: etree._Element) -> list[str]:
    return [word for part in element.iter("{*}*") for word in text_of(part).split()]
