"""The daemon as a process: from simulated devices to the hub, and every way to stop it."""

from __future__ import annotations

import asyncio
import random
import re
import signal

import pytest

from area_configs.domain.readings import Reading
from edge_agent.daemon import Agent
from edge_agent.daemon import agent as composition
from edge_agent.daemon.configuring import load
from edge_agent.health.footprint import Footprint
from edge_agent.health.report import status_of
from edge_agent.settings import read_settings
from edge_agent.store import LogUnavailable, ReadingLog
from edge_agent.sync import HubSync, sync_of
from platform_hub.client import HubClient
from tests.edge_agent.real_site import NO_HUB, PATIENCE_S, Site, finished, real_hub


@pytest.fixture
def hub():
    with real_hub() as url:
        yield url


@pytest.mark.slow
async def test_what_devices_say_is_stored_and_acknowledged(tmp_path, hub):
    site = Site(tmp_path, "gw-energy", hub)
    async with site.devices():
        dead = re.sub(r'(lan-hydrogen"\]\n.*\ntcp_port = )\d+', r"\g<1>1", site.links.read_text())
        site.links.write_text(dead)
        async with site.agent() as process:
            await site.until(lambda status: status["log"]["acknowledged"] > 40)
            process.send_signal(signal.SIGTERM)
            assert (await finished(process))[0] == 0
        status = status_of(site.data)
    assert status["state"] == "stopped"
    assert status["hub"]["reachable"] is True
    log = status["log"]
    assert (log["backlog"], log["refused"]) == (0, 0)
    assert log["stored"] == log["acknowledged"]
    assert sum(device["stored"] for device in status["devices"].values()) == site.said()
    # one dead link is said, and stops nobody
    assert status["links"]["lan-hydrogen"]["state"] == "down"
    assert "127.0.0.1:1 refuses" in status["devices"]["hydrogen-bank"]["last_error"]
    assert status["devices"]["feeder-main"]["consecutive_failures"] == 0
    assert status["devices"]["feeder-main"]["polls"] > 0


@pytest.mark.slow
async def test_without_a_hub_readings_wait_for_the_next_run(tmp_path, hub):
    site = Site(tmp_path, "gw-waterfront")
    async with site.devices():
        async with site.agent() as process:
            await site.until(lambda status: status["log"]["stored"] > 10)
            process.send_signal(signal.SIGINT)
            assert (await finished(process))[0] == 0
        waiting = status_of(site.data)
        assert waiting["log"]["backlog"] == waiting["log"]["stored"] == site.said()
        assert waiting["hub"]["reachable"] is False
        assert NO_HUB in waiting["hub"]["last_error"]
    site = Site(tmp_path, "gw-waterfront", hub)
    async with site.agent() as process:
        # The devices are gone meanwhile, so that the log grows by what says that they are silent.
        sent = await site.until(
            lambda status: status["log"]["silent"] and not status["log"]["backlog"]
        )
        assert sent["log"]["acknowledged"] >= waiting["log"]["stored"] + sent["log"]["silent"]
        process.send_signal(signal.SIGTERM)
        await finished(process)


@pytest.mark.slow
async def test_a_second_interrupt_quits_at_once(tmp_path):
    site = Site(tmp_path, "gw-waterfront")
    async with site.devices(), site.agent() as process:
        await site.until(lambda status: status["log"]["stored"] > 0)
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE_S):
            while b"stopping" not in await process.stderr.readline():
                pass
        process.send_signal(signal.SIGINT)
        assert (await finished(process))[0] == 130


@pytest.mark.slow
async def test_a_port_that_comes_back_heals_without_a_restart(tmp_path, hub):
    def answered_after(us):
        return lambda status: status["devices"]["river-gauge"]["last_ok_us"] > us

    def down(status):
        return status["links"]["rs485-waterfront"]["state"] == "down"

    site = Site(tmp_path, "gw-waterfront", hub)
    async with site.devices():
        pass  # there were devices once: the links file stays
    async with site.agent() as process:
        status = await site.until(down)
        assert "rs485-waterfront is not there" in status["links"]["rs485-waterfront"]["last_error"]
        async with site.devices():
            await site.until(answered_after(0))
        last = (await site.until(down))["devices"]["river-gauge"]["last_ok_us"]
        async with site.devices():
            await site.until(answered_after(last))
        process.send_signal(signal.SIGTERM)
        assert (await finished(process))[0] == 0


@pytest.mark.slow
async def test_two_agents_never_share_a_folder(tmp_path):
    site = Site(tmp_path, "gw-waterfront")
    async with site.devices(), site.agent():
        await site.until(lambda status: status["state"] == "running")
        async with site.agent() as second:
            code, talk = await finished(second)
    assert code == 2
    assert re.fullmatch(
        r"area-edge: data folder .* is in use by the agent with process id \d+: stop that one or "
        r"set another `data` folder\n",
        talk,
    )


