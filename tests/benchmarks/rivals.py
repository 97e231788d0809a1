"""The reference problem by the libraries a user would pick instead; runs in a rival's environment.

`python rivals.py LIBRARY KIND ROUNDS < problem.npz` prints `{"cpu_s": ..., "objective": ...}`. It
imports nothing of this project. `scipy` and `cvxpy` get the arrays of the model ready made;
`linopy` and `pypsa` build it from the series, as their users do; `emhass` plans what it shares with the
problem: battery, sun, time of use and the price of the peak.
"""

from __future__ import annotations

import io
import json
import logging
import sys
import time
import warnings
from pathlib import Path

import numpy as np

GAP = 1e-3


def main() -> None:
    library, kind, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    arrays = dict(np.load(io.BytesIO(sys.stdin.buffer.read())))
    solve = LIBRARIES[library]
    told = sys.stdout
    sys.stdout = sys.stderr  # solvers talk
    solve(arrays, "lp")  # imports and first-use costs are not what is measured
    best, objective = float("inf"), 0.0
    for _ in range(rounds):
        begin = time.process_time()
        objective = solve(arrays, kind)
        best = min(best, time.process_time() - begin)
    told.write(json.dumps({"cpu_s": best, "objective": float(objective)}) + "\n")


def by_scipy(arrays, kind):
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415  # the rival's own

    rows = LinearConstraint(_matrix(arrays), arrays["row_low"], arrays["row_high"])
    found = milp(
        arrays["cost"],
        integrality=arrays["whole"] if kind == "milp" else None,
        bounds=Bounds(arrays["low"], arrays["high"]),
        constraints=rows,
        options={"mip_rel_gap": GAP},
    )
    return found.fun


def by_cvxpy(arrays, kind):
    import cvxpy as cp  # noqa: PLC0415  # the rival's own

    a, whole = _matrix(arrays).tocsr(), np.flatnonzero(arrays["whole"])
    x = cp.Variable(len(arrays["cost"]))
    low, high = arrays["row_low"], arrays["row_high"]
    same, above, below = low == high, np.isfinite(low), np.isfinite(high)
    limits = [a[same] @ x == low[same]]
    limits += [a[above & ~same] @ x >= low[above & ~same]]
    limits += [a[below & ~same] @ x <= high[below & ~same]]
    bounded = np.isfinite(arrays["high"])
    limits += [x >= arrays["low"], x[bounded] <= arrays["high"][bounded]]
    if kind == "milp":
        on = cp.Variable(len(whole), boolean=True)
        limits.append(x[whole] == on)
    problem = cp.Problem(cp.Minimize(arrays["cost"] @ x), limits)
    problem.solve(solver=cp.HIGHS, mip_rel_gap=GAP, threads=1)
    return problem.value


def by_linopy(arrays, kind):
    import linopy  # noqa: PLC0415  # the rival's own
    import pandas as pd  # noqa: PLC0415  # the rival's own
    import xarray as xr  # noqa: PLC0415  # the rival's own

    steps = len(arrays["load"])
    time_index = pd.RangeIndex(steps, name="time")

    def series(values):
        return xr.DataArray(values, dims="time", coords={"time": time_index})

    m = linopy.Model()

    def var(name, high, low=0.0, **more):
        return m.add_variables(lower=low, upper=high, coords=[time_index], name=name, **more)

    bought, sold = var("import", 3000), var("export", 500)
    sun = m.add_variables(lower=0, upper=series(arrays["pv"]), name="pv")
    charge, discharge, soc = var("charge", 400), var("discharge", 400), var("soc", 900, 100)
    cell, start_cell = var("fc", 500), var("s_fc", 1)
    maker, start_maker = var("el", 400), var("s_el", 1)
    buy, tank = var("buy", 20), var("tank", 250)
    if kind == "milp":
        on_cell = m.add_variables(binary=True, coords=[time_index], name="u_fc")
        on_maker = m.add_variables(binary=True, coords=[time_index], name="u_el")
    else:
        on_cell, on_maker = var("u_fc", 1), var("u_el", 1)
    peak = m.add_variables(lower=0, name="peak")
    net = bought - sold + sun + discharge - charge + cell - maker
    m.add_constraints(net == series(arrays["load"]), name="balance")
    first, last = series(np.eye(steps)[0]), {"time": steps - 1}
    flow = 0.475 * charge - 0.5 / 0.95 * discharge
    m.add_constraints(soc - soc.shift(time=1) - flow == 500 * first, name="soc")
    made = buy + 0.5 / 55 * maker - 0.5 / 16.65 * cell
    taken = 125 * first - series(arrays["dispensing"])
    m.add_constraints(tank - tank.shift(time=1) - made == taken, name="tank")
    m.add_constraints(soc.sel(last) >= 500, name="soc_end")
    m.add_constraints(tank.sel(last) >= 125, name="tank_end")
    m.add_constraints(bought - peak <= 0, name="peak")
    for name, power, on, start, rated in (
        ("fc", cell, on_cell, start_cell, 500),
        ("el", maker, on_maker, start_maker, 400),
    ):
        m.add_constraints(power - rated * on <= 0, name=f"most_{name}")
        m.add_constraints(power - 0.2 * rated * on >= 0, name=f"least_{name}")
        m.add_constraints(on - on.shift(time=1) - start <= 0, name=f"start_{name}")
    change = (cell - cell.shift(time=1)).isel(time=slice(1, None))
    m.add_constraints(change <= 250, name="up")
    m.add_constraints(change >= -250, name="down")
    cost = (0.5 * series(arrays["price"]) * bought).sum() - (4.0 * sold).sum()
    cost = cost + (1100 * buy).sum() + (300 * start_cell).sum() + (200 * start_maker).sum()
    m.add_objective(cost + 1890 * peak)
    m.solve("highs", io_api="direct", mip_rel_gap=GAP, threads=1, log_to_console=False)
    return m.objective.value


