"""Lanes: which of several writers takes a job, so that all are busy and no lane is overtaken."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from platform_hub.server.store.writer import Job


class Taking(Protocol):
    """Whatever takes jobs and runs them in their order."""

    def put(self, job: Job) -> None:
        """Queue a job."""


@dataclass(slots=True)
class _Lane:
    writer: int
    waiting: int = 0


class Lanes:
    """Gives each job to a writer: those of one lane run one after the other, in their order.

    A lane stays with its writer for as long as it has a job there; then it goes to the writer
    that has the least to do.
    """

    def __init__(self, writers: Sequence[Taking]) -> None:
        self._writers = writers
        self._busy = [0] * len(writers)
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()

    def put(self, lane: str, job: Job) -> None:
        """Queue a job of a lane."""
        with self._lock:  # also while it is queued: the order of a lane is that of these calls
            held = self._lanes.setdefault(lane, _Lane(self._busy.index(min(self._busy))))
            held.waiting += 1
            self._busy[held.writer] += 1
            self._writers[held.writer].put(job)
        job.future.add_done_callback(lambda done: self._ended(lane, done))

    def _ended(self, lane: str, _done: Future[Any]) -> None:
        with self._lock:
            held = self._lanes[lane]
            held.waiting -= 1
            self._busy[held.writer] -= 1
            if not held.waiting:
                del self._lanes[lane]
