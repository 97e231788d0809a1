"""Benchmark of hours of sun beside VTK's cell locator, and of one step and one scrub.

`python tests/benchmarks/bench_sun.py --output DIR` writes `DIR/bench_sun.json`. The city is the
Niiza sample where it is at hand, else the bundled district. All figures are processor seconds in
one run; the locator is asked for a share of the rays and its time is scaled up, as it would take
half a minute.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from goals import told  # noqa: E402  # the path above comes first

from desktop.twin.analysis.shadows import LocatorShadows, shadows_of  # noqa: E402  # ditto
from desktop.twin.analysis.sun import directions, solar_noon, sun_place  # noqa: E402  # ditto
from desktop.twin.citygml import read  # noqa: E402  # ditto

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float32]

SAMPLE = "plateau/niiza_lod1/53395404_bldg_6697_op.gml"
BUNDLED = ROOT / "area_configs" / "areas" / "harumi" / "geometry" / "harumi_bldg_6697_op.gml"
PLACE, MIDNIGHT_S = (35.8, 139.555), 1_797_865_200.0  # Niiza; 2026-12-22 00:00 in Tokyo
STEPS, POINTS = 49, 98_000
RATIO, STEP_S = 50.0, 0.05


def source() -> Path:
    """Return the city file to use."""
    data = Path(os.environ.get("SMART_AREA_DATA", ROOT.parent / "shared" / "data"))
    return data / SAMPLE if (data / SAMPLE).is_file() else BUNDLED


def ways() -> Points:
    """Return the directions of the eight hours around solar noon at the winter solstice."""
    noon = solar_noon(MIDNIGHT_S, PLACE[1])
    seconds = noon + np.linspace(-4 * 3600, 4 * 3600, STEPS)
    return directions(sun_place(seconds, *PLACE), (0.0, 1.0))


def spots(triangles: Points, points: int) -> Points:
    """Return places spread over the ground and the roofs of a city, 0.05 m off them."""
    corners = triangles.reshape(-1, 3)
    low, high = corners.min(axis=0), corners.max(axis=0)
    side = int(np.ceil(np.sqrt(points)))
    x, y = np.meshgrid(np.linspace(low[0], high[0], side), np.linspace(low[1], high[1], side))
    sky = np.column_stack([x.ravel(), y.ravel(), np.full(x.size, high[2] + 100)])[:points]
    above = np.ascontiguousarray(sky, np.float32)
    away = shadows_of(triangles).below(above)
    down = np.where(np.isfinite(away), away - 0.05, above[:, 2] - low[2])
    above[:, 2] -= down
    return above


def seconds(tracer: Any, places: Points, toward: Points) -> tuple[float, NDArray[np.float64]]:
    """Return processor seconds for all rays, and the free steps of each place."""
    begin = time.process_time()
    free = np.zeros(len(places))
    for way in toward:
        free += tracer.free(places, way)
    return time.process_time() - begin, free


def measure(points: int, locator_share: int) -> dict[str, Any]:
    """Return all figures."""
    path = source()
    mesh = read(path).mesh(1)
    triangles = np.ascontiguousarray(mesh.points[mesh.triangles])
    places, toward = spots(triangles, points), ways()
    begin = time.process_time()
    tracer = shadows_of(triangles)
    build = time.process_time() - begin
    taken, free = seconds(tracer, places, toward)
    part = places[::locator_share]
    slow, same = seconds(LocatorShadows(triangles), part, toward)
    scaled = slow * len(places) / len(part)
    one, _ = seconds(tracer, places, toward[:1])
    return {
        "file": path.name,
        "triangles": len(triangles),
        "points": len(places),
        "steps": len(toward),
        "tracer": type(tracer).__name__,
        "build_s": round(build, 4),
        "sun_hours_s": round(taken, 3),
        "locator_s_scaled": round(scaled, 1),
        "locator_asked_share": round(len(part) / len(places), 4),
        "locator_per_own": told(scaled / (build + taken), ">=", RATIO),
        "one_step_s": told(one, "<=", STEP_S),
        "same_answers_share": told(float((free[::locator_share] == same).mean()), ">=", 0.999),
    }


def main() -> None:
    """Measure, write the figures, and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--points", type=int, default=POINTS)
    parser.add_argument("--locator-share", type=int, default=100)
    given = parser.parse_args()
    report = {"benchmark": "sun", **measure(given.points, given.locator_share)}
    given.output.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, indent=2)
    (given.output / "bench_sun.json").write_text(text + "\n", encoding="utf-8")
    print(text)  # noqa: T201  # the data


if __name__ == "__main__":
    main()
