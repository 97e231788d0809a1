"""Recordings that a technician asks the running agent for: begun, ended in time, answered."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from edge_agent.daemon.recordings import ANSWER, FRAMES, REQUEST, NoAnswer, Recordings, ask, fetch
from edge_agent.transports.recording import tap
from tests.edge_agent.manual_clock import ManualClock


@asynccontextmanager
async def _agent(folder):
    clock, stop = ManualClock(), asyncio.Event()
    keeping = asyncio.create_task(Recordings(folder, clock).keep(stop))
    yield clock
    stop.set()
    await keeping


def _answer(folder):
    return json.loads((folder / ANSWER).read_text())


async def test_a_link_is_recorded_for_as_long_as_was_asked(tmp_path):
    note = tap("bus")
    async with _agent(tmp_path) as clock:
        ask(tmp_path, "bus", 5.0, "one")
        await clock.pass_s(1.0)
        assert not (tmp_path / REQUEST).exists()
        note("out", b"\1", "")
        await clock.pass_s(6.0)
    note("in", b"\2", "")
    assert _answer(tmp_path) == {"id": "one", "frames": 1, "trouble": ""}
    target = tmp_path / "mine.jsonl"
    assert fetch(tmp_path, "one", 5.0, target, lambda _s: None) == 1
    assert len(target.read_text().splitlines()) == 1
    assert not (tmp_path / FRAMES).exists()


async def test_a_newer_request_ends_the_older(tmp_path):
    async with _agent(tmp_path) as clock:
        ask(tmp_path, "bus", 500.0, "one")
        await clock.pass_s(1.0)
        ask(tmp_path, "lan", 1.0, "two")
        await clock.pass_s(1.0)
        assert _answer(tmp_path)["id"] == "one"
        await clock.pass_s(2.0)
    assert _answer(tmp_path)["id"] == "two"


@pytest.mark.parametrize("text", ["", "{}", '{"id": "x", "link": "l", "seconds": "soon"}'])
async def test_a_request_that_is_none_is_answered_with_a_sentence(tmp_path, text):
    (tmp_path / REQUEST).write_text(text)
    async with _agent(tmp_path) as clock:
        await clock.pass_s(1.0)
    assert "cannot be followed" in _answer(tmp_path)["trouble"]
    assert not (tmp_path / REQUEST).exists()


def test_an_agent_that_does_not_answer_is_one_sentence(tmp_path):
    with pytest.raises(NoAnswer, match="did not record"):
        fetch(tmp_path, "one", 1.0, tmp_path / "mine", lambda _s: None)


def test_what_could_not_be_recorded_is_told(tmp_path):
    (tmp_path / ANSWER).write_text(json.dumps({"id": "one", "frames": 0, "trouble": "disk full"}))
    with pytest.raises(NoAnswer, match="disk full"):
        fetch(tmp_path, "one", 1.0, tmp_path / "mine", lambda _s: None)
