"""`area-plan`: everything the console plans, without a desktop; reads files, writes JSON or text."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from area_configs.command_line import program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.domain.areas import Area
    from area_configs.domain.energy import EnergySite
    from energy_planner.day_plan import Problem, Request
    from energy_planner.forecast.history import History

# Before numpy is imported: over small matrices its threads spin for 9 s where one needs 0.4 s.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

app = program("area-plan", "Plan the energy of an area.")
FAILED, BAD_USE, UNREACHABLE = 1, 2, 4

AreaName = Annotated[str, typer.Option("--area", help="Bundled area, folder or area.toml.")]
HistoryFile = Annotated[
    Path,
    typer.Option(
        "--history", help="CSV: time, load_kw; pv_kw, temperature_c, hydrogen_kg, import_kw."
    ),
]
FirstDay = Annotated[str, typer.Option("--date", help="First day, YYYY-MM-DD, local.")]
AtClock = Annotated[str, typer.Option("--at", help="From when on that day, hh:mm.")]
HowManyDays = Annotated[int, typer.Option("--days", min=1, max=7, help="How many days.")]
Incumbent = Annotated[
    float,
    typer.Option("--incumbent", min=0.0, help="A half hour of this month that was this high."),
]
PriceFile = Annotated[
    Path | None, typer.Option("--prices", help="CSV: time, price, carbon of the market.")
]
StateFile = Annotated[
    Path | None, typer.Option("--state", help="JSON: content and running_kw by device.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]


@app.command()
def run(  # noqa: PLR0913, PLR0917 - the options of a plan
    area: AreaName,
    history: HistoryFile,
    date: FirstDay,
    at: AtClock = "00:00",
    days: HowManyDays = 1,
    incumbent: Incumbent = 0.0,
    prices: PriceFile = None,
    state: StateFile = None,
    as_json: AsJson = False,
) -> None:
    """Forecast the load and find the cheapest plan; exit 1 and the reasons where there is none."""
    from energy_planner.answers import plan_text, plan_values
    from energy_planner.day_plan import plan_ahead

    with _one_sentence(as_json):
        asked = _asked(_Words(area, history, date, at, days, incumbent, prices, state))
        plan = plan_ahead(asked.request)
        _say(plan_values(asked.area, plan) if as_json else plan_text(asked.area, plan), as_json)


@app.command()
def forecast(
    area: AreaName,
    history: HistoryFile,
    date: FirstDay,
    at: AtClock = "00:00",
    days: HowManyDays = 1,
    as_json: AsJson = False,
) -> None:
    """Forecast load, sun and hydrogen with their spread, beside what is known of the day."""
    from energy_planner.answers import forecast_text, problem_values
    from energy_planner.day_plan import problem

    with _one_sentence(as_json):
        asked = _asked(_Words(area, history, date, at, days))
        made = problem(asked.request)
        _say(problem_values(asked.area, made) if as_json else forecast_text(made), as_json)


@app.command("what-if")
def what_if(  # noqa: PLR0913, PLR0917 - the options of a plan
    area: AreaName,
    history: HistoryFile,
    date: FirstDay,
    contracts: Annotated[str, typer.Option(help="Contract powers in kW: 300,350,400.")],
    at: AtClock = "00:00",
    days: HowManyDays = 1,
    incumbent: Incumbent = 0.0,
    prices: PriceFile = None,
    as_json: AsJson = False,
) -> None:
    """What other contract powers would bring, or what would have to give way."""
    from energy_planner import studies
    from energy_planner.answers import contracts_text, contracts_values

    with _one_sentence(as_json):
        made = _problem(_Words(area, history, date, at, days, incumbent, prices))
        tried = studies.contracts(made.plant, made.inputs, made.tariff, _numbers(contracts))
        _say(contracts_values(tried) if as_json else contracts_text(tried), as_json)


@app.command()
def pareto(  # noqa: PLR0913, PLR0917 - the options of a plan
    area: AreaName,
    history: HistoryFile,
    date: FirstDay,
    against: Annotated[str, typer.Option(help="peak, carbon or reserve.")] = "peak",
    at: AtClock = "00:00",
    days: HowManyDays = 1,
    incumbent: Incumbent = 0.0,
    prices: PriceFile = None,
    as_json: AsJson = False,
) -> None:
    """Plans between the cheapest and the best for the peak, the carbon or the reserve."""
    from energy_planner import studies
    from energy_planner.answers import compromises_text, compromises_values

    with _one_sentence(as_json):
        made = _problem(_Words(area, history, date, at, days, incumbent, prices))
        found = studies.pareto(made.plant, made.inputs, made.tariff, against)
        _say(compromises_values(found) if as_json else compromises_text(found), as_json)


@app.command()
def island(  # noqa: PLR0913, PLR0917 - the options of a plan
    area: AreaName,
    history: HistoryFile,
    date: FirstDay,
    at: AtClock = "00:00",
    days: HowManyDays = 3,
    critical: Annotated[float, typer.Option(min=0.0, help="Critical load, kW; 0: the area's.")] = 0,
    state: StateFile = None,
    as_json: AsJson = False,
) -> None:
    """How many hours critical loads live without the grid, and on what."""
    from energy_planner import studies
    from energy_planner.answers import island_text, island_values

    with _one_sentence(as_json):
        asked = _asked(_Words(area, history, date, at, days, state=state))
        made = _problem_of(asked.request)
        kilowatts = critical or asked.request.site.critical_kw
        lives = studies.island(made.plant, made.inputs, kilowatts)
        _say(island_values(lives) if as_json else island_text(lives), as_json)


@app.command()
def roll(  # noqa: PLR0913, PLR0917 - the options of a plan
    area: AreaName,
    history: Annotated[
        Path | None,
        typer.Option(help="CSV as of `run`; with --hub it counts where the hub knows nothing."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Without --hub: where the plan in force is written, JSON.")
    ] = None,
    hub: Annotated[str, typer.Option(help="Hub to learn from and to send plans to.")] = "",
    key_file: Annotated[Path | None, typer.Option(help="File with the key for that hub.")] = None,
    hours: Annotated[float, typer.Option(min=1, max=168, help="How far ahead.")] = 36.0,
    prices: PriceFile = None,
    state: StateFile = None,
    once: Annotated[bool, typer.Option("--once", help="One plan now, for cron.")] = False,
) -> None:
    """Plan anew every half hour, with a hub or from files that others keep; --once for a scheduler."""
    import time
    from datetime import datetime

    from energy_planner.rolling import seconds_to_next, write_plan

    if hub:
        _roll_at_hub(area, (hub, key_file), history, hours, once=once)
        return
    if history is None or output is None:
        _fail("name a --hub, or a --history to learn from and an --output", BAD_USE)
    while True:
        with _one_sentence(as_json=False):
            loaded = _area(area)
            now = datetime.now(tz=_zone(loaded))
            words = _Words(area, history, prices=prices, state=state)
            told = write_plan(loaded.id, _request(words, loaded, now, hours), output)
            print(told, file=sys.stderr)
        if once:
            return
        time.sleep(seconds_to_next(datetime.now(tz=now.tzinfo)))


@app.command()
def month(
    area: AreaName,
    history: HistoryFile,
    month: Annotated[str, typer.Option(help="YYYY-MM.")],
    as_json: AsJson = False,
) -> None:
    """The report of a month as CSV: each day's import, peak and cost; --json for all of it."""
    from energy_planner.answers import month_csv, month_values
    from energy_planner.months import month_report

    with _one_sentence(as_json):
        loaded = _area(area)
        year, _, number = month.partition("-")
        if not (year.isdigit() and number.isdigit()):
            _fail(f"--month '{month}' is not a month: write YYYY-MM", BAD_USE)
        zone = _zone(loaded)
        known = _history(history, loaded)
        report = month_report(_site(loaded), known, int(year), int(number), zone)
        _say(month_values(report) if as_json else month_csv(report), as_json)


