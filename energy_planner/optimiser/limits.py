"""Named limits: which rows and columns stand for which promise, so that an excuse has a name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Give(IntEnum):
    """In which order limits may give way when no plan keeps all; physics never does."""

    END_LEVEL = 1
    CONTRACT = 2
    ECONOMIC = 3
    SERVICE = 4


@dataclass(frozen=True, slots=True)
class Limit:
    """One promise over some steps.

    Attributes:
        asset, name, unit: as people know it; `unit` of what is short.
        rows: one row per step where one more unit would help.
        sign: +1 where more on the row's left side helps, -1 where less does.
        steps: the step of each row.
        per_unit: how much the row's left side moves per unit that is short.
    """

    asset: str
    name: str
    unit: str
    give: Give
    rows: NDArray[np.int64]
    sign: int
    steps: NDArray[np.int64]
    per_unit: float = 1.0
