"""Benchmark of ingest: a hub that takes blocks over HTTP against the bare database, in one run.

`python tests/benchmarks/bench_hub_ingest.py --output DIR` writes `DIR/bench_hub_ingest.json`:
readings a second that a hub has acknowledged, and the same rows (with their JSON bodies, keys and
commits) by `executemany` of sqlite3 and by COPY of psycopg into a table of the same form; then the
ratio. The hub's side has HTTP, checks, current state and the change log on top. Both sides take
turns, commit to the disk each time, and the best round of each counts.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from area_configs.domain.readings import Reading  # noqa: E402  # the path above comes first
from platform_hub.wire import acknowledgements, blocks  # noqa: E402  # ditto
from platform_hub.wire.blocks import Block  # noqa: E402  # ditto
from tests.benchmarks.hub_process import HubProcess, serving  # noqa: E402  # ditto
from tests.peers import postgresql  # noqa: E402  # ditto

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS, SENDERS, BODIES, SIZE, DEVICES = 5, 3, 8, 5000, 100
T0 = 1_764_000_000_000_000
COLUMNS = "entity_pk, attribute_pk, observed_us, dataset, num, body, modified_us"
TYPES = ("int8", "int8", "int8", "text", "float8", "bytea", "int8")


def bodies(sender: int, round_: int) -> list[bytes]:
    """Return what one gateway sends in one round: blocks of its devices, one reading a second."""
    dice = random.Random(sender)
    made = []
    for n in range(BODIES):
        first = (round_ * BODIES + n) * SIZE
        readings = tuple(
            Reading(
                f"meter-{sender}-{k % DEVICES}",
                "active_power",
                T0 + (first + k) // DEVICES * 1_000_000,
                round(700 + 300 * dice.random(), 1),
            )
            for k in range(SIZE)
        )
        made.append(blocks.join([blocks.encode(Block(f"gw-{sender}", 1, first + 1, readings))]))
    return made


def send(hub: HubProcess, sender: int, sent: list[bytes]) -> None:
    """Send bodies one after the other, as a gateway does."""
    headers = {
        "Content-Type": blocks.MEDIA_TYPE,
        acknowledgements.GATEWAY_HEADER: f"gw-{sender}",
        acknowledgements.EPOCH_HEADER: "1",
    }
    with contextlib.closing(hub.connection()) as connection:
        for body in sent:
            connection.request("POST", "/ngsi-ld/ex/v1/blocks", body, headers)
            answer = acknowledgements.decode(connection.getresponse().read())
            if answer.stored != SIZE:
                raise RuntimeError(f"stored {answer.stored} of {SIZE}")


def hub_round(hub: HubProcess, round_: int, pool: ThreadPoolExecutor) -> dict[str, float]:
    """Return readings a second, and processor microseconds of the hub per reading."""
    made = [bodies(sender, round_) for sender in range(SENDERS)]
    count = SENDERS * BODIES * SIZE
    cpu_s, begin = hub.cpu_s(), time.perf_counter()
    list(pool.map(send, [hub] * SENDERS, range(SENDERS), made))
    seconds = time.perf_counter() - begin
    return {"per_s": count / seconds, "cpu_us": (hub.cpu_s() - cpu_s) / count * 1e6}


def sqlite_rows(path: Path) -> list[tuple[Any, ...]]:
    """Return the rows of the first round as the hub stored them, in the order of their arrival."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        query = f"SELECT {COLUMNS} FROM instance ORDER BY observed_us, entity_pk LIMIT ?"  # noqa: S608  # constants
        return database.execute(query, (SENDERS * BODIES * SIZE,)).fetchall()


def sqlite_round(rows: list[tuple[Any, ...]], form: str) -> float:
    """Return rows a second by `executemany`, committed as often as the hub acknowledges."""
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.closing(sqlite3.connect(Path(folder, "raw.sqlite"))) as database,
    ):
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", form):
            database.execute(statement)
        begin = time.perf_counter()
        for at in range(0, len(rows), SIZE):
            with database:
                insert = f"INSERT INTO instance ({COLUMNS}) VALUES (?,?,?,?,?,?,?)"  # noqa: S608  # constants
                database.executemany(insert, rows[at : at + SIZE])
        return len(rows) / (time.perf_counter() - begin)


