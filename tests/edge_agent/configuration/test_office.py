"""The office's configuration: merged into the settings file, on trial, and found out afterwards."""

from __future__ import annotations

import tomllib

import pytest

from area_configs import area_edit, area_pack
from area_configs.domain.errors import SettingsError
from area_configs.loader import area_file
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


# ------------------------------------------------------------ another area


def announced(text):
    """Give the pack of the Harumi area with another text, and its digest."""
    files = area_pack.files_of("harumi") | {"area.toml": text.encode()}
    return area_pack.pack_files(files), area_pack.digest(area_pack.hashes_of(files))


@pytest.fixture(scope="module")
def changed():
    text = area_file("harumi").read_text(encoding="utf-8")
    place = area_edit.AreaText(area_file("harumi"), text).place("devices", "feeder-main")
    return announced(area_edit.rename(text, place, "feeder-new"))


def test_an_announced_area_is_fetched_once_and_put_on_trial(file, changed):
    pack, digest = changed
    asked = []

    def fetch(wanted):
        asked.append(wanted)
        return pack

    document = {"area": digest, "devices": {"feeder-new": {"period_s": 30.0}}}
    Office(file).stage(2, document, fetch)
    area = read_settings(file).here()[0]
    assert area.device("feeder-new").gateway == "gw-energy"
    assert tomllib.loads(file.read_text(encoding="utf-8"))["area"].endswith(digest[:16])
    files = TrialFiles(file)
    files.roll_back(files.read(), "the platform did not answer", 1)
    assert file.read_text(encoding="utf-8") == RIGHT
    Office(file).stage(3, document, fetch)
    assert asked == [digest]


def test_a_pack_that_is_not_the_announced_one_changes_nothing(file, changed):
    pack, _ = changed
    with pytest.raises(BadDocument, match="not the one that was announced"):
        Office(file).stage(2, {"area": "0" * 64}, lambda _: pack)
    assert file.read_text(encoding="utf-8") == RIGHT
    assert not list((file.parent / "data" / "area").iterdir())


def test_an_area_that_the_settings_do_not_fit_is_refused(file, changed):
    pack, digest = changed
    document = {"area": digest, "devices": {"feeder-main": {"period_s": 30.0}}}
    with pytest.raises(SettingsError, match="no device 'feeder-main'"):
        Office(file).stage(2, document, lambda _: pack)
    assert file.read_text(encoding="utf-8") == RIGHT


def test_areas_that_no_settings_name_any_more_go(file, changed):
    pack, digest = changed
    old = file.parent / "data" / "area" / "0123456789abcdef"
    old.mkdir(parents=True)
    Office(file).stage(2, {"area": digest, "devices": {}}, lambda _: pack)
    assert [one.name for one in old.parent.iterdir()] == [digest[:16]]
