"""The real agent, hub and devices as processes: pulled adapters, stopped processes, mad clocks."""

from __future__ import annotations

import contextlib
import math
import re
import shutil
import signal
import subprocess
import threading
import time
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from area_configs.domain.quality import Reason
from area_configs.loader import load_area
from edge_agent.store import ReadingLog
from tests.faults import numbered, write_log
from tests.faults.processes import Hub, Site, serving, until
from tests.faults.serial_line import plugged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.domain.readings import Reading

GATEWAY, LINK, ON_THE_LINE = "gw-waterfront", "rs485-waterfront", "river-gauge"
DAY_S = 86400
pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def soaking(short: int, long: int):
    marks = [pytest.mark.soak, pytest.mark.timeout(0)]
    return pytest.mark.parametrize("rounds", [short, pytest.param(long, marks=marks)])


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with serving(tmp_path / "hub") as hub:
        yield hub


@pytest.fixture
def site(tmp_path: Path, hub: Hub) -> Site:
    return Site(tmp_path / "site", GATEWAY, hub.url, hub.keys[GATEWAY])


def last_ok_us(site: Site, device: str = ON_THE_LINE) -> int:
    devices = site.status().get("devices", {})
    return devices.get(device, {}).get("last_ok_us") or 0


def acknowledged(site: Site) -> int:
    return site.status().get("log", {}).get("acknowledged", 0)


def stored(site: Site) -> int:
    return site.status().get("log", {}).get("stored", 0)


def in_log(site: Site) -> list[Reading]:
    """Return everything in the log of an agent that has stopped, in its order."""
    with ReadingLog(site.data / "log", gateway=GATEWAY) as log:
        return list(numbered.everything(log))


def by_series(entries: Iterator[tuple[str, str, float | None]]) -> dict[tuple[str, str], list]:
    found = defaultdict(list)
    for device, quantity, value in entries:
        found[device, quantity].append(value)
    return found


def spoken(readings: list[Reading]) -> Iterator[Reading]:
    """Leave out what the agent itself says: that nothing came."""
    return (r for r in readings if r.quality.reason is not Reason.SILENT)


def all_was_said(site: Site, readings: list[Reading]) -> bool:
    """Tell whether each series was really said, value for value and in this order.

    Pulses are left out: what a killed agent had not taken from the kernel yet is counted by nobody.
    """
    area = load_area("harumi")
    pulses = {d.id for d in area.devices if area.profile_of(d).protocol == "pulse"}
    said = by_series((e["device"], e["quantity"], e["value"]) for e in site.said())
    others = (r for r in spoken(readings) if r.device not in pulses)
    stored = by_series((r.device, r.quantity, r.value) for r in others)
    return all(_within(values, said[series]) for series, values in stored.items())


def _within(values: list[float | None], said: list[float | None]) -> bool:
    left = iter(said)
    return all(any(_same(value, other) for other in left) for value in values)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)


def the_hub_has_it_once(hub: Hub, site: Site, readings: list[Reading]) -> bool:
    def key(reading: Reading) -> tuple[str, str, int]:
        return reading.device, reading.quantity, reading.observed_us

    return sorted(map(key, hub.holds(site.devices))) == sorted(map(key, readings))


def stopped_well(agent) -> None:
    agent.terminate()
    assert agent.wait(30) == 0


def hours_pass(seconds: float) -> None:
    threading.Event().wait(seconds)


@soaking(2, long=60)
def test_a_serial_adapter_may_be_pulled_and_its_line_noisy(site, hub, rng, note, rounds):
    with site.simulators():
        device = Path(tomllib.loads(site.links.read_text("utf-8"))["links"][LINK]["port"])
        by_id = site.folder / "usb-rs485"
        site.links.write_text(site.links.read_text("utf-8").replace(str(device), str(by_id)))
        with plugged(by_id, device, rng) as line, site.agent() as agent:
            for _ in range(rounds):
                before = last_ok_us(site)
                until(lambda before=before: last_ok_us(site) > before, "data again")
                line.noise = 0.5
                hours_pass(rng.uniform(0.2, 1.5))
                line.unplug()
                hours_pass(rng.uniform(0.0, 0.8))
                line.noise = 0.0
                line.plug()
            before = last_ok_us(site)
            until(lambda: last_ok_us(site) > before, "data in the end")
            stopped_well(agent)
            plugs = line.plugs
    readings = in_log(site)
    note(plugs=plugs, stored=len(readings), said=len(site.said()))
    assert all_was_said(site, readings)
    assert the_hub_has_it_once(hub, site, readings)
    assert acknowledged(site) == len(readings)


