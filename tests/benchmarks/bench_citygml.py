"""Benchmark of the city reader: the byte scan against the XML parser path, in one run.

`python tests/benchmarks/bench_citygml.py --output DIR` writes `DIR/bench_citygml.json`: per file
the processor seconds of both ways from bytes to text rings, their ratio, and the seconds of a
whole `read` with `mesh(1)`; each the best of several rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from desktop.twin.citygml import read  # noqa: E402  # the path above comes first
from desktop.twin.citygml.encodings import as_utf8  # noqa: E402  # ditto
from desktop.twin.citygml.header import read_header  # noqa: E402  # ditto
from desktop.twin.citygml.scan import scan  # noqa: E402  # ditto
from desktop.twin.citygml.tolerant import parse  # noqa: E402  # ditto

if TYPE_CHECKING:
    from collections.abc import Callable


def best_of(job: Callable[[], object], rounds: int) -> float:
    """Return the least processor seconds of several rounds."""
    seconds = []
    for _ in range(rounds):
        begin = time.process_time()
        job()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def measure(path: Path, rounds: int) -> dict[str, object]:
    """Return the figures of one file."""
    name, data = path.name, as_utf8(path.name, path.read_bytes())

    def fast() -> None:
        header = read_header(name, data)
        scan(data, header)

    def patient() -> None:
        read_header(name, data)
        parse(name, data)

    fast_s, patient_s = best_of(fast, rounds), best_of(patient, rounds)
    model = read(path)
    return {
        "file": name,
        "bytes": len(data),
        "buildings": len(model.buildings),
        "triangles": len(model.mesh(1).triangles),
        "scan_cpu_s": round(fast_s, 5),
        "parser_cpu_s": round(patient_s, 5),
        "parser_per_scan": round(patient_s / fast_s, 2),
        "read_and_mesh_cpu_s": round(best_of(lambda: read(path).mesh(1), rounds), 5),
    }


def files() -> list[Path]:
    """Return the bundled district's files, and Niiza's where the sample data is there."""
    found = sorted((ROOT / "area_configs" / "areas" / "harumi" / "geometry").glob("*.gml"))
    data = Path(os.environ.get("SMART_AREA_DATA", ROOT.parent / "shared" / "data"))
    niiza = data / "plateau" / "niiza_lod1" / "53395404_bldg_6697_op.gml"
    return [*found, *([niiza] if niiza.is_file() else [])]


def main() -> int:
    """Run the benchmark and write its file; 1 where there is nothing to measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    parser.add_argument("--rounds", type=int, default=5, help="the best of so many counts")
    options = parser.parse_args()
    folder, rounds = options.output, options.rounds
    results = [measure(path, rounds) for path in files()]
    folder.mkdir(parents=True, exist_ok=True)
    report = {"benchmark": "citygml", "rounds": rounds, "files": results}
    target = folder / "bench_citygml.json"
    target.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    for result in results:
        print(json.dumps(result))  # noqa: T201  # a benchmark's figures are its output
    return 0 if results else 1


if __name__ == "__main__":
    sys.exit(main())
