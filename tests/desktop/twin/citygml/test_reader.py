"""What is read from small files, and how several share a frame."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest

from desktop.twin.citygml import Frame, read
from tests.desktop.twin.sample_city import (
    EAST,
    NORTH,
    block,
    box,
    building,
    city,
    newell,
    polygon,
    road,
    solid,
    surfaces,
    town,
    water,
)


@pytest.fixture
def load(tmp_path):
    def write_and_read(text, name="city.gml", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read(path, **options)

    return write_and_read


def volume(mesh):
    """Return the enclosed volume (divergence theorem), which also tests which way faces look."""
    a, b, c = (mesh.points[mesh.triangles[:, n]].astype(float) for n in range(3))
    return (a * np.cross(b, c)).sum() / 6


def test_a_block_has_its_volume_attributes_and_index(load):
    model = load(city(block("one", 0, 0), block("two", 50, 0, 10, 20)))
    first, second = model.buildings
    assert (first.id, first.name, first.height, first.usage, first.lod) == (
        "one",
        "one House",
        10.0,
        "411",
        1,
    )
    assert volume(model.mesh(1)) == pytest.approx(1000 + 2000, rel=1e-5)
    assert (np.bincount(model.mesh(1).building) == [12, 12]).all()
    assert second.attributes == {
        "id": "two",
        "name": "two House",
        "usage": "411",
        "measuredHeight": "20",
    }


def test_given_origin_and_system_are_shared_by_files(load):
    frame = Frame(6677, (EAST - 100.0, NORTH + 7.0))
    one = load(city(block("one", 0, 0)), "a.gml", epsg=frame.epsg, origin=frame.origin)
    two = load(city(block("two", 30, 0)), "b.gml", epsg=frame.epsg, origin=frame.origin)
    assert one.origin == two.origin == frame.origin
    assert one.mesh(1).points.min(axis=0) == pytest.approx([100, -7, 0])
    assert two.mesh(1).points.min(axis=0) == pytest.approx([130, -7, 0])


def test_without_origin_the_middle_of_the_file_is_one(load):
    model = load(city(block("one", 0, 0, 10)))
    assert model.origin == (EAST + 5, NORTH + 5)


def test_courtyards_stay_open(load):
    yard = [(2, 2, 9), (2, 6, 9), (6, 6, 9), (6, 2, 9)]
    roof = polygon([(0, 0, 9), (10, 0, 9), (10, 10, 9), (0, 10, 9)], yard)
    model = load(city(building("b", f"<bldg:lod1Solid>{solid(roof)}</bldg:lod1Solid>")))
    mesh = model.mesh(1)
    areas = newell(mesh.points[mesh.triangles].astype(float))
    assert areas.sum(axis=0) == pytest.approx([0, 0, 100 - 16], abs=1e-4)
    assert (areas[:, 2] > 0).all()


def test_an_inward_corner_is_no_reason_to_fill_it(load):
    ell = [(0, 0, 3), (10, 0, 3), (10, 4, 3), (4, 4, 3), (4, 10, 3), (0, 10, 3)]
    model = load(city(building("b", f"<bldg:lod1Solid>{solid(polygon(ell))}</bldg:lod1Solid>")))
    mesh = model.mesh(1)
    areas = newell(mesh.points[mesh.triangles].astype(float))
    assert len(areas) == 4
    assert (areas[:, 2] > 0).all()
    assert areas[:, 2].sum() == pytest.approx(64, rel=1e-5)


def test_a_footprint_stands_as_a_block_of_its_height(load):
    foot = surfaces(polygon([(0, 0, 2), (10, 0, 2), (10, 10, 2), (0, 10, 2)]))
    model = load(
        city(building("b", f"<bldg:lod0FootPrint>{foot}</bldg:lod0FootPrint>", height="7"))
    )
    mesh = model.mesh(1)
    assert np.ptp(mesh.points[:, 2]) == pytest.approx(7)
    assert len(model.mesh(0).triangles) == 2
    assert "1 buildings have a footprint only" in model.warnings[0]


def test_lod2_is_used_where_there_is_any(load):
    low = f"<bldg:lod1Solid>{solid(*box(0, 0, 10, 10))}</bldg:lod1Solid>"
    roof = surfaces(polygon([(0, 0, 12), (10, 0, 12), (10, 10, 12), (0, 10, 12)]))
    fine = f"<bldg:boundedBy><bldg:RoofSurface><bldg:lod2MultiSurface>{roof}</bldg:lod2MultiSurface></bldg:RoofSurface></bldg:boundedBy>"
    model = load(city(building("fine", low + fine), block("coarse", 40, 0)))
    assert [b.lod for b in model.buildings] == [2, 1]
    assert np.bincount(model.mesh(1).building).tolist() == [12, 12]
    assert np.bincount(model.mesh(2).building).tolist() == [2, 12]
    with pytest.raises(ValueError, match="level of detail 4"):
        model.mesh(4)


def test_roads_water_and_floods_are_told_apart(load):
    square = [(0, 0, 0), (9, 0, 0), (9, 9, 0), (0, 9, 0)]
    model = load(
        city(road("r", square), water("w", square), water("f", square, "1140"), block("b", 0, 0))
    )
    assert [(s.kind, s.ids, len(s.mesh.triangles)) for s in model.surfaces] == [
        ("road", ("r",), 2),
        ("water", ("w",), 2),
        ("flood", ("f",), 2),
    ]


def test_surfaces_that_stand_elsewhere_are_followed(load):
    shared = surfaces(
        *[
            face.replace("<gml:Polygon>", f'<gml:Polygon gml:id="p{n}">')
            for n, face in enumerate(box(0, 0, 10, 10))
        ]
    )
    links = "".join(f'<gml:surfaceMember xlink:href="#p{n}"/>' for n in range(6))
    linked = f"<bldg:lod1Solid><gml:Solid><gml:exterior><gml:CompositeSurface>{links}</gml:CompositeSurface></gml:exterior></gml:Solid></bldg:lod1Solid>"
    store = f"<gen:GenericCityObject><gen:lod1Geometry>{shared}</gen:lod1Geometry></gen:GenericCityObject>"
    model = load(city(building("b", linked), store))
    assert volume(model.mesh(1)) == pytest.approx(1000, rel=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(
            "<bldg:usage>", "<!-- <bldg:Building gml:id='no'> --><bldg:usage>"
        ),
        lambda text: text.replace("one House", "<![CDATA[one House]]>"),
        lambda text: text.replace("bldg:", "b:").replace("xmlns:bldg", "xmlns:b"),
        lambda text: text.replace("core:", "").replace("xmlns:core", "xmlns"),
        lambda text: text.replace("gml:", "g:").replace("xmlns:gml", "xmlns:g"),
        lambda text: text.replace("<bldg:usage>", "<energy:heated>1</energy:heated><bldg:usage>"),
        lambda text: text.replace(" 0 ", " 0\n\t").replace("<gml:posList>", "<gml:posList>\n  "),
        lambda text: text.replace(" 0.0", " +0.0"),
        lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
    ],
    ids=[
        "comment",
        "cdata",
        "prefix",
        "default",
        "gml",
        "undeclared",
        "lines",
        "plus",
        "utf16",
        "mark",
    ],
)
def test_unusual_files_give_the_same_city(load, change):
    text = city(block("one", 0, 0), block("two", 50, 0, 10, 20))
    plain, unusual = load(text, "plain.gml"), load(change(text), "unusual.gml")
    assert [(b.id, b.name, b.height, b.usage) for b in unusual.buildings] == [
        (b.id, b.name, b.height, b.usage) for b in plain.buildings
    ]
    assert unusual.buildings[1].attributes.items() >= plain.buildings[1].attributes.items()
    assert (unusual.mesh(1).points == plain.mesh(1).points).all()
    assert (unusual.mesh(1).triangles == plain.mesh(1).triangles).all()


def test_citygml_3_is_read(load):
    text = (
        city(block("one", 0, 0))
        .replace("/2.0", "/3.0")
        .replace("opengis.net/gml", "opengis.net/gml/3.2")
    )
    text = text.replace("bldg:lod1Solid", "core:lod1Solid")
    high = "<con:height><con:Height><con:value>12.5</con:value></con:Height></con:height>"
    text = text.replace('<bldg:measuredHeight uom="m">10.0</bldg:measuredHeight>', high)
    text = text.replace(
        "xmlns:core=", 'xmlns:con="http://www.opengis.net/citygml/construction/3.0" xmlns:core='
    )
    model = load(text)
    assert (model.buildings[0].id, model.buildings[0].height) == ("one", 12.5)
    assert volume(model.mesh(1)) == pytest.approx(1000, rel=1e-5)


def test_zip_and_folder_hold_what_is_drawn_and_nothing_else(tmp_path):
    files = {
        "udx/bldg/1.gml": city(block("one", 0, 0)),
        "udx/bldg/2.gml": city(block("two", 50, 0)),
        "udx/urf/3.gml": "not even XML",
        "codelists/x.xml": "<x/>",
    }
    with zipfile.ZipFile(tmp_path / "city.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
            path = tmp_path / "folder" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for place in ("city.zip", "folder"):
        model = read(tmp_path / place)
        assert [building.id for building in model.buildings] == ["one", "two"]
        assert np.bincount(model.mesh(1).building).tolist() == [12, 12]
        assert model.buildings[1].attributes["name"] == "two House"


def test_surfaces_with_too_few_corners_are_left_out_and_told(load):
    sliver = polygon([(0, 0, 0), (1, 0, 0)])
    model = load(
        city(building("b", f"<bldg:lod1Solid>{solid(sliver, *box(0, 0, 5, 5))}</bldg:lod1Solid>"))
    )
    assert model.warnings == ("1 surfaces have fewer than three corners and are left out.",)
    assert volume(model.mesh(1)) == pytest.approx(125, rel=1e-4)


def test_town_has_all_kinds(load):
    model = load(town())
    assert len(model.buildings) == 16
    assert [surface.kind for surface in model.surfaces] == ["terrain", "road", "water"]


def test_a_ring_of_many_corners_is_cut_in_no_time(load):
    turn = np.linspace(0, 2 * np.pi, 20_000, endpoint=False)
    away = 100 + 5 * (np.arange(len(turn)) % 2)
    star = np.column_stack([away * np.cos(turn), away * np.sin(turn), 0 * turn])
    shape = f"<bldg:lod2MultiSurface>{surfaces(polygon(star.tolist()))}</bldg:lod2MultiSurface>"
    mesh = load(city(building("b", shape))).mesh(2)
    assert len(mesh.triangles) == len(star) - 2
