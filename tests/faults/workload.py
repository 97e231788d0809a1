"""A process that stores numbered readings and says on standard output which are promised.

`workload.py FOLDER --lives N ...` stores, closes and opens again N times, then ends without a
goodbye. `workload.py FOLDER --serve` forks such a process for each number that it reads from
standard input, which then stores from that number on until it is killed: S pid, then promises,
then X pid. A line `first last` promises these readings.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sqlite3
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

sys.path.insert(0, str(Path(__file__).parents[2]))

from edge_agent.store import LogUnavailable, ReadingLog
from edge_agent.sync import HubSync, Pace
from platform_hub.client import HubClient
from tests.faults import numbered

QUICK = Pace(coalesce_s=0.002, first_s=0.01, most_s=0.05)
APART = 1 << 36  # between the first numbers of two producers
_SYNCHRONOUS = re.compile(r"synchronous\s*=\s*\w+", re.IGNORECASE)
_refused = 0


def weaken(mode: str) -> None:
    """Break every store of this process: its connections sync as `mode` says, whatever it asks."""

    class Weak(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            return super().execute(_SYNCHRONOUS.sub(f"synchronous = {mode}", sql), *values)

        def executescript(self, sql: str) -> sqlite3.Cursor:
            return super().executescript(_SYNCHRONOUS.sub(f"synchronous = {mode}", sql))

    connect = sqlite3.connect

    def weakly(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        return connect(*args, **{**kwargs, "factory": Weak})

    sqlite3.connect = weakly


def say(first: int, last: int) -> None:
    """Promise readings; one write, so that it is said whole or not at all."""
    os.write(1, b"%d %d\n" % (first, last))


def produce(log: ReadingLog, first: int, batches: int, size: int) -> None:
    """Store batches of readings, each promised before the next; a refused one is tried no more."""
    global _refused  # noqa: PLW0603  # the process's one count
    for begin in range(first, first + batches * size, size):
        readings = [numbered.reading(number) for number in range(begin, begin + size)]
        try:
            log.append(readings).result()
        except LogUnavailable as error:
            _refused += 1
            sys.stderr.write(f"{error}\n")
        else:
            say(begin, begin + size - 1)


def drain(log: ReadingLog, ended: threading.Event) -> None:
    """Be a sink beside the producers: read and acknowledge, as sync does."""
    while not ended.wait(0.002):
        try:
            if batch := log.read("beside", 700):
                log.acknowledge("beside", batch.upto)
        except LogUnavailable as error:
            sys.stderr.write(f"{error}\n")


@contextlib.contextmanager
def sending(log: ReadingLog, hub: str, key: str) -> Iterator[None]:
    """Keep a hub up to date beside the producers, where there is one."""
    if not hub:
        yield
        return
    sync = HubSync(log, HubClient(hub, key), pace=QUICK)
    sync.start()
    try:
        yield
    finally:
        sync.close(flush_s=0.5)


def live(folder: Path, first: int, options: argparse.Namespace) -> None:
    """Open the log, let all producers store their share, close it."""
    ended = threading.Event()
    with numbered.opened(folder) as log, sending(log, options.hub, options.key):
        log.read(numbered.KEEPER, 1)
        threads = [
            threading.Thread(
                target=produce, args=(log, first + n * APART, options.batches, options.size)
            )
            for n in range(options.producers)
        ]
        sink = threading.Thread(target=drain, args=(log, ended))
        for thread in (*threads, sink):
            thread.start()
        for thread in threads:
            thread.join()
        ended.set()
        sink.join()


def serve(folder: Path, options: argparse.Namespace) -> None:
    """Fork a process for every number on standard input and tell when it has ended."""
    for line in sys.stdin:
        if child := os.fork():
            os.waitpid(child, 0)
            os.write(1, b"X %d\n" % child)
        else:
            os.write(1, b"S %d\n" % os.getpid())
            live(folder, int(line), options)
            os._exit(0)


def main() -> None:
    """Read the arguments and begin."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--batches", type=int, default=50)
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--producers", type=int, default=2)
    parser.add_argument("--lives", type=int, default=1)
    parser.add_argument("--synchronous", default="")
    parser.add_argument("--hub", default="", help="send to this hub meanwhile")
    parser.add_argument("--key", default="")
    options = parser.parse_args()
    if options.synchronous:
        weaken(options.synchronous)
    if options.serve:
        serve(options.folder, options)
        return
    for n in range(options.lives):
        live(options.folder, n * options.batches * options.size, options)
    sys.stderr.write(f"refused {_refused}\n")
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
