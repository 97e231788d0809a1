"""The forecast that people see: the best model of a back-test, its spread, and its error so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.errors import PlanInputError
from energy_planner.forecast.boosted import Boosted
from energy_planner.forecast.repair import Repairs, repair
from energy_planner.forecast.ridge import Ridge
from energy_planner.forecast.simple import Naive, SimilarDay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from energy_planner.forecast.base import Model
    from energy_planner.forecast.days import Ahead, Days

    Matrix = NDArray[np.float64]

QUANTILES = (0.1, 0.5, 0.9)
# Days that the back-test says, one after another, learnt anew for each window. The last window
# chooses the model; all of them tell its spread: two weeks alone missed the surprises that empty a
# battery.
_TRIALS = 14
_WINDOWS = 3


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast with its spread.

    Attributes:
        mean: (K, S) expected values.
        quantiles: (Q, K, S) values that stay above the truth in `QUANTILES` of the cases.
        residuals: (N, S) truth minus forecast of the back-test days, for scenarios.
        later: (N, S) the same for the day after each, said on the same morning.
        model: name of the model that was chosen.
        errors: mean absolute error of each model in the back-test, by name.
        repairs: what was mended in the history first.
    """

    mean: Matrix
    quantiles: Matrix
    residuals: Matrix
    later: Matrix
    model: str
    errors: dict[str, float]
    repairs: Repairs


def models() -> list[Model]:
    """Return fresh models, simplest first; trees where their library is installed."""
    trees: list[Model] = [Boosted()] if Boosted.is_installed() else []
    return [Naive(1), Naive(7), SimilarDay(), Ridge(), *trees]


def outlook(days: Days, ahead: Ahead) -> Outlook:
    """Return the forecast of the days ahead by the model that did best on the last days.

    Raises:
        PlanInputError: less than two days of history, or nothing to forecast.
    """
    if days.count < 2:  # noqa: PLR2004 - one day to learn from and one to be judged by
        raise PlanInputError((f"a forecast needs 2 days of history, there is {days.count}",))
    if not ahead.count:
        raise PlanInputError(("there is no day to forecast",))
    values, repairs = repair(days.values, days.day_off)
    mended = type(days)(values, days.day_off, days.first, days.temperature)
    trials = {model.name: (model, _residuals(model, mended)) for model in _fitting(mended)}
    errors = {name: float(np.nanmean(np.abs(rest[0]))) for name, (_, rest) in trials.items()}
    model, last = trials[min(errors, key=errors.__getitem__)]
    judged = _trials(mended)
    earlier = [
        _residuals(model, mended.until(mended.count - judged * window))
        for window in range(_WINDOWS - 1, 0, -1)
        if mended.count - judged * (window + 1) >= max(model.least_days, _TRIALS)
    ]
    residuals, later = (np.concatenate(part) for part in zip(*earlier, last, strict=True))
    model.fit(mended)
    mean = model.predict(mended, ahead)
    spread = _spread(mean, last[0])
    return Outlook(mean, spread, residuals, later, model.name, errors, repairs)


def _fitting(days: Days) -> Sequence[Model]:
    """Return the models that have enough to learn from, with days left to be judged by."""
    fits = [model for model in models() if days.count - _trials(days) >= model.least_days]
    return fits or [Naive(1)]


def _trials(days: Days) -> int:
    return max(1, min(_TRIALS, days.count // 4))


def _residuals(model: Model, days: Days) -> tuple[Matrix, Matrix]:
    """Return truth minus forecast of the last days and of the day after each.

    Learnt once before them.
    """
    count = _trials(days)
    begin = days.count - count
    model.fit(days.until(begin))
    said = [
        model.predict(days.until(day), days.ahead(day, min(2, days.count - day)))
        for day in range(begin, days.count)
    ]
    residuals: Matrix = days.values[begin:] - np.array([one[0] for one in said])
    later = residuals.copy()  # the last day has no day after it yet
    later[:-1] = days.values[begin + 1 :] - np.array([one[1] for one in said[:-1]]).reshape(
        count - 1, days.slots
    )
    return residuals, later


def _spread(mean: Matrix, residuals: Matrix) -> Matrix:
    """Return the quantiles by the back-test's residuals, pooled with the slots beside."""
    pooled = np.stack([np.roll(residuals, shift, axis=1) for shift in (-1, 0, 1)])
    pooled = pooled.reshape(-1, residuals.shape[1])
    offsets = np.nanquantile(pooled, QUANTILES, axis=0)
    return np.asarray(mean[None] + offsets[:, None, :], float)