def by_pypsa(arrays, _kind):
    """The linear problem; it has no price of a start in it."""
    import pypsa  # noqa: PLC0415  # the rival's own

    steps = len(arrays["load"])
    n = pypsa.Network()
    n.set_snapshots(range(steps))
    n.snapshot_weightings = n.snapshot_weightings.astype(float) * 0.5
    for bus in ("grid", "electric", "battery", "hydrogen"):
        n.add("Bus", bus)
    n.add("Generator", "grid", bus="grid", p_nom=3000, marginal_cost=arrays["price"])
    wire = {"p_nom_extendable": True, "capital_cost": 1890.0, "p_nom_max": 3000}
    n.add("Link", "import", bus0="grid", bus1="electric", **wire)
    n.add("Generator", "sold", bus="electric", p_nom=500, sign=-1, marginal_cost=-8.0)
    n.add("Generator", "pv", bus="electric", p_nom=600, p_max_pu=arrays["pv"] / 600)
    n.add("Load", "load", bus="electric", p_set=arrays["load"])
    n.add("Link", "charge", bus0="electric", bus1="battery", p_nom=400, efficiency=0.95)
    out = {"p_nom": 400 / 0.95, "efficiency": 0.95}
    n.add("Link", "discharge", bus0="battery", bus1="electric", **out)
    least, most = np.full(steps, 0.1), np.full(steps, 0.9)
    least[-1] = 0.5
    store = {"e_nom": 1000, "e_initial": 500, "e_min_pu": least, "e_max_pu": most}
    n.add("Store", "battery", bus="battery", **store)
    cell = {"p_nom": 500 / 16.65, "efficiency": 16.65, "ramp_limit_up": 0.5}
    n.add("Link", "fc", bus0="hydrogen", bus1="electric", ramp_limit_down=0.5, **cell)
    n.add("Link", "el", bus0="electric", bus1="hydrogen", p_nom=400, efficiency=1 / 55)
    n.add("Generator", "delivery", bus="hydrogen", p_nom=40, marginal_cost=1100.0)
    n.add("Load", "buses", bus="hydrogen", p_set=arrays["dispensing"] * 2)
    low = np.zeros(steps)
    low[-1] = 0.5
    n.add("Store", "tank", bus="hydrogen", e_nom=250, e_initial=125, e_min_pu=low)
    n.optimize(solver_name="highs", solver_options={"threads": 1, "log_to_console": False})
    return n.objective


def by_emhass(arrays, _kind):
    """The shared sub-problem, cold as EMHASS's first plan is: its objects, its model and one solve."""
    import emhass  # noqa: PLC0415  # the rival's own
    import pandas as pd  # noqa: PLC0415  # the rival's own
    from emhass.optimization import Optimization  # noqa: PLC0415  # the rival's own

    steps = len(arrays["load"])
    folder = Path(emhass.__file__).parent
    text = (folder / "data" / "config_defaults.json").read_text(encoding="utf-8")
    step = {"optimization_time_step": pd.Timedelta(minutes=30)}
    days = {"delta_forecast_daily": steps / 48}
    conf = json.loads(text) | EMHASS | step | days
    index = pd.date_range("2026-01-05", periods=steps, freq="30min", tz="UTC")
    data = pd.DataFrame({"cost": arrays["price"], "sold": np.full(steps, 8.0)}, index=index)
    pv, load = (pd.Series(1000 * arrays[name], index) for name in ("pv", "load"))
    places = {"root_path": folder, "data_path": folder / "data"}
    log = logging.getLogger("emhass")
    plan = Optimization(conf, conf, conf, "cost", "sold", "profit", places, log)
    found = plan.perform_dayahead_forecast_optim(data, pv, load, soc_init=0.5, soc_final=0.5)
    grid = found["P_grid"].to_numpy() / 1000
    bought, sold = np.maximum(grid, 0), np.maximum(-grid, 0)
    return 0.5 * (bought @ arrays["price"] - 8 * sold.sum()) + 1890 * bought.max()


def _matrix(arrays):
    from scipy.sparse import csc_matrix  # noqa: PLC0415  # the rival's own

    shape = (len(arrays["row_low"]), len(arrays["cost"]))
    return csc_matrix((arrays["value"], arrays["index"], arrays["start"]), shape)


LIBRARIES = {
    "scipy": by_scipy,
    "cvxpy": by_cvxpy,
    "linopy": by_linopy,
    "pypsa": by_pypsa,
    "emhass": by_emhass,
}
# The battery, the grid and the peak price of the reference problem, in watts.
EMHASS = {
    "time_zone": "UTC",
    "number_of_deferrable_loads": 0,
    "set_use_battery": True,
    "set_use_pv": True,
    "set_nodischarge_to_grid": False,
    "num_threads": 1,
    "lp_solver_mip_rel_gap": 1e-6,
    "maximum_power_from_grid": 3e6,
    "maximum_power_to_grid": 5e5,
    "battery_charge_power_max": 4e5,
    "battery_discharge_power_max": 4e5,
    "battery_nominal_energy_capacity": 1e6,
    "battery_minimum_state_of_charge": 0.1,
    "battery_maximum_state_of_charge": 0.9,
    "battery_target_state_of_charge": 0.5,
    "capacity_cost_per_kw": 1890.0,
}

if __name__ == "__main__":
    main()
