"""The writer thread gives threads that it has just told the moment to come back in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_agent.store import ReadingLog, writer
from tests.edge_agent.store.conftest import some_readings, stuck

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE_S = 600.0
THREADS = 3


@pytest.fixture
def patient(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReadingLog]:
    """A log with two readings that has just told three threads, and waits for them very long."""
    monkeypatch.setattr(writer, "_COME_BACK_S", PATIENCE_S)
    with ReadingLog(folder) as log:
        with stuck(folder):
            first, second = (log.append(some_readings(1, n)) for n in range(2))
            batches = {id(t._batch): t._batch for t in (first, second)}.values()
            gates = [(batch, batch.gate()) for batch in batches for _ in range(THREADS)]
        for batch, gate in gates:
            assert gate.acquire(timeout=30)
            batch.leave(gate)
        yield log


def test_what_those_bring_who_come_back_goes_with_one_sync(patient: ReadingLog):
    one, other = (patient.append(some_readings(1, n)) for n in (2, 3))
    with pytest.raises(TimeoutError):
        one.result(timeout=0.1)
    third = patient.append(some_readings(1, 4))
    assert [ticket.result(timeout=30) for ticket in (one, other, third)] == [3, 4, 5]
    assert patient.read("hub", 100).spans[-1] == (3, 5)


def test_one_that_was_interrupted_keeps_nobody_waiting(folder: Path):
    with ReadingLog(folder) as log:
        with stuck(folder):
            log.append(some_readings(1))  # the writer is at it: what comes next goes together
            ticket = log.append(some_readings(2, 1))
            gates = [ticket._batch.gate() for _ in range(THREADS)]
        for gate in gates:  # each is told, and leaves without a word
            assert gate.acquire(timeout=30)


def test_a_full_block_waits_for_nobody(patient: ReadingLog):
    full = patient.append(some_readings(writer.BLOCK_READINGS, 2))
    patient.append(some_readings(1))
    assert full.result(timeout=30) == writer.BLOCK_READINGS + 2


def test_neither_does_a_request_nor_the_end(patient: ReadingLog):
    ticket = patient.append(some_readings(1, 2))
    patient.acknowledge("hub", 2)
    assert ticket.result(timeout=30) == 3
    patient.close()
