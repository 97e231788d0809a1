"""Boosted trees beside the ridge, half and half, where the library `lightgbm` is installed.

Trees find what no slope can say, such as heat that counts on workdays only; the ridge goes on where
trees have seen nothing yet. Through the library's own interface: scikit-learn is not needed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from energy_planner.forecast import features
from energy_planner.forecast.ridge import Ridge

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from energy_planner.forecast.days import Ahead, Days

    Matrix = NDArray[np.float64]

_TREES = 200
_GROWTH: dict[str, Any] = {
    "objective": "regression",
    "learning_rate": 0.08,
    "num_leaves": 31,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "feature_fraction": 0.8,
    "num_threads": 1,
    "deterministic": True,
    "seed": 1,
    "verbosity": -1,
}


class Boosted:
    """The mean of a ridge and of trees on the same features and the time of the day."""

    name = "trees and ridge"
    least_days = 200

    def __init__(self) -> None:
        self._ridge = Ridge()
        self._trees: Any = None

    @staticmethod
    def is_installed() -> bool:
        """Tell whether the library is there and loads: it needs libgomp of the system."""
        try:
            import lightgbm  # noqa: F401, PLC0415 - see fit
        except (ImportError, OSError):
            return False
        return True

    def fit(self, days: Days) -> None:
        """Learn both from every slot that has all features."""
        import lightgbm  # noqa: PLC0415 - it may be missing, and costs a second

        self._ridge.fit(days)
        rows = _rows(days, features.WARM_UP)
        truth = days.values[features.WARM_UP :].reshape(-1)
        known = np.isfinite(truth) & np.isfinite(rows).all(axis=1)
        told = lightgbm.Dataset(rows[known], truth[known])
        self._trees = lightgbm.train(_GROWTH, told, _TREES)

    def predict(self, days: Days, ahead: Ahead) -> Matrix:
        """Forecast day after day; each day's forecast is a lag of the next."""
        seen = days.last(features.WARM_UP + 1)
        for number in range(ahead.count):
            ridge = self._ridge.predict(seen, ahead.one(number))[0]
            seen = seen.followed_by(ahead, number)
            trees = self._trees.predict(_rows(seen, seen.count - 1), num_threads=1)
            values = seen.values.copy()
            values[-1] = (ridge + trees) / 2
            seen = replace(seen, values=values)
        return seen.values[-ahead.count :]


def _rows(days: Days, first: int) -> Matrix:
    """Return (days x slots, F) the features of all slots from a day on."""
    shared = features.shared(days, first)
    slot = np.broadcast_to(np.arange(days.slots, dtype=float), shared.shape[:2])
    rows: Matrix = np.concatenate([shared, slot[:, :, None]], axis=2)
    return rows.reshape(-1, rows.shape[2])
