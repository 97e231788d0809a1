"""The main job as a newcomer runs it: every process real, every reading accounted for."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
KEYS = {
    "said", "stored", "acknowledged", "found", "lost", "doubled",
    "latency_p50_s", "latency_p95_s", "families", "pictures",
}  # fmt: skip


def _demo(output: Path, duration_s: int) -> subprocess.Popen[str]:
    screenless = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "desktop",
            "--demo",
            "--output",
            str(output),
            "--duration",
            str(duration_s),
        ],
        cwd=ROOT,
        env=screenless,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _peak_memory_mib(demo: subprocess.Popen[str]) -> dict[str, dict[int, float]]:
    """Return the peak resident memory of each process by program, until the demo ends."""
    peaks: dict[str, dict[int, float]] = defaultdict(dict)
    while demo.returncode is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            demo.wait(0.5)
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(demo.pid).children():
                program = " ".join(child.cmdline()[2:4])
                now = child.memory_info().rss / 2**20
                peaks[program][child.pid] = max(now, peaks[program].get(child.pid, 0.0))
    return peaks


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    demo = _demo(tmp_path / "out", 20)
    peaks = _peak_memory_mib(demo)
    out, talk = demo.communicate()
    assert demo.returncode == 0, talk
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report.keys() == KEYS
    assert report["said"] == report["stored"] == report["acknowledged"] == report["found"] > 100
    assert (report["lost"], report["doubled"]) == (0, 0)
    for family, counts in report["families"].items():
        assert counts["said"] == counts["stored"] == counts["found"] > 0, family
    assert report["latency_p50_s"] <= report["latency_p95_s"]
    assert report["pictures"]
    assert all(Path(picture).stat().st_size > 20_000 for picture in report["pictures"])
    assert "lost" in out
    assert len(peaks["edge_agent run"]) == 3
    assert max(peaks["edge_agent run"].values()) < 120
    assert max(peaks["platform_hub.server serve"].values()) < 150


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_interrupting_stops_every_process(tmp_path: Path) -> None:
    demo = _demo(tmp_path / "out", 60)
    assert demo.stderr is not None
    for line in demo.stderr:
        if "edge agents" in line:
            break
    family = psutil.Process(demo.pid).children(recursive=True)
    assert len(family) >= 5  # hub, simulators, three gateways
    demo.send_signal(signal.SIGINT)
    demo.communicate(timeout=30)
    assert demo.returncode == 130
    psutil.wait_procs(family, timeout=10)  # what a child had started ends a moment after it
    assert not [child for child in family if _runs(child)]


def _runs(process: psutil.Process) -> bool:
    """An orphan that has ended stays as a zombie where nothing as process 1 reaps it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
