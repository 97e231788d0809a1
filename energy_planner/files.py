"""Reading what commands are given: histories, prices and states; one sentence per mistake."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from area_configs.domain.file_faults import file_fault
from energy_planner.errors import PlanInputError
from energy_planner.site import Signals, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from energy_planner.forecast.peaks import Peaks
    from energy_planner.site import Steps


_SERIES_ROW = "a time with an offset, such as 2026-11-25T10:30:00+09:00, and numbers are expected"


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file in UTF-8.

    Raises:
        PlanInputError: it cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PlanInputError((f"{path}: {file_fault(error).en}",)) from error


def state(path: Path | None, peaks: Peaks) -> State:
    """Return the state in a JSON file: `content` and `running_kw` by device.

    Raises:
        PlanInputError: it cannot be read, or has something else in it.
    """
    if path is None:
        return State(peaks=peaks)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise PlanInputError((f"{path}: {file_fault(error).en}",)) from error
    mistakes = tuple(f"{path}: {words}" for words in _state_mistakes(told))
    if mistakes:
        raise PlanInputError(mistakes)
    return State(told.get("content", {}), told.get("running_kw", {}), peaks)


def signals(path: Path | None, steps: Steps) -> Signals:
    """Return the series of a CSV file (`time`, `price`, perhaps `carbon`) at given steps.

    Each step takes the last row at or before its beginning.

    Raises:
        PlanInputError: it cannot be read, or does not reach over all steps.
    """
    if path is None:
        return Signals()
    table = rows(path)
    if not table or not {"time", "price"} <= table[0].keys():
        raise PlanInputError((f"{path}: expected the columns time and price, perhaps carbon",))
    names = [name for name in ("price", "carbon") if name in table[0]]
    times, values = _numbers(path, table, names)
    starts = np.array([moment.timestamp() for moment in steps.starts()])
    place = np.searchsorted(times, starts, side="right") - 1
    longest = 2 * float(np.median(np.diff(times))) if len(times) > 1 else 3600.0
    if place.min() < 0 or (starts - times[place]).max() > longest:
        raise PlanInputError((f"{path}: prices must reach over the whole plan",))
    series = {name: values[name][place] for name in names}
    return Signals(series["price"], series.get("carbon"))


def _numbers(
    path: Path, table: Sequence[dict[str, str]], names: Sequence[str]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    times, values, mistakes = [], {name: list[float]() for name in names}, []
    for number, row in enumerate(table, start=2):
        try:
            moment = datetime.fromisoformat(row["time"])
            numbers = [float(row[name]) for name in names]
        except (TypeError, ValueError):
            mistakes.append(f"{path}: row {number}: {_SERIES_ROW}")
            continue
        if moment.tzinfo is None or not np.isfinite(numbers).all():
            mistakes.append(f"{path}: row {number}: {_SERIES_ROW}")
            continue
        times.append(moment.timestamp())
        for name, value in zip(names, numbers, strict=True):
            values[name].append(value)
    if mistakes:
        raise PlanInputError(tuple(mistakes[:20]))
    order = np.argsort(times)
    return np.array(times)[order], {name: np.array(v)[order] for name, v in values.items()}


def _state_mistakes(told: Any) -> list[str]:
    if not isinstance(told, dict):
        return ["expected an object with content and running_kw"]
    found = [f"unknown key '{key}'" for key in told if key not in {"content", "running_kw"}]
    for key in ("content", "running_kw"):
        table = told.get(key, {})
        if not isinstance(table, dict):
            found.append(f"{key} is not an object of numbers by device")
            continue
        for device, value in table.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
                found.append(f"{key} of {device} is not a number of zero or more")
    return found
