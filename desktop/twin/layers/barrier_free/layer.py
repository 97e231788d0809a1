"""Pins for the facilities, coloured by what they offer, and the way to the nearest one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from area_configs.domain.devices import DeviceKind
from area_configs.domain.errors import AreaFileError
from area_configs.domain.names import Name
from area_configs.domain.readings import Series
from desktop.models.twin_layers import LayerFacts, LayerInfo, LegendStep, Option
from desktop.twin.analysis.facilities import Facility, FacilityList, read_facilities
from desktop.twin.analysis.inundation import shore_of
from desktop.twin.analysis.routes import Roads, Route
from desktop.twin.analysis.shadows import shadows_of
from desktop.twin.analysis.sun import directions, sun_place
from desktop.twin.colour_ramps import UNKNOWN
from desktop.twin.layers.barrier_free import words
from desktop.twin.meshes import columns, discs, segments, surface
from desktop.twin.theme_view import Tag, ThemeView

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from vtkmodules.vtkRenderingCore import vtkRenderer

    from desktop.twin.colour_scales import Rgb
    from desktop.twin.meshes import CityDrawing
    from desktop.twin.theme_view import Moment

_ROUTE = "route"
_YES, _NO, _WAY = (0, 110, 190), (190, 120, 40), (160, 0, 120)
_TALL_M, _WIDE_M, _DISC_M, _LIFT_M, _WAY_LIFT_M = 16.0, 0.8, 6.0, 0.6, 2.5
_WAY_PX = 5.0
_SUN_EVERY_S = 600


@dataclass(frozen=True, slots=True)
class _Lists:
    """What the area's files gave: facilities by file, and sentences for what they could not."""

    read: tuple[tuple[str, FacilityList], ...]
    wrong: tuple[str, ...]

    @property
    def facilities(self) -> list[Facility]:
        return [facility for _, found in self.read for facility in found.facilities]


class BarrierFreeLayer(ThemeView):
    """Facilities and the way to the nearest accessible one."""

    info = LayerInfo(
        "barrier_free",
        Name("バリアフリー", "Barrier-free"),
        Name("バリアフリー施設と段差のない経路", "Accessible facilities and step-free ways"),
        options=(
            Option("wheelchair", Name("車椅子使用者用", "For wheelchairs")),
            Option("ostomate", Name("オストメイト用", "For ostomates")),
            Option("infant", Name("乳幼児用", "For infants")),
            Option(
                _ROUTE, Name("最寄りの車椅子対応施設への経路", "Way to the nearest for wheelchairs")
            ),
        ),
    )

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer)
        self._lists: tuple[tuple[Path, ...], _Lists] | None = None

    @override
    def show(self, moment: Moment) -> LayerFacts:
        """Draw the pins, and the way where it is asked for."""
        self.changed = False
        lists = self._read(moment.area.facilities)
        facilities = lists.facilities
        route, working = (None, False)
        if moment.option == _ROUTE and facilities:
            found = moment.outlook.answer(_question(moment), lambda: _way(moment, facilities))
            working, route = found is None, found[0] if found else None
        reasons = (moment.option, working, None if route is None else route.points.tobytes())
        self.redraw(moment, reasons, lambda: self._draw(moment, facilities, route))
        self.tags = tuple(
            Tag(tuple(_spot(moment, f, _TALL_M).tolist()), f.name, _colour(moment, f))
            for f in facilities
        )
        return LayerFacts(
            steps=_steps(moment),
            source=_source(moment, lists),
            when=moment.say(words.WHEN).format(time=moment.clock()),
            notes=(
                *_way_notes(moment, facilities, route, working=working),
                *_reports(moment, lists),
            ),
            headers=tuple(moment.say(name) for name in words.HEADERS),
            rows=tuple(_row(moment, facility) for facility in facilities),
            working=working,
        )

    def _read(self, paths: tuple[Path, ...]) -> _Lists:
        """Read the files of the area, once: half a megabyte at most takes some milliseconds."""
        if self._lists is None or self._lists[0] != paths:
            self._lists = (paths, _read_all(paths))
        return self._lists[1]

    def _draw(self, moment: Moment, facilities: list[Facility], route: Route | None) -> None:
        for colour in (_YES, _NO, UNKNOWN):
            chosen = [f for f in facilities if _colour(moment, f) == colour]
            if chosen:
                feet = np.array([_spot(moment, f, _LIFT_M) for f in chosen])
                tops = np.array([_spot(moment, f, _TALL_M) for f in chosen])
                self.add(surface(columns(feet, tops, _WIDE_M)), colour)
                discs_there = surface(discs(list(feet), [_DISC_M] * len(feet)))
                self.add(discs_there, colour, lift=6).GetProperty().LightingOff()
        if route is not None and len(route.points) > 1:
            raised = route.points + np.array([0, 0, _WAY_LIFT_M])
            line = segments(raised[:-1].astype(np.float32), raised[1:].astype(np.float32))
            self.add_lines(line, _WAY, _WAY_PX)