@soaking(4, long=60)
def test_stopped_and_killed_processes_lose_and_double_nothing(site, hub, rng, note, rounds):
    """Stop the agent, the hub, the devices; kill the agent and the hub; nothing promised is lost."""
    done = defaultdict(int)
    with site.simulators() as devices, contextlib.ExitStack() as running:
        agent = running.enter_context(site.agent())
        for round_ in range(rounds):
            before = acknowledged(site)
            until(lambda before=before: acknowledged(site) > before, "readings arrive")
            what = ("stop agent", "kill agent", "stop hub", "kill hub", "stop devices")[round_ % 5]
            done[what] += 1
            if what.startswith("stop"):
                victim = {"stop agent": agent, "stop hub": hub.process, "stop devices": devices}
                victim[what].send_signal(signal.SIGSTOP)
                hours_pass(rng.uniform(0.2, 1.5))
                victim[what].send_signal(signal.SIGCONT)
            elif what == "kill hub":
                hub.kill()
                hub.start()
            else:
                agent.kill()
                agent.wait()
                agent = running.enter_context(site.agent())
        before = acknowledged(site)
        until(lambda: acknowledged(site) > before, "readings arrive in the end")
        stopped_well(agent)
    readings = in_log(site)
    note(**done, stored=len(readings), said=len(site.said()))
    assert all_was_said(site, readings)
    assert the_hub_has_it_once(hub, site, readings)
    assert acknowledged(site) == len(readings)


class MadClock:
    """The wall clock of one process, and whether its kernel holds it for set.

    The monotonic clock stays true: libfaketime would fake it as well, and the test would mean
    nothing.
    """

    def __init__(self, folder: Path, library: str) -> None:
        self._ahead, self._set = folder / "ahead", folder / "set"
        self.environment = {
            **write_log.environment(folder, clock=self._set),
            "FAKETIME_TIMESTAMP_FILE": str(self._ahead),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
        self.environment["LD_PRELOAD"] += f":{library}"

    def jump(self, ahead_s: float, *, right: bool = False) -> None:
        """Set the clock so far ahead of the true time; where it is right, a time source did it."""
        self._set.unlink(missing_ok=True)
        draft = self._ahead.with_suffix(".part")
        draft.write_text(f"{ahead_s:+.0f}")
        draft.rename(self._ahead)
        if right:
            self._set.touch()


@pytest.fixture
def clock(tmp_path: Path) -> MadClock:
    command = shutil.which("faketime")
    if command is None:
        pytest.skip("faketime is not installed: it sets the clock of a single process")
    told = subprocess.run([command, "-f", "+0d", "env"], capture_output=True, text=True, check=True)
    library = re.search(r"^LD_PRELOAD=(\S+)", told.stdout, re.MULTILINE)
    assert library, told
    folder = tmp_path / "clock"
    folder.mkdir()
    return MadClock(folder, library[1].replace("libfaketime.so", "libfaketimeMT.so"))


def worst_date_s(site: Site, readings: list[Reading]) -> float:
    """Return how far the date of any reading is from when its device said it."""
    said, stored = defaultdict(list), defaultdict(list)
    for entry in site.said():
        said[entry["device"], entry["quantity"]].append(entry["said_us"])
    for reading in spoken(readings):
        stored[reading.device, reading.quantity].append(reading.observed_us)
    pairs = [pair for key in said for pair in zip(said[key], stored[key], strict=True)]
    return max(abs(one - other) for one, other in pairs) / 1e6


BUSY_MACHINE_S = 5.0  # an answer is said in one process and dated in another
JUMPS_S = (-14 * DAY_S, 365 * DAY_S, -3600, 7200)


@pytest.mark.usefixtures("shim")
@soaking(2, long=30)
def test_a_clock_that_jumps_loses_and_reorders_nothing(site, hub, clock, note, rounds):
    """Boot in 1970, as a board without a battery does, be set, jump and be set again."""

    def stored_more() -> None:
        before = stored(site)
        until(lambda: stored(site) > before + 2, "readings are stored")

    clock.jump(-time.time())
    with site.simulators(), site.agent(clock.environment) as agent:
        stored_more()
        for round_ in range(rounds):
            clock.jump(0, right=True)
            stored_more()
            clock.jump(JUMPS_S[round_ % len(JUMPS_S)])
            stored_more()
        clock.jump(0, right=True)
        stored_more()
        until(lambda: acknowledged(site) >= stored(site) - 3, "readings arrive in the end")
        stopped_well(agent)
    readings = in_log(site)
    date_s = worst_date_s(site, readings)
    note(jumps=2 * rounds + 1, stored=len(readings), said=len(site.said()), worst_date_s=date_s)
    assert all_was_said(site, readings)
    assert the_hub_has_it_once(hub, site, readings)
    assert acknowledged(site) == len(readings) == len(site.said())
    assert date_s < BUSY_MACHINE_S
