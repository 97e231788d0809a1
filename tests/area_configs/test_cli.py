"""The command line answers with data, sentences and exit codes, never with a traceback."""

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from area_configs.cli import app
from area_configs.loader import area_ids, profile_ids


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.parametrize("name", [*area_ids(), *profile_ids()])
def test_everything_bundled_is_valid(run, name):
    result = run("check", name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"{name}: valid" in result.stdout
    assert json.loads(run("check", name, "--json").stdout)["valid"] is True


def test_check_tells_every_mistake_with_file_line_and_path(run, tmp_path):
    (tmp_path / "area.toml").write_text('id = "x"\nepgs = 1\nepsg = 1\n', encoding="utf-8")
    result = run("check", tmp_path)
    assert result.exit_code == 2
    assert f"{tmp_path / 'area.toml'}:2: epgs: unknown key; did you mean 'epsg'?" in result.stdout
    assert "area.toml:3: epsg: expected at least 6669" in result.stdout
    assert "mistakes" in result.stderr


def test_check_gives_mistakes_as_json(run, tmp_path):
    file = tmp_path / "meter.toml"
    file.write_text('protocol = "modbus"\nmaker = 5\n', encoding="utf-8")
    result = run("check", file, "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["valid"]) == (2, False)
    assert {
        "file": str(file),
        "line": 2,
        "path": "maker",
        "message": "expected a text in quotes, found 5",
    } in answer["mistakes"]
    assert "points" in {mistake["path"] for mistake in answer["mistakes"]}


def test_check_of_nothing_is_a_mistake(run):
    result = run("check", "nowhere")
    assert result.exit_code == 2
    assert result.stdout.startswith("nowhere: there is no such area, folder or file")
    assert "1 mistake" in result.stderr


@pytest.mark.parametrize("kind", ["area", "profile"])
def test_schema_describes_every_key(run, kind):
    schema = json.loads(run("schema", kind).stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert schema["additionalProperties"] is False
    assert all("description" in value or "$ref" in value for value in schema["properties"].values())


def test_schema_of_a_profile_names_the_quantities(run):
    points = json.loads(run("schema", "profile").stdout)["$defs"]["PointFile"]
    assert "active_power" in points["properties"]["quantity"]["enum"]


def test_schema_of_nothing_is_a_usage_error(run):
    result = run("schema", "tariff")
    assert result.exit_code == 2
    assert "'area', 'profile'" in result.stderr


def test_list_names_what_is_bundled(run):
    text, answer = run("list").stdout, json.loads(run("list", "--json").stdout)
    assert [row["id"] for row in answer["areas"]] == list(area_ids())
    assert [row["id"] for row in answer["profiles"]] == list(profile_ids())
    assert all(name in text for name in (*area_ids(), *profile_ids()))


def test_copy_says_where_it_is_and_refuses_to_do_it_twice(run, tmp_path):
    result = run("copy", "harumi", "mine")
    assert (result.exit_code, result.stdout) == (0, "mine\n")
    assert run("check", "mine").exit_code == 0
    again = run("copy", "harumi", tmp_path / "mine")
    assert again.exit_code == 2
    assert "is there already" in again.stderr


def test_import_buildings_says_what_to_adjust(run, tmp_path):
    city = (
        "<core:CityModel><gml:lowerCorner>35.0 139.0</gml:lowerCorner>"
        "<gml:upperCorner>35.1 139.1</gml:upperCorner><bldg:Building/></core:CityModel>"
    )
    (tmp_path / "town.gml").write_text(city)
    result = run("import-buildings", "harumi", "town.gml")
    assert (result.exit_code, result.stdout) == (0, "harumi-imported\n")
    for words in ("35.050000, 139.050000", "epsg = 6677", "model_district = true", "river-gauge"):
        assert words in result.stderr
    assert run("check", "harumi-imported").exit_code == 0
    again = run("import-buildings", "harumi", "town.gml")
    assert again.exit_code == 2
    assert "is there already" in again.stderr


def test_import_of_a_cut_file_is_one_sentence(run, tmp_path):
    (tmp_path / "town.gml").write_text("<core:CityModel><gml:lower")
    result = run("import-buildings", "harumi", "town.gml", "--to", "new")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1].startswith("town.gml:1: the file ends too early")
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_an_ascii_terminal_and_a_light_start():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONDONTWRITEBYTECODE": "1"}
    words = [sys.executable, "-m", "area_configs", "list", "--json"]
    result = subprocess.run(words, env=environment, capture_output=True, check=True)
    assert json.loads(result.stdout)["areas"][0]["name_ja"] == "晴海モデル地区"
    code = "import sys, area_configs.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    assert not {"numpy", "lxml", "tomlkit", "pydantic"} & set(loaded.stdout.split())
