"""Simulated wearables against the agent's driver: what was said is what was read."""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from edge_agent.clock import SystemClock
from edge_agent.drivers.base import Station
from edge_agent.drivers.ble import BleDriver
from edge_agent.simulators import Simulation
from edge_agent.simulators.faults import Fault

GATEWAY, LINK = "gw-residence", "radio-residence"


def _driver(area, folder):
    links = tomllib.loads((folder / GATEWAY / "links.toml").read_text("utf-8"))
    link = replace(area.gateway(GATEWAY).link(LINK), **links["links"][LINK])
    keys = {device: {"bind_key": key} for device, key in links["bind_keys"].items()}
    stations = [
        Station(d.id, 0, area.profile_of(d), d.address, keys.get(d.id, {}), area.timezone)
        for d in area.devices
        if d.link == LINK
    ]
    return BleDriver(link, stations, SystemClock())


def _ledger(folder):
    lines = (folder / "ledger.jsonl").read_text("utf-8").splitlines()
    said = map(json.loads, lines)
    return Counter((s["device"], s["quantity"], s["value"]) for s in said)


@pytest.mark.slow
async def test_what_wearables_said_is_what_the_driver_delivers(harumi, tmp_path):
    heard, enough = [], asyncio.Event()
    wanted = {"heart_rate", "presence", "people_in", "steps"}

    async def deliver(readings):
        heard.extend(readings)
        if wanted <= {reading.quantity for reading in heard}:
            enough.set()

    faults = {"oximeter-resident-a": Fault(silent=True)}
    async with AsyncExitStack() as stack:
        simulation = Simulation(harumi, tmp_path, faults=faults)
        await simulation.open(stack, frozenset({GATEWAY}))
        driver = _driver(harumi, tmp_path)
        await driver.open()
        listening = asyncio.create_task(driver.listen(deliver))
        async with asyncio.timeout(30):
            await enough.wait()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await driver.close()
        said = _ledger(tmp_path)
    assert Counter((r.device, r.quantity, r.value) for r in heard) == said
    assert all(r.quality.reason == "ok" for r in heard)
    assert "oximeter-resident-a" not in {
        device for device, quantity, _ in said if quantity == "spo2"
    }
