"""Buildings: merged walls and roofs, darker at the foot, with thin edges; pictures near the eye."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.colour_scales import unit
from desktop.twin.layer_view import LayerView
from desktop.twin.meshes import atlas_surface, lit, sheet, surface

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from vtkmodules.vtkRenderingCore import vtkActor, vtkRenderer

    from desktop.twin.colour_scales import CityColours
    from desktop.twin.meshes import Atlas, CityDrawing, Shape, Square

NEAR_M = 600.0  # from the eye to the nearest building of a square
_SHADED_M = 9.0  # up to here over the ground the light between houses fades
_EDGE_PX = 1.0
_SHORT_PX = 4.0  # edges that are shorter than that run together into grey


@dataclass(slots=True)
class _Drawn:
    """The actors of one square."""

    square: Square
    far: list[vtkActor]
    near: list[vtkActor]
    dressed: list[vtkActor] = field(default_factory=list)
    near_by: bool = False
    edged: bool = True


class BuildingsLayer(LayerView):
    """All buildings of all models, square by square: faces and edges, coarse, fine or dressed."""

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer)
        self._drawn: list[_Drawn] = []
        self._colours: CityColours | None = None
        self._solid: list[vtkActor] = []
        self._inside = False

    def build(self, city: CityDrawing, colours: CityColours) -> None:
        """Draw the buildings anew, without pictures."""
        self.remove()
        self._colours = colours
        self._drawn, self._solid = [], []
        for square in city.squares:
            far = self._shape(square.far, colours)
            near = far if square.near is square.far else self._shape(square.near, colours)
            drawn = _Drawn(square, far, near)
            self._drawn.append(drawn)
            _show(drawn)

    def see(
        self, eye: NDArray[np.float64], *, pixel: float = 0.0, all_fine: bool = False
    ) -> list[int]:
        """Draw what is near the eye finely, the rest coarsely; return the near squares, in order.

        Args:
            eye: (3,) local metres.
            pixel: metres that a pixel is wide one metre from the eye; from where edges would run
                together they are not drawn.
            all_fine: draw everything finely.

        Returns:
            Numbers that count `city.squares`.
        """
        away = [float(np.linalg.norm(d.square.middle - eye)) - d.square.radius for d in self._drawn]
        for drawn, distance in zip(self._drawn, away, strict=True):
            near_by = all_fine or distance < NEAR_M
            edged = near_by or drawn.square.far.detail_m >= _SHORT_PX * pixel * distance
            if (drawn.near_by, drawn.edged) != (near_by, edged):
                drawn.near_by, drawn.edged = near_by, edged
                _show(drawn)
        near = [n for n, distance in enumerate(away) if distance < NEAR_M]
        return sorted(near, key=lambda n: away[n])

    def show_inside(self, shown: bool) -> None:
        """Draw the inner side of walls, which a section lets be seen, or leave it out."""
        if shown != self._inside:
            self._inside = shown
            for actor in self._solid:
                actor.GetProperty().SetBackfaceCulling(not shown)

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
        faces = self.add_lit(surface(shape.mesh, _paint(shape, colours)))
        if shape.solid:
            self._solid.append(faces)
            faces.GetProperty().SetBackfaceCulling(not self._inside)
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
        return [actor, self.add_lit(surface(bare, _paint(shape, colours)))]


def _show(drawn: _Drawn) -> None:
    """Let one of the three ways be seen."""
    fine = drawn.near_by and not drawn.dressed
    shown = drawn.dressed if drawn.near_by and drawn.dressed else drawn.near if fine else drawn.far
    shown = shown if drawn.edged else shown[:1]  # faces come first
    for actor in (*drawn.far, *drawn.near, *drawn.dressed):
        actor.SetVisibility(actor in shown)


def _paint(shape: Shape, colours: CityColours) -> NDArray[np.uint8]:
    """Return a colour per point: darker near the foot, as little light comes between houses."""
    share = np.clip(shape.heights / _SHADED_M, 0, 1)[:, None] ** 0.7
    foot, top = np.array(colours.foot, float), np.array(colours.building, float)
    return lit(foot + (top - foot) * share, shape.bright)
