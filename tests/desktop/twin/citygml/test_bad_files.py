"""A city file that cannot be read says why in one sentence and leaves nothing half-shown."""

from __future__ import annotations

import gzip
import os
import zipfile

import pytest

from area_configs.domain.errors import CityFileError
from desktop.twin.citygml import read
from tests.desktop.twin.sample_city import block, building, city


def refused(path):
    with pytest.raises(CityFileError) as caught:
        read(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


@pytest.fixture
def refuse(tmp_path):
    def write_and_refuse(content, name="city.gml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return refused(path)

    return write_and_refuse


GOOD = city(block("one", 0, 0), block("two", 50, 0))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"%PDF-1.7 ...", "is not XML"),
        ("<html><body>404</body></html>", "not CityGML (its root is <html>)"),
        ('<CityModel xmlns="urn:other"></CityModel>', "not CityGML"),
        (city(), "holds no coordinates"),
        (city(building("b", "")), "holds no coordinates"),
        (city(block("b", 0, 0), srs="urn:local:site"), "'urn:local:site' is not known"),
        (city(block("b", 0, 0), srs="EPSG:99999"), "EPSG:99999"),
        (GOOD.replace("srsName", "name"), "names no coordinate reference system"),
        (GOOD.replace(" 10.0 ", " ten ", 1), "building one"),
        (GOOD.replace(" 10.0 ", " ", 1), "building one has 14 numbers"),
        (GOOD.replace("</gml:Solid>", "</gml:Sphere>", 1), "line 4: is not well-formed"),
        (GOOD.encode()[:1500] + bytes(700) + GOOD.encode()[2200:], "is not well-formed"),
        (GOOD.replace("UTF-8", "x-klingon"), "x-klingon"),
        (city(block("b", 0, 0), srs="EPSG:4978"), "EPSG:4978"),
        (city(block("b", 0, 0), srs="EPSG:5773"), "EPSG:5773"),
        (GOOD + "and more", "after the end"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe\xff", "is not XML"),
        (gzip.compress(GOOD.encode())[:-20], "gzip file is incomplete"),
    ],
)
def test_bad_content_is_named(refuse, content, words):
    assert words in refuse(content)


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.gml")
    assert "is no file" in refused(tmp_path / "pipe.gml")


def test_missing_file_and_empty_folder(tmp_path):
    assert "no such file" in refused(tmp_path / "none.gml")
    (tmp_path / "empty").mkdir()
    assert "no .gml file" in refused(tmp_path / "empty")


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.7, 0.95, 0.999])
def test_a_file_cut_anywhere_is_refused_with_the_place(refuse, share):
    cut = GOOD.encode()[: int(len(GOOD) * share)]
    message = refuse(cut)
    assert f"{len(cut):,}" in message
    assert "etch" in message  # fetch it again


def test_a_cut_file_names_the_last_whole_building(refuse):
    cut = GOOD[: GOOD.index("</bldg:Building>") + 200]
    assert "the last of 1 complete buildings is one" in refuse(cut)


def test_broken_zip_files(refuse, tmp_path):
    assert "zip file is incomplete" in refuse(b"PK\x03\x04 half", "cut.zip")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    assert "holds no .gml" in refused(tmp_path / "empty.zip")


def test_swapped_axes_are_noticed(refuse):
    text = city(block("b", 0, 0), srs="EPSG:6697")  # metres where degrees should be
    assert "mixed up" in refuse(text)
