"""How long is waited after failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.sync.backoff import Backoff

if TYPE_CHECKING:
    from random import Random


def test_the_ceiling_doubles_up_to_the_largest(rng: Random):
    waits = []
    for _ in range(300):
        backoff = Backoff(1.0, 10.0, rng)
        waits.append([backoff.next_s() for _ in range(6)])
    highest = [max(column) for column in zip(*waits, strict=True)]
    for high, ceiling in zip(highest, [1, 2, 4, 8, 10, 10], strict=True):
        assert 0.9 * ceiling < high <= ceiling


def test_the_jitter_is_full(rng: Random):
    waits = [Backoff(1.0, 10.0, rng).next_s() for _ in range(300)]
    assert min(waits) < 0.1


def test_it_starts_anew_after_success(rng: Random):
    backoff = Backoff(1.0, 1000.0, rng)
    for _ in range(10):
        backoff.next_s()
    backoff.reset()
    assert backoff.next_s() <= 1.0


def test_years_of_failures_stay_finite(rng: Random):
    backoff = Backoff(1.0, 10.0, rng)
    assert all(backoff.next_s() <= 10.0 for _ in range(5000))
