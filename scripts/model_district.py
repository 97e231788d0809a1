"""Generate the Harumi model district: python scripts/model_district.py [FOLDER].

Writes buildings, terrain, roads, water and two assumed floods as CityGML files, the same bytes
every time.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from district_citygml import building, document, flood, relief, surface
from district_plan import (
    BANK_V,
    BED_Z,
    BRIDGES,
    CROWN,
    EDGE_U,
    EDGE_V,
    ISLAND_U,
    ISLAND_V,
    PIER,
    PIER_Z,
    WATER_Z,
    build,
    ground,
    streets,
)
from district_shapes import Flat, Point, place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_HOME = Path(__file__).resolve().parent.parent / "area_configs/areas/harumi/geometry"
_QUAY = 0.6  # metres between the top and the foot of a quay wall
_ROAD_LIFT = 0.06  # keeps roads above the terrain
_STEP = 40.0  # longest straight piece of a bent street
# Invented storm tides: scale, height of the water over the datum.
_FLOODS = (("L1", 4.1), ("L2", 5.4))
_RANKS = ((1, 0.0, 0.5), (2, 0.5, 3.0))  # of depth in metres, as in PLATEAU's code list


def main(folder: Path) -> None:
    """Write the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{folder / name}: {len(text.encode()) / 1e6:.2f} MB")


def files() -> Iterator[tuple[str, str]]:
    """Give name and text of every file."""
    town = build()
    corners = [point for item in town for face in item.lod1 for point in face.outer]
    yield "harumi_bldg_6697_op.gml", document(map(building, town), corners)
    triangles = list(_terrain())
    points = [point for triangle in triangles for point in triangle]
    yield "harumi_dem_6697_op.gml", document([relief("dem_harumi", "晴海", triangles)], points)
    yield "harumi_tran_6697_op.gml", _surfaces("tran:Road", _roads())
    yield "harumi_wtr_6697_op.gml", _surfaces("wtr:WaterBody", _waters())
    for scale, level in _FLOODS:
        yield f"harumi_fld_6697_{scale.lower()}_op.gml", _flood(scale, level)


def _surfaces(kind: str, named: Iterator[tuple[str, list[list[Point]]]]) -> str:
    members, points = [], []
    for number, (name, rings) in enumerate(named, 1):
        key = f"{kind.partition(':')[0]}_harumi_{number:02d}"
        members.append(surface(kind, key, name, rings))
        points += [point for ring in rings for point in ring]
    return document(members, points)


# ---------------------------------------------------------------- terrain


def _terrain() -> Iterator[tuple[Point, Point, Point]]:
    """Give two triangles for every cell of a grid with lines at quays and streets."""
    us = _lines(EDGE_U, [*ISLAND_U, ISLAND_U[0] - _QUAY], 65.0)
    quays = [ISLAND_V[0] - _QUAY, *ISLAND_V, ISLAND_V[1] + _QUAY, BANK_V[0] - _QUAY, BANK_V[0]]
    vs = _lines(EDGE_V, [*quays, *CROWN], 50.0)
    for west, east in pairwise(us):
        for south, north in pairwise(vs):
            a, b = _land(west, south), _land(east, south)
            c, d = _land(east, north), _land(west, north)
            yield a, b, c
            yield a, c, d


def _land(u: float, v: float) -> Point:
    island = u >= ISLAND_U[0] and ISLAND_V[0] <= v <= ISLAND_V[1]
    height = ground(v) if island or v >= BANK_V[0] else BED_Z
    return Point(*place(u, v), height)


def _lines(edge: Flat, fixed: Sequence[float], longest: float) -> list[float]:
    """Return grid lines: edges, fixed ones, and more so that no gap is longer than allowed."""
    marks = sorted({*edge, *fixed})
    found = [marks[0]]
    for low, high in pairwise(marks):
        parts = max(1, round((high - low) / longest + 0.499))
        found += [low + (high - low) * k / parts for k in range(1, parts + 1)]
    return found


# ---------------------------------------------------------------- roads and water


