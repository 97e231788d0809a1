"""Any history of appending, sending, restarting, filling up and damage keeps the account."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from edge_agent.store import Kind, Policy, ReadingLog, Retention
from platform_hub.wire import blocks
from tests.edge_agent.store.conftest import segment_files
from tests.edge_agent.store.test_segments import noise

_MEMORY = Path("/dev/shm")  # noqa: S108  # nothing here is about syncs


class LogMachine(RuleBasedStateMachine):
    """A sink that sends and a log under every kind of pressure; the model is a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=_MEMORY if _MEMORY.is_dir() else None))
        self.confirmed: dict[int, int] = {}  # number: instant
        self.received: dict[int, int] = {}
        self.lost: set[int] = set()
        self.instant = 0
        self.log = self._open(Policy.REFUSE, 1 << 30)
        self._take(1, None)  # what was dropped before a sink was known is no loss of that sink's

    def _open(self, policy: Policy, most: int) -> ReadingLog:
        keep = Retention(
            days=0, most_bytes=most, segment_bytes=2_000, policy=policy, least_free_bytes=0
        )
        return ReadingLog(self.folder / "log", retention=keep)

    @rule(count=st.integers(1, 300))
    def append(self, count: int) -> None:
        readings = noise(count, self.instant)
        last = self.log.append(readings).result()
        for n, reading in enumerate(readings):
            seq = last - count + 1 + n
            assert seq not in self.confirmed, "a number was used twice"
            self.confirmed[seq] = reading.observed_us
        self.instant += count

    @rule(limit=st.integers(1, 400))
    def send(self, limit: int) -> None:
        self._take(limit, None)

    @rule(back=st.integers(0, 200), limit=st.integers(1, 200))
    def send_newest_first(self, back: int, limit: int) -> None:
        place = self.log.place("hub")
        after = max(place.upto, self.log.last_seq - back)
        if any(first <= self.log.last_seq and last > after for first, last in place.beyond):
            return
        self._take(limit, after)

    def _take(self, limit: int, after: int | None) -> None:
        batch = self.log.read("hub", limit, after=after)
        for body in batch.bodies:
            block = blocks.decode(body)
            for n, reading in enumerate(block.readings):
                seq = block.first_seq + n
                assert seq not in self.received, "sent twice"
                self.received[seq] = reading.observed_us
        for gap in batch.gaps:
            self.lost.update(range(gap.first_seq, gap.last_seq + 1))
            assert gap.kind in {Kind.DAMAGED, Kind.DROPPED}
        if after is None:
            self.log.acknowledge("hub", batch.upto)
        elif batch.upto > after:
            self.log.acknowledge("hub", batch.upto, start=after + 1)

    @rule(policy=st.sampled_from(Policy), tight=st.booleans())
    def reopen(self, policy: Policy, tight: bool) -> None:
        self.log.close()
        tight = tight and policy is Policy.DROP_OLDEST
        self.log = self._open(policy, 40_000 if tight else 1 << 30)

    @rule()
    def die(self) -> None:
        """Go on with what a killed process leaves."""
        shutil.copytree(
            self.folder / "log", self.folder / "copy", ignore=shutil.ignore_patterns("ballast")
        )
        self.log.close()
        shutil.rmtree(self.folder / "log")
        (self.folder / "copy").rename(self.folder / "log")
        self.log = self._open(Policy.REFUSE, 1 << 30)

    @rule(which=st.integers(0, 30), at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
    def rot(self, which: int, at: float, bit: int) -> None:
        """Flip a bit in a closed segment while the agent is stopped."""
        self.log.close()
        if closed := segment_files(self.folder / "log")[:-1]:
            target = closed[which % len(closed)]
            data = bytearray(target.read_bytes())
            data[int(at * len(data))] ^= 1 << bit
            target.write_bytes(data)
        self.log = self._open(Policy.REFUSE, 1 << 30)

    @invariant()
    def what_arrived_is_what_was_confirmed(self) -> None:
        assert all(self.confirmed.get(seq) == us for seq, us in self.received.items())

    def teardown(self) -> None:
        while self.log.read("hub", 1000).upto > self.log.place("hub").upto:
            self._take(1000, None)
        self.log.close()
        shutil.rmtree(self.folder)
        missing = set(self.confirmed) - set(self.received)
        assert missing <= self.lost, "confirmed, but neither received nor said to be lost"


LogMachine.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
@pytest.mark.logs("")
class TestAnyHistory(LogMachine.TestCase):  # type: ignore[name-defined,misc]  # made by hypothesis
    pass
