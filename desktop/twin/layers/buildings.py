"""Buildings: merged walls and roofs, darker at the foot, with thin edges; pictures near the eye."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.colour_scales import unit
from desktop.twin.layer_view import LayerView
from desktop.twin.meshes import atlas_surface, sheet, surface

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from vtkmodules.vtkRenderingCore import vtkActor, vtkRenderer

    from desktop.twin.colour_scales import CityColours
    from desktop.twin.meshes import Atlas, CityDrawing, Shape, Square

NEAR_M = 600.0  # from the eye to the nearest building of a square
_SHADED_M = 9.0  # up to here over the ground the light between houses fades
_EDGE_PX = 1.0


@dataclass(slots=True)
class _Drawn:
    """The actors of one square."""

    square: Square
    far: list[vtkActor]
    near: list[vtkActor]
    dressed: list[vtkActor] = field(default_factory=list)
    near_by: bool = False


class BuildingsLayer(LayerView):
    """All buildings of all models, square by square: faces and edges, coarse, fine or dressed."""

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer)
        self._drawn: list[_Drawn] = []
        self._colours: CityColours | None = None

    def build(self, city: CityDrawing, colours: CityColours) -> None:
        """Draw the buildings anew, without pictures."""
        self.remove()
        self._colours = colours
        self._drawn = []
        for square in city.squares:
            far = self._shape(square.far, colours)
            near = far if square.near is square.far else self._shape(square.near, colours)
            drawn = _Drawn(square, far, near)
            self._drawn.append(drawn)
            _show(drawn)

    def see(self, eye: NDArray[np.float64], *, all_fine: bool = False) -> list[int]:
        """Draw what is near the eye finely, the rest coarsely; return the near squares, in order.

        The numbers count `city.squares`.
        """
        away = [float(np.linalg.norm(d.square.middle - eye)) - d.square.radius for d in self._drawn]
        for drawn, distance in zip(self._drawn, away, strict=True):
            if drawn.near_by != (all_fine or distance < NEAR_M):
                drawn.near_by = not drawn.near_by
                _show(drawn)
        near = [n for n, distance in enumerate(away) if distance < NEAR_M]
        return sorted(near, key=lambda n: away[n])

    def dress(self, atlases: Mapping[int, Atlas]) -> None:
        """Put pictures on these squares, and take them off all others."""
        for number, drawn in enumerate(self._drawn):
            atlas = atlases.get(number)
            if (atlas is None) == (not drawn.dressed):
                continue
            for actor in drawn.dressed:
                self.drop(actor)
            drawn.dressed = [] if atlas is None else self._dressed(drawn.square.near, atlas)
            _show(drawn)

    def _shape(self, shape: Shape, colours: CityColours) -> list[vtkActor]:
        faces = self.add(surface(shape.mesh, _paint(shape.heights, colours)))
        return [faces, self.add_lines(shape.edges, colours.edge, _EDGE_PX)]

    def _dressed(self, shape: Shape, atlas: Atlas) -> list[vtkActor]:
        colours = self._colours
        if colours is None:
            return []
        bright = unit(colours.dress)
        worn, bare = atlas_surface(shape, atlas)
        actor = self.add(worn, colours.dress)
        actor.SetTexture(sheet(atlas.pixels))
        actor.GetProperty().SetColor(*bright)
        if bare is None:
            return [actor]
        heights = shape.heights
        return [actor, self.add(surface(bare, _paint(heights, colours)))]


def _show(drawn: _Drawn) -> None:
    """Let one of the three ways be seen."""
    fine = drawn.near_by and not drawn.dressed
    shown = drawn.dressed if drawn.near_by and drawn.dressed else drawn.near if fine else drawn.far
    for actor in (*drawn.far, *drawn.near, *drawn.dressed):
        actor.SetVisibility(actor in shown)


def _paint(heights: NDArray[np.float32], colours: CityColours) -> NDArray[np.uint8]:
    """Return a colour per point: darker near the foot, as little light comes between houses."""
    share = np.clip(heights / _SHADED_M, 0, 1)[:, None] ** 0.7
    foot, top = np.array(colours.foot, float), np.array(colours.building, float)
    paint: NDArray[np.uint8] = (foot + (top - foot) * share).astype(np.uint8)
    return paint
