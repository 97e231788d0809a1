"""Writing the model district in PLATEAU's form of CityGML 2.0 (EPSG:6697, latitude first)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from district_plan import Building
    from district_shapes import Face, Point

CENTRE = (35.652, 139.777)  # as in area.toml

_AXIS, _FLATTENING = 6378137.0, 1 / 298.257222101  # GRS 80
_NAMESPACES = {
    "core": "http://www.opengis.net/citygml/2.0",
    "bldg": "http://www.opengis.net/citygml/building/2.0",
    "dem": "http://www.opengis.net/citygml/relief/2.0",
    "gen": "http://www.opengis.net/citygml/generics/2.0",
    "gml": "http://www.opengis.net/gml",
    "tran": "http://www.opengis.net/citygml/transportation/2.0",
    "uro": "https://www.geospatial.jp/iur/uro/3.1",
    "wtr": "http://www.opengis.net/citygml/waterbody/2.0",
    "xlink": "http://www.w3.org/1999/xlink",
}
_NOTE = "Model district: invented geometry in the form of PLATEAU's data; no real building."


def document(members: Iterable[str], points: Iterable[Point]) -> str:
    """Return a whole file around its members; the envelope holds all points."""
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
    easts, norths, heights = zip(*points, strict=True)
    low = position(min(easts), min(norths), min(heights))
    high = position(max(easts), max(norths), max(heights))
    body = "\n".join(f"<core:cityObjectMember>\n{m}\n</core:cityObjectMember>" for m in members)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {_NOTE} -->\n<core:CityModel {spaces}>\n'
        '<gml:boundedBy><gml:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/6697"'
        f' srsDimension="3"><gml:lowerCorner>{low}</gml:lowerCorner>'
        f"<gml:upperCorner>{high}</gml:upperCorner></gml:Envelope></gml:boundedBy>\n"
        f"{body}\n</core:CityModel>\n"
    )


def position(east: float, north: float, z: float) -> str:
    """Return `latitude longitude height` of metres around the centre, to a millimetre or two.

    Radii of curvature on GRS 80 at the centre: within 2 cm over the district.
    """
    latitude = CENTRE[0] + math.degrees(north / _MERIDIAN)
    longitude = CENTRE[1] + math.degrees(east / _PARALLEL)
    return f"{latitude:.8f} {longitude:.8f} {z:.2f}"


def building(item: Building) -> str:
    """Return one building with LOD0, LOD1 and, where it has one, LOD2."""
    name = f"<gml:name>{escape(item.name)}</gml:name>\n" if item.name else ""
    storeys = max(1, round(item.height / 3.4))
    return (
        f'<bldg:Building gml:id="{item.id}">\n{name}'
        f'<gen:stringAttribute name="区分"><gen:value>モデル地区</gen:value></gen:stringAttribute>\n'
        f'<bldg:usage codeSpace="../../codelists/Building_usage.xml">{item.usage}</bldg:usage>\n'
        f'<bldg:measuredHeight uom="m">{item.height:.1f}</bldg:measuredHeight>\n'
        f"<bldg:storeysAboveGround>{storeys}</bldg:storeysAboveGround>\n"
        f"<bldg:lod0FootPrint>{_multi_surface([item.lod1[0].outer[::-1]])}</bldg:lod0FootPrint>\n"
        f"<bldg:lod1Solid>{_solid(item.lod1)}</bldg:lod1Solid>\n"
        f"{_lod2(item)}</bldg:Building>"
    )


def relief(key: str, name: str, triangles: Iterable[Sequence[Point]]) -> str:
    """Return terrain as a triangulated surface."""
    patches = "\n".join(
        f"<gml:Triangle><gml:exterior>{_ring(triangle)}</gml:exterior></gml:Triangle>"
        for triangle in triangles
    )
    return (
        f'<dem:ReliefFeature gml:id="{key}">\n<gml:name>{name}</gml:name>\n<dem:lod>1</dem:lod>\n'
        f'<dem:reliefComponent><dem:TINRelief gml:id="{key}_tin">\n<dem:lod>1</dem:lod>\n'
        f"<dem:tin><gml:TriangulatedSurface><gml:trianglePatches>\n{patches}\n"
        "</gml:trianglePatches></gml:TriangulatedSurface></dem:tin>\n"
        "</dem:TINRelief></dem:reliefComponent>\n</dem:ReliefFeature>"
    )


def surface(kind: str, key: str, name: str, rings: Iterable[Sequence[Point]]) -> str:
    """Return a road (`tran:Road`) or a water body (`wtr:WaterBody`) as LOD1 surfaces."""
    prefix = kind.partition(":")[0]
    code = {"tran": "1040", "wtr": "1030"}[prefix]
    lists = {"tran": "TransportationComplex_class", "wtr": "WaterBody_class"}[prefix]
    return (
        f'<{kind} gml:id="{key}">\n<gml:name>{name}</gml:name>\n'
        f'<{prefix}:class codeSpace="../../codelists/{lists}.xml">{code}</{prefix}:class>\n'
        f"<{prefix}:lod1MultiSurface>{_multi_surface(rings)}</{prefix}:lod1MultiSurface>\n</{kind}>"
    )


def flood(key: str, scale: str, rank: int, rings: Iterable[Sequence[Point]]) -> str:
    """Return an assumed flood as a water body (class 1140) with its scale and rank of depth."""
    lists = "../../codelists/WaterBodyRiverFloodingRiskAttribute"
    return (
        f'<wtr:WaterBody gml:id="{key}">\n<gml:name>朝潮運河</gml:name>\n'
        '<wtr:class codeSpace="../../codelists/WaterBody_class.xml">1140</wtr:class>\n'
        f"<wtr:lod1MultiSurface>{_multi_surface(rings)}</wtr:lod1MultiSurface>\n"
        "<uro:floodingRiskAttribute><uro:WaterBodyRiverFloodingRiskAttribute>\n"
        "<uro:description>モデル地区の想定(架空)</uro:description>\n"
        f'<uro:rank codeSpace="{lists}_rank.xml">{rank}</uro:rank>\n'
        f'<uro:scale codeSpace="{lists}_scale.xml">{scale}</uro:scale>\n'
        "</uro:WaterBodyRiverFloodingRiskAttribute></uro:floodingRiskAttribute>\n</wtr:WaterBody>"
    )


def _lod2(item: Building) -> str:
    if not item.lod2:
        return ""
    links = "".join(
        f'<gml:surfaceMember xlink:href="#{item.id}_{number}"/>' for number in range(len(item.lod2))
    )
    shell = f"<gml:CompositeSurface>{links}</gml:CompositeSurface>"
    solid = f"<gml:Solid><gml:exterior>{shell}</gml:exterior></gml:Solid>"
    return f"<bldg:lod2Solid>{solid}</bldg:lod2Solid>\n{''.join(_bounds(item))}"


def _bounds(item: Building) -> Iterator[str]:
    for number, face in enumerate(item.lod2):
        kind = f"bldg:{face.kind}Surface"
        polygon = _polygon(face.outer, face.holes, f' gml:id="{item.id}_{number}"')
        yield (
            f"<bldg:boundedBy><{kind}><bldg:lod2MultiSurface><gml:MultiSurface>"
            f"<gml:surfaceMember>{polygon}</gml:surfaceMember>"
            f"</gml:MultiSurface></bldg:lod2MultiSurface></{kind}></bldg:boundedBy>\n"
        )


def _solid(faces: Iterable[Face]) -> str:
    members = "\n".join(
        f"<gml:surfaceMember>{_polygon(face.outer, face.holes)}</gml:surfaceMember>"
        for face in faces
    )
    shell = f"<gml:CompositeSurface>\n{members}\n</gml:CompositeSurface>"
    return f"<gml:Solid><gml:exterior>{shell}</gml:exterior></gml:Solid>"


def _multi_surface(rings: Iterable[Sequence[Point]]) -> str:
    members = "\n".join(
        f"<gml:surfaceMember>{_polygon(ring, ())}</gml:surfaceMember>" for ring in rings
    )
    return f"<gml:MultiSurface>{members}</gml:MultiSurface>"


def _polygon(outer: Sequence[Point], holes: Iterable[Sequence[Point]], attributes: str = "") -> str:
    inner = "".join(f"<gml:interior>{_ring(hole)}</gml:interior>" for hole in holes)
    return (
        f"<gml:Polygon{attributes}><gml:exterior>{_ring(outer)}</gml:exterior>{inner}</gml:Polygon>"
    )


def _ring(points: Sequence[Point]) -> str:
    text = " ".join(position(*point) for point in (*points, points[0]))
    return f"<gml:LinearRing><gml:posList>{text}</gml:posList></gml:LinearRing>"


def _radii() -> tuple[float, float]:
    """Return the radii of the meridian and of the parallel at the centre, in metres."""
    sine = math.sin(math.radians(CENTRE[0]))
    squared = _FLATTENING * (2 - _FLATTENING)
    curve = 1 - squared * sine * sine
    meridian = _AXIS * (1 - squared) / curve**1.5
    return meridian, _AXIS / math.sqrt(curve) * math.cos(math.radians(CENTRE[0]))


_MERIDIAN, _PARALLEL = _radii()
