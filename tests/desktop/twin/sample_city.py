"""Small CityGML texts in whole metres of EPSG:6677 (north first), written by hand for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NORTH, EAST = -36000, -5000
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0"'
    ' xmlns:bldg="http://www.opengis.net/citygml/building/2.0"'
    ' xmlns:tran="http://www.opengis.net/citygml/transportation/2.0"'
    ' xmlns:wtr="http://www.opengis.net/citygml/waterbody/2.0"'
    ' xmlns:dem="http://www.opengis.net/citygml/relief/2.0"'
    ' xmlns:gen="http://www.opengis.net/citygml/generics/2.0"'
    ' xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink">\n'
    '<gml:boundedBy><gml:Envelope srsName="{srs}" srsDimension="3"/></gml:boundedBy>\n'
)
SRS = "http://www.opengis.net/def/crs/EPSG/0/6677"
Corner = tuple[float, float, float]


def city(*members: str, srs: str = SRS) -> str:
    inside = "".join(
        f"<core:cityObjectMember>{member}</core:cityObjectMember>\n" for member in members
    )
    return f"{HEAD.format(srs=srs)}{inside}</core:CityModel>\n"


def pos_list(corners: Sequence[Corner]) -> str:
    ring = [*corners, corners[0]]
    return " ".join(f"{NORTH + y} {EAST + x} {z}" for x, y, z in ring)


def polygon(corners: Sequence[Corner], *holes: Sequence[Corner], ident: str = "") -> str:
    def ring(kind: str, points: Sequence[Corner]) -> str:
        numbers = f"<gml:posList>{pos_list(points)}</gml:posList>"
        return f"<gml:{kind}><gml:LinearRing>{numbers}</gml:LinearRing></gml:{kind}>"

    name = f' gml:id="{ident}"' if ident else ""
    inner = "".join(ring("interior", hole) for hole in holes)
    return f"<gml:Polygon{name}>{ring('exterior', corners)}{inner}</gml:Polygon>"


def surfaces(*polygons: str) -> str:
    members = "".join(f"<gml:surfaceMember>{one}</gml:surfaceMember>" for one in polygons)
    return f"<gml:MultiSurface>{members}</gml:MultiSurface>"


def solid(*polygons: str) -> str:
    members = "".join(f"<gml:surfaceMember>{one}</gml:surfaceMember>" for one in polygons)
    shell = f"<gml:CompositeSurface>{members}</gml:CompositeSurface>"
    return f"<gml:Solid><gml:exterior>{shell}</gml:exterior></gml:Solid>"


def box(x: float, y: float, size: float, height: float, foot: float = 0.0) -> list[str]:
    ground = [(x, y), (x, y + size), (x + size, y + size), (x + size, y)]
    low = [(a, b, foot) for a, b in ground]
    high = [(a, b, foot + height) for a, b in reversed(ground)]
    walls = []
    for (a, b), (c, d) in zip(ground, [*ground[1:], ground[0]], strict=True):
        top = foot + height
        walls.append([(a, b, foot), (a, b, top), (c, d, top), (c, d, foot)])
    return [polygon(ring) for ring in (low, high, *walls)]


def building(ident: str, geometry: str, *, height: str = "10.0", extra: str = "") -> str:
    return (
        f'<bldg:Building gml:id="{ident}"><gml:name>{ident} House</gml:name>{extra}'
        f"<bldg:usage>411</bldg:usage>"
        f'<bldg:measuredHeight uom="m">{height}</bldg:measuredHeight>{geometry}</bldg:Building>'
    )


def block(ident: str, x: float, y: float, size: float = 10.0, height: float = 10.0) -> str:
    geometry = f"<bldg:lod1Solid>{solid(*box(x, y, size, height))}</bldg:lod1Solid>"
    return building(ident, geometry, height=str(height))


def road(ident: str, corners: Sequence[Corner]) -> str:
    geometry = f"<tran:lod1MultiSurface>{surfaces(polygon(corners))}</tran:lod1MultiSurface>"
    return f'<tran:Road gml:id="{ident}">{geometry}</tran:Road>'


def water(ident: str, corners: Sequence[Corner], kind: str = "1030") -> str:
    geometry = f"<wtr:lod1MultiSurface>{surfaces(polygon(corners))}</wtr:lod1MultiSurface>"
    return (
        f'<wtr:WaterBody gml:id="{ident}"><wtr:class>{kind}</wtr:class>{geometry}</wtr:WaterBody>'
    )


def terrain(ident: str, *triangles: Sequence[Corner]) -> str:
    patches = "".join(
        "<gml:Triangle><gml:exterior><gml:LinearRing>"
        f"<gml:posList>{pos_list(corners)}</gml:posList>"
        "</gml:LinearRing></gml:exterior></gml:Triangle>"
        for corners in triangles
    )
    tin = (
        f"<gml:TriangulatedSurface><gml:trianglePatches>{patches}</gml:trianglePatches>"
        "</gml:TriangulatedSurface>"
    )
    return (
        "<dem:ReliefFeature><dem:lod>1</dem:lod><dem:reliefComponent>"
        f'<dem:TINRelief gml:id="{ident}"><dem:lod>1</dem:lod><dem:tin>{tin}</dem:tin>'
        "</dem:TINRelief></dem:reliefComponent></dem:ReliefFeature>"
    )


def town(rows: int = 4) -> str:
    """Return `rows` x `rows` blocks of growing height on sloping terrain, a road and a river."""
    blocks = [
        block(f"b{row}-{column}", column * 30.0, row * 30.0, 14.0, 6.0 + 4 * row + column)
        for row in range(rows)
        for column in range(rows)
    ]
    side = rows * 30.0
    hill = [
        [(-40.0, -40.0, 0.0), (side, -40.0, 0.0), (side, side, 0.0)],
        [(-40.0, -40.0, 0.0), (side, side, 0.0), (-40.0, side, 0.0)],
    ]
    street = [(-10.0, -30.0, 0.0), (-4.0, -30.0, 0.0), (-4.0, side, 0.0), (-10.0, side, 0.0)]
    river = [(-38.0, -30.0, 0.0), (-24.0, -30.0, 0.0), (-24.0, side, 0.0), (-38.0, side, 0.0)]
    return city(*blocks, terrain("t", *hill), road("r", street), water("w", river))


def newell(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area vectors of rings (..., n, 3): normal times area (Newell's method)."""
    local = ring - ring[..., :1, :]
    area: NDArray[np.float64] = np.cross(local, np.roll(local, -1, axis=-2)).sum(axis=-2) / 2
    return area
