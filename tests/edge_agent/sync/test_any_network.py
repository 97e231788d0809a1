"""A state machine: whatever the network does to two lanes, every reading arrives once.

The network loses requests, loses answers, doubles, delays and reorders requests and repeats old
answers; the hub numbers what arrives by its real rule. Oracle at every step: nothing is acknowledged
that the hub lacks. In the end, once the network is well: everything is there, once, in order.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from area_configs.domain.errors import HubUnavailable
from area_configs.domain.readings import Reading
from edge_agent.store import ReadingLog
from edge_agent.sync import HubSink, Pace
from platform_hub.client import HubBusy, HubSlow
from platform_hub.server.ingest import watermarks
from platform_hub.server.store.gateways import Arrived
from platform_hub.wire import blocks
from platform_hub.wire.acknowledgements import Acknowledgement

if TYPE_CHECKING:
    from collections.abc import Iterable

FATES = (
    "well",
    "lost",
    "unanswered",
    "doubled",
    "delayed",
    "busy",
    "old_answer",
    "only_old_answer",
)
PACE = Pace(limit=7, split=12, attempts=3)


class Hub:
    """Keeps what arrives, and numbers it by the rule of the real hub."""

    def __init__(self) -> None:
        self.arrived = Arrived()
        self.history: dict[tuple[str, str, int], float | None] = {}
        self.numbers: set[int] = set()
        self.contradictions: list[Reading] = []

    def take(self, bodies: list[bytes], epoch: int, oldest: int) -> Acknowledgement:
        runs, stored, known = [], 0, 0
        for block in map(blocks.decode, bodies):
            runs.append((block.first_seq, block.last_seq))
            for seq, reading in enumerate(block.readings, block.first_seq):
                key = (*reading.series, reading.observed_us)
                if key in self.history:
                    known += 1
                    if self.history[key] != reading.value:
                        self.contradictions.append(reading)
                else:
                    stored += 1
                    self.history[key] = reading.value
                self.numbers.add(seq)
        self.arrived = watermarks.arrive(self.arrived, runs, oldest)
        return Acknowledgement(
            "gw-1", epoch, self.arrived.upto, stored, known, (), self.arrived.ahead
        )


class Network:
    """The client's side of a network with a fate for every request."""

    url = "http://hub"

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.fate = "well"
        self.late: list[tuple[list[bytes], int, int]] = []
        self.answers: list[Acknowledgement] = []

    def another(self) -> Network:
        return self

    def close(self) -> None:
        pass

    def ingest(
        self, bodies: Iterable[bytes], *, gateway: str, epoch: int, backlog: int, oldest: int = 0
    ) -> Acknowledgement:
        assert gateway == "gw-1"
        assert backlog >= 0
        request = (list(bodies), epoch, oldest)
        if self.fate == "lost":
            raise HubUnavailable("the connection broke off")
        if self.fate == "busy":
            raise HubBusy("busy", 1.0)
        if self.fate == "delayed":
            self.late.append(request)
            raise HubSlow("no answer in time")
        if self.fate == "only_old_answer" and self.answers:
            return self.answers[-1]
        if self.fate == "old_answer" and self.answers:
            self.hub.take(*request)
            return self.answers[0]
        answer = self.hub.take(*request)
        if self.fate == "unanswered":
            raise HubUnavailable("the connection broke off")
        if self.fate == "doubled":
            answer = self.hub.take(*request)
        self.answers.append(answer)
        return answer


class AnyNetwork(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.hub = Hub()
        self.now = 1000.0
        self.stored: list[Reading] = []
        self.open()

    def open(self) -> None:
        self.log = ReadingLog(self.folder / "log", gateway="gw-1")
        self.begin()

    def begin(self) -> None:
        self.network = Network(self.hub)
        chance = random.Random(1)
        self.sink = HubSink(self.log, self.network, PACE, lambda: self.now, chance)

    @rule(count=st.integers(1, 9))
    def store(self, count: int) -> None:
        begin = len(self.stored)
        new = [
            Reading(f"m{n % 2}", "active_power", n * 1000, float(n))
            for n in range(begin, begin + count)
        ]
        self.log.append(new).result()
        self.stored += new

    @rule(fate=st.sampled_from(FATES), count=st.integers(1, 3))
    def send_new(self, fate: str, count: int) -> None:
        self.turn("live", fate, count)

    @rule(fate=st.sampled_from(FATES), count=st.integers(1, 3))
    def send_history(self, fate: str, count: int) -> None:
        self.turn("backlog", fate, count)

    @rule()
    def time_passes(self) -> None:
        self.now += PACE.heartbeat_s

    @rule(chance=st.randoms(use_true_random=False))
    def late_ones_arrive(self, chance: random.Random) -> None:
        chance.shuffle(self.network.late)
        while self.network.late:
            self.hub.take(*self.network.late.pop())

    @rule()
    def the_sync_starts_anew(self) -> None:
        self.begin()

    @rule()
    def the_process_starts_anew(self) -> None:
        self.log.close()
        self.open()

    def turn(self, lane: str, fate: str, count: int = 1) -> None:
        self.network.fate = fate
        for _ in range(count):
            getattr(self.sink, lane).turn()

    @invariant()
    def nothing_is_acknowledged_that_the_hub_lacks(self) -> None:
        place = self.log.place("hub")
        runs = [(1, place.upto), *place.beyond]
        claimed = {n for first, last in runs for n in range(first, last + 1)}
        assert claimed <= self.hub.numbers

    @invariant()
    def the_hubs_watermark_never_lies(self) -> None:
        assert set(range(1, self.hub.arrived.upto + 1)) <= self.hub.numbers

    def teardown(self) -> None:
        try:
            self.everything_arrives_once_and_in_order()
        finally:
            self.log.close()
            shutil.rmtree(self.folder)

    def everything_arrives_once_and_in_order(self) -> None:
        for _ in range(200):
            if self.sink.empty():
                break
            self.time_passes()
            self.turn("live", "well")
            self.turn("backlog", "well")
        assert self.sink.empty(), self.sink.state()
        assert self.hub.contradictions == []
        assert self.hub.numbers == set(range(1, len(self.stored) + 1))
        assert self.hub.history == {(*r.series, r.observed_us): r.value for r in self.stored}


AnyNetwork.TestCase.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
test_any_network = AnyNetwork.TestCase
