"""A technician's commands against simulated devices: claim, test, activate; record and replay."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from contextlib import closing

import pytest

from edge_agent.store import DeviceMemory
from tests.edge_agent.real_site import ROOT, Site

GAUGE, TELLER, STRAP = "river-gauge", "meter-terminal", "heart-resident-a"


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path, "gw-waterfront")


async def _asked(site, *arguments, text=""):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "edge_agent", *arguments, "--config", str(site.settings)),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, talk = await process.communicate(text.encode())
    return process.returncode, said.decode(), talk.decode()


@pytest.mark.slow
async def test_a_device_is_brought_into_service(site):
    async with site.devices():
        code, _, talk = await _asked(site, "devices", "activate", GAUGE)
        assert (code, "devices test" in talk) == (2, True)
        await _asked(site, "devices", "claim", GAUGE, "--by", "ann")
        code, said, _ = await _asked(site, "devices", "test", GAUGE, "--json")
        assert code == 0
        assert {row["quantity"] for row in json.loads(said)} >= {"river_level"}
        code, said, _ = await _asked(site, "devices", "activate", GAUGE, "--json")
        assert (code, json.loads(said)["stage"]) == (0, "active")
        _, said, _ = await _asked(site, "devices", "list", "--json")
        stages = {row["id"]: row["commissioning"] for row in json.loads(said)}
        assert stages[GAUGE] == "active"
        code, _, talk = await _asked(site, "devices", "secret", GAUGE, "pin", text="471108\n")
        assert (code, "has no secrets" in talk) == (2, True)


@pytest.mark.slow
async def test_a_meter_that_only_pushes_is_brought_into_service(site):
    async with site.devices():
        await _asked(site, "devices", "claim", TELLER, "--by", "ann")
        code, said, talk = await _asked(site, "devices", "test", TELLER, "--json")
        assert code == 0, talk
        assert {row["quantity"] for row in json.loads(said)} >= {"active_power", "gas_total"}
        code, _, talk = await _asked(site, "devices", "activate", TELLER)
        assert code == 0, talk


@pytest.mark.slow
async def test_a_wearable_is_brought_into_service(tmp_path):
    site = Site(tmp_path, "gw-residence")
    async with site.devices():
        await _asked(site, "devices", "claim", STRAP, "--by", "ann")
        code, said, talk = await _asked(site, "devices", "test", STRAP, "--json")
        assert code == 0, talk
        good = {row["quantity"] for row in json.loads(said) if row["quality"] == "ok"}
        assert good == {"heart_rate", "rr_interval", "battery_level"}
        where = ("C4:7C:8D:00:00:01", "--link", "radio-residence")
        code, said, talk = await _asked(site, "devices", "identify", *where, "--json")
        assert code == 0, talk
        assert json.loads(said)["maker"]


@pytest.mark.slow
async def test_a_secret_is_taken_once_it_can_be_of_use(tmp_path):
    site = Site(tmp_path, "gw-residence")
    site.settings.write_text(re.sub("(?m)^links.*", "", site.settings.read_text()))
    words = ("devices", "secret", "meter-home-a", "password")
    code, _, talk = await _asked(site, *words, text="0123456789AB\n")
    assert (code, "is not claimed yet: area-edge devices claim" in talk) == (2, True)
    await _asked(site, "devices", "claim", "meter-home-a")
    code, _, talk = await _asked(site, *words, "0123456789AB")
    assert (code, "can be seen by every user" in talk, "0123" in talk) == (2, True, False)
    code, _, talk = await _asked(site, *words, text="0123456789\n")
    assert (code, "found 10 characters" in talk) == (2, True)
    assert not site.data.joinpath("secrets").exists()
    code, said, talk = await _asked(site, *words, text="0123456789AB\n")
    assert (code, "0123" in said + talk) == (0, False)
    assert site.data.joinpath("secrets", "wisun-a.password").read_text() == "0123456789AB\n"
    code, said, _ = await _asked(site, "devices")
    assert (code, "secrets_stored" in said) == (0, True)
    code, _, talk = await _asked(site, "devices", "test", "meter-home-a")
    assert (code, "needs its route_b_id too" in talk) == (2, True)


@pytest.mark.slow
async def test_frames_are_recorded_and_read_again(site, tmp_path):
    file = str(tmp_path / "frames.jsonl")
    async with site.devices():
        for link, profile in (
            ("rs485-waterfront", "generic_radar_level_gauge"),
            ("lan-plaza", "generic_people_counter"),
        ):
            code, said, talk = await _asked(
                site, "record", file, "--link", link, "--seconds", "3", "--json"
            )
            assert code == 0, talk
            assert json.loads(said)["frames"] > 0
            replay = (sys.executable, "-m", "edge_agent", "replay", file, "--profile", profile)
            process = await asyncio.create_subprocess_exec(
                *replay, "--json", cwd=ROOT, stdout=asyncio.subprocess.PIPE
            )
            read = json.loads((await process.communicate())[0])
            assert any(frame.get("readings") for frame in read)


@pytest.mark.slow
async def test_a_running_agent_records_its_own_link(site, tmp_path):
    file = tmp_path / "frames.jsonl"
    async with site.devices(), site.agent():
        await site.until(lambda status: status["log"]["stored"] > 0)
        words = ("record", str(file), "--link", "rs485-waterfront", "--seconds")
        code, said, talk = await _asked(site, *words, "3", "--json")
        assert code == 0, talk
        assert json.loads(said)["frames"] == len(file.read_text().splitlines()) > 0
        assert not list(site.data.glob("recording.jsonl"))
        code, _, talk = await _asked(site, "record", str(file), "--link", "nowhere")
        assert (code, "has no link 'nowhere'" in talk) == (2, True)
        code, _, talk = await _asked(site, *words, "4000")
        assert (code, "3600 s at most" in talk) == (2, True)


@pytest.mark.slow
async def test_what_is_being_commissioned_is_not_stored(site):
    async with site.devices(), site.agent():
        await _asked(site, "devices", "claim", GAUGE, "--by", "ann")
        status = await site.until(
            lambda status: (
                status["commissioning"]["withheld"] > 0
                and status["devices"]["people-plaza"]["stored"] > 0
            )
        )
        assert status["commissioning"]["under_way"] == {GAUGE: "claimed"}
        _, said, _ = await _asked(site, "status")
        assert f"under way: {GAUGE} (claimed)" in said


@pytest.mark.slow
async def test_field_work_needs_a_link_that_is_there_and_free(site):
    async with site.devices(), site.agent():
        await site.until(lambda status: status["state"] == "running")
        code, _, talk = await _asked(site, "devices", "scan", "--link", "lan-plaza")
        assert (code, "stop it first" in talk) == (2, True)
    code, _, talk = await _asked(site, "devices", "scan", "--link", "nowhere")
    assert (code, "has no link 'nowhere'" in talk) == (2, True)
    code, _, talk = await _asked(site, "devices", "claim", "nowhere")
    assert (code, "has no device 'nowhere'" in talk) == (2, True)
    code, _, talk = await _asked(site, "confirm", "o-1")
    assert (code, "does not wait" in talk) == (2, True)


async def test_what_is_remembered_of_a_replaced_device_is_forgotten(site):
    site.data.mkdir()
    with closing(DeviceMemory(site.data)) as memory:
        memory.note(GAUGE, "pulses", 4711)
        await memory.settle()
    code, said, _ = await _asked(site, "devices", "forget", GAUGE)
    assert (code, said) == (0, "pulses: was 4711\n")
    with closing(DeviceMemory(site.data)) as memory:
        assert memory.of(GAUGE) == {}
    code, _, talk = await _asked(site, "devices", "forget", "nobody")
    assert (code, "has no device 'nobody'" in talk) == (2, True)