@dataclass(frozen=True, slots=True)
class _Words:
    """What was said on the command line."""

    area: str
    history: Path
    date: str = ""
    at: str = "00:00"
    days: int = 1
    incumbent: float = 0.0
    prices: Path | None = None
    state: Path | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    area: str
    request: Request


def _asked(words: _Words) -> _Asked:
    from datetime import datetime

    loaded = _area(words.area)
    begins = datetime.combine(_day(words.date), _clock(words.at), _zone(loaded))
    return _Asked(loaded.id, _request(words, loaded, begins, 24.0 * words.days))


def _request(words: _Words, loaded: Area, begins: Any, hours: float) -> Request:
    from dataclasses import replace

    from energy_planner import files
    from energy_planner.day_plan import Request, steps_of
    from energy_planner.forecast.peaks import peaks_of

    site, known = _site(loaded), _history(words.history, loaded)
    peaks = peaks_of(known, begins)
    peaks = replace(peaks, incumbent_kw=max(peaks.incumbent_kw, words.incumbent))
    asked = Request(site, known, begins, hours, files.state(words.state, peaks))
    return replace(asked, signals=files.signals(words.prices, steps_of(asked)))


def _roll_at_hub(
    area: str, hub: tuple[str, Path | None], history: Path | None, hours: float, *, once: bool
) -> None:
    from area_configs.domain.file_faults import file_fault
    from energy_planner.hub_roll import HubRoll, follow

    url, key_file = hub
    try:
        key = key_file.read_text(encoding="utf-8").strip() if key_file else ""
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"--key-file {key_file}: {file_fault(error).en}", BAD_USE)
    with _one_sentence(as_json=False):
        loaded = _area(area)
        older = _history(history, loaded) if history else None
        roll = HubRoll(loaded, _site(loaded), url, key, hours, older)
        follow(roll, lambda told: print(told, file=sys.stderr), once=once)


