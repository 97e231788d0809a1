"""The twin of one area: devices and buildings on the map, chosen by hand or from elsewhere.

What hands do to the view stands in `map_widget` and `tool_widget`. Ctrl+F searches, a double click flies there, Tab goes from device
to device, Enter flies to the chosen one, Escape chooses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from desktop.models.saved_views import ViewPoint
from desktop.twin.citygml import Frame
from desktop.twin.colour_scales import DARK, LIGHT
from desktop.twin.meshes import prepare
from desktop.twin.scene.marks import building_note, device_at, device_marks, seen
from desktop.twin.scene.overlay import Overlay
from desktop.twin.scene.posts import posts
from desktop.twin.scene.theme_paint import ThemePaint
from desktop.twin.scene.words import describe, note, tip
from desktop.twin.tool_widget import ToolWidget

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QMouseEvent

    from area_configs.domain.areas import Area
    from area_configs.domain.names import Language
    from desktop.models.device_states import DeviceStates
    from desktop.models.selection import Selection
    from desktop.models.twin_layers import LayerFacts
    from desktop.twin.citygml import Building, CityModel
    from desktop.twin.meshes import CityDrawing
    from desktop.twin.scene.labels import Box
    from desktop.twin.scene.overlay import BuildingNote, DeviceMark
    from desktop.twin.scene.picking import Hit
    from desktop.twin.theme_view import Outlook

_NEAR_M_PER_PX = 0.55
_FLY_M = 330.0


class TwinViewport(ToolWidget):
    """The living 3D map of one area; shows and changes the chosen device.

    Attributes:
        kept_free: where no label of a device may stand.
    """

    building_chosen = Signal(str)  # gml:id, empty for none
    search_wanted = Signal()

    kept_free: Sequence[Box] = ()

    def __init__(
        self,
        area: Area,
        selection: Selection,
        states: DeviceStates,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._area, self._selection, self._states = area, selection, states
        self._language: Language = "ja"
        self._banner = ""
        self._frame = Frame.at(area.centre.latitude, area.centre.longitude, area.epsg)
        self._tops = np.zeros((0, 3))
        self._hovered = ""
        self._building: Hit | None = None
        selection.changed.connect(self._on_chosen)
        states.changed.connect(self._on_states)
        self.set_city(())

    # ------------------------------------------------------------ what others tell it

    def set_city(self, models: Sequence[CityModel]) -> None:
        """Show other city models, made ready here and now; `show_city` takes what a worker made.

        Raises:
            ValueError: the models do not share one frame; read them with one epsg and origin.
        """
        self.show_city(prepare(models))

    def show_city(self, city: CityDrawing) -> None:
        """Show a city that `desktop.twin.meshes.prepare` has made ready; see `set_city`."""
        frames = {model.frame for model in city.models}
        if len(frames) > 1:
            raise ValueError(f"city models in {len(frames)} frames cannot be shown together")
        self._frame = frames.pop() if frames else self._frame
        self._building = None
        self._scene.set_city(city)
        feet, self._tops = posts(self._area.devices, self._frame, self._scene)
        self._scene.set_masts(feet, self._tops)
        self.home()

    def set_language(self, language: Language) -> None:
        """Speak Japanese (`ja`) or English (`en`)."""
        self._language = language
        self.update()

    def set_banner(self, text: str) -> None:
        """Show a sentence across the top; none with an empty text."""
        self._banner = text
        self.update()

    def show_themes(self, wanted: Mapping[str, str], outlook: Outlook) -> dict[str, LayerFacts]:
        """Draw layers with a theme, by key and choice, and no others; return what they say."""
        scene = self._scene
        facts, changed = scene.themes.show(wanted, outlook, self._frame, scene.city, scene.colours)
        self.invalidate() if changed else self.update()
        return facts

    def set_theme(self, dark: bool) -> None:
        """Draw in light or dark greys."""
        self._scene.set_colours(DARK if dark else LIGHT)
        self.invalidate()

    def fly_to(self, device: str) -> None:
        """Bring a device into the middle, near enough to read its surroundings."""
        index = self._index(device)
        if index is not None:
            distance = min(self._scene.camera.distance, _FLY_M)
            self._go(self._tops[index] - (0.0, 0.0, 10.0), distance)

    def fly_to_building(self, building_id: str) -> bool:
        """Choose a building by its gml:id and bring it into the middle; False where there is none."""
        hit = self._scene.find(building_id)
        if hit is None:
            return False
        self._choose(hit)
        self._go(self._scene.top_of(hit), min(self._scene.camera.distance, _FLY_M))
        return True

    def choose_no_building(self) -> None:
        """Let the chosen building go."""
        self._show_building(None)

    @property
    def chosen_building(self) -> str:
        """Return the chosen building's gml:id, empty for none."""
        return "" if self._building is None else self._scene.building(self._building).id

    def building(self, building_id: str) -> Building | None:
        """Return a building by its gml:id."""
        hit = self._scene.find(building_id)
        return None if hit is None else self._scene.building(hit)

    @property
    def models(self) -> Sequence[CityModel]:
        """Return the city models that are shown."""
        return self._scene.city.models

    @property
    def view(self) -> ViewPoint:
        """Return where the map is seen from."""
        camera = self._scene.camera
        x, y, height = (float(value) for value in camera.target)
        place = self._frame.place(x, y)
        return ViewPoint(*place, height, camera.heading, camera.tilt, camera.distance, camera.plan)

    def show_view(self, view: ViewPoint) -> None:
        """See the map from there."""
        camera = self._scene.camera
        camera.heading, camera.tilt, camera.plan = view.heading, view.tilt, view.plan
        target = np.array([*self._frame.local(view.latitude, view.longitude), view.height_m])
        self._go(target, view.distance_m)
        self.tools_changed.emit()

    def turn(self, degrees: float) -> None:
        """Turn around what is looked at."""
        self._flight.stop()
        self._scene.camera.orbit(degrees, 0.0)
        self._homely = False
        self.invalidate()

    def picture(self, scale: float, stamp: str = "") -> QImage:
        """Return the view with everything painted over it, at so many times the widget's size.

        Args:
            scale: pixels for each of the widget's.
            stamp: a line below it, such as the time that it shows.
        """
        image = QImage(self.size() * scale, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.drawImage(image.rect(), self.rendered(scale))
        painter.scale(scale, scale)
        self.paint_over(painter)
        if stamp:
            Overlay.stamp(painter, self.size(), stamp, self._scene.colours)
        painter.end()
        self._dirty = True  # the rows of the widget's own picture have been rendered over
        self.update()
        return image

    def save_picture(self, path: str) -> bool:
        """Write the view as it is seen, with everything painted over it, as a PNG or JPEG file."""
        return self.grab().save(path)

    # ------------------------------------------------------------ painting

    @override
    def paint_over(self, painter: QPainter) -> None:
        overlay = self._overlay()
        themes = ThemePaint(painter, self._scene.camera, self._scene.colours)
        taken = themes.paint(self._scene.themes, self._language, overlay.marks)
        overlay.reserved = [*self.kept_free, *taken]
        overlay.paint(painter, self.font())
        self.paint_tools(painter, self._language)

    def _overlay(self) -> Overlay:
        camera, area = self._scene.camera, self._area
        return Overlay(
            width=self.width(),
            height=self.height(),
            language=self._language,
            colours=self._scene.colours,
            marks=self._marks(),
            all_labels=camera.metres_per_pixel < _NEAR_M_PER_PX,
            metres_per_pixel=camera.metres_per_pixel,
            heading=camera.heading,
            credit=area.attribution.text(self._language),
            note=note(area, self._language, loaded=bool(self._scene.city.models)),
            banner=self._banner,
            building=self._building_note(),
        )

    def _marks(self) -> list[DeviceMark]:
        return device_marks(
            self._area,
            self._states,
            self._language,
            seen(self._scene.camera, self._tops),
            (self._selection.device, self._hovered),
        )

    def _building_note(self) -> BuildingNote | None:
        if self._building is None:
            return None
        building = self._scene.building(self._building)
        top = self._scene.top_of(self._building)
        return building_note(self._scene.camera, top, building, self._language)

    # ------------------------------------------------------------ hands

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if device := self._device_at(event.position()):
            self.fly_to(device)
            return
        place = self._scene.camera.on_ground(*event.position().toTuple())
        if place is not None:
            self._go(place, max(self._scene.camera.distance / 2, _FLY_M / 2))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Find):
            self.search_wanted.emit()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.fly_to(self._selection.device)
        elif key == Qt.Key.Key_Escape and self.measure is None:
            self._choose(None)
        else:
            super().keyPressEvent(event)

    @override
    def focusNextPrevChild(self, next: bool) -> bool:  # Qt names the argument
        ids = [device.id for device in self._area.devices]
        chosen = self._index(self._selection.device)
        step = 1 if next else -1
        index = (0 if next else len(ids) - 1) if chosen is None else chosen + step
        if 0 <= index < len(ids):
            self._selection.choose(ids[index])
            return True
        return super().focusNextPrevChild(next)  # past the last device Tab leaves the map

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = ""
        self.update()

    @override
    def event(self, event: QEvent) -> bool:
        if _is_find(event):  # the window has a Ctrl+F of its own; here it means the map's
            event.accept()
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    # ------------------------------------------------------------ choosing

    @override
    def choose_at(self, at: QPointF) -> None:
        if device := self._device_at(at):
            self._selection.choose(device)
        else:
            self._choose(self._scene.building_at(*at.toTuple()))

    def _choose(self, hit: Hit | None) -> None:
        """Choose a building, or nothing at all; a chosen device is let go."""
        self._selection.choose("")
        self._show_building(hit)
        self.building_chosen.emit(self._scene.building(hit).id if hit else "")

    def _show_building(self, hit: Hit | None) -> None:
        if hit is not None or self._building is not None:
            self._building = hit
            self._scene.choose_building(hit)
            self.invalidate()

    def _device_at(self, at: QPointF) -> str:
        return device_at(self._marks(), at.x(), at.y())

    @override
    def hover(self, at: QPointF) -> None:
        device = self._device_at(at)
        if device != self._hovered:
            self._hovered = device
            shapes = Qt.CursorShape
            rest = shapes.ArrowCursor if self.measure is None else shapes.CrossCursor
            self.setCursor(shapes.PointingHandCursor if device else rest)
            self.update()

    def _tip(self, at: QPointF) -> str:
        if device := self._device_at(at):
            return tip(self._area, device, self._states.of(device), self._language)
        hit = self._scene.building_at(*at.toTuple())
        return "\n".join(describe(self._scene.building(hit), self._language)) if hit else ""

    def _on_chosen(self, device: str) -> None:
        index = self._index(device)
        if index is not None:
            self._show_building(self._scene.find(self._area.devices[index].building))
            x, y, depth = (float(v[0]) for v in self._scene.camera.project(self._tops[[index]]))
            unseen = depth <= 0 or not self.rect().contains(int(x), int(y))
            if unseen and self._scene.is_near(self._tops[index]):
                self.fly_to(device)
        self.update()

    def _on_states(self, _devices: list[str]) -> None:
        self.update()  # symbols are painted: no new picture

    def _index(self, device: str) -> int | None:
        ids = [known.id for known in self._area.devices]
        return ids.index(device) if device in ids else None


def _is_find(event: QEvent) -> bool:
    """Tell whether the map is asked if it wants Ctrl+F for itself."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
        return False
    return event.matches(QKeySequence.StandardKey.Find)
