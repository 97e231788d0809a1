"""The footprint of a process, and what is done about a leak: links first, then the process."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from edge_agent.health.footprint import Bounds, Footprint, LeakGuard, bounds, footprint

WELL = Footprint(open_files=40, threads=12, resident_bytes=80 << 20)


def test_this_process():
    before = footprint()
    files = [os.dup(0) for _ in range(5)]
    try:
        assert footprint().open_files == before.open_files + 5
    finally:
        for file in files:
            os.close(file)
    assert before.threads >= 1
    assert before.resident_bytes > 1 << 20
    lean = replace(before, resident_bytes=WELL.resident_bytes)  # the tests' own memory is theirs
    assert bounds().exceeded(lean) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"open_files": 901}, "901 open files"),
        ({"threads": 151}, "151 threads"),
        ({"resident_bytes": 400 << 20}, "400 MiB of memory"),
        ({}, ""),
    ],
)
def test_what_is_too_much_is_named(change, words):
    assert Bounds(900).exceeded(replace(WELL, **change)) == words


def test_links_are_restarted_once_then_the_process():
    guard, leaking = LeakGuard(Bounds(900)), replace(WELL, open_files=1000)
    looks = [guard.look(leaking)[0] for _ in range(4)]
    assert looks == ["restart links", "well", "well", "restart process"]


def test_a_leak_that_the_links_gave_back_is_over():
    guard, leaking = LeakGuard(Bounds(900)), replace(WELL, open_files=1000)
    assert guard.look(WELL) == ("well", "")
    assert guard.look(leaking)[0] == "restart links"
    assert [guard.look(WELL)[0] for _ in range(5)] == ["well"] * 5
    assert guard.look(leaking)[0] == "restart links"
