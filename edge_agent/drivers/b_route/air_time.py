"""Air time: whether the module may send; it counts what the 920 MHz rule allows and says when it ends.

ARIB STD-T108 allows a device of this class 360 s of sending within an hour. The module keeps that
account and announces it: SKSTACK event 32 the limit is reached, 33 it is lifted. Whoever sends all
the same gets no packet out.
"""

from __future__ import annotations

import queue
from typing import Any

from typing_extensions import override

_SPENT, _LIFTED = "32", "33"


class AirTime(queue.Queue[Any]):
    """Takes every line of the module, as a subscriber of momonga's; keeps none."""

    def __init__(self) -> None:
        super().__init__()
        self._spent = False

    def is_spent(self) -> bool:
        """Tell whether nothing may be sent now."""
        return self._spent

    @override
    def put(self, item: object, block: bool = True, timeout: float | None = None) -> None:
        """Look at one line."""
        words = str(item).split(maxsplit=2)
        if words[:1] == ["EVENT"] and words[1:2] in ([_SPENT], [_LIFTED]):
            self._spent = words[1] == _SPENT
