"""The lane that brings every reading into a broker's history, oldest first, one entity per call.

The standard has no batch of several entities over time, so a batch of the log becomes one request
per entity with all its attributes and instants. The log moves on when every entity has it.
"""

from __future__ import annotations

import itertools
import logging
from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import HubRejected, SmartAreaError
from edge_agent.store import Gap
from edge_agent.sync import probe
from edge_agent.sync.ngsi_ld_state import bare, has_value
from edge_agent.sync.refusal import SETS_ASIDE
from edge_agent.sync.sink import Rest
from platform_hub.client import HubSlow
from platform_hub.wire import blocks, ngsi_ld

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from area_configs.domain.readings import Reading
    from edge_agent.store import Batch
    from edge_agent.sync.broker import Broker
    from edge_agent.sync.fortune import Footing
    from edge_agent.sync.newest import Newest
    from edge_agent.sync.newest_lane import NewestLane
    from edge_agent.sync.things import Things

_log = logging.getLogger(__name__)

_TEMPORAL = "/ngsi-ld/v1/temporal/entities"
_DONE = frozenset({HTTPStatus.CREATED, HTTPStatus.NO_CONTENT})
_AT_ONCE = 1000  # readings: some brokers take a second for as many


class HistoryLane:
    """Sends what the log holds; `probes` asks before anything is sent that may be there."""

    name = "history"

    def __init__(
        self,
        footing: Footing,
        broker: Broker,
        things: Things,
        board: Newest,
        *,
        probes: bool,
        behind: NewestLane | None,
    ) -> None:
        """Prepare the lane; one that stays `behind` another never sends what that still may."""
        self._log, self._sink, self._pace = footing.log, footing.sink, footing.pace
        self._clock, self._fortune = footing.clock, footing.fortune
        self._broker, self._things, self._board = broker, things, board
        self._probes, self._behind = probes, behind
        self._limit = self._most = min(self._pace.limit, _AT_ONCE)
        # What an earlier run sent last, it may have sent without hearing the answer.
        self._doubtful_upto = self._log.read(self._sink, self._most).upto
        self._done: dict[str, int] = {}  # by device: up to which number the broker has answered
        self._gaps: list[Gap] = []
        self._tries: Counter[str] = Counter()
        self._condemned: set[str] = set()

    @property
    def error(self) -> str:
        """Return what went wrong last, empty while all is well."""
        return self._fortune.error

    def doubt(self, upto: int) -> None:
        """Take it as possible that the broker has readings up to this number already."""
        self._doubtful_upto = max(self._doubtful_upto, upto)

    def turn(self) -> Rest:
        """Send the next piece of history; rest as long as that took."""
        return self._fortune.take(self._turn)

    def _turn(self) -> Rest:
        until = self._behind.written if self._behind else None
        start = self._log.place(self._sink).upto + 1
        batch = self._log.read(self._sink, self._limit, until=until)
        if batch.upto < start:
            return Rest(self._pace.heartbeat_s, until_stored=True)
        began = self._clock()
        self._deliver(batch)
        took_s = self._clock() - began
        full = len(batch) >= self._limit
        return Rest(took_s if full else max(took_s, self._pace.coalesce_s))

    def _deliver(self, batch: Batch) -> None:
        try:
            for device, pairs in _by_device(batch).items():
                done = self._done.get(device, 0)
                left = [pair for pair in pairs if pair[0] > done]
                if left:
                    self._send(device, left, doubtful=self._in_doubt(batch))
                    self._done[device] = left[-1][0]
        except HubSlow:
            self._shrink(batch)
            raise
        except HubRejected as error:
            if error.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE or len(batch) == 1:
                raise
            self._shrink(batch)
            return
        except SmartAreaError:
            self.doubt(batch.upto)
            raise
        self._acknowledge(batch)

    def _in_doubt(self, batch: Batch) -> bool:
        always = self._behind is not None  # the other lane's writes become history as well
        return always or (self._probes and batch.first_seq <= self._doubtful_upto)

    def _send(self, device: str, pairs: Sequence[tuple[int, Reading]], *, doubtful: bool) -> None:
        """Send one entity's readings; those that it refuses for good become gaps."""
        readings = [reading for _, reading in pairs if has_value(reading)]
        thing = self._things.of(device)
        if readings and doubtful:
            readings = probe.missing(self._broker, thing.id, readings)
        if not readings:
            return
        self._fortune.sends(len(readings))
        try:
            self._broker.post(_TEMPORAL, bare(thing) | _series(readings), _DONE)
        except HubRejected as error:
            if self._bears_with(device, error):
                raise
            reason = f"{device}: {error}"
            self._gaps += [Gap(*run, reason) for run in _runs(seq for seq, _ in pairs)]
        else:
            self._tries.pop(device, None)
            self._condemned.discard(device)

    def _bears_with(self, device: str, error: HubRejected) -> bool:
        """Tell whether a refusal may pass by itself, or does not concern these readings."""
        if error.status not in SETS_ASIDE:
            return True
        if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and self._limit > 1:
            return True
        self._tries[device] += 1
        if device not in self._condemned and self._tries[device] < self._pace.attempts:
            return True
        self._condemned.add(device)
        return False

    def _shrink(self, batch: Batch) -> None:
        self.doubt(batch.upto)
        self._limit = max(1, len(batch) // 2)

    def _acknowledge(self, batch: Batch) -> None:
        self._log.acknowledge(self._sink, batch.upto, gaps=self._gaps)
        for gap in self._gaps:
            _log.error("readings %d to %d stay out of %s: %s", *gap[:2], self._sink, gap.reason)
        self._gaps.clear()
        self._board.offer(batch.readings)  # a quiet series' last value may be among them
        # After a smaller batch some of what comes next is done already.
        self._done = {device: seq for device, seq in self._done.items() if seq > batch.upto}
        self._limit = min(self._most, self._limit + max(1, self._limit // 8))
        self._fortune.well()


def _by_device(batch: Batch) -> dict[str, list[tuple[int, Reading]]]:
    found: dict[str, list[tuple[int, Reading]]] = {}
    for body in batch.bodies:
        block = blocks.decode(body)
        for seq, reading in enumerate(block.readings, block.first_seq):
            found.setdefault(reading.device, []).append((seq, reading))
    return found


def _series(readings: Iterable[Reading]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for reading in readings:
        name = ngsi_ld.attribute_name(reading.quantity)
        found.setdefault(name, []).append(ngsi_ld.property_of(reading))
    return found


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield consecutive numbers as runs of first and last."""
    for _, run in itertools.groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        held = [number for _, number in run]
        yield held[0], held[-1]
