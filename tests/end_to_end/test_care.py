"""A resident's wearable, a gateway, a hub and a caregiver: the way of a heart beat, and its end.

The short test drives the gateway's caring by a clock of its own and everything else for real: the
strap's bytes, the disk, HTTP, the hub's process, sign-in. The long one has every part in a process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time

import pytest

from area_configs.domain.errors import HubRejected
from area_configs.domain.readings import Reading
from area_configs.loader import load_area
from edge_agent.care.pseudonyms import Pseudonyms
from edge_agent.daemon.caring import Caring
from edge_agent.daemon.configuring import Configuration
from edge_agent.decoding.ble_readings import from_characteristic
from edge_agent.settings import Installation, read_settings
from edge_agent.simulators.wearable_frames import gatt_value
from platform_hub.client import care
from platform_hub.client.area_client import AreaClient, session_at
from platform_hub.wire.care import (
    AnswerBody,
    ConsentBody,
    ResidentBody,
    WearablesBody,
    WithdrawalBody,
)
from tests.desktop.real_hub import PASSWORD, RealHub
from tests.edge_agent.manual_clock import ManualClock
from tests.faults.processes import Site, serving, until

GATEWAY, STRAP, PENDANT = "gw-residence", "heart-resident-a", "pendant-resident-b"
TAG, ROOM = "tag-resident-d", "room-1203"
SETTINGS = f"""
gateway = "{GATEWAY}"
area = "harumi"
data = "data"
[hub]
url = "http://127.0.0.1:9"
[care]
wearers = {{ {STRAP} = "room 101", {PENDANT} = "room 101" }}
"""
CONSENT = ConsentBody(["wearable"], "2026-04", "2026-04-01")
LABEL = "101"


class Gateway:
    """The gateway's caring on its own clock, which begins three hours ago."""

    def __init__(self, folder, hub: RealHub) -> None:
        (folder / "edge.toml").write_text(SETTINGS)
        settings = read_settings(folder / "edge.toml")
        self.clock = ManualClock()
        self.clock.wall_us = (time.time_ns() // 60_000_000_000 - 180) * 60_000_000
        self.profile = load_area("harumi").profiles["ble_heart_rate_strap"]
        self.folder = settings.data / "care"
        self.resident = Pseudonyms(self.folder).of("room 101")
        self.caring = Caring(
            Configuration(settings, Installation(*settings.here()), ""),
            self.clock,
            lambda _: AreaClient(hub.url, hub.keys[GATEWAY]),
        )
        self.beats = 0

    def beat(self, rate: float = 61.0) -> list[Reading]:
        """Hear one notification of the strap; return what passes into the log of readings."""
        frame, _ = gatt_value("2a37", {"heart_rate": rate}, None)
        now_us = self.clock.wall_us
        heard = from_characteristic(self.profile, "2a37", frame, (STRAP, "UTC"), now_us)
        self.beats += 1
        return list(self.caring.screened(heard))

    def hear(self, device: str, quantity: str, value: float) -> list[Reading]:
        """Hear one reading of any device; return what passes into the log of readings."""
        heard = Reading(device, quantity, self.clock.wall_us, value)
        return list(self.caring.screened([heard]))

    async def minutes(self, count: int) -> None:
        for _ in range(count * 60):
            assert self.beat() == []
            self.clock.wall_us += 1_000_000

    @contextlib.asynccontextmanager
    async def running(self):
        stop = asyncio.Event()
        task = asyncio.create_task(self.caring.tasks()["care"](stop))
        try:
            yield
        finally:
            stop.set()
            await task

    async def turn_until(self, true) -> None:
        """Let the gateway take its turns until something holds."""
        for _ in range(4000):
            if true(self.caring.status()):
                return
            await self.clock.pass_s(5)
            await asyncio.sleep(0.005)  # the threads that write and send
        raise AssertionError(f"it never held: {self.caring.status()}")


@pytest.fixture
def hub(tmp_path):
    served = RealHub(tmp_path, {"boss": "manager", "hana": "caregiver", "ken": "caregiver"})
    yield served
    served.stop()


@contextlib.contextmanager
def signed_in(url: str, name: str):
    with contextlib.closing(session_at(url)) as session:
        session.login(name, PASSWORD.decode())
        with AreaClient(url, session) as client:
            yield client


def register(manager: AreaClient, resident: str, caregiver: str) -> None:
    manager.send("POST", "/care/residents", ResidentBody(resident, LABEL), dict)
    place = f"/care/residents/{resident}/assignments"
    manager.send("PUT", place, {"caregivers": [caregiver]}, dict)


async def test_a_heart_beat_becomes_a_summary_and_ends_with_the_consent(tmp_path, hub):
    gateway = Gateway(tmp_path, hub)
    of = gateway.resident
    with signed_in(hub.url, "boss") as boss, signed_in(hub.url, "hana") as hana:
        register(boss, of, "hana")
        async with gateway.running():
            await gateway.turn_until(lambda said: said["last_error"] == "")
            await gateway.minutes(2)  # nobody has consented yet
            await gateway.turn_until(lambda said: said["withheld"] == 2 * gateway.beats)
            care.give_consent(hana, of, CONSENT)
            await gateway.turn_until(lambda said: said["collected"] == 1)
            await gateway.minutes(10)
            called = Reading(PENDANT, "sos_event", gateway.clock.wall_us, 1.0)
            assert gateway.caring.screened([called]) == [called]  # the alarm does not wait
            await gateway.turn_until(lambda said: said["waiting"] == 0 and no_beats_wait(gateway))
        page = care.page(hana, of)
        assert sum(day.worn_min for day in page.days) in {9, 10, 11}
        assert [event.kind for event in page.events] == ["sos"]
        looks = care.overview(hana).looks
        assert [(look.label, look.detail) for look in looks] == [(LABEL, "sos")]
        care.answer(hana, of, page.events[0].id, AnswerBody("confirmed", "wanted water"))
        assert care.overview(hana).looks == ()
        with signed_in(hub.url, "ken") as ken, pytest.raises(HubRejected) as refused:
            care.page(ken, of)
        assert refused.value.words["ja"].startswith("この入居者の担当ではありません")
        await ends_with_the_consent(gateway, hana)
    log = audited(hub)
    looks = {
        (one["who"], one["status"]) for one in log if one["target"].endswith(f"residents/{of}")
    }
    assert looks == {("caregiver:hana", 200), ("caregiver:ken", 403)}
    assert "room 101" not in json.dumps(log)


async def test_a_tag_that_leaves_is_a_look_for_its_caregiver_until_it_is_answered(tmp_path, hub):
    gateway = Gateway(tmp_path, hub)
    of = gateway.resident
    with signed_in(hub.url, "boss") as boss, signed_in(hub.url, "hana") as hana:
        register(boss, of, "hana")
        care.give_consent(hana, of, CONSENT)
        care.give_wearables(boss, of, WearablesBody([TAG]))
        async with gateway.running():
            await gateway.turn_until(lambda _: TAG in gateway.caring._collector.worn)
            assert gateway.hear(TAG, "presence", 1.0) == []
            await gateway.clock.pass_s(5)
            assert gateway.hear(TAG, "presence", 0.0) == []
            await gateway.clock.pass_s(5)
            assert gateway.hear(ROOM, "temperature", 22.0)  # the radio is not deaf
            await gateway.turn_until(lambda _: care.overview(hana).looks)
        (look,) = care.overview(hana).looks
        assert (look.label, look.reason, look.detail) == (LABEL, "event", "wandering")
        (event,) = care.page(hana, of).events
        assert (event.device, event.resident) == (TAG, of)
        care.answer(hana, of, event.id, AnswerBody("confirmed", "was in the garden"))
        assert care.overview(hana).looks == ()
    assert "room 101" not in json.dumps(audited(hub))


async def ends_with_the_consent(gateway: Gateway, hana: AreaClient) -> None:
    told = care.preview_withdrawal(hana, gateway.resident, ["wearable"])
    done = care.withdraw(hana, gateway.resident, WithdrawalBody(["wearable"], "moved out"))
    assert done == told
    assert done.deleted["hours"] >= 1
    assert list((gateway.folder / "raw").iterdir()) != []
    async with gateway.running():
        await gateway.turn_until(lambda said: said["collected"] == 0)
        await gateway.minutes(3)
        await gateway.turn_until(lambda said: said["last_error"] == "")
    assert list((gateway.folder / "raw").iterdir()) == []
    page = care.page(hana, gateway.resident)
    assert (page.days, page.events, page.resident.consent) == ((), (), ())


def no_beats_wait(gateway: Gateway) -> bool:
    return not gateway.caring._collector._gathered.raw


def audited(hub: RealHub) -> list[dict]:
    with AreaClient(hub.url, hub.keys["manager"]) as manager:
        return manager.audit()


@pytest.mark.soak
def test_simulated_wearables_reach_a_caregiver_through_every_process(tmp_path):
    with serving(tmp_path / "hub") as hub:
        site = Site(tmp_path / "site", GATEWAY, hub.url, hub.keys[GATEWAY])
        settings = site.folder / "edge.toml"
        settings.write_text(settings.read_text() + SETTINGS[SETTINGS.index("[care]") :])
        of = pseudonym(settings)
        key = caregivers_key(tmp_path / "hub")
        with AreaClient(hub.url, hub.keys["manager"]) as boss, AreaClient(hub.url, key) as hana:
            register(boss, of, "hana")
            care.give_consent(hana, of, CONSENT)
            with site.simulators(), site.agent():
                until(lambda: care.page(hana, of).events, "the simulated call for help")
                seen = until(lambda: worn(hana, of), "a minute of the simulated strap")
                assert seen > 0
                care.withdraw(hana, of, WithdrawalBody())
                raw = site.data / "care" / "raw"
                until(lambda: not list(raw.iterdir()), "the beats deleted at the gateway")
            assert care.page(hana, of).days == ()
        assert not [one for one in hub.holds([STRAP]) if one.series.quantity == "heart_rate"]


def worn(hana: AreaClient, of: str) -> int:
    return sum(day.worn_min for day in care.page(hana, of).days)


def pseudonym(settings) -> str:
    command = [
        sys.executable,
        "-m",
        "edge_agent",
        "pseudonyms",
        "--config",
        str(settings),
        "--json",
    ]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["room 101"]


def caregivers_key(data) -> str:
    command = [sys.executable, "-m", "platform_hub.server", "key", "create", "--data", str(data)]
    command += ["--role", "caregiver", "--name", "hana", "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["key"]
