"""One row of requests from the log to the hub: what is sent, and what an answer means.

One request is in flight at a time. A reading leaves the backlog only when the hub has said, after
its own commit, that it is stored or refused for good; whatever happens before that is sent again.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from area_configs.domain.errors import HubRejected, HubUnavailable
from edge_agent.store import Gap
from edge_agent.sync.hub_way import HUB
from edge_agent.sync.refusal import SETS_ASIDE, Refusal
from platform_hub.client import HubSlow
from platform_hub.wire.losses import Loss

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_agent.store import Batch, ReadingLog
    from edge_agent.sync.fortune import Fortune
    from edge_agent.sync.hub_way import Highest
    from edge_agent.sync.sink import Pace
    from platform_hub.client import HubClient
    from platform_hub.wire.acknowledgements import Acknowledgement

_log = logging.getLogger(__name__)

_WITHOUT_LOSSES = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}  # an older hub
_MOST_READINGS = 1 << 53  # more than any log ever has
_EARLIER = (
    "the log was put back from an earlier copy: the hub has readings up to number {}, "
    "other places have those behind the copy only as far as they were sent there"
)
_LEAST = 500  # readings: the hub's commit takes as long as some hundred of them


class HubLane:
    """Reads runs of the log, sends them and notes what the hub says; one thread uses it."""

    def __init__(
        self, log: ReadingLog, client: HubClient, pace: Pace, fortune: Fortune, sent: Highest
    ) -> None:
        self._log = log
        self._client = client
        self._pace = pace
        self._fortune = fortune
        self._sent = sent
        self._refusal = Refusal()
        self._doubted: int | None = None  # what the last answer told of, though it was never sent
        self.limit = pace.limit

    @property
    def reached(self) -> int:
        """Return up to where everything is acknowledged."""
        return self._log.place(HUB).upto

    def read(self, *, after: int | None = None, until: int | None = None) -> Batch:
        """Return what is next behind `after`, or behind what is acknowledged, up to `until`."""
        batch = self._log.read(HUB, self.limit, after=after, until=until)
        return batch.head() if self._refusal.concerns(batch) else batch

    def skip(self, batch: Batch, start: int) -> None:
        """Acknowledge a run of which nothing can be read any more."""
        self._log.acknowledge(HUB, batch.upto, start=start)

    def deliver(self, batch: Batch, start: int, oldest: int) -> bool:
        """Send a batch that begins the run at `start`; tell whether it is done with.

        `oldest` is the lowest sequence number that may still come, by any lane.

        Raises:
            HubUnavailable, HubRejected: the hub did not take it.
            LogUnavailable: what it answered could not be noted.
        """
        try:
            answer = self._send(batch, oldest)
        except HubSlow:
            self._shrink(batch)
            raise
        except HubRejected as error:
            return self._refused(batch, start, oldest, error)
        self._apply(batch, start, answer)
        # Grows slowly: where a proxy bounds the size, most requests stay under the bound.
        self.limit = min(self._pace.limit, self.limit + max(1, self.limit // 8))
        return True

    def report(self) -> None:
        """Report the losses that the hub does not know of; a hub that takes none is left alone."""
        found = self._log.losses(HUB)
        if not found:
            return
        told = [Loss(*one) for one in found]
        try:
            upto = self._client.report(self._log.gateway, self._log.epoch, told)
        except HubRejected as error:
            if error.status not in _WITHOUT_LOSSES:
                raise
            return
        self._log.reported(HUB, min(upto, told[-1].number))

    def aim(self, took_s: float, wanted_s: float) -> None:
        """Shrink the requests where one took longer than is wanted."""
        if took_s > wanted_s:
            share = max(0.5, wanted_s / took_s)
            self.limit = max(min(_LEAST, self.limit), int(self.limit * share))

    def _send(self, batch: Batch, oldest: int) -> Acknowledgement:
        self._sent.raise_to(batch.upto)
        self._fortune.sends(len(batch))
        waiting = self._log.last_seq - self._log.place(HUB).count - len(batch)
        return self._client.ingest(
            batch.bodies,
            gateway=batch.gateway,
            epoch=batch.epoch,
            backlog=max(0, waiting),
            oldest=oldest,  # what is missing before it, damaged or set aside, never comes
        )

    def _apply(self, batch: Batch, start: int, answer: Acknowledgement) -> None:
        self._check(answer)
        self._behind_an_earlier_life(answer)
        if batch and not _covers(answer, batch):
            raise HubUnavailable(
                f"{self._client.url} took readings {batch.first_seq} to {batch.upto} "
                f"but acknowledges only {answer.upto}: look into the hub's log"
            )
        gaps = [Gap(r.first_seq, r.first_seq + r.count - 1, r.reason) for r in answer.refused]
        # Only what was sent now, whatever the hub's watermark: where a disk has lost the last
        # commits, the hub knows numbers that new readings have been given since.
        if batch:
            self._acknowledge(batch.upto, start, gaps)
        self._done(batch.upto)

    def _check(self, answer: Acknowledgement) -> None:
        """Refuse an acknowledgement that cannot be one of this log."""
        mine = (self._log.gateway, self._log.epoch)
        if (answer.gateway, answer.epoch) != mine:
            raise HubUnavailable(
                f"{self._client.url} acknowledged readings of gateway '{answer.gateway}', epoch "
                f"{answer.epoch}, not of '{mine[0]}', epoch {mine[1]}: nothing is counted as sent"
            )

    def _behind_an_earlier_life(self, answer: Acknowledgement) -> None:
        """Go on behind what the hub knows of this log and the log does not: it is an earlier copy.

        One such answer may be a mistake: only where the next one says the same is it believed.
        What waits is sent all the same, and is stored: the hub knows a reading by its device,
        quantity and instant, not by its number. New readings get numbers that none has had.
        """
        known = self._sent.value
        if answer.upto <= known:
            self._doubted = None
            return
        if answer.upto != self._doubted or answer.upto > _MOST_READINGS:
            self._doubted = answer.upto
            raise HubUnavailable(
                f"{self._client.url} acknowledged reading {answer.upto}, but only {known} were "
                "ever sent: nothing is counted as sent until it says so again"
            )
        _log.warning(
            "%s has readings up to %d of this log, which has sent %d: it was put back from an "
            "earlier copy and goes on behind them; nothing that is stored is left out",
            *(self._client.url, answer.upto, known),
        )
        self._log.pass_over(answer.upto, _EARLIER.format(answer.upto))
        self._sent.raise_to(answer.upto)

    def _refused(self, batch: Batch, start: int, oldest: int, error: HubRejected) -> bool:
        """Narrow a refusal down to one block, and set that aside when it is refused for good."""
        if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and len(batch) > 1:
            self._shrink(batch)
            return False
        if not batch or error.status not in SETS_ASIDE:
            raise error
        if self._refusal.count(batch) < self._pace.attempts:
            raise error
        if not error.code:
            self._say_nothing(batch, oldest)
        self._acknowledge(batch.upto, start, [Gap(batch.first_seq, batch.upto, str(error))])
        self._done(batch.upto)
        return True

    def _say_nothing(self, batch: Batch, oldest: int) -> None:
        """Send no reading at all: what refuses that too minds the way, not these readings.

        The hub names the kind of each of its refusals; a proxy on the way to it does not.

        Raises:
            HubUnavailable, HubRejected: that did not get through either.
        """
        self._client.ingest(
            (), gateway=batch.gateway, epoch=batch.epoch, backlog=len(batch), oldest=oldest
        )

    def _acknowledge(self, upto: int, start: int, gaps: Sequence[Gap]) -> None:
        self._log.acknowledge(HUB, upto, start=start, gaps=gaps)
        for gap in gaps:
            _log.error("readings %d to %d stay out of the hub: %s", *gap[:3])

    def _done(self, upto: int) -> None:
        self._refusal.forget(upto)
        self._fortune.well()

    def _shrink(self, batch: Batch) -> None:
        self.limit = max(1, len(batch) // 2)


def _covers(answer: Acknowledgement, batch: Batch) -> bool:
    """Tell whether the hub has every reading of the batch, below its watermark or beyond."""
    if answer.upto >= batch.upto:
        return True
    if answer.ahead is None:  # an older hub: it only counts, which an old answer may do as well
        return _has_all(answer, batch)
    held = ((0, answer.upto), *answer.ahead)
    return all(any(b <= first and last <= e for b, e in held) for first, last in batch.spans)


def _has_all(answer: Acknowledgement, batch: Batch) -> bool:
    """Tell whether the hub has taken as many readings as were sent."""
    return answer.stored + answer.known + sum(r.count for r in answer.refused) == len(batch)
