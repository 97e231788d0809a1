"""What every layer of the twin is: actors of one kind of thing, put in and taken out together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from desktop.twin.colour_scales import unit
from desktop.twin.meshes import AMBIENT, DIFFUSE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from vtkmodules.vtkCommonDataModel import vtkPolyData
    from vtkmodules.vtkRenderingCore import vtkRenderer

    from desktop.twin.colour_scales import CityColours, Rgb
    from desktop.twin.meshes import CityDrawing

    class CityLayer(Protocol):
        """A layer that is built from the city."""

        def build(self, city: CityDrawing, colours: CityColours) -> None:
            """Draw the city anew."""
            ...

        def remove(self) -> None:
            """Take everything out of the picture."""
            ...

        @property
        def actors(self) -> Sequence[vtkActor]:
            """Return everything that it draws."""
            ...


class LayerView:
    """The actors of one layer in one renderer."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self._actors: list[vtkActor] = []

    def remove(self) -> None:
        """Take everything out of the picture."""
        for actor in self._actors:
            self._renderer.RemoveActor(actor)
        self._actors.clear()

    @property
    def actors(self) -> Sequence[vtkActor]:
        """Return everything that it draws."""
        return self._actors

    def drop(self, actor: vtkActor) -> None:
        """Take one thing out of the picture."""
        self._renderer.RemoveActor(actor)
        self._actors.remove(actor)

    def add(self, data: vtkPolyData, colour: Rgb | None = None, *, lift: int = 0) -> vtkActor:
        """Draw polydata, in one colour or in that of its points.

        Args:
            data: what to draw.
            colour: None where the points carry colours.
            lift: how many steps it wins against surfaces at the same depth.
        """
        mapper = vtkPolyDataMapper()
        mapper.SetInputDataObject(data)
        mapper.SetScalarVisibility(colour is None)
        actor = vtkActor()
        actor.SetMapper(mapper)
        look = actor.GetProperty()
        look.SetInterpolationToFlat()
        look.SetAmbient(AMBIENT)
        look.SetDiffuse(DIFFUSE)
        if colour is not None:
            look.SetColor(*unit(colour))
        # VTK would pull lines so far forward that hidden ones show from afar; these need less
        mapper.SetResolveCoincidentTopologyToPolygonOffset()
        mapper.SetRelativeCoincidentTopologyPolygonOffsetParameters(-lift, -2 * lift)
        mapper.SetRelativeCoincidentTopologyLineOffsetParameters(1, 2)
        self._renderer.AddActor(actor)
        self._actors.append(actor)
        return actor

    def add_lit(self, data: vtkPolyData, *, lift: int = 0) -> vtkActor:
        """Draw polydata whose points carry colours that are lit already (`meshes.lit`)."""
        actor = self.add(data, lift=lift)
        look = actor.GetProperty()
        look.LightingOff()
        look.SetAmbient(1.0)  # VTK adds both shares where it does not light
        look.SetDiffuse(0.0)
        return actor

    def add_lines(self, data: vtkPolyData, colour: Rgb, width: float) -> vtkActor:
        """Draw lines in one colour, unlit, a hair before their depth."""
        actor = self.add(data, colour)
        actor.GetProperty().LightingOff()
        actor.GetProperty().SetLineWidth(width)
        return actor
