"""Benchmark of the forecast: its skill against last week over sixty rolling origins.

`python tests/benchmarks/bench_plan_forecast.py --output DIR` writes
`DIR/bench_plan_forecast.json`: for an Australian state and for five homes the mean absolute error of
the ridge and of the seven-day naive forecast, the error of the day's peak, and the seconds that a
refit and a forecast take. The weather of the day ahead is given, as a weather service would.
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

import numpy as np  # noqa: E402  # the path above comes first

from energy_planner.forecast.ridge import Ridge  # noqa: E402  # ditto
from energy_planner.forecast.simple import Naive  # noqa: E402  # ditto
from tests.benchmarks import reports  # noqa: E402  # ditto
from tests.benchmarks.goals import told  # noqa: E402  # ditto
from tests.energy_planner.test_forecast import DATA, homes, victoria  # noqa: E402  # ditto

AFTER = 200  # days that come before the first origin


def series(days, origins: int, goal: float) -> dict[str, object]:
    """Return the figures of one series."""
    errors: dict[str, list[float]] = {"ridge": [], "7 days ago": []}
    peaks: dict[str, list[float]] = {"ridge": [], "7 days ago": []}
    fits, predicts = [], []
    for day in np.linspace(AFTER, days.count - 2, origins).astype(int).tolist():
        past, ahead, truth = days.until(day), days.ahead(day, 1), days.values[day]
        for model in (Ridge(), Naive(7)):
            begin = time.process_time()
            model.fit(past)
            middle = time.process_time()
            said = model.predict(past, ahead)[0]
            if model.name == "ridge":
                fits.append(middle - begin)
                predicts.append(time.process_time() - middle)
            errors[model.name].append(float(np.abs(said - truth).mean()))
            peaks[model.name].append(float(abs(said.max() - truth.max()) / truth.max()))
    error = {name: float(np.mean(values)) for name, values in errors.items()}
    return {
        "mean_absolute_error": error,
        "peak_error_percent": {name: 100 * float(np.mean(v)) for name, v in peaks.items()},
        "skill_percent": told(100 * (1 - error["ridge"] / error["7 days ago"]), ">=", goal),
        "fit_cpu_s": float(np.median(fits)),
        "predict_cpu_s": float(np.median(predicts)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    parser.add_argument("--origins", type=int, default=60)
    options = parser.parse_args()
    report: dict[str, object] = {"benchmark": "plan_forecast", "origins": options.origins}
    if DATA.is_dir():
        report["victoria"] = series(victoria(), options.origins, 60)
        report["homes"] = series(homes(), options.origins, 30)
    else:
        report["skipped"] = f"there is no {DATA}: set SMART_AREA_DATA"
    reports.written(options.output, "bench_plan_forecast", report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
