"""Every kind of mistake in an area file or profile is found, placed and explained, all at once."""

import shutil
from pathlib import Path

import pytest

from area_configs.domain.errors import AreaFileError
from area_configs.loader import area_file, load_area, load_profile

GOOD = """\
id = "pilot"
name = { ja = "地区", en = "Area" }
centre = { latitude = 35.65, longitude = 139.77 }
epsg = 6677
attribution = { ja = "出典", en = "Source" }
geometry = ["geometry/city.gml"]

[[gateways]]
id = "gw"
name = { ja = "門", en = "Gateway" }
position = { latitude = 35.65, longitude = 139.77 }
links = [
  { id = "wisun", kind = "b_route", port = "/dev/ttyA" },
  { id = "bus", kind = "modbus_rtu", port = "/dev/ttyB" },
  { id = "lan", kind = "modbus_tcp", host = "10.0.0.1" },
]

[[devices]]
id = "home"
name = { ja = "家", en = "Home" }
profile = "b_route_smart_meter"
gateway = "gw"
link = "wisun"
position = { latitude = 35.65, longitude = 139.77 }

[[devices]]
id = "meter"
name = { ja = "計", en = "Meter" }
profile = "eastron_sdm630"
gateway = "gw"
link = "bus"
unit = 1
position = { latitude = 35.65, longitude = 139.77 }

[[alarms]]
id = "hot"
name = { ja = "高", en = "High" }
device = "meter"
quantity = "active_power"
above = 1000.0
priority = "high"
action = { ja = "見る", en = "Look" }
"""


def device(**changes):
    """Give one more device, by default a good one."""
    keys = {
        "id": '"more"',
        "name": '{ ja = "他", en = "More" }',
        "profile": '"eastron_sdm120"',
        "gateway": '"gw"',
        "link": '"bus"',
        "unit": "2",
        "position": "{ latitude = 35.65, longitude = 139.77 }",
    } | changes
    lines = [f"{key} = {value}" for key, value in keys.items() if value]
    return "\n[[devices]]\n" + "\n".join(lines) + "\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "geometry").mkdir()
    (tmp_path / "geometry" / "city.gml").write_text("<x/>")
    return tmp_path


