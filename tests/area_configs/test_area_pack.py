"""Packs travel whole; copies and imports appear whole or not at all."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from area_configs.area_pack import copy_area, import_buildings, pack, unpack
from area_configs.area_pack.city_file import look
from area_configs.domain.errors import AreaFileError, CityFileError
from area_configs.loader import load_area

DATA = Path(
    os.environ.get("SMART_AREA_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)
NIIZA = DATA / "plateau" / "niiza_lod1" / "53395404_bldg_6697_op.gml"
CITY = """<?xml version="1.0" encoding="UTF-8"?>
<core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0">
<gml:boundedBy><gml:Envelope><gml:lowerCorner>35.6 139.7 0</gml:lowerCorner>
<gml:upperCorner>35.7 139.9 80</gml:upperCorner></gml:Envelope></gml:boundedBy>
<core:cityObjectMember><bldg:Building gml:id="b"/></core:cityObjectMember>
</core:CityModel>
"""


def zipped(entries, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def entries_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def harumi_pack():
    return pack("harumi")


def test_a_pack_holds_the_area_its_geometry_and_its_profiles(harumi_pack):
    area = load_area("harumi")
    files = (*area.geometry, *area.facilities, *area.comparisons)
    wanted = {"area.toml", *(f"geometry/{f.name}" for f in files)}
    assert set(entries_of(harumi_pack)) == wanted | {
        f"profiles/{name}.toml" for name in area.profiles
    }
    assert pack("harumi") == harumi_pack


def test_an_area_survives_the_journey(harumi_pack, tmp_path):
    folder = unpack(harumi_pack, tmp_path / "area")
    assert folder == tmp_path / "area"
    there, here = load_area(folder), load_area("harumi")
    assert (there.devices, there.gateways, there.alarms) == (
        here.devices,
        here.gateways,
        here.alarms,
    )
    assert there.profiles == here.profiles
    assert pack(folder) == harumi_pack


def test_a_newer_pack_takes_the_place_of_the_older(harumi_pack, tmp_path):
    unpack(harumi_pack, tmp_path / "area")
    (tmp_path / "area" / "geometry" / "stale.gml").write_text("old")
    unpack(harumi_pack, tmp_path / "area")
    assert not (tmp_path / "area" / "geometry" / "stale.gml").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["area"]


@pytest.mark.parametrize(
    "name",
    ["../evil.toml", "/etc/evil", "geometry/../../evil", "C:/evil", "a\\b", "./area.toml", "x//y"],
)
def test_a_name_that_leaves_the_folder_is_refused(harumi_pack, tmp_path, name):
    bad = zipped(entries_of(harumi_pack) | {name: b"x"})
    with pytest.raises(AreaFileError, match="belongs to no area"):
        unpack(bad, tmp_path / "area")
    assert list(tmp_path.iterdir()) == []


def broken_packs(good):
    entries = entries_of(good)
    yield b"", "is broken"
    yield b"not a zip", "is broken"
    yield good[: len(good) // 2], "is broken"
    yield good[:2000] + bytes(200) + good[2200:], "is broken"
    yield zipped({"readme.txt": b"x"}), r"has no area\.toml"
    yield zipped(entries, compression=zipfile.ZIP_BZIP2), "unusual way"
    yield zipped(entries | {"area.toml": b"id = 1"}), "expected a text"


def test_a_broken_pack_leaves_the_folder_as_it_was(harumi_pack, tmp_path):
    unpack(harumi_pack, tmp_path / "area")
    for bad, words in broken_packs(harumi_pack):
        with pytest.raises(AreaFileError, match=words):
            unpack(bad, tmp_path / "area")
        assert load_area(tmp_path / "area").id == "harumi"
        assert [path.name for path in tmp_path.iterdir()] == ["area"]


def test_a_copy_is_the_same_area_byte_by_byte(tmp_path):
    copied = copy_area("harumi", tmp_path / "mine")
    original = load_area("harumi")
    assert copied.devices == original.devices
    for path in original.geometry:
        assert (tmp_path / "mine" / "geometry" / path.name).read_bytes() == path.read_bytes()
    assert not (tmp_path / "mine" / "profiles").exists()


def test_a_copy_never_overwrites(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(AreaFileError, match="is there already"):
        copy_area("harumi", tmp_path / "mine")
    with pytest.raises(AreaFileError, match="make it first"):
        copy_area("harumi", tmp_path / "no" / "where")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_full_disk_or_a_locked_folder_is_one_sentence(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(AreaFileError, match="cannot be written: No space left on device"):
        copy_area("harumi", tmp_path / "mine")


def test_imported_buildings_change_geometry_centre_and_credit_only(tmp_path):
    city = tmp_path / "town.gml"
    city.write_text(CITY)
    made = import_buildings("harumi", [city], tmp_path / "new")
    before, after = load_area("harumi"), load_area(tmp_path / "new")
    assert made.area == after
    assert [file.name for file in after.geometry] == ["town.gml"]
    assert (after.centre.latitude, after.centre.longitude) == (35.65, 139.8)
    assert "国土交通省 PLATEAU" in after.attribution.ja
    assert "PLATEAU" in after.attribution.en
    assert (after.devices, after.epsg, after.model_district) == (before.devices, before.epsg, True)
    assert made.buildings == 1
    assert made.outside() == made.moved == ()


def test_comments_and_order_of_the_file_stay(tmp_path):
    city = tmp_path / "town.gml"
    city.write_text(CITY)
    import_buildings("harumi", [city], tmp_path / "new")
    here = (Path(load_area("harumi").geometry[0]).parent.parent / "area.toml").read_text("utf-8")
    there = (tmp_path / "new" / "area.toml").read_text("utf-8")
    changed = set(here.splitlines()) - set(there.splitlines())
    assert all(line.startswith(("centre", "attribution", '  "geometry/')) for line in changed)
    kept = [line for line in here.splitlines() if line not in changed]
    assert [line for line in there.splitlines() if line in kept] == kept


def test_a_zip_gives_its_building_files_or_all_it_has(tmp_path):
    whole = tmp_path / "ward.zip"
    whole.write_bytes(
        zipped(
            {
                "13102/udx/bldg/a_bldg.gml": CITY,
                "13102/udx/bldg/b_bldg.gml": CITY,
                "13102/udx/dem/c_dem.gml": "not looked at",
            }
        )
    )
    made = import_buildings("harumi", [whole], tmp_path / "new")
    assert [file.name for file in made.area.geometry] == ["a_bldg.gml", "b_bldg.gml"]
    flat = tmp_path / "flat.zip"
    flat.write_bytes(zipped({"one/x.gml": CITY, "two/x.gml": CITY}))
    made = import_buildings("harumi", [flat], tmp_path / "flat")
    assert [file.name for file in made.area.geometry] == ["x.gml", "x_2.gml"]


BAD_CITIES = [
    (b"", "t.gml", "ends too early"),
    (CITY[:300].encode(), "t.gml", "ends too early"),
    (CITY.encode() + b"<more/>", "t.gml", "not readable as XML"),
    (b"<html></html>", "t.gml", "not CityGML: expected core:CityModel, found html"),
    (b"\x89PNG\r\n", "t.gml", "not readable as XML"),
    (b'<!DOCTYPE x [<!ENTITY a "b">]><core:CityModel/>', "t.gml", "declares XML entities"),
    (b"<core:CityModel/>", "t.gml", "has no gml:Envelope"),
    (CITY.replace("35.6 139.7", "-12.0 4.0").encode(), "t.gml", "within Japan"),
    (CITY.replace("35.6 139.7", "nowhere").encode(), "t.gml", "within Japan"),
    (CITY.replace("bldg:Building", "tran:Road").encode(), "t.gml", "no building in it"),
    (CITY.encode()[:200], "t.zip", "the zip is broken"),
    (zipped({"readme.txt": "x"}), "t.zip", r"no \.gml file in the zip"),
    (zipped({"a.gml": CITY}, compression=zipfile.ZIP_LZMA), "t.zip", "unusual way"),
    (zipped({"a.gml": CITY[:300]}), "t.zip", r"t\.zip:a\.gml:\d+: the file ends too early"),
]


@pytest.mark.parametrize(("content", "name", "words"), BAD_CITIES)
def test_a_bad_city_file_is_one_sentence_and_nothing_is_written(tmp_path, content, name, words):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(CityFileError, match=words) as caught:
        import_buildings("harumi", [file], tmp_path / "new")
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_damaged_zip_is_found(tmp_path):
    data = bytearray(zipped({"a.gml": CITY}))
    data[data.index(b"lowerCorner")] ^= 0xFF
    (tmp_path / "t.zip").write_bytes(data)
    with pytest.raises(CityFileError, match="the zip is broken"):
        import_buildings("harumi", [tmp_path / "t.zip"], tmp_path / "new")


def test_a_missing_file_or_a_folder_is_said_so(tmp_path):
    with pytest.raises(CityFileError, match="no such file"):
        import_buildings("harumi", [tmp_path / "none.gml"], tmp_path / "new")
    with pytest.raises(CityFileError, match="is a folder"):
        import_buildings("harumi", [tmp_path], tmp_path / "new")


def test_an_undeclared_prefix_is_no_hindrance():
    city = CITY.replace("<bldg:Building", "<energy:thing/><bldg:Building").encode()
    assert look(io.BytesIO(city), "kawasaki.gml").buildings == 1


@pytest.mark.skipif(not NIIZA.is_file(), reason=f"there is no {NIIZA}: set SMART_AREA_DATA")
def test_the_real_niiza_file_goes_into_a_copy_of_harumi(tmp_path):
    made = import_buildings("harumi", [NIIZA], tmp_path / "niiza")
    assert made.buildings == 657
    assert 35.755 < made.area.centre.latitude < 35.759
    assert (tmp_path / "niiza" / "geometry" / NIIZA.name).read_bytes() == NIIZA.read_bytes()
    things = len(made.area.gateways) + len(made.area.devices)
    assert len(made.moved) == things  # all of them: Niiza is 20 km from Harumi
    assert made.outside() == ()
    assert all(not device.building for device in made.area.devices)
    heights = [
        [d.position.height_m for d in area.devices] for area in (load_area("harumi"), made.area)
    ]
    assert heights[0] == heights[1]


def test_what_moves_keeps_its_place_around_the_centre(tmp_path):
    city = tmp_path / "town.gml"
    city.write_text(CITY.replace("139.", "138."))
    made = import_buildings("harumi", [city], tmp_path / "new")
    before = load_area("harumi")
    for old, new in zip(before.devices, made.area.devices, strict=True):
        for axis in ("latitude", "longitude"):
            step = getattr(new.position, axis) - getattr(old.position, axis)
            along = getattr(made.area.centre, axis) - getattr(before.centre, axis)
            assert step == pytest.approx(along, abs=2e-7)


@pytest.mark.skipif(not NIIZA.is_file(), reason=f"there is no {NIIZA}: set SMART_AREA_DATA")
def test_the_real_niiza_file_cut_in_the_middle_is_refused(tmp_path):
    cut = tmp_path / "cut.gml"
    cut.write_bytes(NIIZA.read_bytes()[:1_000_000])
    with pytest.raises(CityFileError, match="the file ends too early"):
        import_buildings("harumi", [cut], tmp_path / "new")
    assert not (tmp_path / "new").exists()
