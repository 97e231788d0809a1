"""Tickets for readings on their way to the disk: those that go together are told together."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from area_configs.domain.readings import Reading
    from edge_agent.store.stamping import Taken
    from platform_hub.wire.blocks import Run

    Outcome = int | Exception  # the number of a ticket's last reading, or why it has none


BLOCK_READINGS = 2000
_READING_BYTES = 160  # a Reading of CPython with its float and int; names are shared
_TICKET_BYTES = 240  # a ticket with its place in a batch


class Batch:
    """Readings that queued up together and are committed together.

    It grows under the writer's lock; once the writer has taken it, it is the writer's alone.
    Threads that wait for it are let through one after the other, each by the one before: all at
    once they would only wait for one another, at the interpreter's lock.

    Attributes:
        readings: in the order in which they came; none any more once the tickets are told.
        stamps: what dated them, in runs.
        held: whether they wait for the clock.
        settled: whether the tickets are told.
    """

    __slots__ = (
        *("readings", "stamps", "held", "settled"),
        *("_ends", "_first", "_each", "_guard", "_gates", "_followers"),
    )

    def __init__(self, *, held: bool) -> None:
        self.readings: list[Reading] = []
        self.stamps: list[Run] = []
        self.held = held
        self.settled = False
        self._ends: list[int] = []  # for each ticket, how many readings there are up to its last
        self._first = 0
        self._each: dict[int, Outcome] = {}
        self._guard = threading.Lock()  # over the gates and the followers
        self._gates = deque[threading.Lock]()
        self._followers: list[Callable[[], object]] = []

    @property
    def waiting(self) -> int:
        """Return how many threads wait for its tickets."""
        return len(self._gates)

    @property
    def size(self) -> int:
        """Return how much memory it takes in the queue, roughly, in bytes."""
        return size_of(len(self._ends), len(self.readings))

    def suits(self, taken: Taken) -> bool:
        """Tell whether more readings fit into the same block."""
        fits = len(self.readings) + len(taken.readings) <= BLOCK_READINGS
        return fits and taken.held is self.held

    def add(self, taken: Taken) -> Ticket:
        """Take more readings in; return the ticket for them."""
        readings, added, _ = taken
        self.readings += readings
        stamps = self.stamps
        for count, stamp in added:
            if stamps and stamps[-1][1] is stamp:
                stamps[-1] = (stamps[-1][0] + count, stamp)
            else:
                stamps.append((count, stamp))
        ends = self._ends
        ends.append(len(self.readings))
        return Ticket(self, len(ends) - 1)

    def parts(self) -> Iterator[tuple[int, int]]:
        """Yield for each ticket from where to where its readings are."""
        return zip((0, *self._ends), self._ends, strict=False)

    def confirm(self, first: int) -> None:
        """Tell every ticket that its readings are on the disk, numbered from `first` on."""
        self._first = first
        self._settle()

    def refuse(self, error: Exception) -> None:
        """Tell every ticket that its readings are not on the disk."""
        self.tell_each([error] * len(self._ends))

    def tell_each(self, outcomes: list[Outcome]) -> None:
        """Tell the tickets, in the order in which they were given, how it went for each."""
        self._each = dict(enumerate(outcomes))
        self._settle()

    def outcome(self, place: int) -> Outcome:
        """Return what a ticket was told; only where they are told."""
        return self._each[place] if self._each else self._first + self._ends[place] - 1

    def gate(self) -> threading.Lock:
        """Return a lock for one thread to wait at until the tickets are told; it then leaves it."""
        gate = threading.Lock()  # who waits at a condition has to get its lock again afterwards
        with self._guard:
            if not self.settled:
                gate.acquire()
                self._gates.append(gate)
        return gate

    def follow(self, call: Callable[[], object]) -> None:
        """Call once the tickets are told: from the writer thread, or at once where they are."""
        with self._guard:
            if not self.settled:
                self._followers.append(call)
                return
        call()

    def leave(self, gate: threading.Lock) -> None:
        """Wait at a gate no more: the next thread is let through by the one that was."""
        try:
            self._gates.remove(gate)  # it waited in vain
        except ValueError:
            self.let_through()

    def let_through(self) -> bool:
        """Let the next thread through that waits, where the tickets are told; False if none does."""
        try:
            self._gates.popleft().release()  # one call of the deque: nobody else gets the same
        except IndexError:
            return False
        return True

    def _settle(self) -> None:
        self.readings, self.stamps = [], []  # a ticket may be kept for long
        with self._guard:
            self.settled = True
            followers, self._followers = self._followers, []
        self.let_through()
        for call in followers:
            call()


class Ticket:
    """The promise that some readings will be on the disk; safe from any thread."""

    __slots__ = ("_batch", "_place")

    def __init__(self, batch: Batch, place: int) -> None:
        self._batch = batch
        self._place = place

    def done(self) -> bool:
        """Tell whether it is known how it went."""
        return self._batch.settled

    def result(self, timeout: float | None = None) -> int:
        """Wait until the readings are on the disk; return the sequence number of the last one.

        Raises:
            LogUnavailable: none of them is stored.
            TypeError, ValueError, OverflowError: ditto; one of them holds what nobody can store.
            TimeoutError: nobody knows yet.
        """
        outcome = self._outcome(timeout)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def exception(self, timeout: float | None = None) -> Exception | None:
        """Wait as `result` does; return why the readings are not stored, None where they are."""
        outcome = self._outcome(timeout)
        return outcome if isinstance(outcome, Exception) else None

    def follow(self, call: Callable[[], object]) -> None:
        """Call once it is known how it went; from the writer thread, so it must return at once."""
        self._batch.follow(call)

    def _outcome(self, timeout: float | None) -> Outcome:
        if not self._batch.settled:
            self._wait(timeout)
        return self._batch.outcome(self._place)

    def _wait(self, timeout: float | None) -> None:
        gate = self._batch.gate()
        try:
            is_told = gate.acquire(timeout=-1 if timeout is None else max(0.0, timeout))
        finally:
            self._batch.leave(gate)
        if not is_told:
            raise TimeoutError(f"{timeout} s were not enough to store the readings")


def size_of(tickets: int, readings: int) -> int:
    """Return how much memory tickets and readings take in the queue, roughly, in bytes."""
    return _TICKET_BYTES * tickets + _READING_BYTES * readings


def refused(taken: Taken, error: Exception) -> Ticket:
    """Return the ticket for readings that nobody takes."""
    batch = Batch(held=False)
    ticket = batch.add(taken)
    batch.refuse(error)
    return ticket
