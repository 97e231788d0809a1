"""Gaps and nonsense in a history: what is repaired, how, and what is left to be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

_BRIDGED_H = 2.0
_JUDGED_BY = 5  # days of a class, at least
_SPIKE = 12.0  # times the median absolute deviation of its slot


@dataclass(frozen=True, slots=True)
class Repairs:
    """How many slots were mended, by the way in which.

    Attributes:
        bridged: short gaps, by a straight line.
        borrowed: longer gaps, from the same slot of like days around.
        spikes: values too far from their slot's others to be true; taken as gaps.
        left: slots that nothing could be found for.
    """

    bridged: int = 0
    borrowed: int = 0
    spikes: int = 0
    left: int = 0

    def sentence(self) -> str:
        """Say what was done, empty where nothing was."""
        parts = [
            (self.spikes, "spikes taken out"),
            (self.bridged, "slots bridged by a straight line"),
            (self.borrowed, "slots borrowed from like days"),
            (self.left, "slots left empty"),
        ]
        return ", ".join(f"{count} {words}" for count, words in parts if count)


def repair(values: Matrix, day_off: NDArray[np.bool_]) -> tuple[Matrix, Repairs]:
    """Return (D, S) with gaps filled where that can be done honestly, and what was done."""
    mended = values.astype(float).copy()
    spikes = _take_out_spikes(mended, day_off)
    bridged = _bridge(mended)
    borrowed = _borrow(mended, day_off)
    left = int(np.isnan(mended).sum())
    return mended, Repairs(bridged, borrowed, spikes, left)


def _take_out_spikes(values: Matrix, day_off: NDArray[np.bool_]) -> int:
    """Turn what is too far from its slot's other days of the same class into gaps."""
    count = 0
    for off in (False, True):
        rows = np.flatnonzero(day_off == off)
        if len(rows) >= _JUDGED_BY:
            part = values[rows]
            far = _far(part)
            part[far] = np.nan
            values[rows] = part
            count += int(far.sum())
    return count


def _far(values: Matrix) -> NDArray[np.bool_]:
    far = np.zeros(values.shape, bool)
    told = ~np.isnan(values).all(axis=0)  # slots that have any value
    if told.any():
        middle = np.nanmedian(values[:, told], axis=0)
        spread = np.nanmedian(np.abs(values[:, told] - middle), axis=0)
        # A slot that hardly ever changes says nothing of what is too far from it.
        limit = _SPIKE * np.maximum(spread, spread.mean())
        far[:, told] = np.abs(values[:, told] - middle) > limit
    return far


def _bridge(values: Matrix) -> int:
    flat = values.reshape(-1)
    longest = round(_BRIDGED_H * values.shape[1] / 24)
    gone = np.isnan(flat)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], gone, [False]]).astype(int)))
    count = 0
    for begin, end in edges.reshape(-1, 2):
        if end - begin <= longest and begin > 0 and end < len(flat):
            flat[begin:end] = np.interp(
                np.arange(begin, end), [begin - 1, end], [flat[begin - 1], flat[end]]
            )
            count += int(end - begin)
    return count


def _borrow(values: Matrix, day_off: NDArray[np.bool_], reach: int = 28) -> int:
    days, slots = np.nonzero(np.isnan(values))
    known = values.copy()
    for day, slot in zip(days, slots, strict=True):
        low, high = max(0, day - reach), day + reach + 1
        like = known[low:high, slot][day_off[low:high] == day_off[day]]
        like = like[~np.isnan(like)]
        if len(like):
            values[day, slot] = like.mean()
    return len(days) - int(np.isnan(values).sum())
