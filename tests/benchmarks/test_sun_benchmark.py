"""The benchmark of the sun runs and writes its figures; both tracers agree."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).with_name("bench_sun.py")


@pytest.mark.slow
def test_it_writes_figures_beside_their_goals(tmp_path):
    small = ["--points", "2000", "--locator-share", "20", "--output", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, str(BENCH), *small], capture_output=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "bench_sun.json").read_text())
    assert report["steps"] == 49
    assert report["same_answers_share"]["met"] is True
    assert report["locator_per_own"]["value"] > 0
