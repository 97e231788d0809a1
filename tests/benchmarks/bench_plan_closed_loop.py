"""Benchmark of the closed loop: five homes, a new plan every half hour, forecast errors included.

`python tests/benchmarks/bench_plan_closed_loop.py --output DIR` writes
`DIR/bench_plan_closed_loop.json`: for each month cost and peak of doing nothing, of the loop of
planner and demand controller, and of perfect foresight; over all, the shares of the perfect peak cut
and saving that are realised.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
for pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(pool, "1")

from tests.benchmarks import homes, reports  # noqa: E402  # the path above comes first
from tests.benchmarks.closed_loop import month_figures  # noqa: E402  # ditto
from tests.benchmarks.goals import told  # noqa: E402  # ditto


def summary(months: list[dict[str, float]]) -> dict[str, object]:
    """Return the shares over all months, and the worst month."""

    def total(name: str) -> float:
        return sum(month[name] for month in months)

    cut = total("idle_peak_kw") - total("loop_peak_kw")
    saved = total("idle_cost") - total("loop_cost")
    best_cut = total("idle_peak_kw") - total("best_peak_kw")
    best_saved = total("idle_cost") - total("best_cost")
    worst_cut = min(month["idle_peak_kw"] - month["loop_peak_kw"] for month in months)
    worst_saved = min(month["idle_cost"] - month["loop_cost"] for month in months)
    return {
        "peak_cut_of_perfect": told(cut / best_cut, ">=", 0.45),
        "saving_of_perfect": told(saved / best_saved, ">=", 0.70),
        "worst_month_cut_kw": told(round(worst_cut, 6), ">=", 0.0),
        "worst_month_saving": told(round(worst_saved, 6), ">=", 0.0),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    parser.add_argument("--months", type=int, default=99, help="only so many")
    options = parser.parse_args()
    report: dict[str, object] = {"benchmark": "plan_closed_loop"}
    if homes.FOLDER.is_dir():
        known = homes.homes()
        spans = homes.blocks(known.net)[: options.months]
        months = [month_figures(known, span) for span in spans]
        report |= summary(months) | {"months": months}
    else:
        report["skipped"] = f"there is no {homes.FOLDER}: set SMART_AREA_DATA"
    reports.written(options.output, "bench_plan_closed_loop", report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
