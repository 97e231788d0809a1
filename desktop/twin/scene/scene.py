"""The scene: what is drawn, from where, and the picture of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPlane
from vtkmodules.vtkRenderingCore import vtkLight, vtkRenderer

from desktop.twin.colour_scales import LIGHT, unit
from desktop.twin.layers.buildings import BuildingsLayer
from desktop.twin.layers.devices import DevicesLayer
from desktop.twin.layers.highlight import HighlightLayer
from desktop.twin.meshes import DRAWN_LOD, LAMPS, prepare, top_of
from desktop.twin.registry import city_layers
from desktop.twin.scene.camera import MapCamera
from desktop.twin.scene.picking import Hit, pick
from desktop.twin.scene.themes import Themes
from desktop.twin.scene.wardrobe import Wardrobe
from desktop.twin.scene.window import PictureWindow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.citygml import Building
    from desktop.twin.colour_scales import CityColours
    from desktop.twin.meshes import CityDrawing
    from desktop.twin.scene.section import Section

_FRAMED_POINTS = 4000
_EMPTY_M = 150.0
_NEAR_SHARE = 0.05
_SKY_M = 10_000.0


class Scene:
    """City, masts and highlight; the graphics start with the first picture."""

    def __init__(self) -> None:
        self.camera = MapCamera()
        self.colours = LIGHT
        self.city = prepare(())
        self._renderer = vtkRenderer()
        self._window: PictureWindow | None = None
        self.wardrobe = Wardrobe()
        self.dressed = True
        self._buildings = BuildingsLayer(self._renderer)
        self._city = [*city_layers(self._renderer), self._buildings]
        self._devices = DevicesLayer(self._renderer)
        self._highlight = HighlightLayer(self._renderer)
        self.themes = Themes(self._renderer)
        self._masts = (np.zeros((0, 3)), np.zeros((0, 3)))
        self._chosen: tuple[int, int] | None = None
        self.section: Section | None = None
        self._plane = vtkPlane()
        _light(self._renderer)

    def set_city(self, city: CityDrawing) -> None:
        """Show another city."""
        self.city = city
        self.wardrobe.show(city)
        self._chosen = None
        self._rebuild()

    def set_colours(self, colours: CityColours) -> None:
        """Draw everything in other colours."""
        self.colours = colours
        self._rebuild()

    def set_masts(self, feet: NDArray[np.float64], tops: NDArray[np.float64]) -> None:
        """Draw masts of devices from (n, 3) to (n, 3)."""
        self._masts = (feet, tops)
        self._devices.build(feet, tops, self.colours)

    def choose_building(self, hit: Hit | None) -> None:
        """Mark one building, or none."""
        self._chosen = (hit.model, hit.building) if hit else None
        self._mark()

    def building_at(self, x: float, y: float) -> Hit | None:
        """Return the building under a pixel of the camera's picture, its distance from the eye."""
        eye, way = self.camera.sight(x, y)
        start = eye if self.section is None else self.section.beyond(eye, way)
        if start is None:
            return None
        hit = pick(self.city.blocks, start, way, self._reach)
        if hit is None or (self.section and not self.section.shows(start + way * hit.distance)):
            return None
        return replace(hit, distance=hit.distance + float(np.linalg.norm(start - eye)))

    def roof_over(self, x: float, y: float) -> float | None:
        """Return the height of the highest roof over a place; None where no building stands."""
        hit = pick(
            self.city.blocks, np.array([x, y, _SKY_M]), np.array([0.0, 0.0, -1.0]), 2 * _SKY_M
        )
        return None if hit is None else _SKY_M - hit.distance

    def building(self, hit: Hit) -> Building:
        """Return the building that a hit means."""
        return self.city.models[hit.model].buildings[hit.building]

    def find(self, building_id: str) -> Hit | None:
        """Return a building by its gml:id."""
        for number, model in enumerate(self.city.models):
            for index, building in enumerate(model.buildings):
                if building.id == building_id:
                    return Hit(number, index, 0.0)
        return None

    def top_of(self, hit: Hit) -> NDArray[np.float64]:
        """Return the middle of a building's roof (3,), local metres."""
        return np.array(top_of(self.city, hit.model, hit.building))

    def is_near(self, place: NDArray[np.float64]) -> bool:
        """Tell whether a place lies in the city or not farther from it than the city is wide."""
        bounds = self.city.bounds
        if bounds is None:
            return True
        wide = float((bounds[1] - bounds[0])[:2].max())
        return bool(
            np.all((bounds[0, :2] - wide <= place[:2]) & (place[:2] <= bounds[1, :2] + wide))
        )

    def home(self, margins: tuple[int, int, int, int]) -> None:
        """Show the whole district from an oblique angle, inside margins in pixels."""
        fresh = MapCamera(size=self.camera.size, plan=self.camera.plan)
        points = self._framed()
        fresh.frame(points, margins)
        reach = float(np.linalg.norm(np.ptp(points, axis=0)))
        fresh.farthest_m = max(4 * reach, fresh.distance * 1.6)
        self.camera = fresh

    def picture(self, width: int, height: int, *, fine: bool = True) -> NDArray[np.uint8]:
        """Render and return (height, width, 4), first row on top, with smooth edges or quickly.

        Raises:
            NoPicture: this machine gives no OpenGL context.
        """
        if self._window is None:
            self._window = PictureWindow(self._renderer)
        covered = self.themes.cover_buildings
        pixel = self.camera.metres_per_pixel / self.camera.distance
        near_by = self._buildings.see(self.camera.position, pixel=pixel, all_fine=covered)
        bare = covered or not self.dressed
        self._buildings.dress({} if bare else self.wardrobe.worn(near_by))
        self._cut()
        view = self._renderer.GetActiveCamera()
        camera = self.camera
        view.SetPosition(*camera.position)
        view.SetFocalPoint(*camera.target)
        view.SetViewUp(*camera.axes[1])
        view.SetViewAngle(camera.field_of_view)
        view.SetParallelProjection(camera.plan)
        view.SetParallelScale(camera.half_height)
        self._renderer.ResetCameraClippingRange()
        near, far = view.GetClippingRange()
        # a near plane right before the eye leaves too few depths for edges to win over faces
        view.SetClippingRange(max(near, camera.distance * _NEAR_SHARE), far)
        return self._window.picture(width, height, fine=fine)

    def close(self) -> None:
        """Give the graphics back; the scene draws no more."""
        self.wardrobe.close()
        self._renderer.RemoveAllViewProps()
        if self._window is not None:
            self._window.close()

    @property
    def actors(self) -> int:
        """Return how many things are handed to the graphics."""
        return int(self._renderer.GetActors().GetNumberOfItems())

    @property
    def _reach(self) -> float:
        return self.camera.distance + self.camera.farthest_m * 2

    def _framed(self) -> NDArray[np.float64]:
        points: list[NDArray[np.floating]] = [m.mesh(DRAWN_LOD).points for m in self.city.models]
        points = [some[:: max(1, len(some) // _FRAMED_POINTS)] for some in points if len(some)]
        points.append(np.array([top for top in self._masts[1] if self.is_near(top)]).reshape(-1, 3))
        bounds = self.city.bounds
        if not any(len(some) for some in points):
            corner = np.full(3, _EMPTY_M)
            return np.array([-corner, corner]) if bounds is None else bounds
        return np.concatenate(points).astype(np.float64)

    def _cut(self) -> None:
        """Let the section hide what stands before it; the ground stays whole."""
        self._buildings.show_inside(self.section is not None)
        if self.section is not None:
            self._plane.SetOrigin(*self.section.origin)
            self._plane.SetNormal(*self.section.normal)
        whole = set(self._city[0].actors)
        for actor in self._renderer.GetActors():  # type: ignore[attr-defined]  # iterable, though not typed so
            mapper = actor.GetMapper()
            planes = mapper.GetClippingPlanes()
            cut = planes is not None and planes.GetNumberOfItems() > 0
            wanted = self.section is not None and actor not in whole
            if wanted and not cut:
                mapper.AddClippingPlane(self._plane)
            elif cut and not wanted:
                mapper.RemoveAllClippingPlanes()

    def _rebuild(self) -> None:
        self._renderer.SetBackground(*unit(self.colours.sky))
        for layer in self._city:
            layer.build(self.city, self.colours)
        self._devices.build(*self._masts, self.colours)
        self._mark()

    def _mark(self) -> None:
        if self._chosen is None:
            self._highlight.remove()
        else:
            model, building = self._chosen
            self._highlight.show(self.city.models[model].mesh(DRAWN_LOD), building, self.colours)


def _light(renderer: vtkRenderer) -> None:
    """Put up one sun and one fill light that stay with the city, not with the camera."""
    renderer.AutomaticLightCreationOff()
    for place, strength in LAMPS:
        light = vtkLight()
        light.SetLightTypeToSceneLight()
        light.PositionalOff()
        light.SetPosition(*place)
        light.SetFocalPoint(0, 0, 0)
        light.SetIntensity(strength)
        renderer.AddLight(light)
