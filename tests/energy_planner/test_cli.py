"""`area-plan run`: a plan from files, and one sentence for each wrong one."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from typer.testing import CliRunner

from area_configs.loader import area_file
from energy_planner.cli import app
from tests.energy_planner import reference_plant

if TYPE_CHECKING:
    from pathlib import Path

FIRST = date(2026, 9, 27)  # the plan begins with a month, where no peak was reached yet
DAYS = 35


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Return a CSV of five weeks of half hours, a third of the reference district."""
    inputs = reference_plant.inputs(DAYS * 48)
    begin = datetime.combine(FIRST, datetime.min.time(), ZoneInfo("Asia/Tokyo"))
    path = tmp_path / "history.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["time", "load_kw", "pv_kw"])
        for n, (load, sun) in enumerate(zip(inputs.load_kw / 3, inputs.pv_kw / 5, strict=True)):
            rows.writerow(
                [(begin + n * timedelta(minutes=30)).isoformat(), f"{load:.3f}", f"{sun:.3f}"]
            )
    return path


def _run(*words: str):
    return _call("run", *words)


def _call(*words: str):
    return CliRunner().invoke(app, list(words))


DAY = (FIRST + timedelta(days=DAYS)).isoformat()


def _usual(history: Path, *, date: str = DAY) -> list[str]:
    return ["--area", "harumi", "--history", str(history), "--date", date]


def test_a_day_of_harumi(history: Path) -> None:
    day = (FIRST + timedelta(days=DAYS)).isoformat()
    result = _run("--area", "harumi", "--history", str(history), "--date", day, "--json")
    assert result.exit_code == 0, result.stderr
    plan = json.loads(result.stdout)
    assert plan["feasible"]
    assert plan["begins"] == f"{day}T00:00:00+09:00"
    assert len(plan["power_kw"]["grid.import"]) == len(plan["forecast"]["load_kw"]) == 48
    assert plan["peak_kw"] < plan["without_plan"]["peak_kw"]
    assert plan["objective"] < plan["without_plan"]["objective"]
    assert max(plan["power_kw"]["grid.import"]) <= plan["peak_kw"] + 1e-3
    assert len(plan["explanation"]["ja"]) == len(plan["explanation"]["en"]) > 0
    level = np.array(plan["level"]["battery-main"])
    assert 24 - 1e-3 <= level.min() <= level.max() <= 216 + 1e-3


def test_the_same_in_words(history: Path) -> None:
    day = (FIRST + timedelta(days=DAYS)).isoformat()
    result = _run(
        "--area", "harumi", "--history", str(history), "--date", day, "--incumbent", "900"
    )
    assert result.exit_code == 0, result.stderr
    assert "The peak is the 900.0 kW reached before: a lower one saves nothing." in result.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--date", "tomorrow"), "--date 'tomorrow' is not a day: write YYYY-MM-DD"),
        (("--date", "2027-01-01"), "it must reach up to the day before 2027-01-01"),
        (("--area", "nowhere"), "there is no such area"),
        (("--history", "gone.csv"), "gone.csv: there is no such file or folder"),
    ],
)
def test_a_wrong_word_is_one_sentence(history: Path, words: tuple[str, str], sentence: str) -> None:
    usual = {"--area": "harumi", "--history": str(history), "--date": "2026-11-01"}
    usual[words[0]] = words[1]
    result = _run(*(word for pair in usual.items() for word in pair))
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stdout == ""


def test_an_area_that_cannot_be_planned(history: Path, tmp_path: Path) -> None:
    limits = "contract_kw = 450\nimport_limit_kw = 900"
    _copy_with(tmp_path / "poor", limits, "contract_kw = 100\nimport_limit_kw = 120")
    day = (FIRST + timedelta(days=DAYS)).isoformat()
    result = _run(
        "--area", str(tmp_path / "poor"), "--history", str(history), "--date", day, "--json"
    )
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert not told["feasible"]
    assert {conflict["limit"] for conflict in told["conflicts"]} >= {"import_limit"}
    assert "import_limit of grid is short by" in result.stderr


