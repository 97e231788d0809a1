"""Editing an area file: one change changes its own characters only, whatever stands around it."""

import difflib
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from area_configs.area_edit import (
    AreaText,
    CannotEdit,
    ChangedMeanwhile,
    append,
    read_text,
    remove,
    remove_part,
    rename,
    set_value,
    uses,
    write_text,
)
from area_configs.area_pack import copy_area
from area_configs.domain.errors import AreaFileError
from area_configs.loader import area_file, load_area

HARUMI = area_file("harumi").read_text(encoding="utf-8")
METER = {
    "id": "meter-new",
    "name": {"ja": "新しいメーター", "en": "New meter"},
    "profile": "eastron_sdm630",
    "gateway": "gw-energy",
    "link": "rs485-energy",
    "unit": 9,
    "position": {"latitude": 35.65295, "longitude": 139.78207, "height_m": 3.0},
}
SMALL = """\
# The head.
id = "a"   # why
list = [1, 2, 3]  # behind
long = [
  "x",  # one
  "y",
]
name = { ja = 'あ', en = "a" }

# ------------- section

# about first
[[items]]
id = "first"
at = { x = 1.0, y = 2.0 }

[[items.links]]
id = "l1"

# about second
[[items]]
  id = "second"  # indented

# ------------- tail
[table]
key = 1
"""


def lines_changed(before, after):
    """Give the lines of a unified difference that are not context."""
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in found if line[:1] in "+-" and line[:3] not in {"+++", "---"}]


def at(ident):
    return AreaText(area_file("harumi"), HARUMI).place("devices", ident)


def test_a_value_changes_in_its_own_place():
    text = set_value(HARUMI, (*at("meter-kiosk"), "position", "height_m"), 4.5)
    assert lines_changed(HARUMI, text) == [
        "-position = { latitude = 35.649038, longitude = 139.773412, height_m = 2.0 }",
        "+position = { latitude = 35.649038, longitude = 139.773412, height_m = 4.5 }",
    ]


def test_an_equal_value_changes_nothing_at_all():
    for path, value in ((("epsg",), 6677), ((*at("meter-kiosk"), "unit"), 2)):
        assert set_value(HARUMI, path, value) == HARUMI


def test_a_new_key_stands_behind_the_last_one_of_its_table():
    text = set_value(HARUMI, (*at("river-gauge"), "building"), "bldg_x")
    assert lines_changed(HARUMI, text) == ['+building = "bldg_x"']
    assert AreaText(area_file("harumi"), text).value((*at("river-gauge"), "building")) == "bldg_x"


def test_a_device_is_added_behind_the_last_one_and_before_the_next_section():
    text = append(HARUMI, ("devices",), METER)
    added = [line[1:] for line in lines_changed(HARUMI, text)]
    assert "[[devices]]" in added
    assert not [line for line in lines_changed(HARUMI, text) if line.startswith("-")]
    assert text.index('"meter-new"') < text.index("# ------", text.index('"water-terminal"'))
    assert load_area("harumi", text).device("meter-new").unit == 9


def test_adding_and_removing_again_gives_the_very_same_text():
    for path, table in (
        (("devices",), METER),
        (("gateways", 1, "links"), {"id": "l", "kind": "ble"}),
    ):
        text = append(HARUMI, path, table)
        assert text != HARUMI
        count = len(AreaText(area_file("harumi"), text).value(path))
        assert remove(text, (*path, count - 1)) == HARUMI


def test_a_removed_table_takes_its_own_comment_along_and_leaves_those_of_sections():
    text = remove(SMALL, ("items", 0))
    assert "about first" not in text
    assert "about second" in text
    assert "# ------------- section" in text
    assert "l1" not in text
    assert remove(SMALL, ("items", 1)).endswith(
        'id = "l1"\n\n# ------------- tail\n[table]\nkey = 1\n'
    )


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("list", 1), 7, "list = [1, 7, 3]  # behind"),
        (("long", 0), "z", '  "z",  # one'),
        (("name", "ja"), "い\n\x7f", 'name = { ja = "い\\n\\u007f", en = "a" }'),
        (("items", 0, "at", "z"), 3, "at = { x = 1.0, y = 2.0, z = 3 }"),
        (("items", 1, "more"), True, "  more = true"),
        (("table", "odd key"), [1.5, "b"], '"odd key" = [1.5, "b"]'),
        (("id",), "b", 'id = "b"   # why'),
    ],
)
def test_values_of_every_kind_find_their_line(path, value, line):
    text = set_value(SMALL, path, value)
    assert line in text.splitlines()


def test_elements_and_keys_go_with_their_commas():
    assert "list = [2, 3]  # behind" in remove(SMALL, ("list", 0))
    assert "list = [1, 2]  # behind" in remove(SMALL, ("list", 2))
    assert "at = { y = 2.0 }" in remove(SMALL, ("items", 0, "at", "x"))
    assert 'long = [\n  "y",\n]' in remove(SMALL, ("long", 0))
    assert remove(set_value(SMALL, ("table", "new"), 1), ("table", "new")) == SMALL


def test_a_long_list_grows_by_a_line():
    text = append(
        HARUMI, ("energy", "tariff", "bands"), {"begins": "01:00", "ends": "02:00", "price": 1.0}
    )
    assert lines_changed(HARUMI, text) == ['+  { begins = "01:00", ends = "02:00", price = 1.0 },']


