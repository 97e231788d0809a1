"""Where the two lanes to the hub part, and what both have sent."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.store import ReadingLog

HUB = "hub"  # the sink's name in the log


class Way:
    """Where the two lanes part: the backlog goes up to `split`, the live lane on from there."""

    def __init__(self, log: ReadingLog, most: int) -> None:
        self._log = log
        self._most = most
        place = log.place(HUB)
        runs = place.beyond[-1:] or ((place.upto + 1, place.upto),)
        self.split, self._live = runs[0][0] - 1, runs[0][1]
        # The hub may rightly acknowledge what an earlier run sent without hearing the answer.
        self.sent = Highest(log.last_seq)
        self.live_done = threading.Event()  # the best moment for history is behind a live request
        self.live_done_at = float("-inf")

    def live_after(self) -> int:
        """Return behind which number the live lane goes on; parts the way where too much waits."""
        self._live = max(self._live, self._log.place(HUB).upto)
        head = self._log.last_seq
        if head - self._live > self._most:
            self.split = self._live = head
        return self._live

    def live_reached(self, upto: int) -> None:
        """Note how far the live lane is."""
        self._live = max(self._live, upto)

    @property
    def parted(self) -> bool:
        """Tell whether there is history for the backlog lane."""
        return self._log.place(HUB).upto < self.split


class Highest:
    """The highest number that was ever sent, by either lane."""

    def __init__(self, value: int) -> None:
        self._lock = threading.Lock()
        self.value = value

    def raise_to(self, value: int) -> None:
        """Note that this number is sent."""
        with self._lock:
            self.value = max(self.value, value)
