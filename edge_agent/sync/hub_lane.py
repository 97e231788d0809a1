"""One lane from the log to the hub: what is sent next, what an answer means, how long to rest.

One request is in flight at a time. A reading leaves the backlog only when the hub has said, after
its own commit, that it is stored or refused for good; whatever happens before that is sent again.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from area_configs.domain.errors import HubRejected, HubUnavailable, SmartAreaError
from edge_agent.store import Gap
from edge_agent.sync.backoff import Backoff
from platform_hub.client import HubBusy, HubSlow

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from edge_agent.store import Batch, ReadingLog
    from platform_hub.client import HubClient
    from platform_hub.wire.acknowledgements import Acknowledgement

_log = logging.getLogger(__name__)

SINK = "hub"

# Refusals that say something of these very readings; every other one (key, address, role) concerns
# all of them alike, so setting readings aside would not help.
_ABOUT_THE_READINGS = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast and how patiently readings are sent; seconds and numbers of readings.

    Attributes:
        coalesce_s: least time between two requests, so that a burst travels together.
        heartbeat_s: the hub hears of this gateway at least this often.
        first_s, most_s: first and largest ceiling of the wait after a failure.
        longest_s: largest wait that the hub itself may ask for.
        limit: most readings in one request.
        attempts: after how many refusals a block is set aside.
    """

    coalesce_s: float = 0.1
    heartbeat_s: float = 5.0
    first_s: float = 0.5
    most_s: float = 15.0
    longest_s: float = 300.0
    limit: int = 5000
    attempts: int = 5


class Rest(NamedTuple):
    """How long to wait before the next turn, and whether new readings end the wait."""

    seconds: float
    until_stored: bool = False


@dataclass(frozen=True, slots=True)
class SyncState:
    """How the lane fares.

    Attributes:
        reachable: whether the last request was answered by the hub; None before the first.
        error: what went wrong last, in one sentence with the remedy; empty while all is well.
        sent: readings sent since the start, repeated ones included.
        acknowledged: highest sequence number that the hub has acknowledged.
        backlog: readings that it has not acknowledged yet.
        refused: readings that it refused for good, ever.
    """

    reachable: bool | None = None
    error: str = ""
    sent: int = 0
    acknowledged: int = 0
    backlog: int = 0
    refused: int = 0


