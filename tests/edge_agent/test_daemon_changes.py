"""Settings of a running agent changed for real: reload and apply, confirmed, taken back, killed."""

from __future__ import annotations

import asyncio
import re
import signal

import pytest
from typer.testing import CliRunner

from edge_agent.cli import app
from edge_agent.configuration.trial import TrialFiles
from tests.edge_agent.real_site import NO_HUB, PATIENCE_S, Site, finished, real_hub

pytestmark = pytest.mark.slow


@pytest.fixture
def hub():
    with real_hub() as url:
        yield url


async def _edge(*words: str):
    return await asyncio.to_thread(CliRunner().invoke, app, list(words))


async def _stopped_without_a_loss(site, process) -> None:
    process.send_signal(signal.SIGTERM)
    assert (await finished(process))[0] == 0
    status = await site.until(lambda s: s["state"] == "stopped")
    assert status["log"]["stored"] - status["log"]["silent"] == site.said()
    assert status["log"]["refused"] == 0


async def test_a_reload_moves_one_link_and_loses_nothing(tmp_path, hub):
    site = Site(tmp_path, "gw-waterfront", hub)
    async with site.devices(), site.agent() as process:
        await site.until(lambda status: status["log"]["acknowledged"] > 5)
        right = site.links.read_text()
        site.links.write_text("[links]\nlan = 3\n")
        wrong = await _edge("reload", "--config", str(site.settings))
        assert wrong.exit_code == 2
        assert "links.toml:2: links.lan" in wrong.stderr
        # a link that leads nowhere, then back
        site.links.write_text(re.sub(r"tcp_port = \d+", "tcp_port = 1", right))
        result = await _edge("reload", "--config", str(site.settings))
        assert (result.exit_code, result.stdout) == (0, "changed: link lan-hotel, link lan-plaza\n")
        down = await site.until(lambda s: s["links"]["lan-plaza"]["state"] == "down")
        assert down["links"]["rs485-waterfront"]["state"] == "open"
        site.links.write_text(right)
        assert (await _edge("reload", "--config", str(site.settings))).exit_code == 0
        await site.until(lambda s: s["links"]["lan-plaza"]["state"] == "open")
        await _stopped_without_a_loss(site, process)


async def test_a_change_of_the_hub_is_confirmed_by_the_new_one(tmp_path, hub):
    site = Site(tmp_path, "gw-waterfront", NO_HUB)
    new = tmp_path / "new.toml"
    new.write_text(site.settings.read_text().replace(NO_HUB, hub))
    async with site.devices(), site.agent() as process:
        await site.until(lambda status: status["log"]["stored"] > 5)
        result = await _edge("apply", str(new), "--config", str(site.settings))
        assert (result.exit_code, result.stdout) == (0, "confirmed: the platform answers\n")
        assert "on trial for 120 s" in result.stderr
        status = await site.until(lambda s: s["log"]["acknowledged"] > 5)
        assert status["hub"]["url"] == hub
        await _stopped_without_a_loss(site, process)


async def test_a_change_that_cuts_the_gateway_off_is_taken_back_also_over_a_kill(tmp_path, hub):
    site = Site(tmp_path, "gw-waterfront", hub)
    right = site.settings.read_text()
    async with site.devices():
        async with site.agent() as process:
            await site.until(lambda status: status["log"]["acknowledged"] > 5)
            list(TrialFiles(site.settings).stage(right.replace(hub, NO_HUB).encode(), 4.0))
            await site.until(lambda status: status["hub"]["url"] == NO_HUB)
            process.kill()
            await finished(process)
        async with site.agent() as process:
            status = await site.until(lambda s: (s["configuration"]["trial"] or {}).get("words"))
            assert status["configuration"]["trial"]["state"] == "rolled back"
            assert status["configuration"]["rollbacks"] == 1
            assert site.settings.read_text() == right
            await site.until(lambda s: s["hub"]["reachable"] and s["hub"]["url"] == hub)
            process.send_signal(signal.SIGTERM)
            await finished(process)


async def test_what_cannot_be_changed_is_said_and_changes_nothing(tmp_path):
    site = Site(tmp_path, "gw-waterfront")
    before = site.settings.read_text()
    new = tmp_path / "new.toml"
    config = ("--config", str(site.settings))
    async with site.devices():
        result = await _edge("reload", *config)
        assert result.exit_code == 2
        assert "no agent runs with" in result.stderr
        for text, words in (
            (before, "holds already: nothing to change"),
            (before.replace("gw-waterfront", "gw-energy", 1), "cannot change while the agent runs"),
            (before.replace("[hub]", "[hbu]"), "new.toml:5: hbu: unknown"),
        ):
            new.write_text(text)
            result = await _edge("apply", str(new), *config)
            assert (result.exit_code, result.stdout) == (2, "")
            assert words in result.stderr
    assert site.settings.read_text() == before
    assert not TrialFiles(site.settings).record.exists()


async def test_without_an_agent_the_trial_waits_for_its_start(tmp_path, hub):
    site = Site(tmp_path, "gw-waterfront")
    new = tmp_path / "new.toml"
    new.write_text(site.settings.read_text().replace(NO_HUB, hub))
    async with site.devices():
        result = await _edge("apply", str(new), "--config", str(site.settings))
        assert result.exit_code == 0
        assert "no agent runs: the trial begins when it starts" in result.stderr
        async with site.agent() as process:
            status = await site.until(lambda s: s["configuration"]["trial"]["state"] == "confirmed")
            assert status["hub"]["url"] == hub
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE_S):
                await finished(process)
