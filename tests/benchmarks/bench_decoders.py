"""Benchmark of the decoders: frames a second on one core, each from bytes to readings.

`python tests/benchmarks/bench_decoders.py --output DIR` writes `DIR/bench_decoders.json`. The goal
of 300 frames a second at 2 % of a core is 15,000 a second for each.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.goals import told  # noqa: E402  # the path above comes first
from tests.edge_agent.decoding.decoders import DECODERS  # noqa: E402  # ditto

GOAL = 15_000.0


def rate(name: str, seconds: float) -> float:
    """Return how often a second a decoder reads its right input, by processor time."""
    decoder, right = DECODERS[name]
    count, begin = 0, time.process_time()
    while (spent := time.process_time() - begin) < seconds:
        for _ in range(200):
            decoder(right)
        count += 200
    return count / spent


def main() -> int:
    """Run the benchmark and write its file; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    parser.add_argument("--seconds", type=float, default=0.5, help="processor time of each")
    options = parser.parse_args()
    figures = {name: told(rate(name, options.seconds), ">=", GOAL) for name in DECODERS}
    report = {"benchmark": "decoders", "unit": "frames/s on one core", "decoders": figures}
    options.output.mkdir(parents=True, exist_ok=True)
    target = options.output / "bench_decoders.json"
    target.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report))  # noqa: T201  # a benchmark's figures are its output
    return 0 if all(figure["met"] for figure in figures.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
