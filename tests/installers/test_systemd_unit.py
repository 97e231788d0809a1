"""The service file: systemd accepts it, and it calls commands that exist and keeps its promises."""

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

UNIT = Path(__file__).parents[2] / "installers" / "systemd" / "area-edge.service"
TEXT = UNIT.read_text(encoding="utf-8")


def _value(key: str) -> str:
    [value] = re.findall(rf"^{key}=(.*)$", TEXT, flags=re.MULTILINE)
    return value


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
def test_systemd_accepts_it(tmp_path):
    there = tmp_path / UNIT.name
    there.write_text(re.sub(r"/opt/\S+/area-edge(?= )", "/bin/true", TEXT))
    found = subprocess.run(
        [shutil.which("systemd-analyze"), "verify", str(there)],
        check=False,
        capture_output=True,
        text=True,
    )
    about_it = [line for line in found.stderr.splitlines() if UNIT.name in line]
    assert (found.returncode, about_it) == (0, [])


@pytest.mark.parametrize("key", ["ExecStart", "ExecReload"])
def test_its_commands_exist(key):
    _, command, option, _ = _value(key).split()
    answer = CliRunner().invoke(app, [command, "--help"])
    assert answer.exit_code == 0
    assert option in answer.output


def test_the_agent_ends_itself_before_the_kernel_does():
    assert Bounds(1).resident_bytes < int(_value("MemoryMax").removesuffix("M")) << 20
    assert Bounds(1).threads < int(_value("TasksMax"))


def test_systemd_waits_longer_than_a_stop_takes():

    assert int(_value("TimeoutStopSec")) / 2 > links._FINISH_S + agent._FLUSH_S


def test_the_question_for_a_set_clock_is_allowed():
    assert "ProtectClock=" not in re.sub(r"^#.*$", "", TEXT, flags=re.MULTILINE)
    assert {"adjtimex", "clock_adjtime"} <= set(_value("SystemCallFilter").split())
