"""One gateway's process: its log, its sync with a hub, readings that go on coming.

`backlog_child.py start FOLDER` opens the log, stores one reading and says when it is promised.
`backlog_child.py grow FOLDER COUNT` stores a backlog and says how memory grows meanwhile.
`backlog_child.py sync FOLDER URL KEY PER_S` sends, with new readings beside, until standard input
ends; it says when it begins and when the backlog is sent.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from area_configs.domain.readings import Reading
from edge_agent.store import ReadingLog

if TYPE_CHECKING:
    from collections.abc import Iterator

GATEWAY = "gw-residence"
PROBE = "live-probe"
DEVICES = 20
BATCH = 2000
APPENDS_PER_S = 20
SAMPLES = 50


def past(count: int, until_us: int, per_s: float) -> Iterator[list[Reading]]:
    """Yield a backlog in batches: so many readings a second, the last one just before `until_us`."""
    step_us = 1_000_000 / per_s
    begin_us = until_us - int(count * step_us)
    for first in range(0, count, BATCH):
        yield [
            Reading(
                f"meter-{n % DEVICES}",
                "active_power",
                begin_us + int(n * step_us),
                500.0 + n % 977 / 10,
            )
            for n in range(first, min(count, first + BATCH))
        ]


def start(folder: Path) -> None:
    """Be ready for readings."""
    with ReadingLog(folder, gateway=GATEWAY) as log:
        log.append([Reading(PROBE, "active_power", time.time_ns() // 1000, 1.0)]).result()
        _say({"accepted": True})


def grow(folder: Path, count: int) -> None:
    """Store a backlog that a sink lags behind, and sample the memory."""
    sampled: list[int] = []
    every = max(1, count // BATCH // SAMPLES)
    with ReadingLog(folder, gateway=GATEWAY) as log:
        log.read("hub", 1)
        for number, batch in enumerate(past(count, time.time_ns() // 1000, 100)):
            log.append(batch).result()
            if number % every == every - 1:
                log.read("hub", 5000)
                log.stats()
                sampled.append(_memory_bytes())
        stored = log.last_seq
    quarter = sampled[: max(1, len(sampled) // SAMPLES * 2)]
    _say({"stored": stored, "early_bytes": max(quarter), "late_bytes": sampled[-1]})


def sync(folder: Path, url: str, key: str, per_s: int) -> None:
    """Send the backlog and what comes meanwhile, at the shipped pace."""
    from edge_agent.sync import HubSync  # noqa: PLC0415  # the other commands do not need it
    from platform_hub.client import HubClient  # noqa: PLC0415  # ditto

    ended = threading.Event()
    with ReadingLog(folder, gateway=GATEWAY) as log:
        producer = threading.Thread(target=_live, args=(log, per_s, ended))
        watcher = threading.Thread(target=_watch, args=(log, per_s, ended))
        hub = HubSync(log, HubClient(url, key))
        hub.start()
        producer.start()
        watcher.start()
        _say({"syncing": True})
        sys.stdin.read()
        ended.set()
        producer.join()
        watcher.join()
        hub.close(flush_s=2.0)


def _live(log: ReadingLog, per_s: int, ended: threading.Event) -> None:
    """Store `per_s` readings a second; the first of each batch tells when it was made."""
    number, size = 0, per_s // APPENDS_PER_S
    begin = time.monotonic()
    while not ended.wait(max(0.0, begin + number / APPENDS_PER_S - time.monotonic())):
        now_us = time.time_ns() // 1000
        number += 1
        others = [Reading(f"live-{n}", "active_power", now_us, float(n)) for n in range(1, size)]
        log.append([Reading(PROBE, "active_power", now_us, 1.0), *others]).result()


def _watch(log: ReadingLog, per_s: int, ended: threading.Event) -> None:
    begin = time.monotonic()
    while not ended.wait(0.1):
        if log.stats().of("hub").backlog < 3 * per_s:
            _say({"drained_s": time.monotonic() - begin})
            return


def _memory_bytes() -> int:
    with contextlib.suppress(FileNotFoundError):
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024
    return 0


def _say(facts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    command, where, *more = sys.argv[1:]
    if command == "start":
        start(Path(where))
    elif command == "grow":
        grow(Path(where), int(more[0]))
    else:
        sync(Path(where), more[0], more[1], int(more[2]))
