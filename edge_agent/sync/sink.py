"""A sink: somewhere that readings go, with lanes of its own, and how it says that it fares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence


class Rest(NamedTuple):
    """How long to wait before the next turn, and what ends the wait: new readings, or an event."""

    seconds: float
    until_stored: bool = False
    until: threading.Event | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast and how patiently readings are sent; seconds and numbers of readings.

    Attributes:
        coalesce_s: least time between two requests, so that a burst travels together.
        heartbeat_s: the hub hears of this gateway at least this often.
        first_s, most_s: first and largest ceiling of the wait after a failure.
        longest_s: largest wait that the other side itself may ask for.
        limit: most readings in one request.
        attempts: after how many refusals a block is set aside.
        split: when more readings than this wait, the newest go first, in a lane of their own.
        history_s: how long one request of history should take, so that it delays no new reading.
        answer_s, whole_s: longest wait of other brokers for a part and the whole of an answer.
    """

    coalesce_s: float = 0.1
    heartbeat_s: float = 5.0
    first_s: float = 0.5
    most_s: float = 15.0
    longest_s: float = 300.0
    limit: int = 5000
    attempts: int = 5
    split: int = 5000
    history_s: float = 0.08
    answer_s: float = 10.0
    whole_s: float = 60.0


@dataclass(frozen=True, slots=True)
class SinkState:
    """How a sink fares.

    Attributes:
        name: its name in the settings and in the log.
        kind: `hub`, `ngsi-ld` or `ngsi-v2`.
        url: its address.
        reachable: whether its last request was answered; None before the first.
        error: what went wrong last, in one sentence with the remedy; empty while all is well.
        sent: readings sent since the start, repeated ones included.
        acknowledged: everything up to this sequence number has arrived.
        ahead: readings that have arrived beyond that, the newest ones first.
        backlog: readings that have not arrived yet.
        oldest_unsent_us: when the oldest of those was observed, None where there is none.
        refused: readings that it refused for good, ever.
    """

    name: str = ""
    kind: str = ""
    url: str = ""
    reachable: bool | None = None
    error: str = ""
    sent: int = 0
    acknowledged: int = 0
    ahead: int = 0
    backlog: int = 0
    oldest_unsent_us: int | None = None
    refused: int = 0


class Lane(Protocol):
    """One row of requests, one in flight at a time; `turn` is called by one thread only."""

    @property
    def name(self) -> str:
        """Return what tells it from the sink's other lanes."""

    @property
    def error(self) -> str:
        """Return what went wrong last, empty while all is well."""

    def turn(self) -> Rest:
        """Do what is next; return how long to rest then."""


class Sink(Protocol):
    """Somewhere that readings go; everything but the lanes' turns is safe from any thread."""

    @property
    def name(self) -> str:
        """Return its name in the settings and in the log."""

    @property
    def lanes(self) -> Sequence[Lane]:
        """Return its lanes; each gets a thread of its own."""

    def state(self) -> SinkState:
        """Return how it fares."""

    def empty(self) -> bool:
        """Tell whether everything has arrived."""

    def end(self) -> None:
        """Take what fails from now on as the end, not as trouble."""

    def close(self) -> None:
        """Cut what is in flight and close the connections."""
