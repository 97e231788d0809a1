"""The same city however it is written: systems, axes, encodings, and slips of single corners."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest
from pyproj import Transformer

from tests.desktop.twin.sample_city import (
    EAST,
    NORTH,
    SRS,
    block,
    building,
    city,
    surfaces,
    water,
)

PLANE_TO_DEGREES = Transformer.from_crs(6677, 6668)
SQUARE = [(0, 0, 0), (8, 0, 0), (8, 8, 0), (0, 8, 0)]


def test_longitude_before_latitude_is_mended_and_told(load):
    ring = "139.7 35.6 1 139.7001 35.6 1 139.7001 35.6001 1 139.7 35.6 1"
    shape = surfaces(
        f"<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>{ring}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
    )
    text = city(
        building("b", f"<bldg:lod1MultiSurface>{shape}</bldg:lod1MultiSurface>"), srs="EPSG:6697"
    )
    model = load(text)
    assert model.epsg == 6677
    assert "longitude before latitude" in model.warnings[0]
    assert np.ptp(model.mesh(1).points[:, 0]) == pytest.approx(9.06, abs=0.05)


def degrees(text, source="EPSG:6697", columns=(0, 1), *, heights=True):
    """Write a city of plane coordinates in degrees, or in another system's columns."""

    def ring(match):
        points = np.array(match[1].split(), float).reshape(-1, 3)
        places = PLANE_TO_DEGREES.transform(points[:, 0], points[:, 1])
        kept = [places[column] for column in columns]
        rows = zip(*kept, *([points[:, 2]] if heights else []), strict=True)
        return f"<gml:posList>{' '.join(repr(float(v)) for row in rows for v in row)}<"

    found = re.sub("<gml:posList>([^<]*)<", ring, text)
    return found.replace(SRS, source).replace(' srsDimension="3"', "" if not heights else " ")


@pytest.mark.parametrize("system", ["EPSG:6677", "EPSG:10170", "EPSG:3857"])
def test_degrees_in_a_system_of_metres_are_mended_and_told(load, system):
    text = city(block("one", 0, 0), block("two", 50, 0))
    odd, plain = load(degrees(text, system)), load(degrees(text), "plain.gml")
    assert "gives degrees" in odd.warnings[0]
    assert odd.epsg == 6677
    assert (odd.mesh(1).points == plain.mesh(1).points).all()


def test_the_worlds_longitude_and_latitude_are_known(load):
    text = city(block("one", 0, 0), block("two", 50, 0))
    odd = load(degrees(text, "urn:ogc:def:crs:OGC:1.3:CRS84", (1, 0)))
    assert np.ptp(odd.mesh(1).points, axis=0) == pytest.approx([60, 10, 10], abs=0.01)


def test_metres_of_a_web_map_are_no_metres(load):
    text = city(block("one", 0, 0), block("two", 50, 0))
    turn = Transformer.from_crs(6677, 3857)

    def ring(match):
        points = np.array(match[1].split(), float).reshape(-1, 3)
        x, y = turn.transform(points[:, 0], points[:, 1])
        rows = zip(x, y, points[:, 2], strict=True)
        return f"<gml:posList>{' '.join(repr(float(v)) for row in rows for v in row)}<"

    model = load(re.sub("<gml:posList>([^<]*)<", ring, text).replace(SRS, "EPSG:3857"))
    assert model.epsg == 6677
    assert np.ptp(model.mesh(1).points, axis=0) == pytest.approx([60, 10, 10], abs=0.01)


def test_pairs_are_read_as_pairs_where_the_system_has_two_axes(load):
    text = city(block("one", 0, 0), block("two", 50, 0))
    model = load(degrees(text, "EPSG:6668", heights=False))
    assert np.ptp(model.mesh(1).points, axis=0) == pytest.approx([60, 10, 0], abs=0.01)


