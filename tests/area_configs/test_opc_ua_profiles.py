"""What a profile and a link for OPC UA must be, and that safety functions take no commands."""

import pytest

from area_configs.domain.errors import AreaFileError
from area_configs.domain.quantities import QUANTITIES, SAFETY
from area_configs.loader import load_area, load_profile

GOOD = """
name = { ja = "計器", en = "Gauge" }
maker = "m"
model = "m"
protocol = "opc_ua"
kind = "room_sensor"
entity_type = "Device"
[[points]]
quantity = "temperature"
period_s = 1
opc_ua = { namespace = "urn:m", path = "T" }
[[points]]
quantity = "emergency_stop"
period_s = 1
opc_ua = { namespace = "urn:m", path = "Stop", type = "bool" }
"""
COMMAND = """
[[commands]]
id = "c"
name = { ja = "指令", en = "Command" }
quantity = "QUANTITY"
minimum = 0
maximum = 1
opc_ua = { namespace = "urn:m", path = "PATH", type = "bool" }
"""


def _mistakes(tmp_path, text):
    file = tmp_path / "gauge.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AreaFileError) as found:
        load_profile(file)
    return [(mistake.path, mistake.message) for mistake in found.value.mistakes]


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ('path = "T"', 'path = ""', "points[0].opc_ua", "either a path or an identifier"),
        ('path = "T"', 'path = "T", identifier = "i=7"', "points[0].opc_ua", "either a path or"),
        ('path = "T"', 'identifier = "7"', "points[0].opc_ua.identifier", "i=..."),
        ('path = "T"', 'path = "T", scale = 0', "points[0].opc_ua.scale", "other than 0"),
        (
            'path = "T"',
            'path = "T", measure = "certificate_days"',
            "points[0].opc_ua.path",
            "no node",
        ),
        (
            'period_s = 1\nopc_ua = { namespace = "urn:m", path = "T"',
            'period_s = 1\npushed = true\nopc_ua = { namespace = "urn:m", path = "T", measure = "age"',
            "points[0].opc_ua.measure",
            "nobody pushes it",
        ),
    ],
)
def test_a_mistake_has_its_path_and_what_to_do(tmp_path, old, new, path, words):
    assert old in GOOD
    found = _mistakes(tmp_path, GOOD.replace(old, new, 1))
    assert any(at == path and words in message for at, message in found), found


@pytest.mark.parametrize(
    ("quantity", "path"), [("emergency_stop", "Elsewhere"), ("temperature", "Stop")]
)
def test_a_command_on_a_safety_function_is_refused(tmp_path, quantity, path):
    command = COMMAND.replace("QUANTITY", quantity).replace("PATH", path)
    found = _mistakes(tmp_path, GOOD + command)
    assert any("safety function: it is never commanded" in message for _, message in found), found


def test_another_command_loads(tmp_path):
    file = tmp_path / "gauge.toml"
    command = COMMAND.replace("QUANTITY", "temperature").replace("PATH", "Wanted")
    file.write_text(GOOD + command, encoding="utf-8")
    assert load_profile(file).commands[0].target.path == "Wanted"


def test_no_bundled_profile_commands_a_safety_function():
    assert QUANTITIES.keys() >= SAFETY
    for profile in load_area("harumi").profiles.values():
        assert not [c for c in profile.commands if c.quantity in SAFETY]


def test_safety_alarms_of_harumi_latch():
    area = load_area("harumi")
    rules = [rule for rule in area.alarms if rule.quantity in SAFETY]
    assert len(rules) >= 7
    assert all(rule.latching and rule.life_safety for rule in rules)
    watched = {rule.quantity for rule in area.alarms}
    assert {"data_age", "certificate_days_left"} <= watched
