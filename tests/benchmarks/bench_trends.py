"""Benchmark of trends: a year of one-second data opened and zoomed on the trend page, no screen.

`python tests/benchmarks/bench_trends.py --output DIR` writes `DIR/bench_trends.json`: seconds from the
click on "1 year" until every series is drawn by its periods, with the hub's answers (wall time, median of
several cold openings; at most 0.5 is wanted on two idle cores; `load` says how idle they were), and frames
per second while the wheel zooms from the year
into a day and back, each frame drawn and painted (at least 30 are wanted). The year's roll-ups are written
into the hub's file as its upkeep would; the last hour is there second by second. With `--picture` the page
is kept as PNG.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from PySide6.QtWidgets import QApplication  # noqa: E402, TID251  # the path above comes first; a bench draws

from area_configs.domain.readings import Reading, Series  # noqa: E402  # ditto
from area_configs.loader import load_area  # noqa: E402  # ditto
from desktop.app import application_of_this_process  # noqa: E402  # ditto
from desktop.app.history import HistoryWiring  # noqa: E402  # ditto
from desktop.bridge.history_desk import HistoryDesk  # noqa: E402  # ditto
from desktop.bridge.hub_source import HubSource  # noqa: E402  # ditto
from desktop.bridge.pack_cache import PackCache  # noqa: E402  # ditto
from desktop.models.area_models import AreaModels  # noqa: E402  # ditto
from desktop.models.connection import Connection  # noqa: E402  # ditto
from desktop.models.tiles import period_for  # noqa: E402  # ditto
from desktop.views.theme import Theme  # noqa: E402  # ditto
from desktop.views.trends_page import TrendsPage  # noqa: E402  # ditto
from tests.benchmarks.goals import told  # noqa: E402  # ditto
from tests.desktop.real_hub import RealHub  # noqa: E402  # ditto

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, STEPS = 5, 60
YEAR_S, HALF_HOUR_US = 365 * 86_400, 1_800_000_000
SERIES = (
    Series("battery-main", "state_of_charge"),
    Series("battery-main", "active_power"),
    Series("river-gauge", "river_level"),
)
_ATTRIBUTES = ("stateOfCharge", "activePower", "riverLevel")
SIZE = (1440, 900)


def now_us() -> int:
    """Return the present instant."""
    return time.time_ns() // 1000


def fill(hub: RealHub, folder: Path) -> None:
    """Store the last hour second by second, and the roll-ups of the year before."""
    ends = now_us() // HALF_HOUR_US * HALF_HOUR_US - HALF_HOUR_US
    for series in SERIES:
        last = [Reading(*series, ends + n * 1_000_000, float(n % 90)) for n in range(3600)]
        hub.take([one for one in last if one.observed_us < now_us()])
    database = sqlite3.connect(folder / "hub" / "hub.sqlite", timeout=60)
    with database:
        for series, attribute in zip(SERIES, _ATTRIBUTES, strict=True):
            _fill_year(database, series, attribute, ends)
    database.close()


def _fill_year(database: sqlite3.Connection, series: Series, attribute: str, ends: int) -> None:
    like = f"%:{series.device}"
    (pk,) = database.execute("SELECT pk FROM entity WHERE id LIKE ?", (like,)).fetchone()
    (of,) = database.execute("SELECT pk FROM attribute WHERE name = ?", (attribute,)).fetchone()
    for period_s in (60, 1800):
        begins = range(ends - YEAR_S * 1_000_000, ends, period_s * 1_000_000)
        rows = (
            (pk, of, period_s, us, n % 7, 20.0 + n % 11, 50.0 + n % 37, period_s, 1.0)
            for n, us in enumerate(begins)
            if us % (40 * 86_400_000_000) > 4 * 86_400_000_000  # the gateway was away now and then
        )
        database.executemany("INSERT INTO rollup VALUES (?,?,?,?,?,?,?,?,?)", rows)


def until(done: Callable[[], bool]) -> None:
    """Let the application work until something holds."""
    ends = time.monotonic() + 60
    while not done():
        if time.monotonic() > ends:
            raise TimeoutError("the hub's answers did not come within a minute")
        QApplication.processEvents()


def opened(page: TrendsPage, models: AreaModels) -> float:
    """Return the seconds from the click to a drawn year, with nothing cached."""
    trend, plot = models.wide_trend, page.panel.plot
    trend.set_span(600)
    models.tiles.clear()
    QApplication.processEvents()
    begin = time.perf_counter()
    trend.set_span(YEAR_S)
    period = period_for(YEAR_S * 1_000_000, plot.width_px)
    until(
        lambda: all(plot.drawn(s).period_s == period and len(plot.drawn(s).stretch) for s in SERIES)
    )
    page.repaint()
    return time.perf_counter() - begin


def frames_per_second(page: TrendsPage, models: AreaModels) -> tuple[float, float]:
    """Return frames by second and by the console's processor second, zooming in and back out.

    The hub answers from another thread of this process: its work is not the console's.
    """
    begins, ends = models.wide_trend.window_us()
    at = begins + (ends - begins) * 2 // 3
    begin, used = time.perf_counter(), time.thread_time()
    for step in range(STEPS):
        models.wide_trend.zoom(0.82 if step < STEPS // 2 else 1 / 0.82, at)
        QApplication.processEvents()
        page.panel.plot.repaint()
    return STEPS / (time.perf_counter() - begin), STEPS / (time.thread_time() - used)


def main() -> int:
    """Run the benchmark and write its file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    parser.add_argument("--picture", type=Path, metavar="PNG")
    asked = parser.parse_args()
    application = application_of_this_process()
    with tempfile.TemporaryDirectory() as name:
        hub = RealHub(Path(name))
        try:
            fill(hub, Path(name))
            report = measure(hub, application, asked.picture)
        finally:
            hub.stop()
    asked.output.mkdir(parents=True, exist_ok=True)
    (asked.output / "bench_trends.json").write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report))  # noqa: T201  # a benchmark's figures are its output
    return 0


def measure(hub: RealHub, application: QApplication, picture: Path | None) -> dict[str, object]:
    """Open and zoom the page, and return the figures beside their goals."""
    theme = Theme()
    theme.choose("light", application)
    models = AreaModels(load_area("harumi"), Connection(now_us), now_us)
    desk, source = HistoryDesk(hub.url, ""), HubSource(hub.url, "", PackCache(hub.url))
    try:
        HistoryWiring(desk, source, models)
        models.wide_trend.show(SERIES)
        page = TrendsPage(models, theme)
        page.resize(*SIZE)
        page.show()
        openings = [opened(page, models) for _ in range(ROUNDS)]
        if picture:
            page.panel.sum_up()
            page.grab().save(str(picture))
        rate, rate_cpu = frames_per_second(page, models)
    finally:
        desk.close()
        source.close()
    return {
        "benchmark": "trends",
        "series": len(SERIES),
        "open_year_s": told(statistics.median(openings), "<=", 0.5),
        "open_year_each_s": [round(one, 3) for one in openings],
        "zoom_frames_per_s": told(rate, ">=", 30),
        "zoom_frames_per_cpu_s": told(rate_cpu, ">=", 30),
        "load": os.getloadavg()[0],
    }


if __name__ == "__main__":
    sys.exit(main())
