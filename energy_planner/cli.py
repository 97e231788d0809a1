"""`area-plan`: forecast and optimise without a desktop; reads files, writes JSON or a table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from area_configs.domain.areas import Area
    from area_configs.domain.energy import EnergySite
    from energy_planner.day_plan import DayPlan

app = typer.Typer(
    pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False, name="area-plan"
)
FAILED, BAD_USE = 1, 2


@app.callback()
def main() -> None:
    """Plan the energy of an area."""


@app.command()
def run(
    area: Annotated[str, typer.Option(help="Bundled area, folder or area.toml.")],
    history: Annotated[Path, typer.Option(help="CSV: time, load_kw, pv_kw, temperature_c.")],
    date: Annotated[str, typer.Option(help="First day of the plan, YYYY-MM-DD, local.")],
    days: Annotated[int, typer.Option(min=1, max=7, help="How many days.")] = 1,
    incumbent: Annotated[
        float, typer.Option(min=0.0, help="Highest half hour of this month so far, kW.")
    ] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Forecast the load and find the cheapest plan; exit 1 and the reasons where there is none."""
    import json

    from energy_planner.errors import InfeasiblePlan

    try:
        plan = _planned(area, history, date, days, incumbent)
    except InfeasiblePlan as error:
        if as_json:
            print(json.dumps({"feasible": False, "conflicts": _conflicts(error)}))
        _fail(str(error), FAILED)
    from energy_planner.answers import plan_text, plan_values

    name = area.rstrip("/").split("/")[-1]
    print(json.dumps(plan_values(name, plan)) if as_json else plan_text(name, plan))


def _planned(area: str, history: Path, date: str, days: int, incumbent: float) -> DayPlan:
    from dataclasses import replace
    from datetime import datetime, time
    from zoneinfo import ZoneInfo

    from area_configs.domain.errors import FileMistakes
    from area_configs.loader import load_area
    from energy_planner.day_plan import Request, plan_ahead
    from energy_planner.errors import PlanInputError
    from energy_planner.forecast.history import history as history_from
    from energy_planner.forecast.peaks import peaks_of
    from energy_planner.site import State

    try:
        loaded = load_area(area)
        zone, site = ZoneInfo(loaded.timezone), _site(loaded)
        known = history_from(_rows(history), zone)
        begins = datetime.combine(_day(date), time(), zone)
        peaks = peaks_of(known, begins)
        peaks = replace(peaks, incumbent_kw=max(peaks.incumbent_kw, incumbent))
        return plan_ahead(Request(site, known, begins, 24.0 * days, State(peaks=peaks)))
    except FileMistakes as error:
        _fail(str(error), BAD_USE)
    except PlanInputError as error:
        _fail("\n".join(error.mistakes), BAD_USE)


def _site(loaded: Area) -> EnergySite:
    if loaded.energy is None:
        _fail(f"area {loaded.id} has no [energy] table: add one to plan for it", BAD_USE)
    return loaded.energy


def _rows(path: Path) -> list[dict[str, str]]:
    import csv

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        _fail(f"{path}: cannot be read as CSV in UTF-8: {error}", BAD_USE)


def _day(text: str) -> Any:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        _fail(f"--date '{text}' is not a day: write YYYY-MM-DD", BAD_USE)


def _conflicts(error: Any) -> list[dict[str, Any]]:
    from dataclasses import asdict

    return [asdict(conflict) for conflict in error.conflicts]


def _fail(sentence: str, status: int) -> NoReturn:
    print(f"area-plan: {sentence}", file=sys.stderr)
    raise typer.Exit(status)
