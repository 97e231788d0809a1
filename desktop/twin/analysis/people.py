"""People by counters: flows, what may be shown of small groups, and how long one waits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_SHOWN = 10  # smaller groups are never told apart (k >= 10)


def may_show(count: float | None) -> bool:
    """Tell whether a count is of a group large enough to be shown; an empty place may be."""
    return count is not None and (count == 0 or count >= LEAST_SHOWN)


def counted(values: NDArray[np.float64]) -> float | None:
    """Return how far a counter grew over its values; None for fewer than two.

    Where it falls it was replaced or began anew: what it shows then is counted from zero.
    """
    known = values[np.isfinite(values)]
    if len(known) < 2:  # noqa: PLR2004  # growth needs two
        return None
    steps = np.diff(known)
    return float(np.where(steps < 0, known[1:], steps).sum())


def mean_stay_min(present: float | None, arrivals_per_min: float | None) -> float | None:
    """Return how long people stay on average, minutes: Little's law, L = lambda W.

    It holds where about as many come as go; None where nobody comes or something is unknown.
    """
    if present is None or not arrivals_per_min:
        return None
    return present / arrivals_per_min


def mean_wait_min(arrivals_per_min: float, desks: int, service_min: float) -> float:
    """Return the mean wait before being served, minutes: M/M/c, Erlang's C formula.

    Args:
        arrivals_per_min: people who come per minute, at random.
        desks: that serve side by side, one queue.
        service_min: mean time of one service, exponential.

    Infinite where more come than can be served.
    """
    if arrivals_per_min <= 0:
        return 0.0
    load = arrivals_per_min * service_min
    if load >= desks:
        return math.inf
    return _must_wait(load, desks) * service_min / (desks - load)


def _must_wait(load: float, desks: int) -> float:
    """Return the share who must wait; Erlang's B by recursion, then C (stable for many desks)."""
    blocked = 1.0
    for busy in range(1, desks + 1):
        blocked = load * blocked / (busy + load * blocked)
    return desks * blocked / (desks - load * (1 - blocked))
