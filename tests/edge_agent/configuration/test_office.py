"""The office's configuration: merged into the settings file, on trial, and found out afterwards."""

from __future__ import annotations

import tomllib

import pytest

from area_configs.domain.errors import SettingsError
from area_configs.schema.gateway_document import GatewayDocument
from edge_agent.configuration.office import BadDocument, Office, document_of, merged
from edge_agent.configuration.trial import TrialFiles
from edge_agent.settings import read_settings

RIGHT = """\
# written by the technician
gateway = "gw-energy"
area = "harumi"
data = "data"

[hub]
url = "http://127.0.0.1:8080"  # until the move

[devices.battery-main]
# noisy line
period_s = 20
"""
SLOWER = {"devices": {"feeder-main": {"period_s": 30.0}}}


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "edge.toml"
    file.write_text(RIGHT, encoding="utf-8")
    (tmp_path / "data").mkdir()
    return file


def test_a_document_changes_what_it_names_and_keeps_comments_and_order():
    told = {"hub_url": "http://other:1", "control": {"demand": True}, **SLOWER}
    text = merged(RIGHT, 4, GatewayDocument.model_validate(told))
    assert text.startswith("# written by the technician\n")
    assert '"http://other:1"  # until the move' in text
    found = tomllib.loads(text)
    assert (found["configuration"], found["trial_s"]) == (4, 60.0)
    assert found["control"] == {"demand": True}
    assert found["devices"] == {"feeder-main": {"period_s": 30.0}}
    assert text.index("gateway") < text.index("configuration") < text.index("[hub]")


def test_a_kept_device_keeps_its_comment():
    told = {"devices": {"battery-main": {"period_s": 20}}}
    assert "# noisy line\n" in merged(RIGHT, 1, GatewayDocument.model_validate(told))


def test_what_a_document_leaves_out_stays(file):
    before = document_of(read_settings(file))
    file.write_text(merged(RIGHT, 1, GatewayDocument.model_validate({})), encoding="utf-8")
    after = document_of(read_settings(file))
    assert before["devices"] == {"battery-main": {"period_s": 20.0}}
    assert after == before | {"devices": {}}


def test_the_settings_in_force_are_a_document_that_changes_nothing(file):
    said = document_of(read_settings(file))
    file.write_text(merged(RIGHT, 2, GatewayDocument.model_validate(said)), encoding="utf-8")
    assert document_of(read_settings(file)) == said


def test_a_staged_version_is_held_and_on_trial(file):
    office = Office(file)
    assert office.decided()
    office.stage(3, {**SLOWER, "trial_s": 5})
    assert office.holds(3)
    assert not office.decided()
    assert TrialFiles(file).read().limit_s == 5.0
    assert not list(file.parent.glob("data/office*"))


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"devices": {"feeder-main": {"period_s": 0}}}, "devices.feeder-main.period_s"),
        ({"trial_s": "long"}, "trial_s: expected a number"),
        ({"log": {"most_mib": 1}, "hub_url": "ftp://x"}, "hub_url: .*log.most_mib"),
        ({"gateway": "gw-residence"}, "unknown key"),
    ],
)
def test_every_mistake_of_a_document_is_named_and_nothing_changes(file, document, words):
    with pytest.raises(BadDocument, match=words):
        Office(file).stage(1, document)
    assert file.read_text(encoding="utf-8") == RIGHT


def test_a_device_of_another_gateway_is_refused_by_name(file):
    with pytest.raises(SettingsError, match="no device 'meter-home-a'"):
        Office(file).stage(1, {"devices": {"meter-home-a": {"period_s": 9}}})
    assert file.read_text(encoding="utf-8") == RIGHT


def test_after_a_roll_back_the_version_is_not_held(file):
    office, files = Office(file), TrialFiles(file)
    office.stage(3, SLOWER)
    files.roll_back(files.read(), "the platform did not answer", 1)
    assert office.decided()
    assert not office.holds(3)
    assert office.words() == "rolled back: the platform did not answer"
