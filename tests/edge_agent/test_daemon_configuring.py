"""Configuring a running agent: reload, trial, confirmation, roll-back, on a clock moved by hand."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager

import pytest

from edge_agent.configuration import durable
from edge_agent.configuration.requests import put
from edge_agent.configuration.trial import TrialFiles
from edge_agent.daemon.configuring import Configuring
from edge_agent.settings import read_settings
from tests.edge_agent.manual_clock import ManualClock, settle

RIGHT = """
gateway = "gw-waterfront"
area = "harumi"
data = "data"
[hub]
url = "http://127.0.0.1:8080"
"""
OTHER_HUB = RIGHT.replace("8080", "8081")


class Agent:
    """What is configured: it notes what it was brought to."""

    def __init__(self) -> None:
        self.adopted: list[tuple[str, bool]] = []
        self.answers = False
        self.changed = asyncio.Event()

    async def adopt(self, new, *, fresh_sync):
        self.adopted.append((new.settings.hub_url, fresh_sync))
        self.changed.set()
        return "changed: the way to the hub"

    def platform_answers(self):
        return self.answers


class Site:
    """Settings in a folder and the configuring part of the agent that runs with them."""

    def __init__(self, folder) -> None:
        self.file = folder / "edge.toml"
        self.file.write_text(RIGHT)
        self.new = folder / "new.toml"
        self.files = TrialFiles(self.file)
        self.clock = ManualClock()
        self.agent = Agent()
        settings = read_settings(self.file)
        self.one = Configuring(settings, self.agent, self.clock, "boot-1", None)

    def apply(self, text, limit_s=120) -> None:
        self.new.write_text(text)
        put(self.file, self.new, limit_s)

    async def until_told(self, attempts) -> dict:
        """Let the agent look once, and wait for the thread that reads the files."""
        await self.clock.pass_s(0.6)
        async with asyncio.timeout(20):
            while self.one.status()["attempts"] < attempts:
                await settle()
                await asyncio.to_thread(os.getpid)
        return self.one.status()

    @asynccontextmanager
    async def running(self):
        stop = asyncio.Event()
        task = asyncio.create_task(self.one.keep(stop))
        await settle()
        try:
            yield self
        finally:
            stop.set()
            await task


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


async def test_nothing_is_read_unless_asked_for(site):
    async with site.running():
        site.file.write_text(OTHER_HUB)
        await site.clock.pass_s(60)
        assert site.agent.adopted == []
        assert site.one.status()["outcome"] == "started"


async def test_a_reload_adopts_the_changed_file(site):
    async with site.running():
        site.file.write_text(OTHER_HUB)
        site.one.requested = True
        status = await site.until_told(1)
    assert site.agent.adopted == [("http://127.0.0.1:8081", False)]
    assert (status["outcome"], status["words"]) == ("applied", "changed: the way to the hub")
    assert status["trial"] is None


@pytest.mark.logs("the settings stay as they are")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (RIGHT.replace("[hub]", "[hbu]"), "did you mean 'hub'?"),
        (RIGHT.replace("gw-waterfront", "gw-energy"), "cannot change while the agent runs"),
        (RIGHT.replace('"data"', '"elsewhere"'), "edge.toml:4: data: cannot change while"),
        (RIGHT.replace("harumi", "no-such-area"), "there is no such area"),
        ("", "gateway"),
    ],
)
async def test_a_file_with_mistakes_changes_nothing_and_is_said(site, text, words):
    async with site.running():
        site.file.write_text(text)
        site.one.requested = True
        status = await site.until_told(1)
        assert status["outcome"] == "refused"
        assert words in status["words"]
        assert site.agent.adopted == []
        # and a right one is taken afterwards
        site.file.write_text(OTHER_HUB)
        site.one.requested = True
        assert (await site.until_told(2))["outcome"] == "applied"


async def test_a_trial_is_confirmed_by_an_answer(site):
    async with site.running():
        site.apply(OTHER_HUB)
        status = await site.until_told(1)
        assert site.agent.adopted == [("http://127.0.0.1:8081", True)]
        assert status["trial"]["state"] == "pending"
        await site.clock.pass_s(60)
        assert site.one.status()["trial"]["left_s"] == pytest.approx(60, abs=1)
        site.agent.answers = True
        await site.clock.pass_s(1)
        assert site.one.status()["trial"]["state"] == "confirmed"
        await site.clock.pass_s(600)
    assert site.file.read_text() == OTHER_HUB
    assert site.files.read().state == "confirmed"


@pytest.mark.logs("the changed settings are taken back")
async def test_a_trial_without_an_answer_is_taken_back(site):
    async with site.running():
        site.apply(OTHER_HUB)
        await site.until_told(1)
        await site.clock.pass_s(118)
        assert site.file.read_text() == OTHER_HUB
        site.agent.changed.clear()
        await site.clock.pass_s(3)
        await asyncio.wait_for(site.agent.changed.wait(), 20)
        status = site.one.status()
    assert site.agent.adopted[-1] == ("http://127.0.0.1:8080", False)
    assert site.file.read_text() == RIGHT
    assert status["rollbacks"] == 1
    assert status["trial"] == {
        "state": "rolled back",
        "left_s": None,
        "words": "the platform did not answer within 120 s",
    }


async def test_a_jump_of_the_wall_clock_ends_no_trial(site):
    async with site.running():
        site.apply(OTHER_HUB)
        await site.until_told(1)
        site.clock.wall_us += 365 * 86_400_000_000
        await site.clock.pass_s(60)
        assert site.one.on_trial


@pytest.mark.logs("taken back")
@pytest.mark.logs("stay as they are")
async def test_a_trial_that_the_agent_cannot_use_is_taken_back_at_once(site):
    """What root may read, the agent's user may not: only the agent itself finds out."""
    async with site.running():
        key = site.file.parent / "hub.key"
        key.write_text("secret")
        key.chmod(0o600)
        site.apply(RIGHT + 'key_file = "hub.key"\n')
        key.chmod(0o644)
        await site.until_told(1)
        await asyncio.wait_for(site.agent.changed.wait(), 20)
    assert site.file.read_text() == RIGHT
    assert "chmod 600" in site.files.read().words
    assert site.agent.adopted == [("http://127.0.0.1:8080", False)]


async def test_settings_written_by_hand_during_a_trial_are_read(site):
    async with site.running():
        site.apply(OTHER_HUB)
        await site.until_told(1)
        site.file.write_text(RIGHT.replace("8080", "8082"))
        await site.clock.pass_s(0.6)
        await site.until_told(2)
        assert not site.one.on_trial
    assert site.agent.adopted[-1] == ("http://127.0.0.1:8082", False)


@pytest.mark.logs("cannot be written")
async def test_a_trial_that_cannot_be_noted_is_said_once_and_does_not_begin(site, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    async with site.running():
        site.apply(OTHER_HUB)
        monkeypatch.setattr("edge_agent.configuration.trial.replace_durably", full)
        await site.clock.pass_s(30)
        assert site.one.status()["attempts"] == 1
        assert site.agent.adopted == []
        monkeypatch.setattr(
            "edge_agent.configuration.trial.replace_durably", durable.replace_durably
        )
        await site.until_told(2)
        assert site.one.on_trial
