"""The main job in one command: the whole suite with simulated devices, and an honest report."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, NoReturn

from area_configs.domain.errors import SmartAreaError
from area_configs.domain.quality import Reason
from area_configs.domain.quantities import BY_GATEWAY
from area_configs.domain.readings import Series
from desktop.bridge.child_process import ChildFailed
from desktop.bridge.local_suite import LocalSuite
from desktop.bridge.reconciliation import Found, Said, Tally, reconcile
from platform_hub.client import HubClient
from platform_hub.wire import ngsi_ld

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import FrameType

    from desktop.bridge.child_process import ChildProcess

AREA = "harumi"
_PICTURES_TAKE_S = 14.0  # the console's pictures are taken while data flows, not after
_CONSOLE_PATIENCE_S = 90.0


def run(*, look: Mapping[str, object], output: Path, duration_s: float) -> int:
    """Run the suite until the console closes or, without a screen, for `duration_s` seconds.

    Returns the exit status: 0 done, 1 a part failed or readings were lost, 130 on Ctrl-C.
    Without a screen `output` holds report.json and the pictures afterwards.
    """
    for stop in (signal.SIGINT, signal.SIGTERM):  # SIGINT is ignored where a shell put us behind
        signal.signal(stop, _interrupt)
    _clear(output)
    suite = LocalSuite(AREA, output / "data", _say, str(look.get("language") or "ja"))
    _say(f"Smart Area Suite: {suite.area.name.en} ({suite.area.name.ja}), simulated devices")
    options = [f"--{name}={value}" for name, value in look.items() if value]
    try:
        suite.start()
        if _has_screen():
            return _with_screen(suite, options)
        return _without_screen(suite, output, duration_s, options)
    except KeyboardInterrupt:
        _say("Stopping ...")
        return 130
    except SmartAreaError as error:
        _say(str(error))
        return 1
    finally:
        suite.stop()


def _with_screen(suite: LocalSuite, look: list[str]) -> int:
    _say("The console opens now. Close it, or press Ctrl-C here, to stop everything.")
    console = suite.run_child("console", "desktop", [*_connect(suite), *look])
    try:
        return console.wait()
    finally:
        console.stop(5.0)


def _without_screen(suite: LocalSuite, output: Path, duration_s: float, look: list[str]) -> int:
    _say(f"No screen here: running for {duration_s:.0f} s, then pictures and report in {output}/")
    ends = time.monotonic() + duration_s
    _watch(suite, ends - _PICTURES_TAKE_S)
    pictures = ["--screenshot", str(output), *look]
    console = suite.run_child("console", "desktop", [*_connect(suite), *pictures])
    try:
        _watch(suite, ends)
        paths, whole = _pictures(console, output)
    finally:
        console.stop(5.0)
    suite.stop_edges()
    report = {**_count(suite), "pictures": paths}
    (output / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    _print(report)
    good = report["said"] and whole and paths and not report["lost"] and not report["doubled"]
    return 0 if good else 1


def _watch(suite: LocalSuite, until: float) -> None:
    while (left := until - time.monotonic()) > 0:
        suite.check()
        time.sleep(min(left, 0.5))


def _pictures(console: ChildProcess, output: Path) -> tuple[list[str], bool]:
    """Wait for the console, on a busy machine for as long as pictures come.

    Returns the pictures, and whether it made them all.
    """
    try:
        answer = console.finish(_CONSOLE_PATIENCE_S, lambda: len(list(output.glob("*.png"))))
    except ChildFailed as error:
        _say(str(error))  # the report is written all the same
        return sorted(map(str, output.glob("*.png"))), False
    paths: list[str] = json.loads(answer.splitlines()[-1])["pictures"]
    return paths, True


def _count(suite: LocalSuite) -> dict[str, object]:
    status = suite.edge_status().values()
    found = list(_found(suite))
    told = [one for one in found if not one.silent and one.series.quantity not in BY_GATEWAY]
    own = sum(edge["control"]["own_readings"] for edge in status)  # no device said them
    own += len(found) - len(told)
    said = list(_said(suite))
    tally = reconcile(said, told)
    return {
        "said": tally.said,
        "stored": sum(edge["log"]["stored"] for edge in status) - own,
        "acknowledged": sum(edge["log"]["acknowledged"] for edge in status) - own,
        "found": tally.found,
        "lost": tally.lost,
        "doubled": tally.doubled,
        "latency_p50_s": _rounded(tally, 0.5),
        "latency_p95_s": _rounded(tally, 0.95),
        "families": _families(suite, status, said, told),
    }


def _families(
    suite: LocalSuite,
    status: Iterable[dict[str, Any]],
    said: Iterable[Said],
    found: Iterable[Found],
) -> dict[str, dict[str, int]]:
    """Count what was said, stored and found by the protocol that carried it."""
    area, worn = suite.area, suite.worn
    family = {device.id: area.profile_of(device).protocol for device in area.devices}
    counts: dict[str, dict[str, int]] = {
        name: {"said": 0, "stored": 0, "found": 0} for name in sorted(set(family.values()))
    }
    for one in said:
        counts[family[one.series.device]]["said"] += 1
    for two in found:
        counts[family[two.series.device]]["found"] += 1
    for edge in status:
        for device in edge["devices"].keys() - worn:
            counts[family[device]]["stored"] += edge["devices"][device]["stored"]
    return counts


def _said(suite: LocalSuite) -> Iterator[Said]:
    with suite.ledger.open(encoding="utf-8") as ledger:
        for line in ledger:
            entry = json.loads(line)
            series = Series(entry["device"], entry["quantity"])
            if series.device not in suite.worn:
                yield Said(series, entry["said_us"], entry["value"])


def _found(suite: LocalSuite) -> Iterator[Found]:
    client = HubClient(suite.hub_url, suite.reader_key.read_text(encoding="utf-8").strip())
    try:
        for device in suite.area.devices:
            if device.id in suite.worn:
                continue
            entity = ngsi_ld.entity_id(suite.area.id, device.id)
            measured = {point.quantity for point in suite.area.profile_of(device).points}
            for reading, stored_us in client.stored(entity):
                if reading.quantity not in measured:
                    continue
                silent = reading.quality.reason is Reason.SILENT
                yield Found(reading.series, reading.observed_us, reading.value, stored_us, silent)
    finally:
        client.close()


def _rounded(tally: Tally, share: float) -> float | None:
    latency = tally.latency(share)
    return None if latency is None else round(latency, 3)


def _connect(suite: LocalSuite) -> list[str]:
    """Connect as the area manager, who may apply plans and take them back."""
    care = ["--care-key-file", str(suite.care_key)]  # residents are shown to caregivers only
    past = ["--history", str(suite.past)] if suite.past.exists() else []
    return ["--hub", suite.hub_url, "--key-file", str(suite.manager_key), *care, *past]


def _clear(output: Path) -> None:
    """Remove what an earlier demo left, and nothing else."""
    output.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(output / "data", ignore_errors=True)
    for old in [output / "report.json", *output.glob("*.png")]:
        old.unlink(missing_ok=True)


def _has_screen() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _print(report: dict[str, object]) -> None:
    width = max(map(len, report))
    for key, value in report.items():
        if isinstance(value, dict):
            for family, counts in value.items():
                words = "  ".join(f"{what} {number}" for what, number in counts.items())
                print(f"{family:<{width}}  {words}", flush=True)  # noqa: T201 - the report is this command's output
            continue
        shown = "  ".join(map(str, value)) if isinstance(value, list) else value
        print(f"{key:<{width}}  {'unknown' if shown is None else shown}", flush=True)  # noqa: T201 - the report is this command's output


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - talk goes to stderr


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
