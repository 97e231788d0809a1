"""Benchmark of memory: what a hub holds, minute by minute, while it is written to and read from.

`python tests/benchmarks/bench_hub_memory.py --output DIR [--full] [--minutes N] [--rate READINGS]` writes
`DIR/bench_hub_memory.json`: the hub's resident memory once a minute under a steady load of readings,
with a live stream open, latest states, an hour of history and batch upserts asked for all the while;
and the growth in percent from the second quarter of the time to the last. An hour is asked for; the
default of two minutes only shows the figure.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from area_configs.domain.readings import Reading  # noqa: E402  # the path above comes first
from platform_hub.wire import acknowledgements, blocks, ngsi_ld, timestamps  # noqa: E402  # ditto
from platform_hub.wire.blocks import Block  # noqa: E402  # ditto
from tests.benchmarks.hub_process import HubProcess, serving  # noqa: E402  # ditto

if TYPE_CHECKING:
    from collections.abc import Callable

GATEWAYS, DEVICES = 10, 100  # of each gateway
_HEADERS = {"Content-Type": blocks.MEDIA_TYPE, acknowledgements.EPOCH_HEADER: "1"}


class Load:
    """Everything that keeps a hub busy; each part runs in a thread of its own until `stop`."""

    def __init__(self, hub: HubProcess, rate: int) -> None:
        self._hub, self._each = hub, max(1, rate // GATEWAYS)
        self._stopping = threading.Event()
        self.sent = self.asked = self.heard = 0
        parts: list[Callable[[], None]] = [self._send, self._ask, self._follow]
        self._threads = [threading.Thread(target=part, daemon=True) for part in parts]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End; the stream ends with the hub."""
        self._stopping.set()
        for thread in self._threads[:2]:
            thread.join(60)

    def _send(self) -> None:
        first, begin = 1, time.perf_counter()
        with contextlib.closing(self._hub.connection()) as connection:
            while not self._stopping.wait(
                max(0.0, begin + first // self._each - time.perf_counter())
            ):
                for gateway in range(GATEWAYS):
                    body = self._block(gateway, first)
                    headers = _HEADERS | {acknowledgements.GATEWAY_HEADER: f"gw-{gateway}"}
                    connection.request("POST", "/ngsi-ld/ex/v1/blocks", body, headers)
                    answer = acknowledgements.decode(connection.getresponse().read())
                    self.sent += answer.stored
                first += self._each

    def _block(self, gateway: int, first: int) -> bytes:
        now_us = time.time_ns() // 1000
        readings = tuple(
            Reading(f"meter-{gateway}-{k % DEVICES}", "active_power", now_us + k, k / 7)
            for k in range(self._each)
        )
        return blocks.join([blocks.encode(Block(f"gw-{gateway}", 1, first, readings))])

    def _ask(self) -> None:
        urn = ngsi_ld.entity_id("harumi", "meter-0-0")
        while not self._stopping.wait(2):
            self._hub.get("/ngsi-ld/v1/entities?type=Device&limit=1000")
            hour_ago = timestamps.to_text(time.time_ns() // 1000 - 3_600_000_000)
            window = urlencode({"timerel": "after", "timeAt": hour_ago})
            for form in ("temporalValues", "normalized"):
                path = f"/ngsi-ld/v1/temporal/entities/{urn}?options={form}&attrs=activePower"
                with contextlib.closing(self._hub.connection()) as connection:
                    connection.request("GET", f"{path}&{window}")
                    connection.getresponse().read()
            self._upsert()
            self.asked += 4

    def _upsert(self) -> None:
        level = {"type": "Property", "value": time.time()}
        sent = [{"id": f"urn:ngsi-ld:S:b:{n}", "type": "S", "level": level} for n in range(100)]
        headers = {"Content-Type": "application/json"}
        with contextlib.closing(self._hub.connection()) as connection:
            path = "/ngsi-ld/v1/entityOperations/upsert?options=update"
            connection.request("POST", path, json.dumps(sent), headers)
            connection.getresponse().read()

    def _follow(self) -> None:
        with contextlib.suppress(OSError), contextlib.closing(self._hub.connection()) as connection:
            connection.request("GET", "/ngsi-ld/ex/v1/live")
            answer = connection.getresponse()
            while line := answer.readline():
                self.heard += line.startswith(b"data:")


def measured(hub: HubProcess, minutes: int, rate: int) -> dict[str, Any]:
    """Return the figures of so many minutes."""
    load = Load(hub, rate)
    idle_mb = hub.rss_mb()
    load.start()
    cpu_s, begin = hub.cpu_s(), time.perf_counter()
    held = []
    for minute in range(minutes):
        time.sleep(max(0.0, begin + (minute + 1) * 60 - time.perf_counter()))
        held.append(hub.rss_mb())
    took = time.perf_counter() - begin
    load.stop()
    quarter = max(1, minutes // 4)
    early, late = _mean(held[quarter : 2 * quarter] or held), _mean(held[-quarter:])
    return {
        "minutes": minutes,
        "readings": load.sent,
        "readings_per_s": round(load.sent / took),
        "requests": load.asked,
        "events": load.heard,
        "hub_cores": round((hub.cpu_s() - cpu_s) / took, 2),
        "rss_mb_idle": idle_mb,
        "rss_mb": held,
        "growth_percent": round((late / early - 1) * 100, 1),
    }


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def main() -> int:
    """Run the benchmark and write its file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    parser.add_argument("--minutes", type=int, default=2)
    parser.add_argument("--rate", type=int, default=2000, help="readings a second")
    parser.add_argument("--full", action="store_true", help="an hour, as is asked for")
    options = parser.parse_args()
    minutes = 60 if options.full else options.minutes
    with serving() as hub:
        result = measured(hub, minutes, options.rate)
    options.output.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"benchmark": "hub_memory", "result": result}, indent=2) + "\n"
    (options.output / "bench_hub_memory.json").write_text(text, encoding="utf-8")
    print(json.dumps(result))  # noqa: T201  # a benchmark's figures are its output
    return 0


if __name__ == "__main__":
    sys.exit(main())
