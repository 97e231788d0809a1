"""The demand controller over days, and over a year, of one-second truth with everything going wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.edge_agent.control.year_of_seconds import Course, run

DAY_S = 86_400


def _figures(course: Course) -> dict[str, object]:
    return {
        "windows": len(course.windows),
        "violations_where_it_could_be_held": len(course.violations),
        "per_1000_windows": 1000 * len(course.violations) / len(course.windows),
        "windows_over_target": sum(window.violated for window in course.windows),
        "unexplained": len(course.unexplained),
        "most_switches_per_hour_and_asset": course.most_switches,
    }


@pytest.mark.slow
def test_half_a_day_is_held_without_chattering() -> None:
    course = _run_half_day()
    assert not course.violations
    assert not course.unexplained
    assert 0 < course.most_switches <= 6


def _run_half_day() -> Course:
    return run(seed=1, seconds=DAY_S // 2)


@pytest.mark.soak
def test_a_year_of_seconds() -> None:
    course = run(seed=7, seconds=365 * DAY_S)
    figures = _figures(course)
    folder = Path(os.environ.get("SOAK_OUTPUT", "soak-output"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "demand_year.json").write_text(json.dumps(figures, indent=2), encoding="utf-8")
    assert len(course.violations) <= len(course.windows) / 1000, figures
    assert not course.unexplained, figures
    assert course.most_switches <= 6, figures
