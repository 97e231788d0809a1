"""The hub as a sink: a live lane for what is new, a backlog lane for what it missed.

While little waits there is one row: the live lane sends everything in order. When more waits than
`Pace.split`, as after an outage, the way splits at the head of the log: the live lane goes on from
there, so that now is seen at once, and the backlog lane drains what lies behind, paced so that it
delays nothing new. The log keeps what is acknowledged beyond the gap, so a restart sends none of it
twice. Once the backlog has reached the split, there is one row again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.sync.fortune import Fortune
from edge_agent.sync.hub_lane import HubLane
from edge_agent.sync.hub_way import HUB, Way
from edge_agent.sync.sink import Pace, Rest, SinkState

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from edge_agent.store import ReadingLog
    from platform_hub.client import HubClient

_UNTIL_REACHABLE = Rest(0.5)


class HubSink:
    """One hub; it takes the client over and closes it in the end."""

    kind = "hub"

    def __init__(
        self,
        log: ReadingLog,
        client: HubClient,
        pace: Pace,
        clock: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self.name = HUB
        self._log = log
        self._clients = (client, client.another())  # one request in flight per client
        self._way = Way(log, pace.split)
        fortunes = (Fortune(pace, rng), Fortune(pace, rng))
        lanes = [
            HubLane(log, one, pace, fortune, self._way.sent)
            for one, fortune in zip(self._clients, fortunes, strict=True)
        ]
        self.live = _Live(lanes[0], fortunes[0], self._way, (pace, clock), log)
        self.backlog = _Backlog(lanes[1], fortunes[1], self._way, (pace, clock), fortunes[0])
        self._fortunes = fortunes

    @property
    def lanes(self) -> tuple[_Live, _Backlog]:
        """Return the lane for what is new and the one for history."""
        return self.live, self.backlog

    def state(self) -> SinkState:
        """Return how it fares.

        Raises:
            LogUnavailable: the log is closed or cannot be read.
        """
        stats = self._log.stats().of(HUB)
        place = self._log.place(HUB)
        live, backlog = self._fortunes
        return SinkState(
            name=self.name,
            kind=self.kind,
            url=self._clients[0].url,
            reachable=live.reachable,
            error=live.error or backlog.error,
            sent=live.sent + backlog.sent,
            acknowledged=place.upto,
            ahead=place.count - place.upto,
            backlog=self._log.last_seq - place.count,
            oldest_unsent_us=stats.oldest_unsent_us,
            refused=stats.refused,
        )

    def empty(self) -> bool:
        """Tell whether the hub has acknowledged everything."""
        return self._log.place(HUB).upto >= self._log.last_seq

    def end(self) -> None:
        """Take what fails from now on as the end, not as trouble."""
        for fortune in self._fortunes:
            fortune.end()

    def close(self) -> None:
        """Cut what is in flight and close the connections."""
        for client in self._clients:
            client.close()


class _Live:
    """Sends what is new at once, and a sign of life when nothing is."""

    name = "live"

    def __init__(
        self,
        lane: HubLane,
        fortune: Fortune,
        way: Way,
        timing: tuple[Pace, Callable[[], float]],
        log: ReadingLog,
    ) -> None:
        self._lane, self._fortune, self._way, self._log = lane, fortune, way, log
        self._pace, self._clock = timing
        self._spoke = float("-inf")
        self._looked = float("-inf")

    @property
    def error(self) -> str:
        """Return what went wrong last, empty while all is well."""
        return self._fortune.error

    def turn(self) -> Rest:
        """Send what is next, or a sign of life when one is due."""
        return self._fortune.take(self._turn)

    def _turn(self) -> Rest:
        after = self._way.live_after()
        batch = self._lane.read(after=after)
        if not batch and batch.gaps:
            self._lane.skip(batch, after + 1)
            return Rest(0.0)
        quiet_s = self._spoke + self._pace.heartbeat_s - self._clock()
        if not batch and quiet_s > 0:
            return Rest(quiet_s, until_stored=True)
        lowest = self._log.place(HUB).upto
        # What lies between the acknowledged and this batch may still come, by the other lane.
        oldest = batch.first_seq if after <= lowest else lowest + 1
        done = self._lane.deliver(batch, after + 1, oldest)
        self._way.live_done_at = self._clock()
        self._way.live_done.set()
        if done:
            self._way.live_reached(batch.upto)
            self._spoke = self._clock()
            self._tell_losses()
        return Rest(0.0 if len(batch) >= self._lane.limit else self._pace.coalesce_s)

    def _tell_losses(self) -> None:
        """Tell the hub what this gateway has lost, where that is not told yet."""
        if self._clock() < self._looked + self._pace.heartbeat_s:
            return
        self._looked = self._clock()
        self._lane.report()


class _Backlog:
    """Sends history while there is some, no faster than leaves the hub free for what is new."""

    name = "backlog"

    def __init__(
        self,
        lane: HubLane,
        fortune: Fortune,
        way: Way,
        timing: tuple[Pace, Callable[[], float]],
        live: Fortune,
    ) -> None:
        self._lane, self._fortune, self._way, self._live = lane, fortune, way, live
        self._pace, self._clock = timing

    @property
    def error(self) -> str:
        """Return what went wrong last, empty while all is well."""
        return self._fortune.error

    def turn(self) -> Rest:
        """Send a piece of history; rest as long as that took."""
        return self._fortune.take(self._turn)

    def _turn(self) -> Rest:
        if not self._way.parted:
            return Rest(self._pace.heartbeat_s, until_stored=True)
        if not self._live.reachable:
            return _UNTIL_REACHABLE  # one lane that knocks at a closed door is enough
        batch = self._lane.read(until=self._way.split)
        start = self._lane.reached + 1
        if batch.upto < start:  # what lies there waits for the clock
            return Rest(self._pace.heartbeat_s, until_stored=True)
        if not batch:
            self._lane.skip(batch, start)
            return Rest(0.0)
        self._way.live_done.clear()
        began = self._clock()
        self._lane.deliver(batch, start, batch.first_seq)
        took_s = self._clock() - began
        self._lane.aim(took_s, self._pace.history_s)
        return self._rest(took_s)

    def _rest(self, took_s: float) -> Rest:
        """Rest until the live lane has sent something and rests itself; as long as that is likely."""
        coalesce_s = self._pace.coalesce_s
        if self._clock() - self._way.live_done_at <= 2 * coalesce_s:
            took_s = max(took_s, 1.5 * coalesce_s)
        return Rest(took_s, until=self._way.live_done)