def test_the_forecast_has_its_spread_and_what_is_known_of_the_day(history: Path) -> None:
    words = _usual(history, date=(FIRST + timedelta(days=DAYS - 1)).isoformat())
    result = _call("forecast", *words, "--at", "12:00", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    load = told["load"]
    assert len(load["load_kw"]) == len(told["steps"]) == 48
    assert all(low <= high for low, high in zip(load["q10"], load["q90"], strict=True))
    assert told["today"]["was_kw"][23] is not None
    assert told["today"]["was_kw"][24] is None  # the afternoon is not known at noon
    assert "90 %" in _call("forecast", *words).stdout


def test_contracts_are_compared_and_an_impossible_one_is_explained(history: Path) -> None:
    words = ["what-if", *_usual(history), "--contracts", "20,450"]
    result = _call(*words, "--json")
    assert result.exit_code == 0, result.stderr
    tight, wide = json.loads(result.stdout)
    assert tight["plan"] is None
    assert tight["conflicts"]
    assert wide["plan"]["peak_kw"] <= 450
    assert "20.0 kW  cannot be kept" in _call(*words).stdout


def test_a_trade_against_the_peak(history: Path) -> None:
    result = _call("pareto", *_usual(history), "--json")
    assert result.exit_code == 0, result.stderr
    plans = [one["plan"] for one in json.loads(result.stdout)]
    costs = [plan["objective"] for plan in plans]
    assert costs == sorted(costs)
    refused = _call("pareto", *_usual(history), "--against", "noise")
    assert (refused.exit_code, refused.stdout) == (2, "")


def test_hours_without_the_grid(history: Path) -> None:
    words = ["island", *_usual(history), "--critical", "40"]
    told = json.loads(_call(*words, "--json").stdout)
    assert told["hours"] >= 30  # 125 kg of hydrogen alone give more
    assert told["carried_kwh"]["fuel-cell-main"] > 0
    assert "critical loads live" in _call(*words).stdout
    without = _call("island", *_usual(history))
    assert without.exit_code == 2
    assert "critical_kw" in without.stderr


def test_prices_of_the_market_and_a_state(history: Path, tmp_path: Path) -> None:
    prices, state = tmp_path / "prices.csv", tmp_path / "state.json"
    begin = datetime.fromisoformat(f"{DAY}T00:00:00+09:00")
    rows = [f"{(begin + timedelta(hours=n)).isoformat()},{10 + n},0.4" for n in range(24)]
    prices.write_text("\n".join(["time,price,carbon", *rows]), encoding="utf-8")
    state.write_text('{"content": {"battery-main": 200}}', encoding="utf-8")
    words = [*_usual(history), "--prices", str(prices), "--state", str(state), "--json"]
    plan = json.loads(_run(*words).stdout)
    assert plan["plan"]["carbon_kg"] > 0
    assert plan["level"]["battery-main"][-1] >= 200 - 1e-3


@pytest.mark.parametrize(
    ("option", "text", "sentence"),
    [
        ("--prices", "time,price\n2026-11-01T00:00:00+09:00,1", "reach over the whole plan"),
        ("--prices", "when,what\n1,2", "expected the columns time and price"),
        ("--prices", "time,price\n2026-11-01T00:00:00,nan", "row 2: a time with an offset"),
        ("--state", '{"content": {"battery-main": -3}}', "not a number of zero or more"),
        ("--state", '{"contents": {}}', "unknown key 'contents'"),
        ("--state", "nothing", "it is no JSON (line 1)"),
        ("--state", "", "it is empty"),
        ("--prices", "time,price\nnoon,dear", "row 2: a time with an offset"),
        ("--history", "", "given: there is no row: expected time, load_kw"),
        ("--history", "load_kw,time\n5\n", "given: row 2: '' is not a time"),
    ],
)
def test_a_wrong_file_is_named(
    history: Path, tmp_path: Path, option: str, text: str, sentence: str
) -> None:
    file = tmp_path / "given"
    file.write_text(text, encoding="utf-8")
    result = _run(*_usual(history), option, str(file))
    assert result.exit_code == 2
    assert sentence in result.stderr


@pytest.mark.parametrize("option", ["--history", "--prices", "--state"])
def test_a_file_that_is_none_is_told_without_words_of_a_library(
    history: Path, tmp_path: Path, option: str
) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for place, sentence in (
        ("missing", "there is no such file or folder"),
        ("binary", "it is no text in UTF-8 (byte 1)"),
        (".", "it is a folder, not a file"),
    ):
        file = tmp_path / place
        result = _run(*_usual(history), option, str(file))
        assert (result.exit_code, result.stderr) == (2, f"area-plan: {file}: {sentence}\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--hub", "hub.example"), "is not the address of a hub"),
        (("--hub", "http://127.0.0.1:9", "--key-file", "gone"), "--key-file gone: there is no"),
    ],
)
def test_a_roll_without_a_hub_or_key_is_told(words: tuple[str, ...], sentence: str) -> None:
    result = _call("roll", "--area", "harumi", *words, "--once")
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_month_as_it_was(history: Path) -> None:
    words = ["month", "--area", "harumi", "--history", str(history), "--month", "2026-10"]
    report = json.loads(_call(*words, "--json").stdout)
    assert len(report["days"]) == 31
    assert report["known_share"] == 1.0
    assert report["peak_kw"] == max(day["peak_kw"] for day in report["days"])
    assert report["billed_kw"] >= report["peak_kw"]
    assert _call(*words).stdout.splitlines()[0].startswith("day,import_kwh,peak_kw")
    begun = json.loads(_call(*words[:-1], "2026-09", "--json").stdout)
    known = [day for day in begun["days"] if day["unknown_slots"] < 48]
    unknown = [day for day in begun["days"] if day["unknown_slots"] == 48]
    assert known
    assert unknown
    assert {(day["import_kwh"], day["energy_cost"]) for day in unknown} == {(None, None)}
    gone = _call(*words[:-1], "2024-02")
    assert gone.exit_code == 2
    assert "no day of 2024-02" in gone.stderr


def test_an_area_without_an_energy_table(history: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    _copy_with(folder, "", "")
    text = (folder / "area.toml").read_text(encoding="utf-8")
    (folder / "area.toml").write_text(text[: text.index("[energy]")], encoding="utf-8")
    result = _run("--area", str(folder), "--history", str(history), "--date", "2026-11-01")
    assert result.exit_code == 2
    assert "has no [energy] table" in result.stderr


def _copy_with(folder: Path, old: str, new: str) -> None:
    source = area_file("harumi")
    (folder / "geometry").mkdir(parents=True)
    for file in (source.parent / "geometry").iterdir():
        (folder / "geometry" / file.name).symlink_to(file)
    text = source.read_text(encoding="utf-8").replace(old, new)
    (folder / "area.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("set_by_hand", "threads"), [(None, "1"), ("2", "2")])
def test_numpy_is_held_to_one_thread_unless_somebody_wants_more(
    set_by_hand: str | None, threads: str
) -> None:
    name = "OPENBLAS_NUM_THREADS"
    around = {key: value for key, value in os.environ.items() if key != name}
    words = (
        f"import os, sys, energy_planner.cli; print(os.environ['{name}'], 'numpy' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", words],
        env=around | ({name: set_by_hand} if set_by_hand else {}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == [threads, "False"]
