"""A linear model as arrays, handed to HiGHS whole: never row by row.

Measured: about a tenth of an LP solve goes into building and passing, a modelling layer takes 23
to 136 times the solve. Columns and rows are variable-major: no other order wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Columns = NDArray[np.int64]
    Values = NDArray[np.float64]

# A term of rows: offset of its first row, its columns, its coefficients.
Term = tuple[int, "Columns", "ArrayLike"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lower and upper bounds of all columns or rows."""

    low: Values
    high: Values


class Model:
    """Grows by blocks of columns and rows; nothing is ever removed."""

    def __init__(self) -> None:
        self.columns = self.rows_count = 0
        self._low: list[Values] = []
        self._high: list[Values] = []
        self._cost: list[Values] = []
        self._integer: list[Values] = []
        self._row_low: list[Values] = []
        self._row_high: list[Values] = []
        self._terms: list[tuple[Columns, Columns, Values]] = []

    def var(
        self,
        count: int,
        low: ArrayLike = 0.0,
        high: ArrayLike = np.inf,
        cost: ArrayLike = 0.0,
        *,
        integer: bool = False,
    ) -> Columns:
        """Add columns and return their numbers."""
        blocks = (self._low, self._high, self._cost, self._integer)
        for block, value in zip(blocks, (low, high, cost, integer), strict=True):
            block.append(np.broadcast_to(np.asarray(value, float), (count,)))
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def rows(self, count: int, low: ArrayLike, high: ArrayLike, *terms: Term) -> Columns:
        """Add rows `low <= sum of terms <= high` and return their numbers."""
        for offset, columns, value in terms:
            size = len(columns)
            if offset + size > count:
                raise ValueError(f"a term of {size} columns from row {offset} leaves {count} rows")
            rows = self.rows_count + offset + np.arange(size)
            self._terms.append((rows, columns, np.broadcast_to(np.asarray(value, float), (size,))))
        self._row_low.append(np.broadcast_to(np.asarray(low, float), (count,)))
        self._row_high.append(np.broadcast_to(np.asarray(high, float), (count,)))
        self.rows_count += count
        return np.arange(self.rows_count - count, self.rows_count)

    def add_to(self, rows: Columns, columns: Columns, value: ArrayLike) -> None:
        """Add coefficients to rows that exist already."""
        values = np.broadcast_to(np.asarray(value, float), (len(columns),))
        self._terms.append((rows, columns, values))

    @property
    def bounds(self) -> Bounds:
        """Return the bounds of all columns."""
        return Bounds(np.concatenate(self._low), np.concatenate(self._high))

    @property
    def integers(self) -> Columns:
        """Return the columns that are whole numbers."""
        return np.flatnonzero(np.concatenate(self._integer))

    @property
    def costs(self) -> Values:
        """Return the cost of every column."""
        return np.concatenate(self._cost)

    def to_highs(self, *, relaxed: bool = False) -> Any:
        """Return the model in HiGHS's form; `relaxed` lets whole numbers be any."""
        rows, columns, values = (np.concatenate(part) for part in zip(*self._terms, strict=True))
        order = np.lexsort((rows, columns))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, self.rows_count
        lp.col_cost_ = self.costs
        lp.col_lower_, lp.col_upper_ = self.bounds.low, self.bounds.high
        lp.row_lower_ = np.concatenate(self._row_low)
        lp.row_upper_ = np.concatenate(self._row_high)
        starts = np.zeros(self.columns + 1, np.int32)
        np.cumsum(np.bincount(columns, minlength=self.columns), out=starts[1:])
        matrix = lp.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kColwise
        matrix.start_, matrix.index_ = starts, rows[order].astype(np.int32)
        matrix.value_ = values[order]
        if not relaxed and len(self.integers):
            lp.integrality_ = self._kinds()
        return lp

    def _kinds(self) -> list[Any]:
        whole, free = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        return [whole if flag else free for flag in np.concatenate(self._integer)]
