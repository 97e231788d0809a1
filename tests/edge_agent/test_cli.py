"""The command line: what it prints where, and its exit status."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edge_agent.cli import app

ROOT = Path(__file__).parents[2]
POWER = "1081100202880105FF017202E7040000029CE80400280028"
VOLTAGE_ASKED, VOLTAGE = "01040000000271CB", "010404436780003E1F"
HEAVY = {"PySide6", "vtkmodules", "numpy", "pandas", "pymodbus", "momonga", "pydantic", "requests"}


def _run(*words: str):
    return CliRunner().invoke(app, list(words))


def _one_sentence(result, code: int) -> str:
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.startswith("area-edge: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_help_is_light():
    code = (
        "import sys; from typer.testing import CliRunner; from edge_agent.cli import app; "
        "assert 'decode' in CliRunner().invoke(app, ['--help']).output; "
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert not HEAVY & set(run.stdout.split())
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert cpu_s <= 0.4


class TestDecode:
    def test_for_a_person(self):
        result = _run("decode", "--profile", "b_route_smart_meter", "--frame", POWER)
        assert result.exit_code == 0
        assert [line.split() for line in result.stdout.splitlines()[1:]] == [
            ["active_power", "668", "W", "good"],
            ["current_r", "4.0", "A", "good"],
            ["current_t", "4.0", "A", "good"],
        ]

    def test_for_a_program(self):
        result = _run("decode", "--profile", "b_route_smart_meter", "--frame", POWER, "--json")
        found = json.loads(result.stdout)
        assert [(r["quantity"], r["value"], r["unit"]) for r in found["readings"]] == [
            ("active_power", 668.0, "W"),
            ("current_r", 4.0, "A"),
            ("current_t", 4.0, "A"),
        ]

    def test_a_modbus_answer_with_its_request(self):
        words = ("--request", VOLTAGE_ASKED, "--frame", VOLTAGE)
        result = _run("decode", "--profile", "eastron_sdm120", *words)
        assert result.stdout.splitlines()[1].split() == ["voltage_r", "231.5", "V", "good"]
        alone = _run("decode", "--profile", "eastron_sdm120", "--frame", VOLTAGE)
        assert "give the request too, with --request HEX" in _one_sentence(alone, 2)

    @pytest.mark.parametrize(
        ("profile", "frame", "words"),
        [
            ("b_route_smart_meter", "10811", "one is missing"),
            ("b_route_smart_meter", "1081100202880105FF017202E7", "byte 12"),
            ("eastron_sdm120", "0183020000", "checksum 0000 does not match"),
            ("eastron_sdm12", "018302C0F1", "did you mean 'eastron_sdm120'?"),
        ],
    )
    def test_what_is_wrong_is_one_sentence(self, profile, frame, words):
        assert words in _one_sentence(_run("decode", "--profile", profile, "--frame", frame), 2)

    def test_a_remark_goes_to_standard_error(self):
        line = f"ERXUDP FE80::1 FE80::2 0E1A 0E1A 001D129012345678 A7 0 0 0018 {POWER}"
        result = _run("decode", "--profile", "b_route_smart_meter", "--frame", line, "--json")
        assert result.exit_code == 0
        assert "unencrypted" in result.stderr
        assert json.loads(result.stdout)["readings"]


class TestDevices:
    def test_of_an_area(self):
        result = _run("devices", "--area", "harumi", "--json")
        rows = {row["id"]: row for row in json.loads(result.stdout)}
        assert len(rows) >= 12
        assert rows["river-gauge"]["unit"] == 3
        assert rows["river-gauge"]["quantities"] == ["river_level", "temperature"]

    def test_of_a_gateway(self, tmp_path):
        result = _run("devices", "--config", str(_settings(tmp_path)))
        assert result.exit_code == 0
        head, *lines = result.stdout.splitlines()
        columns = ["id", "gateway", "link", "unit", "profile", "commissioning", "address"]
        assert head.split() == columns
        assert {line.split()[1] for line in lines} == {"gw-waterfront"}
        assert {line.split()[5] for line in lines} == {"-"}

    @pytest.mark.parametrize("words", [(), ("--area", "harumi", "--config", "edge.toml")])
    def test_either_or(self, words):
        assert "give either --config or --area" in _one_sentence(_run("devices", *words), 2)

    def test_an_unknown_area(self):
        assert "there is no such area" in _one_sentence(_run("devices", "--area", "haruma"), 2)


def _settings(folder: Path) -> Path:
    file = folder / "edge.toml"
    file.write_text(
        'gateway = "gw-waterfront"\narea = "harumi"\ndata = "data"\n'
        '[hub]\nurl = "http://127.0.0.1:9"\n'
    )
    return file


class TestStatusAndDoctor:
    def test_before_the_first_run(self, tmp_path):
        result = _run("status", "--config", str(_settings(tmp_path)))
        assert "no agent has run with" in _one_sentence(result, 1)

    def test_a_wrong_settings_file(self, tmp_path):
        file = _settings(tmp_path)
        file.write_text(file.read_text().replace("gateway", "gatway"))
        for command in ("status", "run"):
            result = _run(command, "--config", str(file))
            assert result.exit_code == 2
            told = result.stderr.splitlines()
            assert any("gatway: unknown key; did you mean 'gateway'?" in line for line in told)
            assert any("gateway: is missing" in line for line in told)
        assert not (tmp_path / "data").exists()

    def test_the_doctor_fails_where_something_does(self, tmp_path):
        result = _run("doctor", "--config", str(_settings(tmp_path)))
        assert result.exit_code == 1
        lines = result.stdout.splitlines()
        assert lines[0].startswith("ok    settings: ")
        assert any(line.startswith("fail  hub: ") for line in lines)
        assert any("rs485-waterfront" in line and "is not there" in line for line in lines)

    def test_the_doctor_for_a_program(self, tmp_path):
        result = _run("doctor", "--config", str(_settings(tmp_path)), "--json")
        found = {check["name"]: check["level"] for check in json.loads(result.stdout)}
        assert found["settings"] == "ok"
        assert found["hub"] == "fail"


class TestSimulate:
    def test_an_unknown_gateway(self, tmp_path):
        words = ("--area", "harumi", "--directory", str(tmp_path), "--gateway", "gw-x")
        assert "has no gateway gw-x" in _one_sentence(_run("simulate", *words), 2)
        assert not list(tmp_path.iterdir())

    @pytest.mark.slow
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_it_says_when_it_is_ready_and_stops_cleanly(self, tmp_path, number):
        command = [sys.executable, "-m", "edge_agent", "simulate", "--area", "harumi"]
        command += ["--directory", str(tmp_path), "--gateway", "gw-waterfront", "--seed", "3"]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            ready = json.loads(process.stdout.readline())
            assert ready["ready"] is True
            assert ready["links"] == 5
            assert (tmp_path / "gw-waterfront" / "links.toml").is_file()
            os.kill(process.pid, number)
            out, talk = process.communicate(timeout=20)
        assert (process.returncode, out, talk) == (0, "", "")
