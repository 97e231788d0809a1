"""Tickets: those of one commit are told together, each its own number or its own reason."""

from __future__ import annotations

import threading

import pytest

from area_configs.domain.readings import ClockStamp
from edge_agent.store.stamping import Taken
from edge_agent.store.tickets import BLOCK_READINGS, Batch, refused
from tests.edge_agent.store.conftest import some_readings

STAMP, OTHER = ClockStamp("boot", 1, trusted=True), ClockStamp("boot", 2, trusted=True)


def _taken(count: int, stamp: ClockStamp = STAMP, *, held: bool = False) -> Taken:
    return Taken(tuple(some_readings(count)), [(count, stamp)] if count else [], held)


def test_each_ticket_gets_the_number_of_its_own_last_reading():
    batch = Batch(held=False)
    tickets = [batch.add(_taken(count)) for count in (2, 1, 0, 3)]
    assert not any(ticket.done() for ticket in tickets)
    batch.confirm(11)
    assert [ticket.result(timeout=0) for ticket in tickets] == [12, 13, 13, 16]
    assert [ticket.exception(timeout=0) for ticket in tickets] == [None] * 4
    assert all(ticket.done() for ticket in tickets)
    assert not batch.readings, "whoever keeps a ticket keeps no readings"


def test_stamps_are_kept_in_runs():
    batch = Batch(held=False)
    for stamp in (STAMP, STAMP, OTHER, STAMP):
        batch.add(_taken(2, stamp))
    assert batch.stamps == [(4, STAMP), (2, OTHER), (2, STAMP)]


def test_a_refused_batch_tells_everybody_why():
    batch = Batch(held=False)
    tickets = [batch.add(_taken(1)) for _ in range(2)]
    batch.refuse(error := ValueError("no room"))
    for ticket in tickets:
        assert ticket.exception(timeout=0) is error
        with pytest.raises(ValueError, match="no room"):
            ticket.result(timeout=0)


def test_one_that_nobody_can_store_does_not_concern_the_others():
    batch = Batch(held=False)
    tickets = [batch.add(_taken(2)) for _ in range(3)]
    assert list(batch.parts()) == [(0, 2), (2, 4), (4, 6)]
    batch.tell_each([2, TypeError("not a number"), 4])
    assert tickets[0].result(timeout=0) == 2
    assert isinstance(tickets[1].exception(timeout=0), TypeError)
    assert tickets[2].result(timeout=0) == 4


def test_who_waits_too_briefly_is_told_and_may_ask_again():
    batch = Batch(held=False)
    ticket = batch.add(_taken(1))
    with pytest.raises(TimeoutError, match="not enough"):
        ticket.result(timeout=0.0)
    batch.confirm(1)
    assert ticket.result() == 1


def test_many_threads_wait_for_one_batch():
    batch = Batch(held=False)
    tickets = [batch.add(_taken(1)) for _ in range(8)]
    told: list[int] = []
    threads = [threading.Thread(target=lambda t=t: told.append(t.result(30))) for t in tickets]
    for thread in threads:
        thread.start()
    batch.confirm(1)
    for thread in threads:
        thread.join()
    assert sorted(told) == list(range(1, 9))


def test_threads_are_let_through_one_by_the_other():
    batch = Batch(held=False)
    batch.add(_taken(1))
    first, second, third = (batch.gate() for _ in range(3))
    batch.leave(second)
    batch.confirm(1)
    assert (first.locked(), third.locked()) == (False, True)
    batch.leave(first)
    assert not third.locked()
    assert second.locked(), "it waits no more"
    batch.leave(third)
    assert not batch.waiting


def test_followers_are_called_once_and_late_ones_at_once():
    batch = Batch(held=False)
    ticket = batch.add(_taken(1))
    calls: list[str] = []
    ticket.follow(lambda: calls.append("early"))
    assert calls == []
    batch.confirm(1)
    ticket.follow(lambda: calls.append("late"))
    assert calls == ["early", "late"]


def test_what_does_not_suit_goes_into_another_batch():
    batch = Batch(held=False)
    batch.add(_taken(BLOCK_READINGS - 1))
    assert batch.suits(_taken(1))
    assert not batch.suits(_taken(2)), "a block takes no more"
    assert not batch.suits(_taken(1, held=True)), "a block waits for the clock as a whole"


def test_a_log_that_takes_nothing_more_gives_a_ticket_that_says_so():
    ticket = refused(_taken(1), ValueError("closed"))
    assert ticket.done()
    with pytest.raises(ValueError, match="closed"):
        ticket.result(timeout=0)
