"""The service files: systemd accepts them, and they call commands that exist and keep promises."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edge_agent.cli import app
from edge_agent.daemon import agent, links
from edge_agent.health.footprint import Bounds
from firmware_tools.update.trial import PATIENCE_S
from platform_hub.server.cli import app as hub

UNITS = Path(__file__).parents[2] / "installers" / "systemd"
UNIT = UNITS / "area-edge.service"
SERVICES = ["area-edge", "area-hub"]
TEXT = UNIT.read_text(encoding="utf-8")


def _value(key: str) -> str:
    [value] = re.findall(rf"^{key}=(.*)$", TEXT, flags=re.MULTILINE)
    return value


def _analyze(tmp_path, name, *arguments):
    text = (UNITS / f"{name}.service").read_text(encoding="utf-8")
    there = tmp_path / f"{name}.service"
    there.write_text(re.sub(rf"/opt/\S+/{name}(?= )", "/bin/true", text))
    command = [shutil.which("systemd-analyze"), *arguments, str(there)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="no systemd on this machine"
)


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_systemd_accepts_it(tmp_path, name):
    found = _analyze(tmp_path, name, "verify")
    about_it = [line for line in found.stderr.splitlines() if f"{name}.service" in line]
    assert (found.returncode, about_it) == (0, [])


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_it_is_exposed_to_little(tmp_path, name):
    # Tenths of systemd's scale, where 10.0 is a service without any confinement.
    found = _analyze(tmp_path, name, "security", "--offline=true", "--threshold=26")
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("key", ["ExecStart", "ExecReload"])
def test_its_commands_exist(key):
    _, command, *options = _value(key).split()
    answer = CliRunner().invoke(app, [command, "--help"])
    assert answer.exit_code == 0
    assert all(option in answer.output for option in options if option.startswith("--"))


def test_the_hubs_command_exists():
    options = re.findall(
        r"--[a-z]+", (UNITS / "area-hub.service").read_text().split("ExecStart=")[1]
    )
    answer = CliRunner().invoke(hub, ["serve", "--help"])
    assert [option for option in options if option not in answer.output] == []


READY = {
    "area-edge": "=-+{keeper} ready /opt/area-edge area-edge-trial.timer\n",
    "area-hub": "=+{keeper} commit /opt/area-hub\n",
}


@pytest.mark.parametrize("name", SERVICES)
def test_each_start_asks_the_keeper_and_each_ready_is_told_to_it(name):
    text = (UNITS / f"{name}.service").read_text(encoding="utf-8")
    keeper = f"/usr/bin/python3 /usr/lib/{name}/release.py"
    assert f"ExecStartPre=+{keeper} boot /opt/{name}\n" in text
    assert f"ExecStartPost{READY[name].format(keeper=keeper)}" in text
    assert "Type=notify\n" in text  # without it, ready would be the mere start of a process
    assert "StartLimitIntervalSec=0\n" in text  # who gives up never gets to the release before


@needs_systemd
def test_systemd_accepts_the_trials_units(tmp_path):
    for ending in ("service", "timer"):
        text = (UNITS / f"area-edge-trial.{ending}").read_text(encoding="utf-8")
        (tmp_path / f"area-edge-trial.{ending}").write_text(text)
    command = [shutil.which("systemd-analyze"), "verify", str(tmp_path / "area-edge-trial.timer")]
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    about = [line for line in found.stderr.splitlines() if "area-edge-trial" in line]
    assert (found.returncode, about) == (0, [])


def test_the_trials_timer_looks_often_enough_to_hold_its_time():
    timer = (UNITS / "area-edge-trial.timer").read_text(encoding="utf-8")
    [every_s] = re.findall(r"^OnUnitActiveSec=(\d+)$", timer, flags=re.MULTILINE)
    assert int(every_s) * 10 <= PATIENCE_S
    service = (UNITS / "area-edge-trial.service").read_text(encoding="utf-8")
    judge = "judge /opt/area-edge /var/lib/area-edge area-edge.service area-edge-trial.timer\n"
    assert judge in service


def test_the_agent_ends_itself_before_the_kernel_does():
    assert Bounds(1).resident_bytes < int(_value("MemoryMax").removesuffix("M")) << 20
    assert Bounds(1).threads < int(_value("TasksMax"))


def test_systemd_waits_longer_than_a_stop_takes():

    assert int(_value("TimeoutStopSec")) / 2 > links._FINISH_S + agent._FLUSH_S


def test_the_question_for_a_set_clock_is_allowed():
    assert "ProtectClock=" not in re.sub(r"^#.*$", "", TEXT, flags=re.MULTILINE)
    assert {"adjtimex", "clock_adjtime"} <= set(_value("SystemCallFilter").split())
