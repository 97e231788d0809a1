"""The benchmark of the city reader runs and writes its figures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).with_name("bench_city.py")
BUNDLED = BENCH.parents[2] / "area_configs" / "areas" / "harumi" / "geometry"


@pytest.mark.slow
@pytest.mark.skipif(not BUNDLED.is_dir(), reason="the bundled district has no geometry")
def test_it_writes_figures_beside_their_goals(tmp_path):
    done = subprocess.run(
        [sys.executable, str(BENCH), "--rounds", "1", "--copies", "2", "--output", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "bench_city.json").read_text())
    assert report["benchmark"] == "city"
    assert report["files"][0]["buildings"] == 428
    assert report["files"][0]["plateaukit_per_read"]["met"] is None
    assert report["large"]["buildings"] % 2 == 0
    assert report["cache"]["file"].startswith("SYNTHETIC")
    assert report["cache"]["peak_bytes_per_array_byte"]["met"] is True
