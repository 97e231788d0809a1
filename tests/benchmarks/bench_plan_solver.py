"""Benchmark of the optimiser: its own overhead, its quick plan's proof, and libraries side by side.

`python tests/benchmarks/bench_plan_solver.py --output DIR` writes `DIR/bench_plan_solver.json`:
processor seconds, one thread, the best of several rounds, geometric means over data seeds. The
rivals solve the same problem in environments of their own, made under `--rivals` where packages can
be had; without them their rows say so.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
for pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(pool, "1")

import highspy  # noqa: E402  # the path above comes first
import numpy as np  # noqa: E402  # ditto

from energy_planner.optimiser.assembly import assemble  # noqa: E402  # ditto
from energy_planner.optimiser.solve import Solver  # noqa: E402  # ditto
from energy_planner.planner import Search, optimise  # noqa: E402  # ditto
from tests.benchmarks import reports  # noqa: E402  # ditto
from tests.benchmarks.goals import told  # noqa: E402  # ditto
from tests.benchmarks.rival_places import environment  # noqa: E402  # ditto
from tests.energy_planner import reference_plant  # noqa: E402  # ditto

if TYPE_CHECKING:
    from collections.abc import Callable

SEEDS = (7, 1, 2, 3)
GAP = 1e-3
LIBRARIES = ("scipy", "cvxpy", "linopy", "pypsa")


def problem(steps: int, seed: int):
    inputs = reference_plant.inputs(steps, seed)
    return reference_plant.plant(steps), inputs, reference_plant.tariff(steps)


def best_of(job: Callable[[], object], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        begin = time.process_time()
        job()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def own_run(steps: int, seed: int, rounds: int, *, relaxed: bool) -> float:
    """Return the processor seconds of HiGHS's `run()` alone, on the same model."""
    lp = assemble(*problem(steps, seed)).model.to_highs(relaxed=relaxed)
    seconds = []
    for _ in range(rounds):
        highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", GAP)):
            highs.setOptionValue(option, value)
        highs.passModel(lp)
        begin = time.process_time()
        highs.run()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def whole(steps: int, seed: int, rounds: int, *, relaxed: bool) -> tuple[float, float]:
    """Return seconds and cost from plant to values by one solve, and nothing besides."""
    parts, found = problem(steps, seed), []

    def job() -> None:
        found.append(Solver(assemble(*parts).model, relaxed=relaxed).run(gap=GAP))

    seconds = best_of(job, rounds)
    return seconds, found[-1].objective


def planned(steps: int, seed: int, rounds: int, search: Search) -> tuple[float, float, float]:
    """Return seconds, cost and proven gap of `optimise`."""
    parts, found = problem(steps, seed), []
    seconds = best_of(lambda: found.append(optimise(*parts, search=search)), rounds)
    return seconds, found[-1].objective, found[-1].gap


def size(steps: int, rounds: int, rivals: Path | None) -> dict[str, object]:
    """Return the figures of one size of the problem."""
    lp_run = [own_run(steps, s, rounds, relaxed=True) for s in SEEDS]
    lp = [whole(steps, s, rounds, relaxed=True) for s in SEEDS]
    mip_run = [own_run(steps, s, 1, relaxed=False) for s in SEEDS]
    mip = [whole(steps, s, 1, relaxed=False) for s in SEEDS]
    quick = [planned(steps, s, rounds, Search(exact=False, explained=False)) for s in SEEDS]
    plan = [planned(steps, s, 1, Search(gap=GAP, explained=False)) for s in SEEDS]
    figures: dict[str, object] = {
        "steps": steps,
        "lp_cpu_s": mean([s for s, _ in lp]),
        "lp_per_run": told(mean([s for s, _ in lp]) / mean(lp_run), "<=", 1.15),
        "milp_cpu_s": mean([s for s, _ in mip]),
        "milp_per_run": told(mean([s for s, _ in mip]) / mean(mip_run), "<=", 1.02),
        "optimise_cpu_s": mean([s for s, _, _ in plan]),
        "optimise_per_run": mean([s for s, _, _ in plan]) / mean(mip_run),
        "quick_cpu_s": told(max(s for s, _, _ in quick), "<=", 0.1),
        "quick_gap_percent": told(100 * max(g for _, _, g in quick), "<=", 0.2),
    }
    if rivals:
        ours = {"lp": [s for s, _ in lp], "milp": [s for s, _, _ in plan]}
        try:
            figures["libraries"] = side_by_side(steps, rivals, ours, [cost for _, cost in lp])
        except (OSError, subprocess.CalledProcessError) as error:
            figures["libraries"] = {"skipped": f"a library could not run: {error}"}
    return figures


def refined(steps: int) -> dict[str, object]:
    """Return how close the search behind the quick plan comes within five seconds."""
    found = [planned(steps, s, 1, Search(gap=1e-3, time_limit_s=5.0)) for s in SEEDS]
    return {
        "steps": steps,
        "gap_percent": told(100 * max(gap for _, _, gap in found), "<=", 0.1),
        "cpu_s": told(max(seconds for seconds, _, _ in found), "<=", 5.5),
    }


