"""The live stream as signals: one thread listens, reconnects with patience, and batches."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from area_configs.domain.errors import HubRejected, HubUnavailable
from platform_hub.wire import alarms, events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from area_configs.domain.readings import Reading
    from platform_hub.wire.alarms import AlarmView
    from platform_hub.wire.events import Event

BATCH_MS = 100  # models and screen change at most ten times a second
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 15.0


class Stream(Protocol):
    """A live stream of the hub; `close` from any thread ends the iteration."""

    @property
    def last_id(self) -> str:
        """Return the id from which another stream can go on."""

    def __iter__(self) -> Iterator[Event]:
        """Iterate over the events."""

    def close(self) -> None:
        """End the iteration."""


def patience_s(attempt: int) -> float:
    """Return how long to wait before another attempt: doubling, with jitter, bounded."""
    longest = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** min(attempt, 10))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311  # spreads consoles, hides nothing


class LiveFeed(QObject):
    """Listens from `start` until `close`."""

    connected = Signal()  # the hub speaks: whatever was missed can be asked for now
    lost = Signal(str)  # why; the feed goes on trying
    refused = Signal(str)  # the hub does not want us; the feed goes on trying, slowly
    arrived = Signal(list)  # readings
    alarms_spoke = Signal(list)  # AlarmView
    gateway_spoke = Signal(str, object, object)  # id, last seen (us), backlog
    _waiting = Signal()

    def __init__(
        self,
        open_stream: Callable[[str], Stream],
        wait_s: Callable[[int], float] = patience_s,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open, self._wait_s = open_stream, wait_s
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._stream: Stream | None = None
        self._held: list[Reading] = []
        self._held_alarms: list[AlarmView] = []
        self._thread = threading.Thread(target=self._run, name="hub-live")
        self._batch = QTimer(self, interval=BATCH_MS, singleShot=True)
        self._batch.timeout.connect(self._hand_over)
        self._waiting.connect(self._batch.start)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening, promptly."""
        self._ended.set()
        with self._lock:
            if self._stream:
                self._stream.close()
        self._batch.stop()
        if self._thread.ident:
            self._thread.join()

    def _run(self) -> None:
        last_id, failures = "", 0
        while not self._ended.is_set():
            stream = self._next_stream(last_id)
            failures = 0 if self._listen(stream) else failures + 1
            last_id = stream.last_id
            self._ended.wait(self._wait_s(failures))

    def _listen(self, stream: Stream) -> bool:
        """Hear a stream to its end; tell whether it ever said anything."""
        heard = False
        try:
            for event in stream:
                if not heard:
                    self.connected.emit()
                heard = True
                self._take(event)
        except HubUnavailable as error:
            self._tell(self.lost, error)
        except HubRejected as error:
            self._tell(self.refused, error)
        return heard

    def _next_stream(self, last_id: str) -> Stream:
        with self._lock:
            self._stream = self._open(last_id)
            if self._ended.is_set():
                self._stream.close()
            return self._stream

    def _tell(self, signal: SignalInstance, error: Exception) -> None:
        if not self._ended.is_set():
            signal.emit(str(error))

    def _take(self, event: Event) -> None:
        if event.kind == events.READINGS:
            self._hold(events.readings_of(event), [])
        elif event.kind == alarms.ALARM:
            self._hold([], [alarms.alarm_of(event)])
        elif event.kind == events.GATEWAY:
            state = events.gateway_of(event)
            self.gateway_spoke.emit(state.id, state.last_seen_us, state.backlog)
        elif event.kind == events.RESET:
            self.connected.emit()

    def _hold(self, readings: Sequence[Reading], told: Sequence[AlarmView]) -> None:
        with self._lock:
            first = not (self._held or self._held_alarms)
            self._held += readings
            self._held_alarms += told
        if first:
            self._waiting.emit()

    def _hand_over(self) -> None:
        with self._lock:
            readings, self._held = self._held, []
            told, self._held_alarms = self._held_alarms, []
        if readings:
            self.arrived.emit(readings)
        if told:
            self.alarms_spoke.emit(told)