class Wire:
    """A driver without a device: it opens, and every poll does what it is told."""

    health = "wire"

    def __init__(self, outcome) -> None:
        self.outcome = outcome

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def read(self, device, points):
        return self.outcome(device, points)


def _readings(device, points):
    return [Reading(device, point.quantity, 1, 1.0) for point in points]


def _bug(_device, _points):
    raise ZeroDivisionError


@pytest.fixture
def agent(tmp_path, clock):
    """Give an agent of the waterfront whose RTU line works and whose LAN driver has a bug."""
    site = Site(tmp_path, "gw-waterfront")
    site.links.parent.mkdir(parents=True)
    site.links.touch()
    site.data.mkdir()
    configuration = load(read_settings(site.settings))
    log = ReadingLog(site.data / "log", gateway="gw-waterfront")
    agent = Agent(
        configuration,
        log,
        lambda _configuration: HubSync(log, HubClient(NO_HUB)),
        version="1",
        clock=clock,
        chance=random.Random(7),
        drivers=lambda link, *_rest: Wire(_bug if link.id == "lan-plaza" else _readings),
        measure=lambda: Footprint(40, 12, 80 << 20),  # of an agent, not of a whole test run
    )
    yield site, agent, log
    log.close()


@pytest.mark.logs("link lan-")
@pytest.mark.logs(NO_HUB)
async def test_a_bug_on_one_link_stops_no_other(agent, monkeypatch):
    monkeypatch.setattr(composition, "_FLUSH_S", 0.1)
    site, one, _ = agent
    stop = asyncio.Event()
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        group.create_task(one.run(stop))
        await site.until(lambda s: s["links"]["lan-plaza"]["last_error"] and s["log"]["stored"])
        stop.set()
    status = status_of(site.data)
    assert status["log"]["stored"] > 0
    assert status["links"]["lan-plaza"]["last_error"] == "internal error: ZeroDivisionError()"
    assert status["links"]["rs485-waterfront"]["state"] == "open"


@pytest.mark.logs("is closed")
async def test_readings_that_the_log_refuses_are_counted(agent):
    _, one, log = agent
    log.close()
    await one._delivery.deliver([Reading("river-gauge", "river_level", 1, 1.0)] * 3)
    assert one._health.log()["refused"] == 3
    assert "is closed" in one._health.log()["last_error"]


@pytest.mark.logs("is closed")
async def test_when_the_log_takes_readings_again_that_is_said_and_the_count_stays(agent, tmp_path):
    _, one, log = agent
    log.close()
    await one._delivery.deliver([Reading("river-gauge", "river_level", 1, 1.0)] * 3)
    with ReadingLog(tmp_path / "other", gateway="gw-waterfront") as other:
        one._delivery._log = other  # as a disk that has space again
        await one._delivery.deliver([Reading("river-gauge", "river_level", 1, 1.0)])
    assert one._health.log() == {"refused": 3, "last_error": "", "silent": 0}
    assert (one._delivery.waiting, one._delivery.waiting_s) == (0, 0.0)


@pytest.mark.logs("link lan-")
@pytest.mark.logs("http://127.0.0.1:")
@pytest.mark.logs("city is not in the settings any more")
async def test_another_broker_joins_a_running_agent_and_leaves_it(agent, monkeypatch):
    monkeypatch.setattr(composition, "_FLUSH_S", 0.1)
    site, one, log = agent
    before = site.settings.read_text()
    one._connect = lambda to: sync_of(log, HubClient(NO_HUB), to.installation.area, to.sinks)
    stop = asyncio.Event()
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        group.create_task(one.run(stop))
        await site.until(lambda status: status["log"]["stored"])
        assert set(one._seen[1]) == {"hub"}
        site.settings.write_text(
            f'{before}[sinks.city]\nkind = "ngsi-v2"\nurl = "http://127.0.0.1:8"\n'
        )
        one.reload()
        status = await site.until(lambda status: set(status["sinks"]) == {"hub", "city"})
        assert status["sinks"]["city"]["url"] == "http://127.0.0.1:8"
        site.settings.write_text(before)
        one.reload()
        await site.until(lambda status: set(status["sinks"]) == {"hub"})
        stop.set()


@pytest.mark.logs("link lan-")
@pytest.mark.logs("http://127.0.0.1:9")
@pytest.mark.logs("the ways out cannot be opened: disk full: the agent ends, to be started anew")
async def test_ways_out_that_cannot_be_opened_end_the_agent_in_order(agent, monkeypatch):
    monkeypatch.setattr(composition, "_FLUSH_S", 0.1)
    site, one, _ = agent

    def fail(_configuration):
        raise LogUnavailable("disk full")

    one._connect = fail
    async with asyncio.timeout(PATIENCE_S):
        running = asyncio.create_task(one.run(asyncio.Event()))
        await site.until(lambda status: status["log"]["stored"])
        site.settings.write_text(site.settings.read_text().replace(NO_HUB, "http://127.0.0.1:8"))
        one.reload()
        assert await running is True