def test_windows_line_ends_and_a_missing_last_one_are_kept():
    windows = SMALL.replace("\n", "\r\n")
    text = append(windows, ("items",), {"id": "third"})
    assert "\n" not in text.replace("\r\n", "")
    bare = SMALL.removesuffix("\n")
    assert tomllib.loads(set_value(bare, ("table", "more"), 2))["table"] == {"key": 1, "more": 2}


def test_a_table_that_is_not_there_is_made():
    text = set_value(SMALL, ("energy", "contract_kw"), 300)
    assert text == SMALL + "\n[energy]\ncontract_kw = 300\n"
    assert "[[alarms]]" in append(SMALL, ("alarms",), {"id": "x"})


def test_what_cannot_be_changed_by_itself_is_refused_in_a_sentence():
    with pytest.raises(CannotEdit, match=r"no items\[7\] to remove"):
        remove(SMALL, ("items", 7))
    with pytest.raises(CannotEdit, match="is no list"):
        append(SMALL, ("id",), {})
    with pytest.raises(CannotEdit, match="half a character"):
        set_value(SMALL, ("id",), "\ud800")
    with pytest.raises(CannotEdit, match="by hand"):
        set_value("a.b = 1\n", ("a", "c"), 2)


_PATHS = [
    ("id",),
    ("list", 2),
    ("items", 0, "at", "x"),
    ("items", 1, "new"),
    ("table", "key"),
    ("name", "en"),
    ("items", 0, "links", 0, "id"),
]
_VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.integers(-(2**60), 2**60),
    st.booleans(),
    st.floats(allow_nan=False),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=3),
)


@settings(max_examples=120, deadline=None)
@given(path=st.sampled_from(_PATHS), value=_VALUES)
def test_any_value_anywhere_reads_back_and_all_comments_stay(path, value):
    text = set_value(SMALL, path, value)
    assert AreaText(Path("x"), text).value(path) == value
    before = [line.partition("#")[2] for line in SMALL.splitlines() if "#" in line]
    assert all(f"#{comment}" in text for comment in before)


# ------------------------------------------------------------ ids and what hangs on them


def test_a_new_id_goes_everywhere():
    text = rename(HARUMI, at("feeder-main"), "feeder-new")
    assert "feeder-main" not in text
    assert load_area("harumi", text).energy.meter == "feeder-new"
    gateway = AreaText(area_file("harumi"), HARUMI).place("gateways", "gw-energy")
    area = load_area("harumi", rename(HARUMI, gateway, "gw-new"))
    assert len(area.devices_of("gw-new")) == len(load_area("harumi").devices_of("gw-energy"))
    link = load_area("harumi", rename(HARUMI, (*gateway, "links", 0), "lan-new"))
    assert link.device("battery-main").link == "lan-new"


def test_a_device_goes_with_its_alarms_and_assets():
    text = remove_part(HARUMI, at("battery-main"))
    area = load_area("harumi", text)
    assert not [rule for rule in area.alarms if rule.device == "battery-main"]
    assert not area.energy.batteries
    sunny = remove_part(HARUMI, at("pv-school"))
    assert load_area("harumi", sunny).energy.photovoltaic == ("pv-energy",)
    assert 'suppressed_by = "station-flame"' not in remove_part(
        remove(HARUMI, ("energy",)), at("station-main")
    )


def test_a_gateway_goes_with_its_devices():
    text = AreaText(area_file("harumi"), HARUMI)
    gateway = text.place("gateways", "gw-waterfront")
    assert len(uses(text.values, gateway)) > 5
    area = load_area("harumi", remove_part(HARUMI, gateway))
    assert [one.id for one in area.gateways] == ["gw-residence", "gw-energy"]


def test_the_meter_of_the_contract_stays():
    with pytest.raises(CannotEdit, match=r"feeder-main is energy\.meter"):
        remove_part(HARUMI, at("feeder-main"))


# ------------------------------------------------------------ the file


@pytest.fixture
def file(tmp_path):
    copy_area("harumi", tmp_path / "area")
    return tmp_path / "area" / "area.toml"


def test_a_saved_change_differs_in_its_lines_only(file):
    before = read_text(file)
    write_text(file, append(before, ("devices",), METER), before)
    assert not [one for one in lines_changed(before, read_text(file)) if one.startswith("-")]
    assert load_area(file).device("meter-new")
    assert not [one for one in file.parent.iterdir() if one.name.startswith(".")]


def test_what_did_not_change_is_not_written(file):
    before, when = read_text(file), file.stat().st_mtime_ns
    write_text(file, before, before)
    assert file.stat().st_mtime_ns == when


def test_every_mistake_is_told_and_nothing_written(file):
    before = read_text(file)
    wrong = set_value(append(before, ("devices",), METER | {"unit": 2}), ("epsg",), 1)
    with pytest.raises(AreaFileError) as caught:
        write_text(file, wrong, before)
    assert {mistake.path for mistake in caught.value.mistakes} == {"epsg", "devices[45].unit"}
    assert read_text(file) == before


def test_somebody_elses_change_is_not_written_over(file):
    before = read_text(file)
    file.write_text(before + "# mine\n", encoding="utf-8")
    with pytest.raises(ChangedMeanwhile, match="meanwhile"):
        write_text(file, set_value(before, ("epsg",), 6676), before)
    assert read_text(file).endswith("# mine\n")


def test_a_byte_order_mark_stays(file):
    file.write_bytes(b"\xef\xbb\xbf" + HARUMI.encode())
    before = read_text(file)
    write_text(file, before.replace("6677", "6676"), before)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert load_area(file).epsg == 6676
