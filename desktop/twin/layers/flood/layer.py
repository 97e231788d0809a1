"""Flood: the river now and soon, assumed floods, what gets wet, and advice for the water gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from area_configs.domain.devices import DeviceKind
from area_configs.domain.names import Name
from area_configs.domain.readings import Series
from desktop.models.device_states import State
from desktop.models.twin_layers import LayerFacts, LayerInfo, LegendStep, Option
from desktop.twin.analysis.inundation import FloodSurface, Shore, shore_of
from desktop.twin.analysis.nowcast import LOOK_BACK_S, RISE_M_PER_MM
from desktop.twin.citygml import Mesh
from desktop.twin.colour_ramps import DEPTH, UNKNOWN, Ramp
from desktop.twin.layers.flood import words
from desktop.twin.layers.flood.river import (
    SOON_MIN,
    River,
    gate_advice,
    level_of,
    notes_of,
    river_of,
)
from desktop.twin.meshes import grid_mesh, surface
from desktop.twin.theme_view import Tag, ThemeView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from area_configs.domain.areas import Area
    from desktop.twin.citygml import CityModel, FloodZone
    from desktop.twin.meshes import CityDrawing
    from desktop.twin.theme_view import Moment

_NOW, _SOON = "now", "soon"
_DEPTHS = Ramp((0.1, 0.3, 0.5, 1.0), DEPTH)
_RANKS = Ramp((0.5, 3.0, 5.0, 10.0), DEPTH)  # as on the ministry's hazard maps
_CLEAR = 0.75
_OVER_M = 0.15
_WET_M = 0.01
_SILENT = (State.NO_DATA, State.STALE)
_ZONES: Mapping[str, tuple[str, str]] = {  # choice -> sort of flood, and how its scenario begins
    "river_l1": ("river", "L1"),
    "river_l2": ("river", "L2"),
    "inland": ("inland", ""),
    "high_tide": ("high tide", ""),
    "tsunami": ("tsunami", ""),
    "reservoir": ("reservoir", ""),
}


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place that may get wet: where, how high over its ground; entrances have several corners."""

    name: Name
    places: NDArray[np.float64]
    height_m: float


