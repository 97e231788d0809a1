"""`area-plan run`: a plan from files, and one sentence for each wrong one."""

from __future__ import annotations

import csv
import json
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
    return CliRunner().invoke(app, ["run", *words])


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
        (("--history", "gone.csv"), "gone.csv: cannot be read as CSV"),
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