def _read_all(paths: tuple[Path, ...]) -> _Lists:
    read, wrong = [], []
    for path in paths:
        try:
            read.append((path.name, read_facilities(path.read_bytes(), path.name)))
        except (AreaFileError, OSError) as error:
            wrong.append(str(error))
    return _Lists(tuple(read), tuple(wrong))


# ---------------------------------------------------------------- ways


def _question(moment: Moment) -> tuple[object, ...]:
    minute = moment.outlook.now_us // (_SUN_EVERY_S * 1_000_000)
    level = _river(moment)
    rounded = None if level is None else round(level, 1)
    return ("way", id(moment.city), moment.outlook.chosen, minute, rounded)


def _way(moment: Moment, facilities: list[Facility]) -> tuple[Route | None]:
    """Return the way to the nearest facility that says yes; in a tuple, as none is an answer."""
    goals = np.array([_spot(moment, f, 0.0)[:2] for f in facilities if f.wheelchair])
    roads = _roads(moment.city)
    if not len(goals) or roads is None:
        return (None,)
    start = _start(moment)
    sunny = _sunny(moment, roads)
    return (roads.route(start, goals, sunny=sunny, depth=_depth(moment, roads)),)


def _roads(city: CityDrawing) -> Roads | None:
    corners = [
        s.mesh.points[s.mesh.triangles] for m in city.models for s in m.surfaces if s.kind == "road"
    ]
    if not corners or city.bounds is None:
        return None
    triangles = np.concatenate(corners).copy()
    flat = triangles[..., 2] == 0  # LOD1 roads may be drawn at height 0: they lie on the ground
    if flat.any():
        places = triangles[flat].astype(np.float64)
        triangles[flat, 2] = city.height.at(places[:, 0], places[:, 1])
    places = triangles[..., :2].reshape(-1, 2).astype(np.float64)
    return Roads(triangles, np.array([places.min(axis=0), places.max(axis=0)]))


def _start(moment: Moment) -> NDArray[np.float64]:
    ids = {device.id: device for device in moment.area.devices}
    device = ids.get(moment.outlook.chosen)
    return moment.place(device.position if device else moment.area.centre)


def _sunny(moment: Moment, roads: Roads) -> NDArray[np.bool_]:
    centre = moment.area.centre
    place = sun_place(moment.outlook.now_us / 1e6, centre.latitude, centre.longitude)
    way = directions(place, moment.true_north)[0]
    if way[2] <= 0:
        return np.zeros(len(roads.grid.points), bool)
    blocks = [b.mesh.points[b.mesh.triangles] for b in moment.city.blocks]
    tracer = shadows_of(np.concatenate([np.zeros((0, 3, 3), np.float32), *blocks]))
    return tracer.free(roads.grid.points + np.array([0, 0, 1.5], np.float32), way)


