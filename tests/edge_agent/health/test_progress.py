"""Progress: a promise that is not kept in time is overdue, whatever the wall clock says."""

from __future__ import annotations

from edge_agent.health.progress import Progress


def test_a_kept_promise_is_not_overdue(clock):
    progress = Progress(clock)
    progress.promise("log", 120)
    clock.seconds += 119
    assert progress.overdue() == []
    progress.promise("log", 120)
    clock.seconds += 119
    assert progress.overdue() == []


def test_a_broken_promise_names_its_part(clock):
    progress = Progress(clock)
    progress.promise("log", 120)
    progress.promise("link bus", float("inf"))
    clock.seconds += 121
    assert progress.overdue() == ["log"]
    assert progress.ages_s() == {"log": 121.0, "link bus": 121.0}
    progress.forget("log")
    assert progress.overdue() == []


def test_a_jump_of_the_wall_clock_means_nothing(clock):
    progress = Progress(clock)
    progress.promise("log", 120)
    clock.wall_us += 365 * 86_400_000_000
    assert progress.overdue() == []
