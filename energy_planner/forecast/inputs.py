"""What a plan is made for: the steps ahead with their expected load and sun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.errors import PlanInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Inputs:
    """Expected load and sun per step.

    Attributes:
        hours: (T,) length of each step; the first may be the rest of a running interval.
        load_kw: (T,) load that nobody can move.
        pv_kw: (T,) what the sun would give; it may be curtailed.
        begins_us: when the first step begins, microseconds UTC; 0 where that does not matter.
    """

    hours: NDArray[np.float64]
    load_kw: NDArray[np.float64]
    pv_kw: NDArray[np.float64]
    begins_us: int = 0

    def check(self) -> None:
        """Refuse inputs that no plan can be made for.

        Raises:
            PlanInputError: all mistakes at once.
        """
        if mistakes := tuple(self._mistakes()):
            raise PlanInputError(mistakes)

    def intervals(self, interval_h: float) -> NDArray[np.int64]:
        """Return (T,) the clocked interval, from 0, that each step lies in.

        The first step ends with its interval; the others fill intervals in turn.
        """
        ends = np.cumsum(self.hours) - self.hours[0]
        number: NDArray[np.int64] = np.ceil(ends / interval_h - 1e-9).astype(np.int64)
        return number

    def _mistakes(self) -> Iterator[str]:
        if not len(self.load_kw) == len(self.pv_kw) == len(self.hours) > 0:
            yield "load, sun and hours must have the same number of steps, at least one"
            return
        for name, values in (("load", self.load_kw), ("sun", self.pv_kw), ("hours", self.hours)):
            if not np.isfinite(values).all():
                first = int(np.flatnonzero(~np.isfinite(values))[0])
                yield f"{name} has no value at step {first}: fill the gap first"
        if (self.pv_kw < 0).any():
            yield f"sun is negative at step {int(np.argmax(self.pv_kw < 0))}"
        if (self.hours <= 0).any():
            yield f"step {int(np.argmax(self.hours <= 0))} has no length"
