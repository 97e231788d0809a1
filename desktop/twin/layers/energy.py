"""Energy by building: watts per square metre of floor, from the meters that feed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typing_extensions import override

from area_configs.domain.devices import KIND_NAMES, DeviceKind
from area_configs.domain.names import Name
from area_configs.domain.readings import Series
from desktop.models.device_states import State
from desktop.models.twin_layers import LayerFacts, LayerInfo, LegendStep
from desktop.twin.analysis.floor_area import FloorArea, floor_area
from desktop.twin.colour_ramps import UNKNOWN, WARM, Ramp
from desktop.twin.meshes import top_of
from desktop.twin.theme_view import Tag, ThemeView

if TYPE_CHECKING:
    from vtkmodules.vtkRenderingCore import vtkRenderer

    from area_configs.domain.areas import Device
    from desktop.twin.meshes import CityDrawing
    from desktop.twin.theme_view import Moment

_RAMP = Ramp((2.0, 5.0, 10.0, 20.0), WARM)
_METERS = (DeviceKind.BUILDING_METER, DeviceKind.SMART_METER)
_SILENT = (State.NO_DATA, State.STALE)
_NOT_KNOWN = Name("不明(計測値なし・更新遅れ)", "Unknown (no value, or stale)")
_SOURCE = Name(
    "建物の電力計の有効電力の合計 ÷ 延床面積(ファイルの値、なければ建築面積と階数の積)",
    "sum of active power of the building's meters / floor area (of the file, else footprint x storeys)",
)
_NOW = Name("時刻 {time}", "At {time}")
_PARTLY = Name(
    "電力計が建物の一部だけを測る場合、値は建物全体より小さくなります。",
    "Where meters cover a part of a building only, the figure is below that of the whole.",
)
_NONE = Name("建物に結び付いた電力計がありません。", "No meter belongs to a building.")
_HEADERS = (
    Name("建物", "Building"),
    Name("W/m²", "W/m²"),
    Name("電力", "Power"),
    Name("延床面積", "Floor area"),
    Name("電力計", "Meters"),
)


@dataclass(frozen=True, slots=True)
class _Fed:
    """A building and its meters."""

    place: tuple[int, int]
    name: str
    area: FloorArea | None
    meters: tuple[Device, ...]


class EnergyLayer(ThemeView):
    """Buildings that have meters, coloured by their power per floor area."""

    covers_buildings = True
    info = LayerInfo(
        "energy",
        Name("建物別エネルギー", "Energy by building"),
        Name("延床面積あたりの電力", "Power per floor area"),
        group="buildings",
    )

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer)
        self._city: CityDrawing | None = None
        self._fed: list[_Fed] = []

    @override
    def show(self, moment: Moment) -> LayerFacts:
        """Colour the buildings that have meters."""
        if self._city is not moment.city:
            self._city, self._fed = moment.city, _fed(moment)
        powers = [_power(moment, fed) for fed in self._fed]
        dense = [_density(fed, power) for fed, power in zip(self._fed, powers, strict=True)]
        colours = {f.place: _RAMP.colour(d) for f, d in zip(self._fed, dense, strict=True)}
        reasons = tuple(colours.items())
        self.redraw(moment, reasons, lambda: self.paint_buildings(moment, colours))
        self.tags = tuple(
            Tag(top_of(moment.city, *fed.place), _dense_text(d), _RAMP.colour(d))
            for fed, d in zip(self._fed, dense, strict=True)
        )
        steps = [LegendStep(c, t) for c, t in zip(_RAMP.colours, _RAMP.texts(), strict=True)]
        steps.append(LegendStep(UNKNOWN, moment.say(_NOT_KNOWN)))
        return LayerFacts(
            steps=tuple(steps),
            unit="W/m²",
            source=moment.say(_SOURCE),
            when=moment.say(_NOW).format(time=moment.clock()),
            notes=(moment.say(_PARTLY if self._fed else _NONE),),
            headers=tuple(moment.say(name) for name in _HEADERS),
            rows=tuple(_row(moment, *line) for line in zip(self._fed, powers, dense, strict=True)),
        )


def _fed(moment: Moment) -> list[_Fed]:
    """Return the buildings with meters; the tables of the file are read here, once per city."""
    area = moment.area
    meters: dict[str, list[Device]] = {}
    for device in area.devices:
        profile = area.profile_of(device)
        powers = any(point.quantity == "active_power" for point in profile.points)
        if device.building and profile.kind in _METERS and powers:
            meters.setdefault(device.building, []).append(device)
    found = []
    for number, model in enumerate(moment.city.models):
        for index, building in enumerate(model.buildings):
            if building.id in meters:
                floors = floor_area(building, model.mesh(1), index)
                own = tuple(meters[building.id])
                found.append(_Fed((number, index), building.name or building.id, floors, own))
    return found


def _power(moment: Moment, fed: _Fed) -> float | None:
    """Return the watts of all meters; one that is silent makes the sum unknown."""
    total = 0.0
    for device in fed.meters:
        value = moment.value(Series(device.id, "active_power"))
        if value is None or moment.outlook.state(device.id).state in _SILENT:
            return None
        total += value
    return total


def _density(fed: _Fed, power: float | None) -> float | None:
    return None if power is None or fed.area is None else power / fed.area.square_m


def _dense_text(density: float | None) -> str:
    return "—" if density is None else f"{density:.1f} W/m²"


def _row(moment: Moment, fed: _Fed, power: float | None, density: float | None) -> tuple[str, ...]:
    floors = "—" if fed.area is None else f"{fed.area.square_m:,.0f} m²"
    kinds = [moment.say(KIND_NAMES[moment.area.profile_of(d).kind]) for d in fed.meters]
    return (
        fed.name,
        "—" if density is None else f"{density:.2f}",
        "—" if power is None else f"{power / 1000:,.1f} kW",
        floors,
        ", ".join(f"{kind} {kinds.count(kind)}" for kind in dict.fromkeys(kinds)),
    )
