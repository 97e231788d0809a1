"""Benchmark of the city reader beside plateaukit and VTK's CityGML reader, and of its cache.

`python tests/benchmarks/bench_city.py --output DIR [--rivals PYTHON]` writes `DIR/bench_city.json`.
`PYTHON` is the interpreter of a virtual environment with `pip install plateaukit vtk`; without it
the peers' figures are null, neither met nor missed. All figures are processor seconds, the best
of several rounds in one run after a first reading, so that nobody's imports count; `read` includes
triangles of the finest level. `surfaces` says how many of a file's surfaces each reads: plateaukit
leaves out those of building parts, so that its time for such a file is that of a part of it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import reports  # noqa: E402  # the path above comes first
from goals import told  # noqa: E402  # ditto
from repeated_city import repeat  # noqa: E402  # ditto

from desktop.twin.citygml import CityModel, read  # noqa: E402  # ditto

if TYPE_CHECKING:
    from collections.abc import Callable

CHILD = Path(__file__).with_name("city_rivals_child.py")
BUNDLED = ROOT / "area_configs" / "areas" / "harumi" / "geometry" / "harumi_bldg_6697_op.gml"
SAMPLES = (
    "niiza_lod1/53395404_bldg_6697_op.gml",
    "shinjuku_stadium_lod2/udx/bldg/53394517_bldg_6697_op.gml",
    "yokosuka_lod2_dem/udx/bldg/52397519_bldg_6697_op.gml",
    "kawasaki_lod2/bldg/53392642_bldg_6697_op2.gml",
    "suginami_road/udx/tran/53394503_tran_6697_op.gml",
    "kawasaki_lod2/tran/533925_tran_6697_op.gml",
    "yokosuka_lod2_dem/udx/dem/523965_dem_6697_05_op.gml",
    "bunkyo_water/udx/wtr/533945_wtr_6697_op.gml",
    "flood/numazu_fld/52385721_fld_6697_l1_op.gml",
)
PLATEAUKIT, VTK, ATTRIBUTES = 8.0, 7.0, 3.0
REOPEN_S, REOPEN_RATIO, MEMORY = 0.05, 100.0, 3.0


def least(job: Callable[[], object], rounds: int) -> float:
    """Return the least processor seconds of several rounds."""
    seconds = []
    for _ in range(rounds):
        begin = time.process_time()
        job()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def rivals(python: str | None, files: list[Path], rounds: int) -> dict[str, Any]:
    """Return the peers' seconds by file; nothing without their interpreter."""
    if python is None:
        return {}
    command = [python, str(CHILD), str(rounds), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # ours
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def drawn(path: Path) -> CityModel:
    """Read a file and cut the triangles of everything in it."""
    model = read(path)
    for kind in model.features:
        model.layer(kind)
    return model


def measure(path: Path, peers: dict[str, Any], rounds: int) -> dict[str, Any]:
    """Return the figures of one file."""
    model = drawn(path)
    fast = least(lambda: drawn(path), rounds)

    def everything() -> None:
        for things in drawn(path).features.values():
            for thing in things:
                _ = thing.attributes

    full = least(everything, rounds)
    pk, vtk = peers.get("plateaukit"), peers.get("vtk")
    fine = any(thing.lod > 1 for thing in model.buildings)
    return {
        "file": path.name,
        "buildings": len(model.buildings),
        "features": sum(len(things) for things in model.features.values()),
        "triangles": sum(len(model.layer(kind).triangles) for kind in model.features),
        "surfaces": int((~model.geometry.rings.holes).sum()),
        "plateaukit_surfaces": peers.get("plateaukit_surfaces"),
        "read_cpu_s": round(fast, 5),
        "read_all_attributes_cpu_s": round(full, 5),
        "plateaukit_cpu_s": pk,
        "vtk_cpu_s": vtk,
        "plateaukit_per_read": told(pk and pk / fast, ">=", PLATEAUKIT),
        "plateaukit_per_read_all_attributes": told(pk and pk / full, ">=", ATTRIBUTES),
        "vtk_per_read": told(vtk / fast if vtk and fine else None, ">=", VTK),
    }


def reopen(path: Path, folder: Path, peer_s: float | None, rounds: int) -> dict[str, Any]:
    """Return the figures of opening a kept model: with all its buildings and its mesh."""
    read(path, cache=folder)

    def open_again() -> None:
        model = read(path, cache=folder)
        model.mesh(2)
        for building in model.buildings:
            _ = building.height

    seconds = least(open_again, rounds)
    tracemalloc.start()
    model = read(path, cache=folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    meshes = {id(m): m for m in (model.mesh(0), model.mesh(1), model.mesh(2))}.values()
    arrays = sum(m.points.nbytes + m.triangles.nbytes + m.building.nbytes for m in meshes)
    return {
        "file": f"SYNTHETIC: {path.name}",
        "buildings": len(model.buildings),
        "reopen_cpu_s": told(seconds, "<=", REOPEN_S),
        "plateaukit_per_reopen": told(peer_s and peer_s / seconds, ">=", REOPEN_RATIO),
        "peak_bytes_per_array_byte": told(peak / arrays, "<=", MEMORY),
    }


def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Measure every file there is."""
    data = Path(os.environ.get("SMART_AREA_DATA", ROOT.parent / "shared" / "data")) / "plateau"
    files = [BUNDLED, *(path for name in SAMPLES if (path := data / name).is_file())]
    large = folder / "niiza_16_times.gml"
    base = data / SAMPLES[0] if (data / SAMPLES[0]).is_file() else BUNDLED
    repeat(base, large, options.copies)
    rounds = options.rounds
    peers = rivals(options.rivals, files, rounds) | rivals(options.rivals, [large], 2)
    return {
        "benchmark": "city",
        "rounds": rounds,
        "files": [measure(path, peers.get(str(path), {}), rounds) for path in files],
        "large": measure(large, peers.get(str(large), {}), 2),
        "cache": reopen(
            large, folder / "cache", peers.get(str(large), {}).get("plateaukit"), rounds
        ),
    }


def main() -> int:
    """Run the benchmark and write its file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    parser.add_argument("--rounds", type=int, default=5, help="the best of so many counts")
    parser.add_argument("--copies", type=int, default=16, help="of one file in the large city")
    parser.add_argument("--rivals", metavar="PYTHON", help="interpreter that has the peers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = run(options, Path(folder))
    reports.written(options.output, "bench_city", report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
