"""The threads that keep every sink up to date with the log: one per lane."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from area_configs.domain.errors import SmartAreaError
from edge_agent.sync.sink import Rest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge_agent.store import ReadingLog
    from edge_agent.sync.sink import Lane, Sink, SinkState

_log = logging.getLogger(__name__)

_AFTER_A_BUG = Rest(30.0)
_LOOK_S = 0.05
_TURN_S = 300.0  # far more than a request and the log take for a turn
_CUT_S = 1.0  # how long a request takes at most to notice that it was cut


class Sync:
    """Sends what is stored to every sink, at once, for as long as it runs.

    It takes the sinks over and closes them in the end; the log stays the caller's, who closes it
    afterwards. Sinks share nothing but the log: one that is slow or dead delays no other.
    """

    def __init__(
        self, log: ReadingLog, sinks: Sequence[Sink], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._log = log
        self._sinks = tuple(sinks)
        self._clock = clock
        self._threads = [_LaneThread(sink, lane, clock) for sink in sinks for lane in sink.lanes]
        self._deafen: Callable[[], None] = lambda: None

    def watch(self, promise: Callable[[str, float], None]) -> None:
        """Have every lane promise at each turn, by its name, to take the next within some seconds.

        It is called from the lanes' threads, before `start` at the earliest.
        """
        for thread in self._threads:
            thread.promise = promise

    def start(self) -> None:
        """Begin to send."""
        self._deafen = self._log.listen(self._nudge)
        for thread in self._threads:
            thread.start()

    def states(self) -> dict[str, SinkState]:
        """Return how each sink fares, by name; from any thread.

        Raises:
            LogUnavailable: the log is closed or cannot be read.
        """
        return {sink.name: sink.state() for sink in self._sinks}

    def close(self, flush_s: float) -> None:
        """Stop; try for up to `flush_s` seconds to send what waits, then cut what is in flight."""
        until = self._clock() + flush_s
        for thread in self._threads:
            thread.finish(until)
        self._deafen()
        for thread in self._threads:
            thread.wait(until - self._clock())
        for sink in self._sinks:
            sink.end()
        for thread in self._threads:
            thread.cut()
        for sink in self._sinks:
            sink.close()
        for thread in self._threads:
            thread.wait(_CUT_S)

    def _nudge(self) -> None:
        for thread in self._threads:
            thread.nudge()


class _LaneThread:
    """Takes one lane's turns, one after another."""

    def __init__(self, sink: Sink, lane: Lane, clock: Callable[[], float]) -> None:
        self._sink = sink
        self._lane = lane
        self._clock = clock
        self._stored = threading.Event()  # or: something else to do at once
        self._closing = threading.Event()
        self._cut = threading.Event()
        self._flush_until = float("inf")
        self._name = f"{sink.name}-{lane.name}"
        self.promise: Callable[[str, float], None] = lambda _lane, _within_s: None
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def nudge(self) -> None:
        self._stored.set()

    def finish(self, until: float) -> None:
        """Go on only while something waits, and not beyond `until`."""
        self._flush_until = until
        self._closing.set()
        self._stored.set()

    def cut(self) -> None:
        self._cut.set()

    def wait(self, seconds: float) -> None:
        """Wait for its end, but no longer."""
        if self._thread.ident:
            self._thread.join(max(0.0, seconds))

    def _run(self) -> None:
        error = ""
        while not self._over():
            self._stored.clear()
            self.promise(self._name, _TURN_S)
            rest = self._turn()
            self.promise(self._name, rest.seconds + _TURN_S)
            error = self._report(error)
            self._rest(rest)

    def _turn(self) -> Rest:
        try:
            return self._lane.turn()
        except Exception:  # noqa: BLE001  # one bug must not end the way to the sink
            _log.exception("the lane %s failed", self._name)
            return _AFTER_A_BUG

    def _report(self, before: str) -> str:
        error = self._lane.error
        if error and error != before:
            _log.warning("%s", error)
        elif before and not error:
            _log.info("%s takes readings again", self._sink.name)
        return error

    def _rest(self, rest: Rest) -> None:
        if self._closing.is_set():
            self._linger(min(self._clock() + rest.seconds, self._flush_until))
        elif rest.until_stored:
            self._stored.wait(rest.seconds)
        elif rest.until:
            rest.until.wait(rest.seconds)
        else:
            self._closing.wait(rest.seconds)

    def _linger(self, until: float) -> None:
        """Rest while closing, but end as soon as another lane has sent the last."""
        while self._clock() < until and not self._over() and not self._cut.wait(_LOOK_S):
            pass

    def _over(self) -> bool:
        if not self._closing.is_set():
            return False
        if self._cut.is_set() or self._clock() >= self._flush_until:
            return True
        try:
            return self._sink.empty()
        except SmartAreaError:  # the log is gone, and with it the reason to go on
            return True
