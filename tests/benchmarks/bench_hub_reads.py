"""Benchmark of reads: the hub's answers against bare SQL and orjson, in one run.

`python tests/benchmarks/bench_hub_reads.py --output DIR` writes `DIR/bench_hub_reads.json`: seconds
for the latest state of 10,000 entities (as NGSI-LD, in pages of 1,000) and for one day of one series
with a reading a second (as temporal values), each over HTTP; the same from the hub's own SQLite file by
sqlite3, decoded and encoded by orjson; and a batch upsert of 1,000 entities. A ratio of at most 2 is
wanted. Then least, mean, most and number of a year of a reading a second in 4,380 periods of two hours
and in 4,056 of 130 minutes, which are made of half hours and of minutes: at most half a second is wanted.
The year's roll-ups are written into the file as the upkeep would; its raw readings are those of one day.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sqlite3
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from area_configs.domain.readings import Reading  # noqa: E402  # the path above comes first
from platform_hub.wire import acknowledgements, blocks, ngsi_ld  # noqa: E402  # ditto
from platform_hub.wire.blocks import Block  # noqa: E402  # ditto
from tests.benchmarks.hub_process import HubProcess, serving  # noqa: E402  # ditto

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, ENTITIES, PAGE, DAY_S, YEAR_S = 5, 10_000, 1000, 86_400, 365 * 86_400
T0 = 1_764_028_800_000_000  # 2025-11-25T00:00:00Z
_UPSERT = "/ngsi-ld/v1/entityOperations/upsert?options=update"


def best_of(job: Callable[[], object]) -> float:
    """Return the least seconds of several rounds."""
    seconds = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        job()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def post(hub: HubProcess, path: str, body: bytes, headers: dict[str, str]) -> None:
    """Post a body; anything but success is an error."""
    with contextlib.closing(hub.connection()) as connection:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
    if answer.status not in {200, 201, 204}:
        raise RuntimeError(f"{path} is answered with {answer.status}: {text[:300]!r}")


def fill(hub: HubProcess) -> None:
    """Store a reading of each of many devices, and a day of one."""
    readings = [Reading(f"meter-{n}", "active_power", T0, float(n)) for n in range(ENTITIES)]
    readings += [
        Reading("meter-0", "active_power", T0 + s * 1_000_000, s / 7) for s in range(DAY_S)
    ]
    headers = {
        "Content-Type": blocks.MEDIA_TYPE,
        acknowledgements.GATEWAY_HEADER: "gw-1",
        acknowledgements.EPOCH_HEADER: "1",
    }
    for at in range(0, len(readings), 10_000):
        block = Block("gw-1", 1, at + 1, tuple(readings[at : at + 10_000]))
        post(hub, "/ngsi-ld/ex/v1/blocks", blocks.join([blocks.encode(block)]), headers)


def latest(hub: HubProcess) -> int:
    """Return how many entities the hub sends, page by page."""
    pages = range(0, ENTITIES, PAGE)
    path = f"/ngsi-ld/v1/entities?type=Device&limit={PAGE}&offset="
    return sum(len(orjson.loads(hub.get(f"{path}{at}"))) for at in pages)


def bare_latest(database: sqlite3.Connection) -> int:
    """Return how many entities bare SQL gives, each decoded, put together and encoded."""
    found = 0
    query = (
        "SELECT id, type, document FROM entity WHERE type = 'Device' ORDER BY id LIMIT ? OFFSET ?"
    )
    for at in range(0, ENTITIES, PAGE):
        rows = database.execute(query, (PAGE, at)).fetchall()
        page = [{"id": ident, "type": kind} | orjson.loads(text) for ident, kind, text in rows]
        found += len(orjson.loads(orjson.dumps(page)))
    return found


def day(hub: HubProcess) -> int:
    """Return how many readings the hub sends of the day."""
    urn = ngsi_ld.entity_id("harumi", "meter-0")
    path = f"/ngsi-ld/v1/temporal/entities/{urn}?attrs=activePower&options=temporalValues"
    window = "&timerel=between&timeAt=2025-11-25T00:00:00Z&endTimeAt=2025-11-26T00:00:00Z"
    return len(orjson.loads(hub.get(path + window))["activePower"]["values"])


def bare_day(database: sqlite3.Connection) -> int:
    """Return how many readings bare SQL gives of the day, as pairs of value and time, encoded."""
    urn = ngsi_ld.entity_id("harumi", "meter-0")
    query = (
        "SELECT body, strftime('%Y-%m-%dT%H:%M:%SZ', observed_us / 1000000, 'unixepoch') "
        "FROM instance WHERE entity_pk = (SELECT pk FROM entity WHERE id = ?) "
        "AND attribute_pk = (SELECT pk FROM attribute WHERE name = 'activePower') "
        "AND observed_us >= ? AND observed_us < ? ORDER BY observed_us"
    )
    rows = database.execute(query, (urn, T0, T0 + DAY_S * 1_000_000)).fetchall()
    pairs = [[orjson.loads(body)["value"], text] for body, text in rows]
    return len(orjson.loads(orjson.dumps(pairs)))


def fill_year(database: sqlite3.Connection) -> None:
    """Store the roll-ups of a year of a reading a second; the upkeep makes the like overnight."""
    with database:
        (pk,) = database.execute("SELECT pk FROM entity WHERE id LIKE '%:meter-1'").fetchone()
        (of,) = database.execute("SELECT pk FROM attribute WHERE name = 'activePower'").fetchone()
        for period_s in (60, 1800):
            begins = range(T0 - YEAR_S * 1_000_000, T0 - 1_800_000_000, period_s * 1_000_000)
            rows = (
                (pk, of, period_s, us, n % 7, 10.5, 20.0 + n % 9, period_s, 1.0)
                for n, us in enumerate(begins)
            )
            database.executemany("INSERT INTO rollup VALUES (?,?,?,?,?,?,?,?,?)", rows)


def year(hub: HubProcess, minutes: int) -> int:
    """Return how many periods the hub sends of the year."""
    urn = ngsi_ld.entity_id("harumi", "meter-1")
    path = f"/ngsi-ld/v1/temporal/entities/{urn}?attrs=activePower&options=aggregatedValues"
    asked = f"&aggrMethods=min,avg,max,totalCount&aggrPeriodDuration=PT{minutes}M"
    window = "&timerel=between&timeAt=2024-11-25T00:00:00Z&endTimeAt=2025-11-26T00:00:00Z"
    return len(orjson.loads(hub.get(path + asked + window))["activePower"]["avg"])


def upsert(hub: HubProcess) -> None:
    """Write 1,000 entities in one request, each with a new value."""
    value = time.perf_counter()
    entities = [
        {
            "id": f"urn:ngsi-ld:Sensor:bench:{n}",
            "type": "Sensor",
            "level": {"type": "Property", "value": value + n},
        }
        for n in range(1000)
    ]
    post(hub, _UPSERT, orjson.dumps(entities), {"Content-Type": "application/json"})


def main() -> int:
    """Run the benchmark and write its file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    folder = parser.parse_args().output
    results: list[dict[str, Any]] = []
    with serving() as hub, contextlib.closing(sqlite3.connect(hub.place)) as database:
        fill(hub)
        for name, ours, bare, count in (
            ("latest state of 10,000 entities", lambda: latest(hub), lambda: bare_latest(database), ENTITIES),
            ("a day of one 1 Hz series", lambda: day(hub), lambda: bare_day(database), DAY_S),
        ):  # fmt: skip
            if (ours(), bare()) != (count, count):
                raise RuntimeError(f"{name}: not all of it was found")
            hub_s, bare_s = best_of(ours), best_of(bare)
            ratio = round(hub_s / bare_s, 2)
            results.append({"what": name, "hub_s": round(hub_s, 4), "bare_s": round(bare_s, 4), "ratio": ratio})  # fmt: skip
        fill_year(database)
        for minutes in (120, 130):
            count = year(hub, minutes)
            seconds = best_of(lambda minutes=minutes: year(hub, minutes))
            results.append({"what": f"a year of one 1 Hz series by {minutes} minutes", "periods": count, "hub_s": round(seconds, 4)})  # fmt: skip
        seconds = best_of(lambda: upsert(hub))
        results.append({"what": "batch upsert of 1,000 entities", "hub_s": round(seconds, 4), "entities_per_s": round(1000 / seconds)})  # fmt: skip
        results.append({"what": "memory", "hub_rss_mb": hub.rss_mb()})
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"benchmark": "hub_reads", "rounds": ROUNDS, "results": results}, indent=2)
    (folder / "bench_hub_reads.json").write_text(text + "\n", encoding="utf-8")
    for result in results:
        print(json.dumps(result))  # noqa: T201  # a benchmark's figures are its output
    return 0


if __name__ == "__main__":
    sys.exit(main())
