"""Caring with a hub at the other end that gives and takes back its consent."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from typer.testing import CliRunner

from area_configs.domain.errors import HubUnavailable, SettingsError
from area_configs.domain.readings import Reading
from edge_agent.care.pseudonyms import Pseudonyms
from edge_agent.cli import app
from edge_agent.daemon.caring import Caring
from edge_agent.daemon.configuring import Configuration
from edge_agent.settings import Installation, read_settings
from platform_hub.wire.care import Collection, Taken
from tests.edge_agent.manual_clock import ManualClock

DEVICE, GATEWAY = "heart-resident-a", "gw-residence"
SETTINGS = """
gateway = "{gateway}"
area = "harumi"
data = "data"
[hub]
url = "http://127.0.0.1:9"
[care]
wearers = {{ {device} = "room 101" }}
"""


class HubSide:
    """Answers as the area API would."""

    def __init__(self) -> None:
        self.allowed: list[str] = []
        self.wearables: dict[str, str] = {}
        self.taken = []
        self.away = False

    def get(self, _path, _kind):
        if self.away:
            raise HubUnavailable("http://hub is away")
        return Collection(self.allowed, self.wearables)

    def send(self, _method, _path, batch, _kind):
        self.taken.append(batch)
        return Taken(len(batch.minutes), len(batch.happenings), [])

    def close(self):
        self.taken.append("closed")


def settings_of(folder, gateway=GATEWAY, device=DEVICE, wearers=True):
    file = folder / "agent.toml"
    text = SETTINGS.format(gateway=gateway, device=device)
    file.write_text(text if wearers else text.partition("[care]")[0])
    return read_settings(file)


class Site:
    """One gateway with one wearer."""

    def __init__(self, folder, *, wearers=True, reachable=True) -> None:
        settings = settings_of(folder, wearers=wearers)
        self.hub, self.clock = HubSide(), ManualClock()
        installation = Installation(*settings.here())
        self.caring = Caring(
            Configuration(settings, installation, ""),
            self.clock,
            (lambda _: self.hub) if reachable else None,
        )
        self.folder = settings.data / "care"

    def say(self, count: int) -> list[Reading]:
        return [
            Reading(DEVICE, "heart_rate", self.clock.wall_us + n * 1_000_000, 60.0)
            for n in range(count)
        ]

    async def turns(self, until) -> None:
        """Let the task turn until something holds."""
        stop = asyncio.Event()
        task = asyncio.create_task(self.caring.tasks()["care"](stop))
        try:
            for _ in range(2000):
                if until():
                    return
                await self.clock.pass_s(5)
                await asyncio.sleep(0.005)  # the threads that write and send
            raise AssertionError("it never held")
        finally:
            stop.set()
            await task


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def collected(site):
    return site.caring.status()["collected"]


async def test_nothing_is_collected_before_the_hub_says_who_consents(site):
    assert site.caring.screened(site.say(60)) == []
    await site.turns(lambda: site.hub.taken == [] and site.caring.status()["last_error"] == "")
    assert not (site.folder / "raw").exists()
    assert site.caring.status()["withheld"] == 60


async def test_minutes_go_up_and_beats_stay(site):
    pseudonym = Pseudonyms(site.folder).of("room 101")
    site.hub.allowed = [pseudonym]
    await site.turns(lambda: collected(site) == 1)
    assert site.caring.screened(site.say(60)) == []
    await site.turns(lambda: any(batch != "closed" for batch in site.hub.taken))
    batch = next(one for one in site.hub.taken if one != "closed")
    assert {one.resident for one in batch.minutes} == {pseudonym}
    assert {one.heart_rate for one in batch.minutes} == {60.0}
    assert "room 101" not in msgspec.json.encode(batch).decode()
    files = list((site.folder / "raw" / pseudonym).iterdir())
    assert sum(len(file.read_text().splitlines()) for file in files) == 60
    assert site.caring.status()["waiting"] == 0


@pytest.mark.logs("consent of p-")
@pytest.mark.logs("care: http://hub is away")
async def test_a_consent_taken_back_ends_it_and_deletes_what_is_here(site):
    pseudonym = Pseudonyms(site.folder).of("room 101")
    site.hub.allowed = [pseudonym]
    await site.turns(lambda: collected(site) == 1)
    site.caring.screened(site.say(60))
    site.hub.away = True
    await site.turns(lambda: site.caring.status()["waiting"] > 0)
    assert site.caring.status()["last_error"] == "http://hub is away"
    site.hub.allowed, site.hub.away = [], False
    await site.turns(lambda: collected(site) == 0)
    assert [one for one in site.hub.taken if one != "closed"] == []
    assert list((site.folder / "raw").iterdir()) == []
    assert site.caring.status()["waiting"] == 0


GIVEN = "p-" + "g" * 26


async def test_what_the_hub_gave_out_is_worn_and_what_it_took_back_stays_out_of_the_log(tmp_path):
    site = Site(tmp_path, wearers=False)
    assert len(site.caring.screened(site.say(5))) == 5  # nobody wears it yet
    site.hub.allowed, site.hub.wearables = [GIVEN], {DEVICE: GIVEN, "tag-of-elsewhere": GIVEN}
    await site.turns(lambda: site.caring.status()["wearers"] == 1)
    assert site.caring.screened(site.say(60)) == []
    await site.turns(lambda: any(batch != "closed" for batch in site.hub.taken))
    batch = next(one for one in site.hub.taken if one != "closed")
    assert {one.resident for one in batch.minutes} == {GIVEN}
    again = Site(tmp_path, wearers=False)
    assert again.caring.screened(again.say(60)) == []  # remembered over a restart
    again.hub.allowed, again.hub.wearables = [GIVEN], {DEVICE: ""}
    await again.turns(lambda: again.caring.status()["wearers"] == 0)
    assert again.caring.screened(again.say(60)) == []
    assert again.caring.status()["withheld"] == 60


async def test_the_hubs_word_on_a_wearer_is_newer_than_the_settings_file(site):
    site.hub.allowed, site.hub.wearables = [GIVEN], {DEVICE: GIVEN}
    await site.turns(lambda: collected(site) == 1)
    site.caring.screened(site.say(60))
    await site.turns(lambda: any(batch != "closed" for batch in site.hub.taken))
    batch = next(one for one in site.hub.taken if one != "closed")
    assert {one.resident for one in batch.minutes} == {GIVEN}


async def test_a_gateway_where_nobody_wears_anything_keeps_nothing(tmp_path):
    site = Site(tmp_path, wearers=False)
    site.hub.allowed, site.hub.wearables = [GIVEN], {"tag-of-elsewhere": GIVEN}
    await site.turns(lambda: collected(site) == 1)
    assert not site.folder.exists()


async def test_consent_is_remembered_over_a_restart(site, tmp_path):
    site.hub.allowed = [Pseudonyms(site.folder).of("room 101")]
    await site.turns(lambda: collected(site) == 1)
    assert collected(Site(tmp_path)) == 1


async def collecting(site) -> None:
    """Let a minute of beats be kept on the gateway."""
    site.hub.allowed = [Pseudonyms(site.folder).of("room 101")]
    await site.turns(lambda: collected(site) == 1)
    site.caring.screened(site.say(60))
    await site.turns(lambda: raw_files(site))


def raw_files(site) -> list:
    return list((site.folder / "raw").glob("*/*.csv"))


@pytest.mark.parametrize(
    "other", [{}, {"reachable": False}, {"wearers": False}], ids=["hub", "no hub", "nobody"]
)
async def test_beats_age_out_on_the_gateway_whatever_becomes_of_hub_and_wearers(
    site, tmp_path, other
):
    await collecting(site)
    later = Site(tmp_path, **other)
    later.hub.allowed = site.hub.allowed
    later.clock.wall_us = site.clock.wall_us + 2 * 86_400_000_000
    await later.turns(lambda: later.clock.wall_us > site.clock.wall_us + 2 * 86_400_000_000 + 10**8)
    assert raw_files(later)
    later.clock.wall_us += 3 * 86_400_000_000
    await later.turns(lambda: not raw_files(later))


def test_a_wearer_of_a_device_that_is_not_here_is_a_mistake_with_its_line(tmp_path):
    with pytest.raises(SettingsError, match=r"has no device 'heart-resident-x'.*heart-resident-a"):
        settings_of(tmp_path, device="heart-resident-x").installation()


def test_the_command_shows_what_to_register_at_the_hub(tmp_path):
    settings_of(tmp_path)
    shown = CliRunner().invoke(app, ["pseudonyms", "--config", f"{tmp_path}/agent.toml", "--json"])
    expected = Pseudonyms(tmp_path / "data" / "care").of("room 101")
    assert msgspec.json.decode(shown.stdout) == {"room 101": expected}
