"""An area file in pieces: it says what the whole says, and a change of a piece is that of the whole."""

import tomllib

import pytest

from area_configs.area_edit import CannotEdit, append, pieces, remove, set_value, toml_edit
from area_configs.loader import area_file

HARUMI = area_file("harumi").read_text(encoding="utf-8")
DEVICES = tomllib.loads(HARUMI)["devices"]
ALARMS = tomllib.loads(HARUMI)["alarms"]
ODD = {
    "lines that look like headers": 'a = """\n[[devices]]\n"""\n[[devices]]\nid = "x"\n',
    "a list over several lines": "a = [\n[1],\n  [2],\n]\n[b]\nc = 1\n",
    "tables that come back": "[[d]]\nx = 1\n[e]\ny = 2\n[[d]]\nx = 3\n[e.f]\nz = 4\n",
    "a table below one of before": "[[g]]\nx = 1\n[[d]]\ny = 2\n[[g.links]]\nz = 3\n",
    "names in quotes": "[[d]]\nx = 1\n[\"e\"]\ny = 2\n['f'.g]\nz = 3\n",
    "nothing but a header": "[a]",
    "nothing": "",
    "a table by its inner one": "[a.b]\nx = 1\n[a.c]\ny = 2\n",
    "windows": "# head\r\na = 1\r\n\r\n# first\r\n[[d]]\r\nx = 1\r\n",
}


@pytest.mark.parametrize("text", [HARUMI, *ODD.values()], ids=["harumi", *ODD])
def test_the_pieces_say_what_the_whole_says(text):
    assert pieces.values_of(text) == tomllib.loads(text)


@pytest.mark.parametrize(
    "text", ["a = 1\n[a]\n", "[[d]]\n[d]\n", "[a]\n[b]\n[a]\n", "d = []\n[[d]]\n", "[a]\nb\n"]
)
def test_what_is_wrong_as_a_whole_stays_wrong(text):
    with pytest.raises(tomllib.TOMLDecodeError):
        pieces.values_of(text)


@pytest.mark.parametrize("index", range(len(DEVICES)))
def test_a_device_changes_and_goes_as_in_the_whole(index):
    device = ("devices", index)
    for path, value in (("name", "en"), "x"), (("building",), "b"), (("position", "height_m"), 1.5):
        near = set_value(HARUMI, (*device, *path), value)
        assert near == toml_edit.set_value(HARUMI, (*device, *path), value)
    assert remove(HARUMI, device) == toml_edit.remove(HARUMI, device)


def test_what_lies_apart_and_side_by_side_goes_as_in_the_whole():
    last = len(DEVICES) - 1
    for paths in (
        [("devices", 1), ("devices", 2), ("devices", 3)],
        [("gateways", 0), ("devices", 0), ("devices", last), ("alarms", 0)],
        [("alarms", at) for at in range(len(ALARMS))],
        [("devices", last), ("gateways", 1, "links", 0), ("attribution",)],
    ):
        assert remove(HARUMI, *paths) == toml_edit.remove(HARUMI, *paths)


@pytest.mark.parametrize(
    "path", [("devices",), ("alarms",), ("gateways",), ("gateways", 0, "links"), ("more",)]
)
def test_a_table_is_added_as_in_the_whole(path):
    table = {"id": "new", "name": {"ja": "新", "en": "New"}}
    assert append(HARUMI, path, table) == toml_edit.append(HARUMI, path, table)


def test_a_new_key_of_the_head_and_a_new_table_are_added_as_in_the_whole():
    for path in (("new",), ("fresh", "key"), ("energy", "fresh")):
        assert set_value(HARUMI, path, 1) == toml_edit.set_value(HARUMI, path, 1)


def test_a_refusal_names_the_place_in_the_whole():
    with pytest.raises(CannotEdit, match=r"devices\[3\]\.nothing"):
        remove(HARUMI, ("devices", 3, "nothing"))