def _depth(moment: Moment, roads: Roads) -> NDArray[np.float64] | None:
    """Return the river's water over the roads, None where no gauge tells a level."""
    level = _river(moment)
    if level is None or moment.city.bounds is None:
        return None
    surfaces = [s for model in moment.city.models for s in model.surfaces]
    none = np.zeros((0, 3, 3), np.float32)
    ground = [s.mesh.points[s.mesh.triangles] for s in surfaces if s.kind == "terrain"]
    water = [s.mesh.points[s.mesh.triangles] for s in surfaces if s.kind == "water"]
    shore = shore_of(
        np.concatenate([none, *ground]),
        np.concatenate([none, *water]),
        moment.city.bounds[:, :2],
    )
    return shore.at(shore.depth(level), roads.grid.points[:, :2].astype(np.float64))


def _river(moment: Moment) -> float | None:
    for device in moment.area.devices:
        if moment.area.profile_of(device).kind is DeviceKind.RIVER_GAUGE:
            return moment.value(Series(device.id, "river_level"))
    return None


# ---------------------------------------------------------------- words


def _way_notes(
    moment: Moment, facilities: list[Facility], route: Route | None, *, working: bool
) -> tuple[str, ...]:
    if not facilities:
        return (moment.say(words.NONE),)
    if moment.option != _ROUTE or working:
        return ()
    if route is None:
        return (moment.say(words.NO_WAY), moment.say(words.CHOOSE))
    goals = [facility for facility in facilities if facility.wheelchair]
    ids = {device.id: device.name for device in moment.area.devices}
    said = moment.say(words.FOUND).format(
        start=moment.say(ids.get(moment.outlook.chosen, words.CENTRE)),
        goal=goals[route.goal].name,
        metres=route.metres,
        sunny=route.sunny_m,
        slope=route.steepest * 100,
    )
    return (said, moment.say(words.CHOOSE))


def _reports(moment: Moment, lists: _Lists) -> tuple[str, ...]:
    said = [moment.say(words.BAD_FILE).format(why=why) for why in lists.wrong]
    for file, found in lists.read:
        for why in dict.fromkeys(row.why for row in found.quarantined):
            count = sum(row.why == why for row in found.quarantined)
            said.append(
                moment.say(words.QUARANTINED).format(file=file, count=count, why=moment.say(why))
            )
        doubts = (moment.say(what) for what in found.remarks)
        said += [moment.say(words.DOUBT).format(file=file, what=what) for what in doubts]
    return tuple(said)


def _source(moment: Moment, lists: _Lists) -> str:
    files = ", ".join(file for file, _ in lists.read) or "—"
    said = moment.say(words.SOURCE).format(files=files)
    return f"{said} / {moment.say(words.WAY_SOURCE)}" if moment.option == _ROUTE else said


def _steps(moment: Moment) -> tuple[LegendStep, ...]:
    known = ((_YES, words.YES), (_NO, words.NO), (UNKNOWN, words.UNKNOWN))
    steps = [LegendStep(colour, moment.say(name)) for colour, name in known]
    if moment.option == _ROUTE:
        steps.append(LegendStep(_WAY, moment.say(words.WAY)))
    return tuple(steps)


def _offers(moment: Moment, facility: Facility) -> bool | None:
    return {
        "ostomate": facility.ostomate,
        "infant": facility.infant,
    }.get(moment.option, facility.wheelchair)


def _colour(moment: Moment, facility: Facility) -> Rgb:
    offers = _offers(moment, facility)
    if offers is None:
        return UNKNOWN
    return _YES if offers else _NO


def _spot(moment: Moment, facility: Facility, height_m: float) -> NDArray[np.float64]:
    x, y = moment.frame.local(facility.latitude, facility.longitude)
    ground = float(moment.city.height.at(np.array([x]), np.array([y]))[0])
    return np.array([x, y, ground + height_m])


def _row(moment: Moment, facility: Facility) -> tuple[str, ...]:
    flags = (facility.wheelchair, facility.ostomate, facility.infant)
    texts = ["—" if flag is None else moment.say(words.YES if flag else words.NO) for flag in flags]
    return (facility.name, *texts, facility.address)