def _roads() -> Iterator[tuple[str, list[list[Point]]]]:
    crossings = [range_v for _, (begin, end), range_v in streets() if end - begin > _STEP]
    for name, us, vs in streets():
        if us[1] - us[0] > _STEP:
            yield name, _strip(us, list(_bent(vs)), _road_height)
        else:
            parts = [part for gap in _between(vs, crossings) for part in _bent(gap)]
            yield name, _strip(us, parts, _road_height)
    for name, us in zip(("桜橋", "汐見橋"), BRIDGES, strict=True):
        yield name, _strip(us, _bridge_spans(), _bridge_height)
    yield "客船桟橋", _strip(PIER[0], [PIER[1]], lambda _: PIER_Z)


def _between(vs: Flat, crossings: Sequence[Flat]) -> Iterator[Flat]:
    """Give the parts of a street between the streets that cross it."""
    begin = vs[0]
    for low, high in sorted(crossings):
        if vs[0] < high and low < vs[1]:
            if low > begin:
                yield begin, low
            begin = max(begin, high)
    if begin < vs[1]:
        yield begin, vs[1]


def _bent(vs: Flat) -> Iterator[Flat]:
    """Give the parts of a range of v over which the ground is one plane."""
    return pairwise([vs[0], *(bend for bend in CROWN if vs[0] < bend < vs[1]), vs[1]])


def _bridge_spans() -> list[Flat]:
    marks = [318.0, 334.0, 351.0, 368.0, 385.0, 401.0, 405.0]
    return list(pairwise(marks))


def _bridge_height(v: float) -> float:
    """Return the height of a deck that rises 3 m over the canal."""
    share = (v - 318.0) / (BANK_V[0] - 318.0)
    return ground(v) + _ROAD_LIFT + 12.0 * share * (1 - share)


def _road_height(v: float) -> float:
    return ground(v) + _ROAD_LIFT


def _waters() -> Iterator[tuple[str, list[list[Point]]]]:
    west = (EDGE_U[0], ISLAND_U[0])
    yield "朝潮運河", _strip(EDGE_U, [(ISLAND_V[1], BANK_V[0])], lambda _: WATER_Z)
    yield "晴海運河", _strip(EDGE_U, [(EDGE_V[0], ISLAND_V[0])], lambda _: WATER_Z)
    yield "東京港", _strip(west, [ISLAND_V], lambda _: WATER_Z)


# ---------------------------------------------------------------- floods


def _flood(scale: str, level: float) -> str:
    members, points = [], []
    for rank, low, high in _RANKS:
        rings = [
            ring
            for us, vs in (((ISLAND_U[0], EDGE_U[1]), ISLAND_V), (EDGE_U, (BANK_V[0], EDGE_V[1])))
            for ring in _strip(us, list(_deep(vs, level, (low, high))), lambda _: level)
        ]
        if rings:
            members.append(flood(f"fld_harumi_{scale.lower()}_{rank}", scale, rank, rings))
            points += [point for ring in rings for point in ring]
    return document(members, points)


def _deep(vs: Flat, level: float, depth: Flat) -> Iterator[Flat]:
    """Give the parts of a range of v where the water is so deep, to a metre."""
    begin = None
    for v in [*range(int(vs[0]), int(vs[1])), None]:
        wet = v is not None and depth[0] < level - ground(v + 0.5) <= depth[1]
        if wet and begin is None:
            begin = float(v)
        elif not wet and begin is not None:
            yield begin, float(vs[1] if v is None else v)
            begin = None


def _strip(us: Flat, parts: Sequence[Flat], height: Callable[[float], float]) -> list[list[Point]]:
    """Return the pieces of a band; each is level along u, so that it is flat."""
    pieces = []
    for low, high in parts:
        for west, east in pairwise(_lines(us, (), _STEP)):
            corners = ((west, low), (east, low), (east, high), (west, high))
            pieces.append([Point(*place(u, v), height(v)) for u, v in corners])
    return pieces


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else _HOME)
