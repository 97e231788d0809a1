"""What else city files hold: other kinds, looks, codes, models in several places, odd writing."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest

from desktop.twin.citygml import ReadingStopped, read
from desktop.twin.citygml.encodings import as_utf8
from desktop.twin.citygml.header import read_header
from desktop.twin.citygml.scan import NotPlain, scan
from desktop.twin.citygml.tolerant import parse
from tests.desktop.twin.sample_city import (
    EAST,
    NORTH,
    block,
    box,
    building,
    city,
    polygon,
    solid,
    surfaces,
    terrain,
    town,
)

SQUARE = [(0, 0, 0), (8, 0, 0), (8, 8, 0), (0, 8, 0)]
MODULES = {
    "brid": "bridge",
    "frn": "cityfurniture",
    "veg": "vegetation",
    "luse": "landuse",
    "tun": "tunnel",
    "app": "appearance",
}
SPACES = (
    "".join(
        f' xmlns:{prefix}="http://www.opengis.net/citygml/{module}/2.0"'
        for prefix, module in MODULES.items()
    )
    + ' xmlns:uro="https://www.geospatial.jp/iur/uro/3.1" xmlns:urf="https://www.geospatial.jp/iur/urf/3.1"'
)


def wide(*members, tail=""):
    text = city(*members).replace(" xmlns:core=", SPACES + " xmlns:core=", 1)
    return text.replace("</core:CityModel>", tail + "</core:CityModel>")


def thing(tag, ident, geometry="lod1Geometry", extra=""):
    prefix = tag.partition(":")[0]
    shape = f"<{prefix}:{geometry}>{surfaces(polygon(SQUARE))}</{prefix}:{geometry}>"
    return f'<{tag} gml:id="{ident}">{extra}{shape}</{tag}>'


KINDS = wide(
    block("b", 0, 0),
    thing("brid:Bridge", "bridge", "lod2MultiSurface"),
    thing("tun:Tunnel", "tunnel", "lod1MultiSurface"),
    thing("frn:CityFurniture", "lamp"),
    thing("veg:SolitaryVegetationObject", "tree", extra="<veg:height>7.5</veg:height>"),
    thing("veg:PlantCover", "hedge", "lod1MultiSurface"),
    thing("luse:LandUse", "plot", "lod1MultiSurface", "<luse:class>211</luse:class>"),
    thing("gen:GenericCityObject", "odd"),
)


def test_every_kind_becomes_features_with_a_mesh(load):
    model = load(KINDS)
    assert {kind: [f.id for f in things] for kind, things in model.features.items()} == {
        "building": ["b"],
        "landuse": ["plot"],
        "bridge": ["bridge"],
        "tunnel": ["tunnel"],
        "furniture": ["lamp"],
        "vegetation": ["tree", "hedge"],
        "generic": ["odd"],
    }
    assert model.features["vegetation"][0].height == 7.5
    assert model.features["landuse"][0].usage == "211"
    assert model.layer("vegetation").building.tolist() == [0, 0, 1, 1]
    assert len(model.layer("water").triangles) == 0
    assert model.warnings == ()


def test_things_of_unknown_kinds_are_kept_or_counted(load):
    zone = thing("urf:UseDistrict", "zone", "lod1MultiSurface", "<urf:class>3</urf:class>")
    model = load(wide(block("b", 0, 0), zone, "<urf:Nothing><gml:name>x</gml:name></urf:Nothing>"))
    assert model.features["other"][0].attributes == {"id": "zone", "class": "3"}
    assert len(model.layer("other").triangles) == 2
    assert model.warnings == ("1 objects are of kinds that are not drawn: 1 Nothing.",)


def test_lines_of_a_map_beside_the_geometry_are_no_surfaces(load):
    twice = f"<uro:bldgDmAttribute><uro:DmGeometricAttribute><uro:lod0Geometry>{surfaces(polygon(SQUARE))}</uro:lod0Geometry></uro:DmGeometricAttribute></uro:bldgDmAttribute>"
    model = load(wide(block("b", 0, 0).replace("</bldg:Building>", twice + "</bldg:Building>")))
    assert len(model.mesh(0).triangles) == 12


def test_models_stand_where_their_points_are(load):
    local = surfaces(
        "<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>0 0 0 2 0 0 2 3 0 0 0 0"
        "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
    ).replace("<gml:MultiSurface>", '<gml:MultiSurface gml:id="shape">')

    def use(ident, inside, east, matrix="1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1"):
        return (
            f'<frn:CityFurniture gml:id="{ident}"><frn:lod1ImplicitRepresentation>'
            f"<core:ImplicitGeometry><core:transformationMatrix>{matrix}</core:transformationMatrix>"
            f"{inside}<core:referencePoint><gml:Point><gml:pos>{NORTH} {EAST + east} 5</gml:pos>"
            "</gml:Point></core:referencePoint></core:ImplicitGeometry>"
            "</frn:lod1ImplicitRepresentation></frn:CityFurniture>"
        )

    here = f"<core:relativeGMLGeometry>{local}</core:relativeGMLGeometry>"
    there = '<core:relativeGMLGeometry xlink:href="#shape"/>'
    library = "<core:libraryObject>tree.obj</core:libraryObject>"
    turned = "0 -1 0 0 1 0 0 0 0 0 1 2 0 0 0 1"
    text = wide(use("a", here, 10), use("b", there, 20, turned), use("c", library, 30))
    model = load(text, epsg=6677, origin=(float(EAST), float(NORTH)))
    points = model.layer("furniture").points
    assert points[:3].tolist() == [[10, 0, 5], [12, 0, 5], [12, 3, 5]]
    assert points[3:].tolist() == [[20, 0, 7], [20, 2, 7], [17, 2, 7]]
    assert "1 models stand in files of their own" in model.warnings[0]
    degrees = text.replace("EPSG/0/6677", "EPSG/0/6697")
    for east in (10, 20, 30):
        degrees = degrees.replace(f"{NORTH} {EAST + east} 5", f"35.6 139.70{east} 5")
    points = load(degrees, "degrees.gml").layer("furniture").points
    sides = np.linalg.norm(points[:3] - np.roll(points[:3], 1, axis=0), axis=1)
    assert sorted(sides) == pytest.approx([2, 3, 13**0.5], abs=2e-3)


LOOKS_2 = (
    "<app:appearanceMember><app:Appearance><app:theme>rgbTexture</app:theme>"
    "<app:surfaceDataMember><app:ParameterizedTexture><app:imageURI>pics/a.png</app:imageURI>"
    "<app:mimeType>image/png</app:mimeType><app:target uri='#p'><app:TexCoordList>"
    "<app:textureCoordinates ring='#r'>0 0 1 0 1 1 0 1 0 0</app:textureCoordinates>"
    "</app:TexCoordList></app:target></app:ParameterizedTexture></app:surfaceDataMember>"
    "<app:surfaceDataMember><app:X3DMaterial><app:diffuseColor>1 0.5 0</app:diffuseColor>"
    "<app:transparency>0.25</app:transparency><app:target>#q</app:target></app:X3DMaterial>"
    "</app:surfaceDataMember></app:Appearance></app:appearanceMember>"
)
LOOKS_3 = LOOKS_2.replace(
    "<app:target uri='#p'><app:TexCoordList><app:textureCoordinates ring='#r'>",
    "<app:textureParameterization><app:TextureAssociation><app:target>#p</app:target>"
    "<app:textureParameterization><app:TexCoordList><app:textureCoordinates>",
).replace(
    "</app:TexCoordList></app:target>",
    "<app:ring>#r</app:ring></app:TexCoordList></app:textureParameterization>"
    "</app:TextureAssociation></app:textureParameterization>",
)


@pytest.mark.parametrize("looks", [LOOKS_2, LOOKS_3], ids=["2", "3"])
@pytest.mark.parametrize("odd", ["", "<!-- odd -->"], ids=["scan", "parser"])
def test_textures_and_colours_are_laid_on(load, tmp_path, looks, odd):
    wall = polygon(SQUARE, ident="p").replace("<gml:LinearRing>", '<gml:LinearRing gml:id="r">')
    roof = polygon([(0, 0, 9), (8, 0, 9), (8, 8, 9)], ident="q")
    geometry = f"<bldg:lod2MultiSurface>{surfaces(wall, roof)}</bldg:lod2MultiSurface>"
    (tmp_path / "pics").mkdir()
    (tmp_path / "pics" / "a.png").write_bytes(b"picture")
    model = load(wide(building("b", geometry), tail=odd + looks))
    skin, mesh = model.skin(), model.mesh(2)
    assert skin.image.tolist() == [0, 0, -1]
    assert skin.material.tolist() == [-1, -1, 0]
    assert skin.uv[:4].tolist() == [[0, 0], [1, 0], [1, 1], [0, 1]]
    assert mesh.points[:4, 2].tolist() == [0, 0, 0, 0]
    assert model.images[0].read() == b"picture"
    assert (model.materials[0].colour, model.materials[0].opacity) == ((1.0, 0.5, 0.0), 0.75)


def test_texture_coordinates_that_do_not_fit_are_left_off(load):
    wall = polygon(SQUARE, ident="p").replace("<gml:LinearRing>", '<gml:LinearRing gml:id="r">')
    geometry = f"<bldg:lod2MultiSurface>{surfaces(wall)}</bldg:lod2MultiSurface>"
    for places in ("0 0 1 1", "0 0 1 x 1 1 0 1 0 0", ""):
        model = load(
            wide(building("b", geometry), tail=LOOKS_2.replace("0 0 1 0 1 1 0 1 0 0", places))
        )
        assert model.skin().image.tolist() == [-1, -1]


LIST = (
    "<gml:Dictionary xmlns:gml='http://www.opengis.net/gml'><gml:name>Building_usage</gml:name>"
    "<gml:dictionaryEntry><gml:Definition><gml:description>住宅 &amp; 店</gml:description>"
    "<gml:name>411</gml:name></gml:Definition></gml:dictionaryEntry></gml:Dictionary>"
)


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_codes_are_given_their_meaning(tmp_path, packed):
    text = city(block("one", 0, 0)).replace(
        "<bldg:usage>", '<bldg:usage codeSpace="../../codelists/Building_usage.xml">'
    )
    files = {"x/udx/bldg/1.gml": text, "x/codelists/Building_usage.xml": LIST}
    with zipfile.ZipFile(tmp_path / "city.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
            path = tmp_path / "folder" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    (one,) = read(tmp_path / ("city.zip" if packed else "folder")).buildings
    assert (one.usage, one.attributes["usage"], one.codes["usage"]) == ("411", "住宅 & 店", "411")
    single = read(tmp_path / "folder/x/udx/bldg/1.gml")
    assert single.buildings[0].attributes["usage"] == "住宅 & 店"
    assert single.search("店")[0].id == "one"


def test_sets_of_generic_attributes_are_opened(load):
    inner = '<gen:stringAttribute name="町"><gen:value>晴海</gen:value></gen:stringAttribute>'
    extra = f'<gen:genericAttributeSet name="set">{inner}</gen:genericAttributeSet>'
    model = load(
        city(
            building(
                "b", f"<bldg:lod1Solid>{solid(*box(0, 0, 5, 5))}</bldg:lod1Solid>", extra=extra
            )
        )
    )
    assert model.buildings[0].attributes["町"] == "晴海"


def test_surfaces_in_another_file_of_the_package_are_followed(tmp_path):
    folder = tmp_path / "udx"
    (folder / "tran").mkdir(parents=True)
    (folder / "squr").mkdir()
    road = polygon(SQUARE, ident="far")
    (folder / "tran" / "1.gml").write_text(
        city(
            f'<tran:Road gml:id="r"><tran:lod2MultiSurface>{surfaces(road)}</tran:lod2MultiSurface></tran:Road>'
        )
    )
    link = '<gml:MultiSurface><gml:surfaceMember xlink:href="../tran/1.gml#{}"/></gml:MultiSurface>'
    square = (
        '<tran:Square gml:id="s"><tran:lod2MultiSurface>{}</tran:lod2MultiSurface></tran:Square>'
    )
    (folder / "squr" / "1.gml").write_text(city(square.format(link.format("far"))))
    model = read(folder)
    assert [f.id for f in model.features["road"]] == ["s", "r"]
    assert np.bincount(model.layer("road").building).tolist() == [2, 2]
    (folder / "squr" / "2.gml").write_text(
        city(square.format(link.format("gone")), block("b", 0, 0))
    )
    assert "1 references lead to surfaces that are not there" in " ".join(read(folder).warnings)


@pytest.mark.parametrize(
    "text",
    [KINDS, town(), wide(terrain("t", SQUARE[:3]), tail=LOOKS_2), city(block("x", 0, 0, 3))],
    ids=["kinds", "town", "terrain", "block"],
)
def test_scan_and_parser_agree_on_what_is_written_here(text):
    data = as_utf8("", text.encode())
    header = read_header("", data)
    fast, patient = scan(data, header), parse("", data)
    said = [
        [(o.kind, o.id, o.name, o.height, o.usage) for o in outline.objects]
        for outline in (fast, patient)
    ]
    assert said[0] == said[1]
    rings = [
        (outline.owners.tolist(), outline.lods.tolist(), outline.holes.tolist(), outline.texts)
        for outline in (fast, patient)
    ]
    assert rings[0] == rings[1]


def test_the_scan_hands_over_what_it_does_not_know():
    data = wide(thing("urf:UseDistrict", "zone", "lod1MultiSurface")).encode()
    with pytest.raises(NotPlain):
        scan(data, read_header("", data))


def test_progress_is_told_and_a_reading_can_be_stopped(tmp_path):
    for name in ("a.gml", "b.gml"):
        (tmp_path / name).write_text(city(block(name, 0, 0)))
    told = []
    read(tmp_path, progress=lambda done, count: told.append((done, count)))
    assert told == [(0, 2), (1, 2), (2, 2)]
    with pytest.raises(ReadingStopped):
        read(tmp_path, progress=lambda done, _count: done < 1)