def mistakes(folder, text):
    (folder / "area.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(AreaFileError) as caught:
        load_area(folder)
    return caught.value.mistakes


def test_the_good_file_loads(folder):
    (folder / "area.toml").write_text(GOOD + device(), encoding="utf-8")
    area = load_area(folder)
    assert [d.id for d in area.devices] == ["home", "meter", "more"]
    links = {link.id: (link.baudrate, link.tcp_port) for link in area.gateway("gw").links}
    assert links == {"wisun": (115200, 0), "bus": (9600, 0), "lan": (9600, 502)}
    assert area.geometry == (folder.resolve() / "geometry" / "city.gml",)
    assert (area.device("home").unit, area.device("more").unit) == (0, 2)


REPLACED = [
    ('id = "pilot"', 'id = "Pilot Area"', 1, "id", "small letters, digits"),
    ('id = "pilot"', "id = 7", 1, "id", "expected a text in quotes, found 7"),
    ("epsg = 6677", 'epsg = "6677"', 4, "epsg", "expected a whole number, found '6677'"),
    ("epsg = 6677", "epsg = 4326", 4, "epsg", "expected at least 6669 (JGD2011 plane"),
    ("epsg = 6677", "epgs = 6677", 4, "epgs", "unknown key; did you mean 'epsg'?"),
    (
        "latitude = 35.65, l",
        "latitude = 53.65, l",
        3,
        "centre.latitude",
        "within Japan), found 53.65",
    ),
    ("latitude = 35.65, l", "latitude = nan, l", 3, "centre.latitude", "expected a finite number"),
    (
        "latitude = 35.65, l",
        "latitude = true, l",
        3,
        "centre.latitude",
        "expected a number, found true",
    ),
    ("latitude = 35.65, l", "latidude = 35.65, l", 3, "centre.latidude", "did you mean 'latitude'"),
    ('en = "Area"', 'en = ""', 2, "name.en", "is empty: expected the name in English"),
    ('en = "Area"', f'en = "{"x" * 501}"', 2, "name.en", "at most 500 characters, found 501"),
    (', en = "Area"', "", 2, "name.en", "is missing: expected the name in English"),
    ("city.gml", "town.gml", 6, "geometry[0]", "there is no file 'geometry/town.gml'"),
    ("geometry/city", "../city", 6, "geometry[0]", "expected a path below the area's folder"),
    ("geometry/city", "C:/city", 6, "geometry[0]", "expected a path below the area's folder"),
    ('["geometry/city.gml"]', "{}", 6, "geometry", "expected a list in brackets, found a table"),
    ("epsg = 6677", 'epsg = 6677\ntimezone = "Asia/Tokio"', 5, "timezone", "mean 'Asia/Tokyo'"),
    (
        '"b_route", port',
        '"b_rout", port',
        13,
        "gateways[0].links[0].kind",
        "did you mean 'b_route'",
    ),
    (
        '"b_route", port',
        '"modbus_tcp", port',
        13,
        "gateways[0].links[0].host",
        "the peer's address",
    ),
    ('"b_route", port', '"modbus_tcp", port', 13, "gateways[0].links[0].port", "does not belong"),
    ('host = "10', 'port = "10', 15, "gateways[0].links[2].host", "is missing"),
    (
        '"/dev/ttyB"',
        '"/dev/ttyA"',
        14,
        "gateways[0].links[1].port",
        "is taken by gateways[0].links[0]",
    ),
    (
        'id = "bus"',
        'id = "wisun"',
        14,
        "gateways[0].links[1].id",
        "is taken by gateways[0].links[0]",
    ),
    (
        "eastron_sdm630",
        "eastron_sdm631",
        29,
        "devices[1].profile",
        "did you mean 'eastron_sdm630'?",
    ),
    (
        'gateway = "gw"',
        'gateway = "gv"',
        22,
        "devices[0].gateway",
        "no gateway 'gv'; known are gw",
    ),
    ('link = "bus"', 'link = "buss"', 31, "devices[1].link", "no link 'buss'; did you mean 'bus'"),
    (
        'link = "bus"',
        'link = "wisun"',
        31,
        "devices[1].link",
        "needs a modbus_rtu or modbus_tcp link",
    ),
    ('link = "wisun"', 'link = "lan"', 23, "devices[0].link", "needs a b_route link"),
    ('link = "wisun"', 'link = "wisun"\nunit = 3', 24, "devices[0].unit", "has no units"),
    ("unit = 1\n", "", 26, "devices[1].unit", "is missing: expected the Modbus unit"),
    ("unit = 1\n", "unit = 248\n", 32, "devices[1].unit", "expected at most 247"),
    ('id = "meter"', 'id = "home"', 27, "devices[1].id", "is taken by devices[0]"),
    ('device = "meter"', 'device = "metre"', 38, "alarms[0].device", "did you mean 'meter'?"),
    ('"active_power"', '"people_count"', 39, "alarms[0].quantity", "does not give 'people_count'"),
    ('"active_power"', '"active_powr"', 39, "alarms[0].quantity", "did you mean 'active_power'?"),
    (
        '"high"',
        '"urgent"',
        41,
        "alarms[0].priority",
        "expected 'critical', 'high', 'medium' or 'low'",
    ),
    ("above = 1000.0\n", "", 35, "alarms[0]", "expected above = ... or below = ..."),
    (
        "above = 1000.0",
        'above = 1.0\nsuppressed_by = "nothing"',
        41,
        "alarms[0].suppressed_by",
        "no other alarm 'nothing'",
    ),
    ("above = 1000.0", "above = 1.0\nbelow = 0.0", 41, "alarms[0].below", "found both"),
    ('[[gateways]]\nid = "gw"', '[[gateway]]\nid = "gw"', 0, "gateways", "is missing"),
]


@pytest.mark.parametrize(("old", "new", "line", "path", "words"), REPLACED)
def test_a_mistake_has_its_line_its_path_and_what_was_expected(folder, old, new, line, path, words):
    assert old in GOOD
    found = [m for m in mistakes(folder, GOOD.replace(old, new, 1)) if m.path == path]
    assert any(words in m.message and m.line == line for m in found), found
    assert all(Path(m.file).name == "area.toml" for m in found)


ADDED = [
    (device(unit="1"), "devices[2].unit", "unit 1 on link 'bus' is taken by devices[1]"),
    (
        device(profile='"b_route_smart_meter"', link='"wisun"', unit=None),
        "devices[2].link",
        "it carries one meter",
    ),
    (device(id='"meter"'), "devices[2].id", "taken by devices[1]"),
    (device(position="{ latitude = 35.6 }"), "devices[2].position.longitude", "is missing"),
    (device(position='"here"'), "devices[2].position", "expected a table, found 'here'"),
]


@pytest.mark.parametrize(("more", "path", "words"), ADDED)
def test_a_mistake_in_one_more_device(folder, more, path, words):
    found = {m.path: m for m in mistakes(folder, GOOD + more)}
    assert words in found[path].message
    assert found[path].line > GOOD.count("\n")


def test_every_mistake_comes_at_once_in_file_order(folder):
    text = GOOD
    for old, new in [
        ("epsg = 6677", "epsg = 1"),
        ('"eastron_sdm630"', '"eastron_sdm63O"'),
        ('"b_route", port', '"broute", port'),
        ('device = "meter"', 'device = "m"'),
        ('"high"', '"higher"'),
        ("unit = 1", "unit = 0\nunti = 5"),
    ]:
        text = text.replace(old, new, 1)
    found = mistakes(folder, text)
    assert {m.path for m in found} == {
        "epsg",
        "gateways[0].links[0].kind",
        "devices[1].profile",
        "devices[1].unit",
        "devices[1].unti",
        "alarms[0].device",
        "alarms[0].priority",
    }
    assert [m.line for m in found] == sorted(m.line for m in found)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('id = "x"\nname = {\n', 2, "not valid TOML"),
        ('id = "x"\nid = "y"\n', 2, "not valid TOML"),
        ("a = 1\nb = [1,", 2, "not valid TOML at the end of the file"),
        (b"id = 1\nname = '\xff'\n", 2, "is not UTF-8: save the file with encoding UTF-8"),
        ("a = " + "[" * 20000, 0, "nested too deep"),
        ("a = " + "9" * 5000, 0, "thousands of digits"),
    ],
)
def test_what_is_not_toml_is_one_mistake(folder, text, line, words):
    (mistake,) = mistakes(folder, text)
    assert words in mistake.message
    assert mistake.line == line


