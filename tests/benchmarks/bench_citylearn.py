"""Benchmark by the CityLearn Challenge 2022, phase 1: a year of five homes by a causal controller.

`python tests/benchmarks/bench_citylearn.py --output DIR` writes `DIR/bench_citylearn.json`: the
mean of price, emission and grid (itself the mean of ramping and 1 - load factor), each relative to no
batteries; and the same of using one's own sun, for comparison.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
for pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(pool, "1")

from tests.benchmarks import reports  # noqa: E402  # the path above comes first
from tests.benchmarks.citylearn import Year, score, simulate, year  # noqa: E402  # ditto
from tests.benchmarks.citylearn_control import Planner  # noqa: E402  # ditto
from tests.benchmarks.goals import told  # noqa: E402  # ditto
from tests.benchmarks.homes import FOLDER  # noqa: E402  # ditto


def figures(known: Year) -> dict[str, object]:
    begin = time.process_time()
    planned = score(known, simulate(known, Planner(known).decide))
    seconds = time.process_time() - begin
    net = known.net
    own_sun = score(known, simulate(known, lambda hour, *_: -net[:, hour]))
    return {
        "score": told(planned["score"], "<=", 0.80),
        "parts": planned,
        "own_sun_rule": own_sun,
        "cpu_s": seconds,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    parser.add_argument("--hours", type=int, default=8760, help="only so many")
    options = parser.parse_args()
    report: dict[str, object] = {"benchmark": "citylearn"}
    if FOLDER.is_dir():
        report |= figures(year(options.hours))
    else:
        report["skipped"] = f"there is no {FOLDER}: set SMART_AREA_DATA"
    reports.written(options.output, "bench_citylearn", report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
