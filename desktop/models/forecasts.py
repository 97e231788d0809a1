"""What is expected of measured series: the plan in force at the hub, and what planning forecasts.

Where a plan is in force, it says what its devices are asked for and which demand is held; the import
of the site is what the newest forecast makes of that plan, else of doing nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from area_configs.domain.readings import Series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from desktop.models.energy import EnergyBoard
    from energy_planner.proposal import Proposal

    Line = tuple[NDArray[np.int64], NDArray[np.float64]]  # microseconds UTC, values

_POWER, _TARGET = "active_power", "demand_target"
_W = 1000.0  # in a kW


def expected(board: EnergyBoard) -> dict[Series, Line]:
    """Return what is expected of each series, as stairs ready to be drawn."""
    return dict(_planned(board)) | dict(_forecast(board))


def _planned(board: EnergyBoard) -> Iterator[tuple[Series, Line]]:
    standing = board.standing
    if standing is None or standing.revocations:
        return
    plan = standing.plan
    yield (
        Series(board.site.meter, _TARGET),
        stairs(
            np.array([plan.valid_from_us]),
            np.array([plan.valid_until_us]),
            np.array([plan.target_peak_w]),
        ),
    )
    taking = {unit.device for unit in board.site.electrolysers}  # meters what it takes
    for device in dict.fromkeys(step.device for step in plan.steps):
        steps = sorted(
            (s.begins_us, s.ends_us, -s.power_w if device in taking else s.power_w)
            for s in plan.steps
            if s.device == device
        )
        begins, ends, power = (np.array(column) for column in zip(*steps, strict=True))
        yield Series(device, _POWER), stairs(begins, ends, power)


def _forecast(board: EnergyBoard) -> Iterator[tuple[Series, Line]]:
    made = board.base
    if made is None:
        return
    begins, ends = _steps_us(made)
    coming = made.current if made.current is not None else made.idle
    yield Series(board.site.meter, _POWER), stairs(begins, ends, coming.import_kw * _W)
    if len(board.site.photovoltaic) == 1:  # of several only their sum is forecast
        sun = made.made.problem.inputs.pv_kw * _W
        yield Series(board.site.photovoltaic[0], _POWER), stairs(begins, ends, sun)


def _steps_us(made: Proposal) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    hours = np.asarray(made.made.plan.hours, np.float64)
    first = made.made.problem.inputs.begins_us
    ends = first + np.round(np.cumsum(hours) * 3.6e9).astype(np.int64)
    return np.concatenate(([first], ends[:-1])).astype(np.int64), ends


def stairs(begins: NDArray[np.int64], ends: NDArray[np.int64], values: NDArray[np.float64]) -> Line:
    """Return the two corners of each step, an instant apart from those of the next."""
    times = np.column_stack((begins, np.asarray(ends) - 1)).reshape(-1)
    return times, np.repeat(np.asarray(values, np.float64), 2)
