"""The benchmark of the city reader runs and writes its figures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).with_name("bench_citygml.py")
GEOMETRY = BENCH.parents[2] / "area_configs" / "areas" / "harumi" / "geometry"


@pytest.mark.slow
@pytest.mark.skipif(not GEOMETRY.is_dir(), reason="the bundled district has no geometry")
def test_it_writes_one_ratio_per_file(tmp_path):
    done = subprocess.run(
        [sys.executable, str(BENCH), "--rounds", "1", "--output", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "bench_citygml.json").read_text())
    assert report["benchmark"] == "citygml"
    assert {row["file"] for row in report["files"]} >= {p.name for p in GEOMETRY.glob("*.gml")}
    assert all(row["parser_per_scan"] > 0 for row in report["files"])
