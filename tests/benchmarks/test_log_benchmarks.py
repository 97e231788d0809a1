"""The benchmarks of the log and of catching up run and write their figures beside their goals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "options", "goals"),
    [
        ("reading_log", ("--rounds", "1", "--alone"), 6),
        pytest.param("backlog", ("--small",), 4, marks=pytest.mark.soak),
    ],
)
def test_it_writes_a_figure_per_goal(tmp_path, name, options, goals):
    script = str(HERE / f"bench_{name}.py")
    command = [sys.executable, script, "--output", str(tmp_path), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=55, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / f"bench_{name}.json").read_text())
    assert report["benchmark"] == name
    assert len(report["goals"]) == goals
    told = [goal for goal in report["goals"].values() if goal["value"] is not None]
    assert len(told) >= goals - 3  # a rival that is left out, a recorder that cannot be built
    assert all(goal["value"] > 0 and goal["met"] in {True, False} for goal in told)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"bench_{name}.json"]
