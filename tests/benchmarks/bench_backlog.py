"""Benchmark of a long outage: start, memory and catching up with a backlog, on a real hub.

`python tests/benchmarks/bench_backlog.py --output DIR [--full]` writes `DIR/bench_backlog.json`. A
day of 100 readings a second and a backlog of ten million take long: without `--full` both are
scaled down, and the file says by how much. It is written anew behind each of the three measures, so
whoever stops the last one keeps what the others have found; `--only` names those to take.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from edge_agent.store import ReadingLog
from platform_hub.client import HubClient
from platform_hub.wire import ngsi_ld, timestamps
from tests.benchmarks import backlog_child as gateway
from tests.benchmarks.goals import told
from tests.faults.processes import AREA, Hub, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHILD = Path(__file__).with_name("backlog_child.py")
PER_S, DAY_S, HOUR_S = 100, 86_400, 3_600
STARTS = 5
MEASURES = ("start", "memory", "catching_up")
MIB = 1 << 20
LOOK_EVERY_S = 0.05
SETTLES_S, AT_LEAST_S, NORMAL_S = 1.0, 2.0, 15.0


def fill(folder: Path, count: int) -> float:
    """Write a backlog; return the seconds that it takes."""
    begin = time.monotonic()
    with ReadingLog(folder, gateway=gateway.GATEWAY) as log:
        log.read("hub", 1)
        for batch in gateway.past(count, time.time_ns() // 1000, PER_S):
            log.append(batch).result()
    return time.monotonic() - begin


def starts(folder: Path, count: int) -> dict[str, Any]:
    """Measure from the start of a process to its first promised reading, behind a backlog."""
    filled_s = fill(folder, count)
    seconds = []
    for _ in range(STARTS):
        begin = time.monotonic()
        with _child("start", folder) as process:
            assert json.loads(process.stdout.readline())["accepted"]
            seconds.append(time.monotonic() - begin)
            process.communicate()
    return {"backlog": count, "filled_s": filled_s, "accepting_after_s": statistics.median(seconds)}


def grows(folder: Path, count: int) -> dict[str, Any]:
    """Measure how much more memory a process holds at the end of a growing backlog."""
    with _child("grow", folder, count) as process:
        facts = json.loads(process.communicate()[0])
    grown = (facts["late_bytes"] - facts["early_bytes"]) / MIB
    return {"backlog": facts["stored"], "grown_mib": grown, **facts}


def catches_up(scratch: Path, scale: float, normal_s: float) -> dict[str, Any]:
    """Measure how a backlog of a scaled day drains and how old the newest value on the hub is."""
    with serving(scratch / "hub") as hub:
        with _syncing(scratch / "fresh", hub) as process:
            _drained(process)
            normal = lags(hub, lambda begin: time.monotonic() < begin + normal_s)
        fill(scratch / "behind", int(DAY_S * PER_S / scale))
        with _syncing(scratch / "behind", hub) as process:
            drained: list[float] = []
            waiting = _Waiting(process, drained)
            behind = lags(
                hub, lambda begin: not waiting.over() or time.monotonic() < begin + AT_LEAST_S
            )
    return {
        "scale": scale,
        "backlog": int(DAY_S * PER_S / scale),
        "drained_s": drained[0],
        "drained_s_times_scale": drained[0] * scale,
        "lag_normal_s": _quantiles(normal),
        "lag_behind_s": _quantiles(behind),
        "lag_p50_ratio": statistics.median(behind) / statistics.median(normal),
        "lag_p99_ratio": _p99(behind) / _p99(normal),
    }


def lags(hub: Hub, more: Any) -> list[float]:
    """Look at the hub's current state again and again; return how old its newest value is."""
    probe = ngsi_ld.entity_id(AREA, gateway.PROBE)
    seen = []
    begin = time.monotonic()
    with HubClient(hub.url, hub.keys["reader"]) as reader:
        while more(begin):
            newest = _newest_us(reader, probe)
            if time.monotonic() > begin + SETTLES_S:
                seen.append(time.time() - newest / 1e6 if newest else time.monotonic() - begin)
            time.sleep(LOOK_EVERY_S)
    return seen


def _newest_us(reader: HubClient, probe: str) -> int:
    for entity in reader.entities():
        if entity["id"] == probe:
            return timestamps.from_text(entity["activePower"]["observedAt"])
    return 0


class _Waiting:
    """Tells whether a gateway's process has said that its backlog is sent."""

    def __init__(self, process: subprocess.Popen[str], drained: list[float]) -> None:
        self._process, self._drained = process, drained
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def over(self) -> bool:
        return not self._thread.is_alive()

    def _wait(self) -> None:
        self._drained.append(_drained(self._process))


def _drained(process: subprocess.Popen[str]) -> float:
    return float(json.loads(process.stdout.readline())["drained_s"])


@contextmanager
def _syncing(folder: Path, hub: Hub) -> Iterator[subprocess.Popen[str]]:
    key = hub.keys[gateway.GATEWAY]
    with _child("sync", folder, hub.url, key, PER_S) as process:
        assert json.loads(process.stdout.readline())["syncing"]  # a start is no lag
        yield process
        process.communicate()


def _child(command: str, folder: Path, *more: object) -> subprocess.Popen[str]:
    words = [sys.executable, str(CHILD), command, str(folder), *map(str, more)]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, text=True, stdin=pipe, stdout=pipe)


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def _quantiles(values: list[float]) -> dict[str, float]:
    return {"p50": statistics.median(values), "p99": _p99(values), "looks": len(values)}


def main() -> int:
    """Run the benchmark and write its file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    parser.add_argument("--full", action="store_true", help="a whole day and ten million readings")
    parser.add_argument("--small", action="store_true", help="a hundredth: does it run at all")
    parser.add_argument("--only", nargs="+", choices=MEASURES, help="not all three measures")
    options = parser.parse_args()
    count, most, scale, normal_s = 1_000_000, 2_000_000, 40.0, NORMAL_S
    if options.full:
        most, scale = 10_000_000, 1.0
    if options.small:
        count, most, scale, normal_s = 10_000, 100_000, 2000.0, AT_LEAST_S
    folder = options.output.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = {"benchmark": "backlog", "full": options.full}
    with tempfile.TemporaryDirectory(dir=folder) as name:
        scratch = Path(name)
        measures: dict[str, Callable[[], dict[str, Any]]] = {
            "start": lambda: starts(scratch / "start", count),
            "memory": lambda: grows(scratch / "memory", most),
            "catching_up": lambda: catches_up(scratch, scale, normal_s),
        }
        for each in options.only or measures:
            report[each] = measures[each]()
            told_so_far = json.dumps({"goals": goals(report), **report}, indent=2)
            (folder / "bench_backlog.json").write_text(told_so_far + "\n", encoding="utf-8")
    print(json.dumps(goals(report)))  # noqa: T201  # a benchmark's figures are its output
    return 0


def goals(report: dict[str, Any]) -> dict[str, Any]:
    """Return each goal's figure, its bound and whether it is met; seconds and MiB."""
    start, memory, after = (report.get(name, {}) for name in MEASURES)
    return {
        "accepting_after_s": told(start.get("accepting_after_s"), "<=", 2.0),
        "memory_grown_mib": told(memory.get("grown_mib"), "<=", 10.0),
        "day_drained_s": told(after.get("drained_s_times_scale"), "<=", HOUR_S),
        "lag_p99_while_draining_per_normal": told(after.get("lag_p99_ratio"), "<=", 2.0),
    }


if __name__ == "__main__":
    raise SystemExit(main())