class HubLane:
    """Takes one turn after another; `turn` is called by one thread, `state` by any."""

    def __init__(
        self,
        log: ReadingLog,
        client: HubClient,
        pace: Pace,
        clock: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self._log = log
        self._client = client
        self._pace = pace
        self._clock = clock
        self._backoff = Backoff(pace.first_s, pace.most_s, rng)
        self._limit = pace.limit
        self._spoke = float("-inf")
        self._refusal = _Refusal()
        # The hub may rightly acknowledge what an earlier run sent without hearing the answer.
        self._sent_upto = log.last_seq
        self._lock = threading.Lock()
        self._state = SyncState()
        self._ending = False

    def state(self) -> SyncState:
        """Return how the lane fares, with the log's own counts."""
        place = self._log.stats().of(SINK)
        with self._lock:
            return replace(
                self._state,
                acknowledged=place.acknowledged,
                backlog=place.backlog,
                refused=place.refused,
            )

    @property
    def error(self) -> str:
        """Return what went wrong last, empty while all is well."""
        return self._state.error

    def empty(self) -> bool:
        """Tell whether the hub has acknowledged everything."""
        return self._log.stats().of(SINK).backlog == 0

    def end(self) -> None:
        """Take what fails from now on as the end, not as trouble."""
        self._ending = True

    def turn(self) -> Rest:
        """Send what is next, or a sign of life when one is due; return how long to rest then."""
        try:
            return self._turn()
        except HubRejected as error:
            return self._pause(error, reachable=True)
        except HubBusy as error:
            return self._pause(error, at_least_s=error.retry_after_s)
        except HubUnavailable as error:
            return self._pause(error)
        except SmartAreaError as error:  # the log cannot be read or cannot note what was answered
            return self._pause(error, reachable=self._state.reachable)

    def _turn(self) -> Rest:
        batch = self._next()
        if not batch and batch.damaged:
            self._log.acknowledge(SINK, batch.upto)
            return Rest(0.0)
        quiet_s = self._spoke + self._pace.heartbeat_s - self._clock()
        if not batch and quiet_s > 0:
            return Rest(quiet_s, until_stored=True)
        self._deliver(batch)
        return Rest(0.0 if len(batch) >= self._limit else self._pace.coalesce_s)

    def _next(self) -> Batch:
        batch = self._log.read(SINK, self._limit)
        return batch.head() if self._refusal.concerns(batch) else batch

    def _deliver(self, batch: Batch) -> None:
        try:
            answer = self._send(batch)
        except HubSlow:
            self._shrink(batch)
            raise
        except HubRejected as error:
            self._refused(batch, error)
            return
        self._apply(batch, answer)
        # Grows slowly: where a proxy bounds the size, most requests stay under the bound.
        self._limit = min(self._pace.limit, self._limit + max(1, self._limit // 8))

    def _send(self, batch: Batch) -> Acknowledgement:
        self._sent_upto = max(self._sent_upto, batch.upto)
        backlog = self._log.last_seq - batch.upto
        with self._lock:
            self._state = replace(self._state, sent=self._state.sent + len(batch))
        return self._client.ingest(
            batch.bodies,
            gateway=batch.gateway,
            epoch=batch.epoch,
            backlog=backlog,
            oldest=batch.first_seq,  # what is missing before it, damaged or set aside, never comes
        )

    def _apply(self, batch: Batch, answer: Acknowledgement) -> None:
        self._check(answer)
        gaps = [Gap(r.first_seq, r.first_seq + r.count - 1, r.reason) for r in answer.refused]
        upto = max(answer.upto, batch.upto if _has_all(answer, batch) else 0)
        if batch and upto < batch.first_seq:
            raise HubUnavailable(
                f"{self._client.url} took readings {batch.first_seq} to {batch.upto} "
                f"but acknowledges only {answer.upto}: look into the hub's log"
            )
        self._acknowledge(upto, gaps)

    def _check(self, answer: Acknowledgement) -> None:
        """Refuse an acknowledgement that cannot be one of this log."""
        mine = (self._log.gateway, self._log.epoch)
        if (answer.gateway, answer.epoch) != mine:
            raise HubUnavailable(
                f"{self._client.url} acknowledged readings of gateway '{answer.gateway}', epoch "
                f"{answer.epoch}, not of '{mine[0]}', epoch {mine[1]}: nothing is counted as sent"
            )
        if answer.upto > self._sent_upto:
            raise HubUnavailable(
                f"{self._client.url} acknowledged reading {answer.upto}, but only "
                f"{self._sent_upto} were ever sent: was this log restored from a copy? "
                "Start a new log for this gateway"
            )

    def _refused(self, batch: Batch, error: HubRejected) -> None:
        """Narrow a refusal down to one block, and set that aside when it is refused for good."""
        if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and len(batch) > 1:
            self._shrink(batch)
            return
        if not batch or error.status not in _SETS_ASIDE:
            raise error
        if self._refusal.count(batch) < self._pace.attempts:
            raise error
        self._acknowledge(batch.upto, [Gap(batch.first_seq, batch.upto, str(error))])

    def _acknowledge(self, upto: int, gaps: Sequence[Gap]) -> None:
        self._log.acknowledge(SINK, upto, gaps=gaps)
        for gap in gaps:
            _log.error("readings %d to %d stay out of the hub: %s", *gap[:3])
        self._refusal.forget(upto)
        self._well()

    def _shrink(self, batch: Batch) -> None:
        self._limit = max(1, len(batch) // 2)

    def _well(self) -> None:
        self._spoke = self._clock()
        self._backoff.reset()
        with self._lock:
            self._state = replace(self._state, reachable=True, error="")

    def _pause(
        self, error: SmartAreaError, *, reachable: bool | None = False, at_least_s: float = 0.0
    ) -> Rest:
        if not self._ending:
            with self._lock:
                self._state = replace(self._state, reachable=reachable, error=str(error))
        asked_s = min(at_least_s, self._pace.longest_s)
        return Rest(asked_s + self._backoff.next_s())


_SETS_ASIDE = _ABOUT_THE_READINGS | {HTTPStatus.REQUEST_ENTITY_TOO_LARGE}


class _Refusal:
    """How often the hub has refused the same readings."""

    def __init__(self) -> None:
        self._upto = 0
        self._alone = 0

    def concerns(self, batch: Batch) -> bool:
        """Tell whether the batch begins among readings that were refused together."""
        return bool(batch.bodies) and batch.first_seq <= self._upto

    def count(self, batch: Batch) -> int:
        """Count a refusal; return how often its first block was refused alone."""
        self._upto = max(self._upto, batch.upto)
        self._alone = self._alone + 1 if len(batch.bodies) == 1 else 0
        return self._alone

    def forget(self, upto: int) -> None:
        """Forget what is acknowledged."""
        self._alone = 0
        if upto >= self._upto:
            self._upto = 0


def _has_all(answer: Acknowledgement, batch: Batch) -> bool:
    """Tell whether the hub has every reading of the batch.

    Behind a damaged block its watermark, which knows no gaps, stays below.
    """
    return answer.stored + answer.known + sum(r.count for r in answer.refused) == len(batch)