def side_by_side(
    steps: int, rivals: Path, ours: dict[str, list[float]], costs: list[float]
) -> dict[str, object]:
    """Return each library's seconds, and how many times ours they are."""
    python = environment(rivals, "lib")
    if python is None:
        return {"skipped": "the libraries could not be installed"}
    told_by: dict[str, dict[str, float]] = {}
    for library in LIBRARIES:
        for kind in ("lp", "milp") if library != "pypsa" else ("lp",):
            found = [rival(python, steps, seed, library, kind) for seed in SEEDS]
            row = told_by.setdefault(library, {})
            row[f"{kind}_cpu_s"] = mean([answer["cpu_s"] for answer in found])
            row[f"{kind}_per_ours"] = row[f"{kind}_cpu_s"] / mean(ours[kind])
            if kind == "lp":
                far = [abs(a["objective"] / c - 1) for a, c in zip(found, costs, strict=True)]
                row["lp_cost_differs_by"] = max(far)
    fastest = min(row["milp_cpu_s"] for row in told_by.values() if "milp_cpu_s" in row)
    same = max(row["lp_cost_differs_by"] for name, row in told_by.items() if name != "pypsa")
    return {
        **told_by,
        "ours_per_fastest_milp": told(mean(ours["milp"]) / fastest, "<=", 1.1),
        "pypsa_lp_per_ours": told(told_by["pypsa"]["lp_per_ours"], ">=", 40),
        "linopy_lp_per_ours": told(told_by["linopy"]["lp_per_ours"], ">=", 20),
        "lp_cost_differs_by_1e6": told(same * 1e6, "<=", 1.0),
    }


def shared(steps: int, rounds: int, rivals: Path) -> dict[str, object]:
    """Return the seconds of battery, sun, time of use and peak price, by whole tools and by this."""
    ours = [part(steps, seed, rounds) for seed in SEEDS]
    figures: dict[str, object] = {"steps": steps, "cpu_s": mean([s for s, _ in ours])}
    python = environment(rivals, "emhass")
    if python is None:
        figures["emhass"] = {"skipped": "EMHASS could not be installed"}
    else:
        found = [rival(python, steps, seed, "emhass", "lp") for seed in SEEDS]
        seconds = mean([answer["cpu_s"] for answer in found])
        far = [abs(a["objective"] / c - 1) for a, (_, c) in zip(found, ours, strict=True)]
        figures["emhass"] = {
            "cpu_s": seconds,
            "per_ours": told(seconds / mean([s for s, _ in ours]), ">=", 40),
            "cost_differs_by_1e6": told(max(far) * 1e6, "<=", 1.0),
        }
    words = "FlexMeasures plans on a server with a database, which this benchmark does not set up"
    figures["flexmeasures"] = {"skipped": words}
    return figures


def part(steps: int, seed: int, rounds: int) -> tuple[float, float]:
    """Return seconds and cost of the plant without hydrogen."""
    _, inputs, tariff = problem(steps, seed)
    none = {"fuel_cells": (), "electrolysers": (), "tank": None, "delivery": None}
    plant, found = reference_plant.plant(steps, **none), []

    def job() -> None:
        found.append(Solver(assemble(plant, inputs, tariff).model, relaxed=True).run(gap=GAP))

    seconds = best_of(job, rounds)
    return seconds, found[-1].objective


def rival(python: Path, steps: int, seed: int, library: str, kind: str) -> dict[str, float]:
    script = Path(__file__).with_name("rivals.py")
    command = [str(python), str(script), library, kind, "1" if kind == "milp" else "2"]
    done = subprocess.run(command, input=arrays(steps, seed), capture_output=True, check=True)
    return json.loads(done.stdout.decode().splitlines()[-1])


def arrays(steps: int, seed: int) -> bytes:
    """Return the model's arrays and the series it was made from, as `.npz`."""
    plant, inputs, tariff = problem(steps, seed)
    made = assemble(plant, inputs, tariff)
    lp, flags = made.model.to_highs(relaxed=True), np.zeros(made.model.columns)
    flags[made.model.integers] = 1
    held, matrix = io.BytesIO(), lp.a_matrix_
    np.savez(
        held,
        cost=lp.col_cost_,
        low=lp.col_lower_,
        high=lp.col_upper_,
        row_low=lp.row_lower_,
        row_high=lp.row_upper_,
        start=matrix.start_,
        index=matrix.index_,
        value=matrix.value_,
        whole=flags,
        load=inputs.load_kw,
        pv=inputs.pv_kw,
        price=tariff.import_price,
        dispensing=reference_plant.dispensing(steps),
    )
    return held.getvalue()


def mean(values: list[float]) -> float:
    """Return the geometric mean."""
    return float(np.exp(np.mean(np.log(values))))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, nargs="+", default=[96, 336])
    place = Path(tempfile.gettempdir()) / "smart-area-rivals"
    parser.add_argument("--rivals", type=Path, default=place, help="where their environments are")
    parser.add_argument("--alone", action="store_true", help="without rivals")
    options = parser.parse_args()
    rivals = None if options.alone else options.rivals
    if rivals:
        rivals.mkdir(parents=True, exist_ok=True)
    sizes = [size(steps, options.rounds, rivals) for steps in options.steps]
    report = {
        "benchmark": "plan_solver",
        "sizes": sizes,
        "refined": refined(max(options.steps)),
    }
    if rivals:
        report["shared"] = [shared(steps, options.rounds, rivals) for steps in options.steps]
    reports.written(options.output, "bench_plan_solver", report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
