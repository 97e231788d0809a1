"""kill -9 at random instants: one process after the other stores into the same folder and is shot."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults import numbered

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
WORKLOAD = Path(__file__).with_name("workload.py")
LIVES_AT_MOST_S = 0.06  # opening takes a third of it: some die before they have stored anything
PATIENCE_S = 20.0


class Victims:
    """Processes that store until they are killed; what they promised is told by their pipe."""

    def __init__(self, server: subprocess.Popen[bytes]) -> None:
        self._server = server
        self._rest = b""

    def live(self, first: int, kill_after_s: float) -> list[tuple[int, int]]:
        """Let one store from a number on, kill it, and return the spans that it promised."""
        self._server.stdin.write(b"%d\n" % first)
        self._server.stdin.flush()
        promised: list[tuple[int, int]] = []
        pid, ends_at = 0, time.monotonic() + PATIENCE_S
        while True:
            if not self._talks(ends_at):
                assert pid, "no process was started"
                with contextlib.suppress(ProcessLookupError):  # it may have just ended by itself
                    os.kill(pid, signal.SIGKILL)
                ends_at = time.monotonic() + PATIENCE_S
                continue
            for word, *values in self._lines():
                if word == b"S":
                    pid, ends_at = int(values[0]), time.monotonic() + kill_after_s
                elif word == b"X":
                    return promised
                else:
                    promised.append((int(word), int(values[0])))

    def _talks(self, until: float) -> bool:
        left_s = max(0.0, until - time.monotonic())
        return bool(select.select([self._server.stdout], (), (), left_s)[0])

    def _lines(self) -> list[list[bytes]]:
        *lines, self._rest = (self._rest + os.read(self._server.stdout.fileno(), 65536)).split(
            b"\n"
        )
        return [line.split() for line in lines]


@contextlib.contextmanager
def victims(folder: Path, *options: str) -> Iterator[Victims]:
    command = [sys.executable, str(WORKLOAD), str(folder), "--serve", *options]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as server:
        try:
            yield Victims(server)
        finally:
            server.stdin.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "rounds",
    [30, pytest.param(1000, marks=[pytest.mark.soak, pytest.mark.timeout(0)])],
)
def test_no_kill_loses_what_was_promised(tmp_path, rng, note, rounds):
    folder = tmp_path / "log"
    promised: set[int] = set()
    killed_early = 0
    with victims(folder, "--batches", "1000", "--size", "20", "--producers", "3") as shots:
        for round_ in range(rounds):
            spans = shots.live(round_ * 100_000, rng.uniform(0.0, LIVES_AT_MOST_S))
            new = {n for first, last in spans for n in range(first, last + 1)}
            promised |= new
            killed_early += not new
            with numbered.opened(folder) as log:
                batch = log.read("round", 1 << 40)
                found = {numbered.number_of(each) for each in batch.readings}
                assert not new - found, f"round {round_}"
                log.acknowledge("round", batch.upto)
    with numbered.opened(folder) as log:
        verdict = numbered.judge(promised, numbered.stored(log, "everything"))
        assert numbered.still_takes(log)
    note(kills=rounds, before_the_first_promise=killed_early, **vars(verdict))
    assert verdict.sound, verdict
    assert verdict.acknowledged > 0
    assert killed_early < rounds
