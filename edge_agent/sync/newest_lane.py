"""The lane that keeps a broker's current state current: the newest reading per series, at once."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from area_configs.domain.errors import HubRejected
from edge_agent.sync.refusal import SETS_ASIDE
from edge_agent.sync.sink import Rest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from area_configs.domain.readings import Reading, Series
    from edge_agent.sync.fortune import Footing
    from edge_agent.sync.newest import Newest

_log = logging.getLogger(__name__)

_READ_AT_ONCE = 5000
_AGAIN_S = 300.0  # a refused entity is tried again so much later; somebody may have mended it


class State(Protocol):
    """A broker's current state, as one interface writes it."""

    def write(self, readings: Mapping[str, Sequence[Reading]]) -> Mapping[str, str]:
        """Write readings, by device; return the reason for each device that was refused."""

    def held(self, device: str) -> Mapping[Series, int]:
        """Return the instants of what the broker holds of a device."""


class NewestLane:
    """Follows the head of the log; what was superseded before it could be sent is not sent."""

    name = "newest"

    def __init__(
        self, footing: Footing, state: State, board: Newest, *, acknowledges: bool
    ) -> None:
        """Prepare the lane; one that `acknowledges` is the only lane of its sink."""
        self._log, self._sink, self._pace = footing.log, footing.sink, footing.pace
        self._clock, self._fortune = footing.clock, footing.fortune
        self._state, self._board = state, board
        self._acknowledges = acknowledges
        self._most = _READ_AT_ONCE
        self._refused: dict[str, float] = {}
        self._tries: Counter[str] = Counter()
        self._condemned: set[str] = set()
        self._after = max(self._log.place(self._sink).upto, self._log.last_seq - self._pace.split)
        self.written = self._after

    @property
    def error(self) -> str:
        """Return what went wrong last, empty while all is well."""
        return self._fortune.error

    def turn(self) -> Rest:
        """Write what is new; rest until there is more."""
        return self._fortune.take(self._turn)

    def _turn(self) -> Rest:
        self._look()
        lacking = self._due()
        if not lacking:
            self._all_written()
            return Rest(self._pace.heartbeat_s, until_stored=True)
        for device in lacking:
            if not self._board.met(device):
                self._board.meet(device, self._state.held(device))
        # Once more: the broker may hold something newer, which is then no longer lacking.
        self._write(dict(list(self._due().items())[: self._most]))
        if not self._due():
            self._all_written()
        return Rest(self._pace.coalesce_s)

    def _look(self) -> None:
        """Put up what was stored since; where that is too much, only the last of it."""
        if self._log.last_seq - self._after > self._pace.split:
            self._after = self._log.last_seq - self._pace.split
        if self._acknowledges and self._log.place(self._sink).upto < self._after - self._pace.split:
            # A dead broker must not keep the log from forgetting what it will never ask for.
            self._log.acknowledge(self._sink, self._after - self._pace.split)
        while self._after < self._log.last_seq:
            batch = self._log.read(self._sink, _READ_AT_ONCE, after=self._after)
            if batch.upto <= self._after:
                return
            self._board.offer(batch.readings)
            self._after = batch.upto

    def _due(self) -> dict[str, list[Reading]]:
        now = self._clock()
        self._refused = {device: t for device, t in self._refused.items() if t > now}
        return {d: held for d, held in self._board.lacking().items() if d not in self._refused}

    def _write(self, readings: dict[str, list[Reading]]) -> None:
        if not readings:
            return
        self._fortune.sends(sum(map(len, readings.values())))
        try:
            refused = self._state.write(readings)
        except HubRejected as error:
            if error.status not in SETS_ASIDE:
                raise
            refused = self._narrow(readings, error)
        else:
            self._most = min(_READ_AT_ONCE, self._most * 2)
            self._taken({d: held for d, held in readings.items() if d not in refused})
        for device, reason in refused.items():
            self._set_aside(device, reason)
        self._fortune.well()

    def _narrow(self, readings: Mapping[str, object], error: HubRejected) -> dict[str, str]:
        """Ask for less at once, until it is one entity that is refused."""
        self._most = max(1, len(readings) // 2)
        if len(readings) > 1:
            return {}
        (device,) = readings
        self._tries[device] += 1
        if device not in self._condemned and self._tries[device] < self._pace.attempts:
            raise error
        return {device: str(error)}

    def _set_aside(self, device: str, reason: str) -> None:
        if device not in self._condemned:
            _log.error("%s does not take the state of %s: %s", self._sink, device, reason)
        self._condemned.add(device)  # said once; from now on one refusal is enough
        self._refused[device] = self._clock() + _AGAIN_S

    def _taken(self, readings: Mapping[str, Sequence[Reading]]) -> None:
        self._board.settle(reading for held in readings.values() for reading in held)
        for device in readings:
            self._tries.pop(device, None)
            self._condemned.discard(device)

    def _all_written(self) -> None:
        self.written = self._after
        if self._acknowledges and self._log.place(self._sink).upto < self._after:
            self._log.acknowledge(self._sink, self._after)
