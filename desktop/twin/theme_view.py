"""What every layer with a theme is: asked for a moment, it draws, and says what its picture means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

import numpy as np

from area_configs.domain.names import Name
from desktop.models.time_source import Mode
from desktop.twin.colour_scales import unit
from desktop.twin.layer_view import LayerView
from desktop.twin.meshes import MeshParts

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray
    from vtkmodules.vtkRenderingCore import vtkActor, vtkRenderer

    from area_configs.domain.areas import Area, Position
    from area_configs.domain.names import Language
    from area_configs.domain.readings import Reading, Series
    from desktop.models.alarms import Abnormality
    from desktop.models.device_states import DeviceState
    from desktop.models.twin_layers import LayerFacts, LayerInfo
    from desktop.twin.citygml import Frame
    from desktop.twin.colour_scales import CityColours, Rgb
    from desktop.twin.meshes import CityDrawing, Part


MODES = {Mode.REPLAY: Name("再生", "replay"), Mode.FORECAST: Name("予測", "forecast")}


@dataclass(frozen=True, slots=True)
class Tag:
    """A short text at a place (3,), local metres, framed in a colour."""

    place: tuple[float, float, float]
    text: str
    colour: Rgb


@dataclass(frozen=True, slots=True)
class Outlook:
    """What layers may know beside the city.

    Attributes:
        now_us: the instant that is shown, microseconds UTC.
        latest: the newest reading of a series up to then, None where there is none.
        past: seconds UTC and values of a series between two instants (us), NaN in gaps.
        state: state of a device.
        abnormal: what is abnormal then.
        chosen: id of the chosen device, empty for none.
        answer: gives what a long calculation found, or None and begins it; the layer is asked
            again once there is an answer. The question is its identity.
    """

    area: Area
    language: Language
    now_us: int
    latest: Callable[[Series], Reading | None]
    past: Callable[[Series, int, int], tuple[NDArray[np.float64], NDArray[np.float64]]]
    state: Callable[[str], DeviceState]
    abnormal: Sequence[Abnormality]
    answer: Callable[[Hashable, Callable[[], Any]], Any]
    mode: Mode = Mode.LIVE
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """One asking: what is known, where to draw it, in which colours, under which choice."""

    outlook: Outlook
    frame: Frame
    city: CityDrawing
    colours: CityColours
    option: str

    @property
    def area(self) -> Area:
        """Return the area."""
        return self.outlook.area

    @property
    def true_north(self) -> tuple[float, float]:
        """Return the direction of true north in the local frame, (east, north)."""
        centre = self.area.centre
        here = self.frame.local(centre.latitude, centre.longitude)
        there = self.frame.local(centre.latitude + 0.01, centre.longitude)
        return there[0] - here[0], there[1] - here[1]

    def say(self, name: Name) -> str:
        """Return a name in the language of the screen."""
        return name.text(self.outlook.language)

    def clock(self, at_us: int | None = None, shape: str = "%Y-%m-%d %H:%M") -> str:
        """Write an instant in the area's local time; the shown one where none is given."""
        zone = ZoneInfo(self.area.timezone)
        instant = self.outlook.now_us if at_us is None else at_us
        written = f"{datetime.fromtimestamp(instant / 1e6, tz=zone):{shape}}"
        mode = MODES.get(self.outlook.mode) if at_us is None else None
        return f"{written} [{self.say(mode)}]" if mode else written

    def place(self, position: Position) -> NDArray[np.float64]:
        """Return where a thing stands (3,), local metres: its height counts from the ground."""
        x, y = self.frame.local(position.latitude, position.longitude)
        ground = float(self.city.height.at(np.array([x]), np.array([y]))[0])
        return np.array([x, y, ground + position.height_m])

    def value(self, series: Series) -> float | None:
        """Return the value of a series, None where nobody knows it."""
        reading = self.outlook.latest(series)
        return reading.value if reading else None


class ThemeView(LayerView):
    """One switchable layer; its actors are made anew only where their reasons changed."""

    info: ClassVar[LayerInfo]
    covers_buildings: ClassVar[bool] = False  # then they are drawn finely and without pictures

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer)
        self._drawn: object = None
        self._parts = MeshParts()
        self._worn: dict[int, tuple[Part | None, tuple[vtkActor, ...]]] = {}
        self.tags: tuple[Tag, ...] = ()
        self.changed = False

    @classmethod
    def past_wanted(cls, area: Area) -> list[tuple[Series, float]]:  # noqa: ARG003  # for layers that look back
        """Return the series whose past this layer looks at, each with how many seconds of it."""
        return []

    def show(self, moment: Moment) -> LayerFacts:
        """Draw a moment; return what the picture means."""
        raise NotImplementedError  # every layer draws its own; there is none of this class itself

    def hide(self) -> None:
        """Take everything out of the picture."""
        self.changed = bool(self._actors)
        self.remove()
        self.tags, self._drawn = (), None

    def redraw(self, moment: Moment, reasons: object, draw: Callable[[], None]) -> None:
        """Draw anew where the city, the colours or a layer's own reasons are other than before."""
        key = (id(moment.city), moment.colours, reasons)
        self.changed = key != self._drawn
        if self.changed:
            before, self._actors = self._actors, []
            draw()
            for actor in before:
                if actor not in self._actors:
                    self._renderer.RemoveActor(actor)
            self._drawn = key

    def paint_buildings(self, moment: Moment, colours: Mapping[tuple[int, int], Rgb]) -> None:
        """Draw buildings (model, number) once more, each in a colour."""
        for blocks in moment.city.blocks:
            own = {number: c for (model, number), c in colours.items() if model == blocks.model}
            part = self._parts.of_buildings(blocks, own)
            if part is not None:
                self._wear(blocks.model, part, moment.colours.edge)

    def _wear(self, model: int, part: Part, edge: Rgb) -> None:
        """Draw a part; one that is drawn already stays, so that only its colours travel."""
        worn, actors = self._worn.get(model, (None, ()))
        if worn is not part or not all(map(self._renderer.HasViewProp, actors)):
            actors = (self.add(part.data, lift=2), self.add_lines(part.edges, edge, 1.0))
            self._worn[model] = (part, actors)
        else:
            self._actors += actors
            actors[1].GetProperty().SetColor(*unit(edge))