def test_numbers_beyond_any_measure_are_mistakes_too(folder):
    text = GOOD.replace("above = 1000.0", f"above = 1{'0' * 400}")
    assert [m.path for m in mistakes(folder, text)] == ["alarms[0].above"]


def test_a_byte_order_mark_does_no_harm(folder):
    (folder / "area.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load_area(folder).id == "pilot"


@pytest.mark.parametrize("source", ["harumy", "nowhere/area.toml", "x\0y", "x" * 5000])
def test_what_is_not_there_is_said_so(source):
    with pytest.raises(AreaFileError, match="there is no such area, folder or file"):
        load_area(source)


def test_a_near_name_is_offered():
    with pytest.raises(AreaFileError, match="did you mean 'harumi'"):
        area_file("harumy")
    with pytest.raises(AreaFileError, match="did you mean 'eastron_sdm120'"):
        load_profile("eastron_sdm12")


def test_a_folder_without_an_area_file_is_said_so(tmp_path):
    with pytest.raises(AreaFileError, match=r"has no area\.toml"):
        load_area(tmp_path)


def test_a_folder_is_no_profile(tmp_path):
    with pytest.raises(AreaFileError, match="expected a file, found something else"):
        load_profile(tmp_path)


def test_an_areas_own_profile_comes_before_the_bundled_one(folder):
    (folder / "profiles").mkdir()
    own = folder / "profiles" / "eastron_sdm630.toml"
    shutil.copy(area_file("harumi").parent.parent.parent / "profiles" / own.name, own)
    own.write_text(own.read_text(encoding="utf-8").replace("Eastron", "Ours", 1), encoding="utf-8")
    (folder / "area.toml").write_text(GOOD, encoding="utf-8")
    assert load_area(folder).profiles["eastron_sdm630"].maker == "Ours"


def test_mistakes_in_an_areas_own_profile_are_told_with_its_file(folder):
    (folder / "profiles").mkdir()
    (folder / "profiles" / "eastron_sdm630.toml").write_text("maker = 1\n")
    found = mistakes(folder, GOOD.replace("epsg = 6677", "epsg = 1"))
    assert {Path(m.file).name for m in found} == {"area.toml", "eastron_sdm630.toml"}


PROFILE = """\
name = { ja = "計", en = "Meter" }
maker = "M"
model = "X"
protocol = "modbus"
kind = "building_meter"
entity_type = "Device"
max_registers = 3
[[points]]
quantity = "active_power"
period_s = 2
minimum = 0
maximum = 10
modbus = { table = "input", address = 1, type = "i32", scale = 2.0, no_data = [-1] }
"""

PROFILE_MISTAKES = [
    ('"active_power"', '"activ_power"', 9, "points[0].quantity", "did you mean 'active_power'"),
    ('"building_meter"', '"bilding_meter"', 5, "kind", "did you mean 'building_meter'"),
    (
        '"modbus"\n',
        '"modbuss"\n',
        4,
        "protocol",
        "'opc_ua', found 'modbuss'; did you mean 'modbus'?",
    ),
    ('"modbus"\n', '"b_route"\n', 8, "points[0]", "expected echonet = { ... }"),
    ('"modbus"\n', '"b_route"\n', 13, "points[0].modbus", "does not fit protocol 'b_route'"),
    ('"Device"', '"a device"', 6, "entity_type", "expected a capitalised word"),
    (
        "address = 1",
        "address = 65535",
        13,
        "points[0].modbus.address",
        "the last register is 65535",
    ),
    ("address = 1", "address = 65536", 13, "points[0].modbus.address", "expected at most 65535"),
    ('"i32"', '"f64"', 13, "points[0].modbus.type", "needs 4 registers, max_registers allows 3"),
    ('"i32"', '"u8"', 13, "points[0].modbus.type", "expected u16 or wider"),
    ('"input"', '"coil"', 13, "points[0].modbus.type", "one bit: leave the type out"),
    ("[-1]", "[-1, 4294967295]", 13, "points[0].modbus.no_data[1]", "is outside i32"),
    ("scale = 2.0", "scale = 0.0", 13, "points[0].modbus.scale", "every value would be 0"),
    ("period_s = 2", "period_s = 0", 10, "points[0].period_s", "expected above 0"),
    ("minimum = 0", "minimum = 10", 11, "points[0].minimum", "expected less than the maximum 10"),
    ("address = 1, ", "adress = 1, ", 13, "points[0].modbus.adress", "did you mean 'address'"),
    ("max_registers = 3", "max_registers = 126", 7, "max_registers", "expected at most 125"),
]


@pytest.mark.parametrize(("old", "new", "line", "path", "words"), PROFILE_MISTAKES)
def test_a_mistake_in_a_profile(tmp_path, old, new, line, path, words):
    assert old in PROFILE
    file = tmp_path / "meter.toml"
    file.write_text(PROFILE, encoding="utf-8")
    assert load_profile(file).id == "meter"
    file.write_text(PROFILE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AreaFileError) as caught:
        load_profile(file)
    found = [m for m in caught.value.mistakes if m.path == path]
    assert any(words in m.message and m.line == line for m in found), caught.value.mistakes


def test_echonet_has_integers_only_and_quantities_come_once(tmp_path):
    head, _, _ = PROFILE.partition("[[points]]")
    point = '[[points]]\nquantity = "active_power"\nperiod_s = 30\nechonet = { epc = 0x70, type = "f32" }\n'
    file = tmp_path / "meter.toml"
    file.write_text(head.replace('"modbus"', '"b_route"') + point * 2, encoding="utf-8")
    with pytest.raises(AreaFileError) as caught:
        load_profile(file)
    found = {(m.path, m.message.partition(",")[0]) for m in caught.value.mistakes}
    assert ("points[0].echonet.type", "ECHONET Lite has integers only") in found
    assert (
        "points[1].quantity",
        "'active_power' is given twice; first at points[0].quantity",
    ) in found
    assert "points[0].echonet.epc" in {path for path, _ in found}