def postgresql_round(rows: list[tuple[Any, ...]], url: str) -> float:
    """Return rows a second by COPY, committed as often as the hub acknowledges."""
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("DROP TABLE IF EXISTS raw")
        key = "PRIMARY KEY (entity_pk, attribute_pk, observed_us, dataset)"
        database.execute(f"CREATE TABLE raw (LIKE instance, {key})")
        begin = time.perf_counter()
        for at in range(0, len(rows), SIZE):
            statement = f"COPY raw ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
            with database.cursor() as cursor, cursor.copy(statement) as copy:
                copy.set_types(TYPES)
                for row in rows[at : at + SIZE]:
                    copy.write_row(row)
        return len(rows) / (time.perf_counter() - begin)


def on_sqlite(pool: ThreadPoolExecutor) -> dict[str, Any]:
    """Compare a hub on SQLite with `executemany`."""
    with serving() as hub:
        path = Path(hub.place)
        ours = [hub_round(hub, 0, pool)]
        rows = sqlite_rows(path)
        with contextlib.closing(sqlite3.connect(path)) as database:
            form = "SELECT sql FROM sqlite_master WHERE name = 'instance'"
            (statement,) = database.execute(form).fetchone()
        raw = [sqlite_round(rows, statement)]
        for round_ in range(1, ROUNDS):
            ours.append(hub_round(hub, round_, pool))
            raw.append(sqlite_round(rows, statement))
        return compared("sqlite3 executemany", ours, raw, hub.rss_mb())


def on_postgresql(pool: ThreadPoolExecutor) -> Iterator[dict[str, Any]]:
    """Compare a hub on PostgreSQL with COPY; nothing where there is none."""
    with contextlib.ExitStack() as stack:
        try:
            cluster = stack.enter_context(postgresql.running(safe=True))
        except postgresql.NoPostgreSQL as error:
            print(f"no PostgreSQL: {error}", file=sys.stderr)  # noqa: T201  # said to whoever runs it
            return
        url = cluster.url()
        hub = stack.enter_context(serving(url))
        ours = [hub_round(hub, 0, pool)]
        with psycopg.connect(url) as database:
            query = f"SELECT {COLUMNS} FROM instance ORDER BY observed_us, entity_pk"  # noqa: S608  # constants
            rows = database.execute(query).fetchall()
        raw = [postgresql_round(rows, url)]
        for round_ in range(1, ROUNDS):
            ours.append(hub_round(hub, round_, pool))
            raw.append(postgresql_round(rows, url))
        yield compared("COPY", ours, raw, hub.rss_mb())


def compared(
    what: str, ours: list[dict[str, float]], raw: list[float], rss_mb: float
) -> dict[str, Any]:
    """Return the figures of both sides and their ratio; at least 0.5 is wanted."""
    best = max(one["per_s"] for one in ours)
    return {
        "against": what,
        "hub_readings_per_s": round(best),
        "raw_rows_per_s": round(max(raw)),
        "ratio": round(best / max(raw), 2),
        "ratio_of_medians": round(_median([one["per_s"] for one in ours]) / _median(raw), 2),
        "hub_cpu_us_per_reading": round(_median([one["cpu_us"] for one in ours]), 2),
        "hub_readings_per_s_and_core": round(1e6 / _median([one["cpu_us"] for one in ours])),
        "hub_rss_mb": rss_mb,
    }


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def main() -> int:
    """Run the benchmark and write its file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    folder = parser.parse_args().output
    with ThreadPoolExecutor(SENDERS) as pool:
        results = [on_sqlite(pool), *on_postgresql(pool)]
    folder.mkdir(parents=True, exist_ok=True)
    report = {"benchmark": "hub_ingest", "rounds": ROUNDS, "readings": SENDERS * BODIES * SIZE, "results": results}  # fmt: skip
    text = json.dumps(report, indent=2) + "\n"
    (folder / "bench_hub_ingest.json").write_text(text, encoding="utf-8")
    for result in results:
        print(json.dumps(result))  # noqa: T201  # a benchmark's figures are its output
    return 0


if __name__ == "__main__":
    sys.exit(main())
