"""Benchmark of care: 500 residents with 90 days each, opened on who needs a look.

`python tests/benchmarks/bench_care_overview.py --output DIR` writes `DIR/bench_care_overview.json`:
seconds from the request to the whole answer, over HTTP, best and worst of several rounds, and the
page of one resident. At most one second is wanted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from platform_hub.client import care as requests  # noqa: E402  # the path above comes first
from platform_hub.client.area_client import AreaClient  # noqa: E402  # ditto
from platform_hub.server.care import collecting, summaries  # noqa: E402  # ditto
from platform_hub.server.care.calendars import Calendar  # noqa: E402  # ditto
from platform_hub.server.store import care as stored  # noqa: E402  # ditto
from platform_hub.server.store.care import StoredConsent, StoredResident  # noqa: E402  # ditto
from platform_hub.server.store.database import Database  # noqa: E402  # ditto
from tests.benchmarks.goals import told  # noqa: E402  # ditto
from tests.benchmarks.hub_process import serving  # noqa: E402  # ditto

RESIDENTS, DAYS, ROUNDS = 500, 90, 5
_BODY = b'{"scopes":["wearable"],"policy":"bench","givenOn":"2026-01-01"}'


def fill(database: Database) -> str:
    """Store residents and days; return one of them."""
    now_us = time.time_ns() // 1000
    calendar = Calendar.of("Asia/Tokyo")
    today, dice = calendar.day_at(now_us), random.Random(1)
    empty = summaries.summary(today, calendar.begins(today), {})
    names = [
        f"p-{n:026}".translate(str.maketrans("0123456789", "abcdefghij")) for n in range(RESIDENTS)
    ]

    def store(transaction) -> None:
        for n, name in enumerate(names):
            stored.add_resident(transaction, StoredResident(name, f"{n}", 1, now_us))
            stored.add_consent(transaction, StoredConsent(name, 1, "wearable", _BODY, now_us))
            rows = []
            for day in range(today - DAYS, today):
                row, body = collecting.row_of(name, empty)
                numbers = [dice.gauss(60, 2), dice.gauss(30, 3), 96.0, dice.gauss(2000, 300), 420.0]
                known = row._replace(
                    day=day, worn_min=1400, night_worn_min=1400, valid=1, valid_night=1
                )
                names_of = ("resting_hr", "rmssd", "spo2_median", "steps", "sleep_min")
                known = known._replace(**dict(zip(names_of, numbers, strict=True)))
                rows.append((known, body))
            stored.save_days(transaction, rows)

    database.write(store).result()
    return names[0]


def measure(client: AreaClient, resident: str) -> dict[str, list[float]]:
    """Return the seconds of each round."""
    found: dict[str, list[float]] = {"overview": [], "page": []}
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        overview = requests.overview(client)
        found["overview"].append(time.perf_counter() - begun)
        if len(overview.residents) != RESIDENTS:
            raise SystemExit("not every resident was in the answer")
        begun = time.perf_counter()
        requests.page(client, resident)
        found["page"].append(time.perf_counter() - begun)
    return found


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    output: Path = parser.parse_args().output
    with serving() as hub, contextlib.closing(Database(hub.place)) as database:
        resident = fill(database)
        with AreaClient(hub.url) as client:
            seconds = measure(client, resident)
    report = {
        "residents": RESIDENTS,
        "days": DAYS,
        "overview_best_s": told(min(seconds["overview"]), "<=", 1.0),
        "overview_worst_s": told(max(seconds["overview"]), "<=", 1.0),
        "page_worst_s": told(max(seconds["page"]), "<=", 1.0),
    }
    output.mkdir(parents=True, exist_ok=True)
    (output / "bench_care_overview.json").write_text(json.dumps(report, indent=2) + "\n")
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