@pytest.mark.parametrize(
    "slip", ["900000 0 0", "1e300 1e300 0", "NaN NaN NaN", "-36000 -5000 -9999"]
)
def test_a_corner_far_away_costs_its_surface_only(load, slip):
    blocks = [block(f"b{n}", 20 * n, 0) for n in range(5)]
    text = city(*blocks)
    plain = load(text, "plain.gml")
    odd = load(text.replace(f"{NORTH + 0} {EAST + 0} 0.0", slip, 1))
    assert "1 surfaces have corners far from all others" in odd.warnings[0]
    assert "building b0" in odd.warnings[0]
    assert odd.origin == plain.origin
    assert len(odd.mesh(1).triangles) == len(plain.mesh(1).triangles) - 2


def positions(text, *around):
    """Write every list as positions one by one, each within some elements."""
    before = "".join(f"<{name}>" for name in around)
    after = "".join(f"</{name}>" for name in reversed(around))
    head, *rest = text.split("<gml:posList>")
    found = [head]
    for piece in rest:
        numbers, _, tail = piece.partition("</gml:posList>")
        words = numbers.split()
        triples = zip(words[::3], words[1::3], words[2::3], strict=True)
        points = (f"{before}<gml:pos>{' '.join(t)}</gml:pos>{after}" for t in triples)
        found.append("".join(points) + tail)
    return "".join(found)


ODD = {
    "single quotes": lambda text: text.replace('"', "'"),
    "windows lines": lambda text: text.replace("\n", "\r\n").replace("><", ">\r\n<"),
    "attribute order": lambda text: text.replace('gml:id="', 'note="&lt;x" gml:id="'),
    "no envelope": lambda text: (
        text[: text.index("<gml:boundedBy>")]
        + text[text.index("<core:cityObjectMember>") :].replace(
            "<gml:Solid>", '<gml:Solid srsName="http://www.opengis.net/def/crs/EPSG/0/6677">'
        )
    ),
    "urn": lambda text: text.replace(
        "http://www.opengis.net/def/crs/EPSG/0/6677",
        "urn:ogc:def:crs,crs:EPSG::6677,crs:EPSG::5713",
    ),
    "inner prefixes": lambda text: text.replace(
        ' xmlns:bldg="http://www.opengis.net/citygml/building/2.0"', "", 1
    ).replace(
        "<bldg:Building ",
        '<bldg:Building xmlns:bldg="http://www.opengis.net/citygml/building/2.0" ',
    ),
    "shift_jis": lambda text: text.replace("UTF-8", "Shift_JIS").encode("cp932"),
    "utf-16 big": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16-be", "replace"),
    "wide without a mark": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16-le"),
    "utf-32": lambda text: text.replace("UTF-8", "UTF-32").encode("utf-32"),
    "blanks around": lambda text: "\n " + text + "\0\0\x1a",
    "gzip": lambda text: gzip.compress(text.encode()),
    "points by property": lambda text: positions(text, "gml:pointProperty", "gml:Point"),
    "positions": positions,
    "comment in a list": lambda text: text.replace("<gml:posList>", "<gml:posList><!-- a -->"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_writing_gives_the_same_city(load, name):
    text = city(block("one", 0, 0), block("two", 50, 0, 10, 20)).replace("one House", "一号館")
    odd = ODD[name](text)
    if name == "utf-16 big":
        odd = b"\xfe\xff" + odd
    plain, other = load(text, "plain.gml"), load(odd, "odd.gml")
    assert [(b.id, b.name, b.height, b.usage) for b in other.buildings] == [
        (b.id, b.name, b.height, b.usage) for b in plain.buildings
    ]
    assert (other.mesh(1).points == plain.mesh(1).points).all()
    assert (other.mesh(1).triangles == plain.mesh(1).triangles).all()


def test_plane_coordinates_lie_at_height_zero(load):
    ring = " ".join(f"{NORTH + y} {EAST + x}" for x, y, _ in [*SQUARE, SQUARE[0]])
    shape = surfaces(
        f'<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList srsDimension="2">{ring}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>'
    )
    model = load(
        city(
            water("w", SQUARE),
            f'<wtr:WaterBody gml:id="v"><wtr:lod1MultiSurface>{shape}</wtr:lod1MultiSurface></wtr:WaterBody>',
        )
    )
    points = model.layer("water").points
    assert (points[:4] == points[4:]).all()
