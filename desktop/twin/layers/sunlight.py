"""Sunlight: shadows at the shown minute, or hours of sun of a day, on ground and facades."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from typing_extensions import override

from area_configs.domain.names import Name
from desktop.models.twin_layers import LayerFacts, LayerInfo, LegendStep, Option
from desktop.twin.analysis.sun import directions, solar_noon, sun_place
from desktop.twin.analysis.sun_study import Light, SunStudy
from desktop.twin.citygml import Mesh
from desktop.twin.colour_ramps import SUN, Ramp
from desktop.twin.meshes import grid_mesh, iso_lines, surface
from desktop.twin.theme_view import ThemeView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from vtkmodules.vtkRenderingCore import vtkRenderer

    from desktop.twin.meshes import CityDrawing
    from desktop.twin.theme_view import Moment

_NOW, _DAY, _WINTER, _SUMMER = "now", "day", "winter", "summer"
_HOURS = Ramp((1.0, 2.0, 4.0, 6.0, 8.0), SUN)
_LEVELS = (2.0, 4.0, 6.0)
_SHARE = Ramp((0.5,), ((70, 76, 112), (255, 236, 170)))
_STEP_MIN = 10
_LAW_FROM_H, _LAW_TO_H, _LAW_PLANE_M = -4, 4, 4.0  # Building Standards Act, art. 56-2 and table 4
_OVER_M = 0.35
_RIM_M = 60.0  # around the outermost buildings
_SOURCE = Name(
    "太陽位置: Meeus(屈折なし)。影: 建物モデルへの光線追跡、地面は{step:.1f} m間隔",
    "sun: Meeus, no refraction; shadows: rays against the buildings, ground every {step:.1f} m",
)
_BARE = Name("天候・樹木は含みません。", "Weather and trees are not part of it.")
_AT = Name(
    "太陽 方位{azimuth:.1f}° 高度{elevation:.1f}°",
    "Sun: azimuth {azimuth:.1f}°, elevation {elevation:.1f}°",
)
_NIGHT = Name("日の入り後です。", "The sun is below the horizon.")
_WHEN = Name("時刻 {time}", "At {time}")
_SPAN = Name("{day} {begins}から{ends}まで", "{day}, {begins} to {ends}")
_LAW = Name(
    "冬至、真太陽時8時から16時、地盤面から4 m(日影規制の条件)",
    "winter solstice, 8 to 16 true solar time, 4 m over the ground (as Japan's shadow rules ask)",
)
_ALL_DAY = Name("日の出から日の入りまで、地面", "sunrise to sunset, on the ground")
_SHADE, _LIT = Name("日陰", "In shadow"), Name("日なた", "In the sun")
_LINES = Name("等時間線: 2、4、6時間", "Lines of equal hours: 2, 4, 6 h")
_HEADERS = (
    Name("建物", "Building"),
    Name("屋根", "Roof"),
    Name("北面", "North"),
    Name("東面", "East"),
    Name("南面", "South"),
    Name("西面", "West"),
)


class SunlightLayer(ThemeView):
    """Ground and facades in the colours of their light; facades of metered buildings in numbers."""

    covers_buildings = True
    info = LayerInfo(
        "sunlight",
        Name("日照", "Sunlight"),
        Name(
            "表示時刻の影、または一日の日照時間",
            "Shadows at the shown minute, or a day's hours of sun",
        ),
        group="buildings",
        options=(
            Option(_NOW, Name("表示時刻の影", "Shadows at the shown minute")),
            Option(_DAY, Name("表示日の日照時間", "Hours of sun on the shown day")),
            Option(
                _WINTER,
                Name("冬至の日照時間(日影規制)", "Hours of sun, winter solstice (shadow rules)"),
            ),
            Option(_SUMMER, Name("夏至の日照時間", "Hours of sun, summer solstice")),
        ),
    )

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer)
        self._facts = LayerFacts()
        self._told: object = None
        self._named: tuple[CityDrawing, list[tuple[str, NDArray[np.bool_]]]] | None = None

    @override
    def show(self, moment: Moment) -> LayerFacts:
        """Draw the light; the last picture stays while a new one is worked out."""
        self.changed = False
        city = moment.city
        if not city.blocks or city.bounds is None:
            return LayerFacts(when=moment.clock(), source=moment.say(_BARE))
        study = moment.outlook.answer(("sun study", id(city)), lambda: study_of(city))
        span = _instants(moment)
        light = study and moment.outlook.answer(
            ("sunlight", id(city), moment.option, span.question),
            lambda: _light(study, moment, span),
        )
        if not light:
            return LayerFacts(
                steps=self._facts.steps or _steps(moment),
                when=self._facts.when or moment.clock(),
                source=self._facts.source or moment.say(_BARE),
                working=True,
            )
        reasons = (moment.option, span.question)
        self.redraw(moment, reasons, lambda: self._draw(moment, study, light))
        told = (id(city), *reasons, moment.outlook.language, moment.outlook.mode)
        if self._told != told:
            self._facts, self._told = self._say(moment, study, light, span), told
        return self._facts

    def _draw(self, moment: Moment, study: SunStudy, light: Light) -> None:
        ramp = _SHARE if moment.option == _NOW else _HOURS
        grid = study.grid
        raised = grid.points + np.array([0, 0, _OVER_M], np.float32)
        mesh = grid_mesh(raised, grid.shape, grid.open)
        paint = ramp.paint(np.nan_to_num(light.ground))
        self.add(surface(mesh, paint), lift=5).GetProperty().LightingOff()
        if moment.option != _NOW:
            lines = iso_lines(mesh, light.ground, _LEVELS)
            self.add_lines(lines, moment.colours.ink, 1.6)
        facets = surface(*_facets(moment.city, ramp.paint(light.facets)))
        self.add(facets, lift=2).GetProperty().LightingOff()  # as in the legend
        for square in moment.city.squares:
            self.add_lines(square.near.edges, moment.colours.edge, 1.0)

    def _say(self, moment: Moment, study: SunStudy, light: Light, span: _Span) -> LayerFacts:
        now = moment.option == _NOW
        return LayerFacts(
            steps=_steps(moment),
            unit="" if now else "h",
            source=moment.say(_SOURCE).format(step=study.grid.step),
            scenario=_scenario(moment),
            when=span.words(moment),
            notes=_notes(moment, span),
            headers=() if now else tuple(moment.say(name) for name in _HEADERS),
            rows=() if now else self._rows(moment, study, light),
        )

    def _rows(self, moment: Moment, study: SunStudy, light: Light) -> tuple[tuple[str, ...], ...]:
        if self._named is None or self._named[0] is not moment.city:
            self._named = (moment.city, _named_facets(moment))
        north = moment.true_north
        rows = []
        for name, facets in self._named[1]:
            sides = study.by_side(light, facets, north)
            rows.append((name, *("—" if side is None else f"{side:.1f} h" for side in sides)))
        return tuple(rows)


class _Span:
    """The instants of one question, Unix seconds."""

    def __init__(self, seconds: NDArray[np.float64], step_h: float, plane_m: float) -> None:
        self.seconds, self.step_h, self.plane_m = seconds, step_h, plane_m

    @property
    def question(self) -> tuple[float, float, int]:
        """Return what makes two spans the same."""
        return float(self.seconds[0]), float(self.seconds[-1]), len(self.seconds)

    def words(self, moment: Moment) -> str:
        """Say which instants they are."""
        first, last = (int(self.seconds[at] * 1e6) for at in (0, -1))
        if len(self.seconds) == 1:
            return moment.say(_WHEN).format(time=moment.clock())
        half_us = int(self.step_h * 1800e6)
        begins, ends = (moment.clock(at, "%H:%M") for at in (first - half_us, last + half_us))
        return moment.say(_SPAN).format(
            day=moment.clock(first, "%Y-%m-%d"), begins=begins, ends=ends
        )


def study_of(city: CityDrawing) -> SunStudy:
    """Make a city ready for questions about the sun."""
    blocks = [_corners(blocks.mesh) for blocks in city.blocks]
    surfaces = [surface for model in city.models for surface in model.surfaces]
    ground = [_corners(s.mesh) for s in surfaces if s.kind == "terrain"]
    ground += [_corners(city.ground.grid)] if city.ground else []
    water = [_corners(s.mesh) for s in surfaces if s.kind == "water"]
    corners = _together(blocks)
    places = corners[..., :2].reshape(-1, 2).astype(np.float64)
    bounds = np.array([places.min(axis=0) - _RIM_M, places.max(axis=0) + _RIM_M])
    return SunStudy(corners, _together(ground), _together(water), bounds)


def _light(study: SunStudy, moment: Moment, span: _Span) -> Light:
    centre = moment.area.centre
    place = sun_place(span.seconds, centre.latitude, centre.longitude)
    return study.light(directions(place, moment.true_north), span.step_h, span.plane_m)


def _instants(moment: Moment) -> _Span:
    now_s = moment.outlook.now_us // 60_000_000 * 60
    if moment.option == _NOW:
        return _Span(np.array([float(now_s)]), 1.0, 0.1)
    zone = ZoneInfo(moment.area.timezone)
    day = datetime.fromtimestamp(now_s, tz=zone).replace(hour=0, minute=0, second=0)
    step = timedelta(minutes=_STEP_MIN)
    if moment.option == _WINTER:
        noon = solar_noon(day.replace(month=12, day=22).timestamp(), moment.area.centre.longitude)
        begins = noon + _LAW_FROM_H * 3600.0
        count, plane = (_LAW_TO_H - _LAW_FROM_H) * 60 // _STEP_MIN, _LAW_PLANE_M
    else:
        chosen = day.replace(month=6, day=21) if moment.option == _SUMMER else day
        begins, count, plane = chosen.astimezone(UTC).timestamp(), 24 * 60 // _STEP_MIN, 0.1
    # each instant stands for the ten minutes around it
    seconds = np.array([begins + (n + 0.5) * step.total_seconds() for n in range(count)])
    centre = moment.area.centre
    up = sun_place(seconds, centre.latitude, centre.longitude).elevation > 0
    return _Span(seconds[up], _STEP_MIN / 60, plane)


def _steps(moment: Moment) -> tuple[LegendStep, ...]:
    if moment.option == _NOW:
        shade, lit = _SHARE.colours
        return (LegendStep(lit, moment.say(_LIT)), LegendStep(shade, moment.say(_SHADE)))
    hours = zip(_HOURS.colours, _HOURS.texts(), strict=True)
    steps = [LegendStep(colour, f"{text} h") for colour, text in hours]
    return (*steps, LegendStep(moment.colours.ink, moment.say(_LINES)))


def _scenario(moment: Moment) -> str:
    if moment.option == _NOW:
        return ""
    return moment.say(_LAW if moment.option == _WINTER else _ALL_DAY)


def _notes(moment: Moment, span: _Span) -> tuple[str, ...]:
    if moment.option != _NOW:
        return (moment.say(_BARE),)
    centre = moment.area.centre
    place = sun_place(span.seconds, centre.latitude, centre.longitude)
    azimuth, elevation = float(place.azimuth[0]), float(place.elevation[0])
    night = (moment.say(_NIGHT),) if elevation <= 0 else ()
    said = moment.say(_AT).format(azimuth=azimuth, elevation=elevation)
    return (*night, said, moment.say(_BARE))


def _named_facets(moment: Moment) -> list[tuple[str, NDArray[np.bool_]]]:
    """Return the buildings that devices belong to: their names, and which facets are theirs."""
    wanted = {device.building for device in moment.area.devices if device.building}
    owner = [(b.model, n) for b in moment.city.blocks for n in b.mesh.building.tolist()]
    models, numbers = np.array(owner).T
    found = []
    for number, model in enumerate(moment.city.models):
        for index, building in enumerate(model.buildings):
            if building.id in wanted:
                facets = (models == number) & (numbers == index)
                found.append((building.name or building.id, facets))
    return found


def _facets(city: CityDrawing, paint: NDArray[np.uint8]) -> tuple[Mesh, NDArray[np.uint8]]:
    """Return all facets with corners of their own, and a colour for each corner."""
    corners = _together([_corners(blocks.mesh) for blocks in city.blocks])
    triangles = np.arange(len(corners) * 3, dtype=np.int32).reshape(-1, 3)
    number = np.concatenate([blocks.mesh.building for blocks in city.blocks])
    return Mesh(corners.reshape(-1, 3), triangles, number), paint.repeat(3, axis=0)


def _corners(mesh: Mesh) -> NDArray[np.float32]:
    return mesh.points[mesh.triangles]


def _together(parts: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.concatenate([np.zeros((0, 3, 3), np.float32), *parts])