def _problem(words: _Words) -> Problem:
    return _problem_of(_asked(words).request)


def _problem_of(request: Request) -> Problem:
    from energy_planner.day_plan import problem

    return problem(request)


def _area(name: str) -> Area:
    from area_configs.loader import load_area

    return load_area(name)


def _site(loaded: Area) -> EnergySite:
    if loaded.energy is None:
        _fail(f"area {loaded.id} has no [energy] table: add one to plan for it", BAD_USE)
    return loaded.energy


def _zone(loaded: Area) -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(loaded.timezone)


def _history(path: Path, loaded: Area) -> History:
    from energy_planner import files
    from energy_planner.errors import PlanInputError
    from energy_planner.forecast.history import history

    rows = files.rows(path)
    try:
        return history(rows, _zone(loaded))
    except PlanInputError as error:
        raise PlanInputError(tuple(f"{path}: {words}" for words in error.mistakes)) from error


def _day(text: str) -> Any:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        _fail(f"--date '{text}' is not a day: write YYYY-MM-DD", BAD_USE)


def _clock(text: str) -> Any:
    from datetime import time

    try:
        return time.fromisoformat(text)
    except ValueError:
        _fail(f"--at '{text}' is not a time of day: write hh:mm", BAD_USE)


def _numbers(text: str) -> list[float]:
    from math import isfinite

    try:
        found = [float(word) for word in text.split(",")]
    except ValueError:
        found = []
    if not found or not all(map(isfinite, found)):
        _fail(f"--contracts '{text}' are not numbers: write 300,350,400", BAD_USE)
    return found


def _say(answer: Any, as_json: bool) -> None:
    import json

    print(json.dumps(answer) if as_json else answer)


@contextmanager
def _one_sentence(as_json: bool) -> Iterator[None]:
    """Turn what people can put right into sentences and exit codes."""
    from dataclasses import asdict

    from area_configs.domain.errors import FileMistakes, HubRejected, HubUnavailable
    from energy_planner.errors import InfeasiblePlan, PlanInputError

    try:
        yield
    except HubUnavailable as error:
        _fail(str(error), UNREACHABLE)
    except HubRejected as error:
        _fail(str(error), BAD_USE)
    except FileMistakes as error:
        _fail(str(error), BAD_USE)
    except PlanInputError as error:
        _fail("\n".join(error.mistakes), BAD_USE)
    except InfeasiblePlan as error:
        if as_json:
            _say({"feasible": False, "conflicts": [asdict(c) for c in error.conflicts]}, as_json)
        _fail(str(error), FAILED)


def _fail(sentence: str, status: int) -> NoReturn:
    print(f"area-plan: {sentence}", file=sys.stderr)
    raise typer.Exit(status)
