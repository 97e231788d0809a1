"""kill -9 at random instants: one process after the other stores into the same folder and is shot."""

from __future__ import annotations

import pytest

from tests.faults import numbered
from tests.faults.victims import victims

LIVES_AT_MOST_S = 0.12  # on an idle machine; opening takes a part of it
LONGER, SHORTER = 1.1, 0.95  # so that about a third dies before it has stored anything


@pytest.mark.slow
@pytest.mark.parametrize(
    "rounds",
    [30, pytest.param(1000, marks=[pytest.mark.soak, pytest.mark.timeout(0)])],
)
def test_no_kill_loses_what_was_promised(tmp_path, rng, note, rounds):
    folder = tmp_path / "log"
    promised: set[int] = set()
    killed_early, lives_s = 0, LIVES_AT_MOST_S
    with victims(folder, "--batches", "1000", "--size", "20", "--producers", "3") as shots:
        for round_ in range(rounds):
            spans = shots.live(round_ * 100_000, rng.uniform(0.0, lives_s))
            new = {n for first, last in spans for n in range(first, last + 1)}
            promised |= new
            killed_early += not new
            lives_s = max(LIVES_AT_MOST_S, lives_s * (SHORTER if new else LONGER))
            with numbered.opened(folder) as log:
                batch = log.read("round", 1 << 40)
                found = {numbered.number_of(each) for each in batch.readings}
                assert not new - found, f"round {round_}"
                log.acknowledge("round", batch.upto)
    with numbered.opened(folder) as log:
        verdict = numbered.judge(promised, numbered.stored(log))
        assert numbered.still_takes(log)
    note(kills=rounds, before_the_first_promise=killed_early, **vars(verdict))
    assert verdict.sound, verdict
    assert verdict.acknowledged > 0
    assert killed_early < rounds