class FloodLayer(ThemeView):
    """Water over the ground by its depth, now, soon, or as assumed."""

    info = LayerInfo(
        "flood",
        Name("浸水・河川水位", "Flood and river"),
        Name("水位と予測、浸水想定、水門の助言", "Level, forecast, assumed floods, gate advice"),
        options=(
            Option(_NOW, Name("現在の水位", "River level now")),
            Option(_SOON, Name("60分後の予測", "In 60 minutes (nowcast)")),
            Option("river_l1", Name("洪水想定 L1(計画規模)", "River flood L1 (planned for)")),
            Option("river_l2", Name("洪水想定 L2(想定最大規模)", "River flood L2 (worst assumed)")),
            Option("inland", Name("内水氾濫の想定", "Inland flood, assumed")),
            Option("high_tide", Name("高潮の想定", "High tide, assumed")),
            Option("tsunami", Name("津波の想定", "Tsunami, assumed")),
            Option("reservoir", Name("ため池決壊の想定", "Reservoir breach, assumed")),
        ),
    )

    @classmethod
    @override
    def past_wanted(cls, area: Area) -> list[tuple[Series, float]]:
        """Want the last hour of level and rain."""
        gauges = {DeviceKind.RIVER_GAUGE: "river_level", DeviceKind.RAIN_GAUGE: "rain_rate"}
        found = [(d.id, gauges.get(area.profile_of(d).kind)) for d in area.devices]
        return [(Series(device, quantity), LOOK_BACK_S) for device, quantity in found if quantity]

    @override
    def show(self, moment: Moment) -> LayerFacts:
        """Draw the water of the chosen case."""
        self.changed = False
        river = river_of(moment)
        if moment.option in _ZONES:
            return self._show_zones(moment, river)
        return self._show_level(moment, river)

    def _show_level(self, moment: Moment, river: River | None) -> LayerFacts:
        """Draw where the river comes ashore."""
        level = level_of(river, soon=moment.option == _SOON)
        shore: Shore | None = moment.outlook.answer(
            ("shore", id(moment.city)), lambda: _shore(moment.city)
        )
        depth = shore.depth(level) if shore and level is not None else None
        reasons = (moment.option, None if depth is None else float(depth.sum()), shore is None)
        self.redraw(moment, reasons, lambda: self._draw_depth(shore, depth))
        self._tag_gauge(moment, river)
        rows: tuple[tuple[str, ...], ...] = ()
        if shore and depth is not None:
            spots = _spots(moment)
            rows = _rows(moment, spots, [_deepest(shore.at(depth, s.places)) for s in spots])
        source = moment.say(words.LIVE_SOURCE)
        if moment.option == _SOON:
            source += " / " + moment.say(words.SOON_RULE).format(rise=RISE_M_PER_MM * 1000)
        soon_us = moment.outlook.now_us + SOON_MIN * 60_000_000
        ahead = moment.say(words.AHEAD).format(time=moment.clock(soon_us))
        now = moment.say(words.AT).format(time=moment.clock())
        return LayerFacts(
            steps=_steps(moment),
            unit="m",
            source=source,
            scenario="",
            when=ahead if moment.option == _SOON else now,
            notes=notes_of(moment, river),
            headers=tuple(moment.say(name) for name in words.HEADERS),
            rows=rows,
            working=shore is None,
            advice=gate_advice(moment, river),
        )

    def _show_zones(self, moment: Moment, river: River | None) -> LayerFacts:
        """Draw the zones of an assumed flood, by depth."""
        zones = _zones(moment)
        self.redraw(moment, moment.option, lambda: self._draw_zones(moment, zones))
        self._tag_gauge(moment, river)
        spots = _spots(moment) if zones else []
        depths = _zone_depths(moment, zones, spots) if zones else []
        said = [zone for _, zone in zones]
        who = ", ".join(dict.fromkeys(f"{z.name} {z.source}".strip() for z in said)) or "—"
        notes = () if zones else (moment.say(words.NO_ZONE),)
        return LayerFacts(
            steps=_steps(moment),
            unit="m",
            source=moment.say(words.ZONE_SOURCE).format(who=who),
            scenario=", ".join(dict.fromkeys(_scenario(moment, z) for z in said if z.scenario)),
            when=moment.say(words.ASSUMED) + f" ({moment.clock(shape='%Y')})",
            notes=notes,
            headers=tuple(moment.say(name) for name in words.HEADERS),
            rows=_rows(moment, spots, depths),
        )

    def _draw_depth(self, shore: Shore | None, depth: NDArray[np.float32] | None) -> None:
        if shore is None or depth is None or not (depth > _WET_M).any():
            return
        raised = shore.grid.points.copy()
        raised[:, 2] += depth + _OVER_M
        mesh = grid_mesh(raised, shore.grid.shape, depth > _WET_M)
        actor = self.add(surface(mesh, _DEPTHS.paint(depth)), lift=5)
        actor.GetProperty().LightingOff()
        actor.GetProperty().SetOpacity(_CLEAR)

    def _draw_zones(self, moment: Moment, zones: Sequence[tuple[CityModel, FloodZone]]) -> None:
        for model in moment.city.models:
            own = {z.feature: _zone_colour(z) for m, z in zones if m is model}
            mesh = model.layer("flood")
            chosen = np.isin(mesh.building, list(own))
            if not own or not chosen.any():
                continue
            corners = mesh.points[mesh.triangles[chosen]].reshape(-1, 3)
            paint = np.array([own[int(n)] for n in mesh.building[chosen]], np.uint8)
            triangles = np.arange(len(corners), dtype=np.int32).reshape(-1, 3)
            part = Mesh(corners, triangles, mesh.building[chosen])
            actor = self.add(surface(part, paint.repeat(3, axis=0)), lift=3)
            actor.GetProperty().LightingOff()
            actor.GetProperty().SetOpacity(_CLEAR)

    def _tag_gauge(self, moment: Moment, river: River | None) -> None:
        if river is None:
            self.tags = ()
            return
        text = "—" if river.level is None else moment.say(words.LEVEL).format(level=river.level)
        place = moment.place(river.device.position)
        self.tags = (Tag(tuple(place.tolist()), text, DEPTH[3]),)


