"""What may leave in public: counts of at least ten people, rounded, that no subtraction opens.

Rectangular tables whose sums are published. A cell below k is hidden, zeros too; where a row or
column has only one hidden cell, its smallest other cell is hidden as well, until none is left
alone. Greedy: safe against subtracting one cell, and it may hide more than needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

K = 10
ROUND_TO = 5
Cell = tuple[int, int]


def gated(rows: Sequence[Sequence[int]], k: int = K, to: int = ROUND_TO) -> list[list[int | None]]:
    """Return the table as it may be published; None is hidden."""
    hidden = {(i, j) for i, row in enumerate(rows) for j, v in enumerate(row) if v < k}
    lines = [[(i, j) for j in range(len(row))] for i, row in enumerate(rows)]
    lines += [list(column) for column in zip(*lines, strict=True)]
    while alone := [line for line in lines if _is_open(line, hidden)]:
        for line in alone:
            kept = [cell for cell in line if cell not in hidden]
            if _is_open(line, hidden):
                hidden.add(min(kept, key=lambda cell: (rows[cell[0]][cell[1]], cell)))
    return [
        [None if (i, j) in hidden else to * round(v / to) for j, v in enumerate(row)]
        for i, row in enumerate(rows)
    ]


def _is_open(line: Sequence[Cell], hidden: set[Cell]) -> bool:
    """Tell whether the only hidden cell of a line follows from its sum."""
    return sum(cell in hidden for cell in line) == 1 and len(line) > 1
