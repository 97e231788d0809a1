"""Files that were made to do harm, or that a fault has damaged: refused or read, never worse."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from area_configs.domain.errors import CityFileError
from desktop.twin.citygml import read
from tests.desktop.twin.sample_city import (
    HEAD,
    SRS,
    block,
    box,
    building,
    city,
    polygon,
    solid,
    terrain,
    town,
)

TEXTURE = (
    "<app:appearanceMember xmlns:app='http://www.opengis.net/citygml/appearance/2.0'>"
    "<app:Appearance><app:surfaceDataMember><app:ParameterizedTexture>"
    "<app:imageURI>a.jpg</app:imageURI><app:target uri='#p'><app:TexCoordList>"
    "<app:textureCoordinates ring='#r'>0 0 1 0 1 1 0 1 0 0</app:textureCoordinates>"
    "</app:TexCoordList></app:target></app:ParameterizedTexture></app:surfaceDataMember>"
    "</app:Appearance></app:appearanceMember>"
)
SMALL = city(
    block("one", 0, 0), terrain("t", [(0, 0, 0), (9, 0, 0), (9, 9, 0)]), block("two", 50, 0)
).replace("</core:CityModel>", TEXTURE + "</core:CityModel>")


@pytest.fixture
def attempt(tmp_path):
    path = tmp_path / "city.gml"

    def write_and_use(content):
        """Read and use a file; a refusal is one sentence."""
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        try:
            model = read(path)
        except CityFileError as error:
            message = str(error)
        else:
            return used(model)
        assert "\n" not in message
        return message

    return write_and_use


def used(model):
    """Return a model after asking for everything that it has."""
    for kind, things in model.features.items():
        mesh = model.layer(kind)
        assert mesh.building.max(initial=0) < len(things)
        model.skin(kind)
        for thing in things:
            assert "id" in thing.attributes
    return model


def test_cut_at_any_byte(attempt):
    data = SMALL.encode()
    for end in range(0, len(data), 97):
        assert isinstance(attempt(data[:end]), str)


def test_flipped_bits_and_lost_bytes(attempt):
    data, dice = SMALL.encode(), random.Random(3)
    for _ in range(120):
        bad = bytearray(data)
        for _ in range(dice.randint(1, 4)):
            bad[dice.randrange(len(bad))] ^= 1 << dice.randrange(8)
        if dice.random() < 0.3:
            begin = dice.randrange(len(bad))
            del bad[begin : begin + dice.randint(1, 300)]
        attempt(bytes(bad))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    words=st.lists(
        st.sampled_from(
            [
                *("<gml:posList>", "</gml:posList>", "<bldg:lod1Solid>", "</bldg:lod1Solid>"),
                *("<bldg:Building gml:id='x'>", "</bldg:Building>", "1 2 3 4 5 6 7 8 9", "nan"),
                *("<gml:interior>", "<gml:LinearRing>", "<!--", "-->", "<![CDATA[", "]]>", "&#0;"),
                *("<bldg:usage/>", "<bldg:lod0FootPrint xlink:href='#a'/>", "\x00", "1e999", "é"),
            ]
        ),
        max_size=12,
    )
)
def test_any_words_between(attempt, words):
    attempt(SMALL.replace("<bldg:usage>", "".join(words) + "<bldg:usage>", 1))
    attempt(city("".join(words)))


@pytest.mark.parametrize(
    "declared",
    [
        "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>",
        "<!DOCTYPE a [<!ENTITY secret SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE a [<!ENTITY % far SYSTEM 'http://127.0.0.1:9/x.dtd'>%far;]>",
    ],
)
def test_entities_are_refused(attempt, declared):
    bomb = SMALL.replace("<core:CityModel", declared + "<core:CityModel", 1)
    assert "declares entities" in attempt(bomb.replace("one House", "&b;"))


def test_a_document_type_without_entities_is_harmless(attempt):
    model = attempt(
        SMALL.replace(
            "<core:CityModel", "<!DOCTYPE CityModel SYSTEM '/no/such.dtd'><core:CityModel", 1
        )
    )
    assert len(model.buildings) == 2


@pytest.mark.parametrize("depth", [200, 1500, 50_000])
def test_deep_nesting(attempt, depth):
    deep = "<gen:a>" * depth + "x" + "</gen:a>" * depth
    found = attempt(
        city(
            building("b", f"<bldg:lod1Solid>{solid(*box(0, 0, 5, 5))}</bldg:lod1Solid>", extra=deep)
        )
    )
    assert isinstance(found, str) or len(found.buildings) == 1
    assert isinstance(attempt(SMALL.replace("<bldg:usage>", deep[:-9] + "<bldg:usage>")), str)


def test_a_huge_attribute_and_a_huge_name(attempt):
    wide = "x" * 5_000_000
    model = attempt(SMALL.replace('gml:id="one"', f'gml:id="one" note="{wide}"', 1))
    assert [b.id for b in model.buildings] == ["one", "two"]
    assert len(attempt(SMALL.replace("one House", wide)).buildings[0].name) == len(wide)


@pytest.mark.parametrize(
    "piece",
    [
        *("<bldg:Building ", "<gml:posList ", "<bldg:lod1Solid ", "<!--", "<a ", "</x:Building>"),
        *("<!-- -->", "<?a?>", "<gml:name", 'id="', "&amp", "<![CDATA["),
    ],
)
def test_repetitions_take_no_longer_than_their_length(attempt, piece):
    many = piece * 50_000
    attempt(many)
    attempt(HEAD.format(srs=SRS) + many)
    attempt(HEAD.format(srs=SRS) + many + "</core:CityModel>")
    attempt(SMALL + many)


def test_references_in_circles_and_in_avalanches(attempt):
    def surface(name, *targets):
        members = "".join(f'<gml:surfaceMember xlink:href="#{t}"/>' for t in targets)
        return f'<gml:CompositeSurface gml:id="{name}">{members}</gml:CompositeSurface>'

    layers = "".join(surface(f"s{n}", f"s{n + 1}", f"s{n + 1}") for n in range(60))
    round_and_round = surface("s60", "s0", "leaf")
    leaf = polygon([(0, 0, 0), (9, 0, 0), (9, 9, 0)], ident="leaf")
    store = f"<gen:GenericCityObject><gen:lod1Geometry>{layers}{round_and_round}{leaf}</gen:lod1Geometry></gen:GenericCityObject>"
    linked = f"<bldg:lod1Solid><gml:Solid><gml:exterior>{surface('x', 's0')}</gml:exterior></gml:Solid></bldg:lod1Solid>"
    model = attempt(city(building("b", linked), store))
    assert len(model.mesh(1).triangles) == 1


def test_an_image_outside_of_the_package_is_not_read(attempt, tmp_path):
    (tmp_path.parent / "secret").write_text("secret")
    for name in (
        "../secret",
        "/etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1/x",
        "..\\secret",
    ):
        model = attempt(SMALL.replace("a.jpg", name))
        assert model.images[0].read() == b""


def test_a_damaged_file_among_others_is_left_out_by_name(tmp_path):
    (tmp_path / "a.gml").write_text(town())
    (tmp_path / "b.gml").write_text(town()[:5000])
    model = read(tmp_path)
    assert len(model.buildings) == 16
    assert str(tmp_path / "b.gml") in model.warnings[0]
    assert "cut off" in model.warnings[0]
