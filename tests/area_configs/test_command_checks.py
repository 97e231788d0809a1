"""Commands in profiles: the bundled ones, and each kind of mistake placed and explained."""

import pytest

from area_configs.domain.errors import AreaFileError
from area_configs.loader import load_profile, profile_ids

PROFILE = """\
name = { ja = "蓄電池", en = "Battery" }
maker = "M"
model = "X"
protocol = "modbus"
kind = "battery"
entity_type = "Device"
[[points]]
quantity = "active_power"
period_s = 2
modbus = { table = "holding", address = 1, type = "i16", scale = 100.0 }
[[commands]]
id = "power"
name = { ja = "電力", en = "Power" }
quantity = "active_power"
minimum = -1000
maximum = 1000
values = [-1000, 0, 1000]
modbus = { table = "holding", address = 9, type = "i16", scale = 10.0 }
interlocks = [{ quantity = "active_power", minimum = -5000, maximum = 5000 }]
read_back = "active_power"
fallback = 0
"""
AT = "commands[0]"
MISTAKES = [
    ('kind = "battery"', 'kind = "hydrogen_bank"', AT, "it takes no commands"),
    ('"active_power"\nminimum', '"activ_power"\nminimum', f"{AT}.quantity", "did you mean"),
    ("minimum = -1000", "minimum = 1000", f"{AT}.minimum", "less than the maximum 1000"),
    ("values = [-1000", "values = [-1001", f"{AT}.values[0]", "is outside -1000 to 1000"),
    ("fallback = 0", "fallback = 2000", f"{AT}.fallback", "is outside -1000 to 1000"),
    ("fallback = 0", "fallback = 5", f"{AT}.fallback", "is not among the values"),
    ('read_back = "active_power"', 'read_back = "frequency"', f"{AT}.read_back", "has no point"),
    (
        '[{ quantity = "active_power"',
        '[{ quantity = "x"',
        f"{AT}.interlocks[0].quantity",
        "no point",
    ),
    (", minimum = -5000, maximum = 5000", "", f"{AT}.interlocks[0]", "is no condition"),
    ("-5000", "6000", f"{AT}.interlocks[0].minimum", "less than the maximum 5000"),
    ('"holding", address = 9', '"input", address = 9', f"{AT}.modbus.table", "cannot be written"),
    ("scale = 10.0", "scale = 0.01", f"{AT}.modbus.type", "-100000 as i16: -32768 to 32767"),
    (
        'modbus = { table = "holding", address = 9',
        'x = { table = "holding", address = 9',
        AT,
        "is missing where it stands",
    ),
]


def _mistakes(folder, text):
    file = folder / "battery.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AreaFileError) as caught:
        load_profile(file)
    return caught.value.mistakes


@pytest.mark.parametrize(("old", "new", "path", "words"), MISTAKES)
def test_a_mistake_in_a_command(tmp_path, old, new, path, words):
    (tmp_path / "right.toml").write_text(PROFILE, encoding="utf-8")
    assert load_profile(tmp_path / "right.toml").command("active_power").fallback == 0
    assert old in PROFILE
    found = _mistakes(tmp_path, PROFILE.replace(old, new, 1))
    assert any(m.path == path and words in m.message for m in found), found


def test_a_command_comes_once(tmp_path):
    _, mark, command = PROFILE.partition("[[commands]]")
    found = {(m.path, m.message) for m in _mistakes(tmp_path, PROFILE + mark + command)}
    assert any(path == "commands[1].id" and "given twice" in said for path, said in found)
    assert any(path == "commands[1].quantity" and "commanded twice" in s for path, s in found)


@pytest.mark.parametrize("ident", profile_ids())
def test_every_bundled_command_shows_that_it_took_effect(ident):
    profile = load_profile(ident)
    for command in profile.commands:
        assert profile.point(command.read_back)
        assert profile.command(command.quantity) is command


def test_an_interlock_may_concern_one_direction_only():
    charge_low, charge_high, _heat = load_profile("generic_battery_pcs").commands[0].interlocks
    assert [charge_low.concerns(value) for value in (1.0, 0.0, -1.0)] == [True, False, False]
    assert [charge_high.concerns(value) for value in (1.0, 0.0, -1.0)] == [False, False, True]
