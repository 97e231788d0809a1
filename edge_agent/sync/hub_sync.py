"""The thread that keeps the hub up to date with the log."""

from __future__ import annotations

import logging
import random
import threading
import time
from typing import TYPE_CHECKING

from area_configs.domain.errors import SmartAreaError
from edge_agent.sync.hub_lane import HubLane, Pace, Rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.store import ReadingLog
    from edge_agent.sync.hub_lane import SyncState
    from platform_hub.client import HubClient

_log = logging.getLogger(__name__)

_AFTER_A_BUG = Rest(30.0)
_CUT_S = 1.0  # how long a request takes at most to notice that it was cut


class HubSync:
    """Sends what is stored, at once, for as long as it runs.

    It takes the client over and closes it in the end; the log stays the caller's, who closes it
    afterwards.
    """

    def __init__(
        self,
        log: ReadingLog,
        client: HubClient,
        *,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        self._log = log
        self._client = client
        self._clock = clock
        self._lane = HubLane(log, client, pace or Pace(), clock, rng or random.SystemRandom())
        self._stored = threading.Event()  # or: something else to do at once
        self._closing = threading.Event()
        self._cut = threading.Event()
        self._flush_until = float("inf")
        self._deafen: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="hub-sync", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._deafen = self._log.listen(self._stored.set)
        self._thread.start()

    def state(self) -> SyncState:
        """Return how the sync fares; from any thread.

        Raises:
            LogUnavailable: the log is closed or cannot be read.
        """
        return self._lane.state()

    def close(self, flush_s: float) -> None:
        """Stop; try for up to `flush_s` seconds to send what waits, then cut what is in flight."""
        self._flush_until = self._clock() + flush_s
        self._closing.set()
        self._stored.set()
        self._deafen()
        if self._thread.ident:
            self._thread.join(flush_s)
        self._lane.end()
        self._cut.set()
        self._client.close()
        if self._thread.ident:
            self._thread.join(_CUT_S)

    def _run(self) -> None:
        error = ""
        while not self._over():
            self._stored.clear()
            rest = self._turn()
            error = self._report(error)
            self._rest(rest)

    def _turn(self) -> Rest:
        try:
            return self._lane.turn()
        except Exception:  # noqa: BLE001  # one bug must not end the way to the hub
            _log.exception("the sync with the hub failed")
            return _AFTER_A_BUG

    def _report(self, before: str) -> str:
        error = self._lane.error
        if error and error != before:
            _log.warning("%s", error)
        elif before and not error:
            _log.info("the hub takes readings again")
        return error

    def _rest(self, rest: Rest) -> None:
        if self._closing.is_set():
            self._cut.wait(min(rest.seconds, max(0.0, self._flush_until - self._clock())))
        elif rest.until_stored:
            self._stored.wait(rest.seconds)
        else:
            self._closing.wait(rest.seconds)

    def _over(self) -> bool:
        if not self._closing.is_set():
            return False
        try:
            return self._clock() >= self._flush_until or self._lane.empty()
        except SmartAreaError:  # the log is gone, and with it the reason to go on
            return True