def _shore(city: CityDrawing) -> Shore:
    surfaces = [surface for model in city.models for surface in model.surfaces]
    ground = [s.mesh.points[s.mesh.triangles] for s in surfaces if s.kind == "terrain"]
    if not ground and city.ground:
        ground = [city.ground.grid.points[city.ground.grid.triangles]]
    water = [s.mesh.points[s.mesh.triangles] for s in surfaces if s.kind == "water"]
    bounds = np.zeros((2, 3)) if city.bounds is None else city.bounds
    none = np.zeros((0, 3, 3), np.float32)
    return shore_of(np.concatenate([none, *ground]), np.concatenate([none, *water]), bounds[:, :2])


def _zones(moment: Moment) -> list[tuple[CityModel, FloodZone]]:
    sort, scale = _ZONES[moment.option]
    return [
        (model, zone)
        for model in moment.city.models
        for zone in model.floods
        if (zone.sort or "river") == sort and (zone.scenario or "L2").startswith(scale)
    ]


def _scenario(moment: Moment, zone: FloodZone) -> str:
    known = words.SCENARIOS.get(zone.scenario[:2])
    return moment.say(known) if known else zone.scenario


def _zone_colour(zone: FloodZone) -> tuple[int, int, int]:
    low, high = zone.depth
    if low is None and high is None:
        return UNKNOWN
    middle = low or 0.0 if high is None else ((low or 0.0) + high) / 2
    return _RANKS.colour(middle)


def _zone_depths(
    moment: Moment, zones: Sequence[tuple[CityModel, FloodZone]], spots: Sequence[_Spot]
) -> list[float]:
    """Return the greatest depth at each spot: the zone's surface over the ground there."""
    parts = []
    for model in moment.city.models:
        mesh = model.layer("flood")
        own = [zone.feature for m, zone in zones if m is model]
        parts.append(mesh.points[mesh.triangles[np.isin(mesh.building, own)]])
    water = FloodSurface(np.concatenate(parts))
    found = []
    for spot in spots:
        ground = moment.city.height.at(spot.places[:, 0], spot.places[:, 1])
        found.append(_deepest(np.nan_to_num(water.levels(spot.places) - ground)))
    return found


def _deepest(depths: NDArray[np.float64]) -> float:
    return max(0.0, float(depths.max(initial=0.0)))


def _spots(moment: Moment) -> list[_Spot]:
    """Return the devices, and the entrances of the buildings that they belong to."""
    spots = [
        _Spot(d.name, moment.place(d.position)[None, :2], d.position.height_m)
        for d in moment.area.devices
    ]
    wanted = {device.building for device in moment.area.devices if device.building}
    for model in moment.city.models:
        mesh = model.mesh(1)
        for number, building in enumerate(model.buildings):
            if building.id in wanted:
                points = mesh.points[np.unique(mesh.triangles[mesh.building == number])]
                foot = points[points[:, 2] <= points[:, 2].min() + 1.0]
                name = building.name or building.id
                label = Name(
                    words.ENTRANCE.ja.format(name=name), words.ENTRANCE.en.format(name=name)
                )
                spots.append(_Spot(label, foot[:, :2].astype(np.float64), 0.0))
    return spots


def _rows(
    moment: Moment, spots: Sequence[_Spot], depths: Sequence[float]
) -> tuple[tuple[str, ...], ...]:
    """Return the table, what is under water first."""
    order = sorted(zip(spots, depths, strict=True), key=lambda pair: pair[0].height_m - pair[1])
    rows = []
    for spot, depth in order:
        under = depth > spot.height_m and depth > _WET_M
        wet = words.UNDER_WATER if spot.height_m else words.FLOODED
        result = wet if under else words.GROUND_WET if depth > _WET_M else words.DRY
        cells = (f"{depth:.2f} m", f"{spot.height_m:.1f} m", moment.say(result))
        rows.append((moment.say(spot.name), *cells))
    return tuple(rows)


def _steps(moment: Moment) -> tuple[LegendStep, ...]:
    ramp = _RANKS if moment.option in _ZONES else _DEPTHS
    steps = zip(ramp.colours, ramp.texts(), strict=True)
    known = [LegendStep(colour, f"{text} m") for colour, text in steps]
    return (*known, LegendStep(UNKNOWN, moment.say(words.UNKNOWN_DEPTH)))
