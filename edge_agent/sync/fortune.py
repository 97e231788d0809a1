"""What a lane stands on, and its fortune: whether its last request worked, what is wrong, how long to wait."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from area_configs.domain.errors import HubRejected, HubUnavailable, SmartAreaError
from edge_agent.sync.backoff import Backoff
from edge_agent.sync.sink import Rest
from platform_hub.client import HubBusy

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from edge_agent.store import ReadingLog
    from edge_agent.sync.sink import Pace


@dataclass(frozen=True, slots=True)
class Footing:
    """What a lane stands on: the log, the sink's name in it, pace, clock and its own fortune."""

    log: ReadingLog
    sink: str
    pace: Pace
    clock: Callable[[], float]
    fortune: Fortune


class Fortune:
    """Turns what a request met into a wait and a sentence; read from any thread."""

    def __init__(self, pace: Pace, rng: random.Random) -> None:
        self._longest_s = pace.longest_s
        self._backoff = Backoff(pace.first_s, pace.most_s, rng)
        self._lock = threading.Lock()
        self._reachable: bool | None = None
        self._error = ""
        self._sent = 0
        self._ending = False

    @property
    def reachable(self) -> bool | None:
        """Tell whether the last request was answered; None before the first."""
        return self._reachable

    @property
    def error(self) -> str:
        """Return what went wrong last, empty while all is well."""
        return self._error

    @property
    def sent(self) -> int:
        """Return how many readings were sent, repeated ones included."""
        return self._sent

    def sends(self, count: int) -> None:
        """Count readings that are sent now."""
        with self._lock:
            self._sent += count

    def well(self) -> None:
        """Note that a request was answered as it should be."""
        self._backoff.reset()
        with self._lock:
            self._reachable, self._error = True, ""

    def end(self) -> None:
        """Take what fails from now on as the end, not as trouble."""
        self._ending = True

    def take(self, turn: Callable[[], Rest]) -> Rest:
        """Take a turn; where it fails in a way that is explained, return how long to wait."""
        try:
            return turn()
        except HubRejected as error:
            return self._pause(error, reachable=True)
        except HubBusy as error:
            return self._pause(error, at_least_s=error.retry_after_s)
        except HubUnavailable as error:
            return self._pause(error)
        except SmartAreaError as error:  # the log cannot be read or cannot note what was answered
            return self._pause(error, reachable=self._reachable)

    def _pause(
        self, error: SmartAreaError, *, reachable: bool | None = False, at_least_s: float = 0.0
    ) -> Rest:
        if not self._ending:
            with self._lock:
                self._reachable, self._error = reachable, str(error)
        return Rest(min(at_least_s, self._longest_s) + self._backoff.next_s())
