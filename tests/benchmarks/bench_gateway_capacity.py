"""Benchmark of one gateway at its capacity: meters, Modbus devices, wearables, a hydrogen station.

`python tests/benchmarks/bench_gateway_capacity.py --output DIR [--minutes N]` writes
`DIR/bench_gateway_capacity.json`. The devices are simulators in a process of their own, the agent is
the real one with its log on disk and a real hub; the figures are of the agent's process alone. The
wearables notify over virtual radios, whose Bluetooth stack runs in that process as well, where a
gateway in the field has BlueZ for it: `--wearables 0` shows what they cost.
A poll is missed where it did not happen: polls that a busy machine delays are made, later.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[2]))

from area_configs.domain.quantities import BY_GATEWAY, QUANTITIES
from area_configs.domain.quantity import Kind
from area_configs.loader import load_area
from edge_agent.health.report import status_of
from tests.benchmarks import hub_process
from tests.benchmarks.goals import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.domain.areas import Area

ROOT = Path(__file__).parents[2]
METERS, DISPENSERS, FEEDERS = 40, 17, 38
WEARABLES, WORN_AT_ONCE = 20, 4  # one adapter holds four connections
START_S, WARM_S, COOL_S = 240.0, 15.0, 2.0
MINUTES = 10.0
_EDGE = 1  # the measured span cuts through one period of each point
_HEAD = """
id = "capacity"
name = { ja = "容量", en = "Capacity" }
centre = { latitude = 35.652, longitude = 139.777 }
epsg = 6677
attribution = { ja = "なし", en = "None" }
[[gateways]]
id = "gw"
name = { ja = "容量", en = "Capacity" }
position = { latitude = 35.652, longitude = 139.777 }
[[gateways.links]]
id = "meters"
kind = "modbus_tcp"
host = "192.0.2.1"
[[gateways.links]]
id = "feeders"
kind = "modbus_tcp"
host = "192.0.2.2"
[[gateways.links]]
id = "station"
kind = "opc_ua"
url = "opc.tcp://192.0.2.3:4840"
"""


def area_text(wearables: int = WEARABLES) -> str:
    """Return the area file: 40 meters, feeders with 200 points/s, a station with 300 points/s, straps."""
    radios = -(-wearables // WORN_AT_ONCE)
    links = [f'[[gateways.links]]\nid = "radio-{n}"\nkind = "ble"\n' for n in range(radios)]
    devices = [_device("station", "generic_hydrogen_station", "station", 'address = "Station"')]
    devices += [
        _device(f"dispenser-{n}", "generic_hydrogen_dispenser", "station", f'address = "D{n}"')
        for n in range(1, DISPENSERS + 1)
    ]
    for link, profile, count in (
        ("meters", "eastron_sdm120", METERS),
        ("feeders", "generic_feeder_meter", FEEDERS),
    ):
        devices += [
            _device(f"{link}-{n}", profile, link, f"unit = {n}") for n in range(1, count + 1)
        ]
    devices += [
        _device(
            f"strap-{n}",
            "ble_heart_rate_strap",
            f"radio-{n // WORN_AT_ONCE}",
            f'address = "C4:00:00:00:01:{n:02X}"',
        )
        for n in range(wearables)
    ]
    return _HEAD + "".join(links) + "\n".join(devices)


def _device(name: str, profile: str, link: str, place: str) -> str:
    return (
        f'[[devices]]\nid = "{name}"\nname = {{ ja = "{name}", en = "{name}" }}\n'
        f'profile = "{profile}"\ngateway = "gw"\nlink = "{link}"\n{place}\n'
        f"position = {{ latitude = 35.652, longitude = 139.777 }}\n"
    )


def run(folder: Path, seconds: float, wearables: int = WEARABLES) -> dict[str, Any]:
    """Run the gateway for so long and return what it took and what it missed."""
    (folder / "area").mkdir()
    (folder / "area" / "area.toml").write_text(area_text(wearables), encoding="utf-8")
    area = load_area(folder / "area")
    with hub_process.serving() as hub, _simulators(folder) as devices:
        _settings(folder, hub.url)
        with _agent(folder) as agent:
            all_spoke = _all_spoke(folder / "data")
            time.sleep(WARM_S)
            begin_us, begin_cpu = time.time_ns() // 1000, _cpu_s(agent)
            begin_devices = _cpu_s(devices)
            peak = _watch(agent, seconds)
            cpu_s, end_us = _cpu_s(agent) - begin_cpu, time.time_ns() // 1000
            devices_cpu_s = _cpu_s(devices) - begin_devices
            time.sleep(COOL_S)
    said = _said(folder / "sim" / "ledger.jsonl", begin_us, end_us)
    missed = _missed(area, said, (begin_us, end_us))
    span_s = (end_us - begin_us) / 1e6
    return {
        "seconds": span_s,
        "wearables": wearables,
        "all_spoke_before": all_spoke,
        "points_per_s": sum(map(len, said.values())) / span_s,
        "expected_per_s": _expected_per_s(area),
        "cpu_share_of_a_core": cpu_s / span_s,
        "cpu_ms_per_point": 1000 * cpu_s / max(1, sum(map(len, said.values()))),
        "simulators_share_of_a_core": devices_cpu_s / span_s,
        "machine_load": psutil.getloadavg(),
        "peak_rss_mib": peak,
        "missed": missed,
        "missed_polls": sum(missed.values()),
    }


def _all_spoke(data: Path) -> bool:
    """Wait until every device has said something; False where a machine is too busy for that."""
    ends = time.monotonic() + START_S
    while time.monotonic() < ends:
        devices = (status_of(data) or {}).get("devices", {})
        if devices and all(one["stored"] for one in devices.values()):
            return True
        time.sleep(1.0)
    return False


def _expected_per_s(area: Area) -> dict[str, float]:
    """Return the points that each link asks for or is sent, per second."""
    rates: dict[str, float] = defaultdict(float)
    for device in area.devices:
        for point in area.profile_of(device).points:
            if QUANTITIES[point.quantity].kind is not Kind.EVENT:
                rates[device.link] += 1 / point.period_s
    return dict(rates)


def _said(ledger: Path, begin_us: int, end_us: int) -> dict[tuple[str, str], list[int]]:
    """Return when each point was said, within the measured span."""
    said: dict[tuple[str, str], list[int]] = defaultdict(list)
    with ledger.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if begin_us <= entry["said_us"] < end_us:
                said[entry["device"], entry["quantity"]].append(entry["said_us"])
    return said


def _missed(
    area: Area, said: dict[tuple[str, str], list[int]], span: tuple[int, int]
) -> dict[str, int]:
    """Return how many polls or pushes of points are lacking, by link; late ones have happened."""
    missed: dict[str, int] = defaultdict(int)
    for device in area.devices:
        for point in area.profile_of(device).points:
            event = QUANTITIES[point.quantity].kind is Kind.EVENT
            if event or point.quantity in BY_GATEWAY or point.period_s * 2e6 > span[1] - span[0]:
                continue
            due = int((span[1] - span[0]) / 1e6 / point.period_s) - _EDGE
            missed[device.link] += max(0, due - len(said.get((device.id, point.quantity), [])))
    return dict(missed)


def _watch(agent: psutil.Process, seconds: float) -> float:
    """Return the peak resident memory in MiB over some seconds."""
    ends, peak = time.monotonic() + seconds, 0.0
    while (left := ends - time.monotonic()) > 0:
        peak = max(peak, agent.memory_info().rss / 2**20)
        time.sleep(min(left, 1.0))
    return peak


def _cpu_s(agent: psutil.Process) -> float:
    times = agent.cpu_times()
    return times.user + times.system


@contextmanager
def _simulators(folder: Path) -> Iterator[psutil.Process]:
    words = ["simulate", "--area", str(folder / "area"), "--directory", str(folder / "sim")]
    with _edge(words, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ready"]
        yield psutil.Process(process.pid)


@contextmanager
def _agent(folder: Path) -> Iterator[psutil.Process]:
    with _edge(["run", "--config", str(folder / "edge.toml")]) as process:
        yield psutil.Process(process.pid)


@contextmanager
def _edge(words: list[str], stdout: int | None = None) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "edge_agent", *words]
    process = subprocess.Popen(command, cwd=ROOT, stdout=stdout, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _settings(folder: Path, hub: str) -> None:
    text = (
        f'gateway = "gw"\narea = "area"\ndata = "data"\nlinks = "sim/gw/links.toml"\n'
        f'[hub]\nurl = "{hub}"\n[monitor]\nport = 0\n'
    )
    (folder / "edge.toml").write_text(text, encoding="utf-8")


def goals(report: dict[str, Any]) -> dict[str, Any]:
    """Return each goal's figure, its bound and whether it is met."""
    return {
        "cpu_share_of_a_core": told(report["cpu_share_of_a_core"], "<=", 0.5),
        "peak_rss_mib": told(report["peak_rss_mib"], "<=", 150.0),
        "missed_polls": told(report["missed_polls"], "<=", 0.0),
    }


def main() -> int:
    """Run the benchmark and write its file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long is measured")
    parser.add_argument("--wearables", type=int, default=WEARABLES, help="how many notify")
    options = parser.parse_args()
    folder = options.output.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        report = run(Path(name), options.minutes * 60, options.wearables)
    report = {"benchmark": "gateway_capacity", "goals": goals(report), **report}
    target = folder / "bench_gateway_capacity.json"
    target.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report["goals"]))  # noqa: T201  # a benchmark's figures are its output
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
