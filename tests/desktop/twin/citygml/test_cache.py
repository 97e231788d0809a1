"""Models that were read before come back from the cache, and nothing else does."""

from __future__ import annotations

import hashlib
import os
import random

import numpy as np
import pytest

from area_configs.domain.errors import CityFileError
from desktop.twin.citygml import read
from desktop.twin.citygml.stored import NotStored, packed, unpacked
from tests.desktop.twin.sample_city import block, city, town, water


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def place(tmp_path):
    path = tmp_path / "town.gml"
    path.write_text(town())
    return path


def facts(model):
    return {
        kind: [(f.id, f.name, f.height, f.usage, f.lod, f.attributes) for f in things]
        for kind, things in model.features.items()
    }


def same_mesh(one, two):
    return all(
        np.array_equal(getattr(one, part), getattr(two, part))
        for part in ("points", "triangles", "building")
    )


def entry(folder):
    (path,) = folder.glob("*.city")
    return path


def test_what_comes_back_is_what_was_read(place, folder):
    fresh = read(place, cache=folder)
    again = read(place, cache=folder)
    assert type(again.geometry) is not type(fresh.geometry)
    assert facts(again) == facts(fresh)
    assert (again.origin, again.epsg, again.warnings) == (fresh.origin, fresh.epsg, fresh.warnings)
    assert [s.kind for s in again.surfaces] == [s.kind for s in fresh.surfaces]
    for kind in fresh.features:
        for lod in range(4):
            assert same_mesh(again.layer(kind, lod), fresh.layer(kind, lod))
    assert again.buildings[-1].id == fresh.buildings[-1].id
    assert [f.id for f in again.buildings[2:4]] == [f.id for f in fresh.buildings[2:4]]
    assert [f.id for f in again.search("b3-3")] == ["b3-3"]


def test_a_changed_file_is_read_anew_even_with_the_old_time_and_size(place, folder):
    read(place, cache=folder)
    before = place.stat()
    place.write_text(place.read_text().replace("b0-0 House", "b0-0 Haus_"))
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert place.stat().st_size == before.st_size
    assert read(place, cache=folder).buildings[0].name == "b0-0 Haus_"


def test_another_frame_is_another_model(place, folder):
    read(place, cache=folder)
    moved = read(place, epsg=6677, origin=(0.0, 0.0), cache=folder)
    assert moved.origin == (0.0, 0.0)
    assert len(list(folder.glob("*.city"))) == 2


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.999])
def test_a_cut_entry_is_not_believed(place, folder, share):
    fresh = read(place, cache=folder)
    path = entry(folder)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    again = read(place, cache=folder)
    assert facts(again) == facts(fresh)
    assert path.stat().st_size > 1000  # written anew


def test_a_flipped_bit_anywhere_is_noticed(place, folder):
    read(place, cache=folder)
    good = entry(folder).read_bytes()
    dice = random.Random(7)
    for _ in range(200):
        bad = bytearray(good)
        bad[dice.randrange(len(bad))] ^= 1 << dice.randrange(8)
        with pytest.raises(NotStored):
            unpacked(bad)


def test_numbers_that_lead_astray_are_refused_although_the_sum_is_right(place, folder):
    read(place, cache=folder)
    path = entry(folder)
    words, arrays = unpacked(bytearray(path.read_bytes()))
    name = next(name for name in arrays if name.endswith("triangles"))
    arrays[name] = arrays[name] + 10_000
    path.write_bytes(b"".join(packed(words, arrays)))
    assert read(place, cache=folder).mesh(1).triangles.max() < 10_000


def test_a_block_that_claims_more_than_it_holds_is_refused():
    mark, _, length, head, *_ = packed({}, {"a": np.zeros(4, np.float32)})
    rest = length + head  # the array itself is missing
    with pytest.raises(NotStored):
        unpacked(bytearray(mark + hashlib.sha256(rest).digest() + rest))


def test_a_cache_that_cannot_be_written_does_no_harm(place, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert len(read(place, cache=tmp_path / "file").buildings) == 16


def test_attributes_of_a_file_that_changed_meanwhile_are_refused(place, folder):
    read(place, cache=folder)
    model = read(place, cache=folder)
    place.write_text(city(block("other", 0, 0)))
    with pytest.raises(CityFileError, match="has changed since it was read"):
        _ = model.buildings[0].attributes


def test_features_that_were_parsed_as_xml_keep_their_attributes(tmp_path, folder):
    path = tmp_path / "city.gml"
    square = [(0, 0, 0), (9, 0, 0), (9, 9, 0), (0, 9, 0)]
    path.write_text("<!-- odd -->".join(city(block("one", 0, 0), water("w", square)).split("\n")))
    fresh = read(path, cache=folder)
    again = read(path, cache=folder)
    assert facts(again) == facts(fresh)
    assert again.features["water"][0].attributes["class"] == "1030"
