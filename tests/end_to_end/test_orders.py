"""A person's word to a machine and back: hub, gateway and simulated devices, each its own process."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from area_configs.domain.errors import HubRejected
from area_configs.domain.plans import EnergyPlan, PlanStep
from platform_hub.client import HubClient
from platform_hub.client.area_client import AreaClient
from platform_hub.wire import ngsi_ld
from platform_hub.wire.commands import CommandBody
from tests.end_to_end.test_sync_to_hub import ROOT, _Hub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

GATEWAY = "gw-energy"
PATIENCE_S = 60.0
HOUR_US = 3_600_000_000


class Plant:
    """A hub, a gateway that signs with its own key, and the energy centre's simulated devices."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = folder / "edge.toml"
        self.hub = _Hub(folder / "hub")
        self.hub.start()
        self.manager = AreaClient(self.hub.url, self.hub.keys["manager"])
        self._children: list[subprocess.Popen[str]] = []

    def start(self) -> None:
        simulate = ("simulate", "--area", "harumi", "--gateway", GATEWAY)
        simulators = self._run(*simulate, "--directory", str(self.folder / "sim"))
        assert simulators.stdout
        assert json.loads(simulators.stdout.readline())["ready"]
        self.settings.write_text(
            f'gateway = "{GATEWAY}"\narea = "harumi"\ndata = "data"\n'
            f'links = "sim/{GATEWAY}/links.toml"\n[hub]\nurl = "{self.hub.url}"\n'
            "[monitor]\nport = 0\n[control]\ndemand = true\n[log]\nclock_wait_s = 0\n",
            encoding="utf-8",
        )
        public = json.loads(self.ask("identity", "--json"))["publicKey"]
        self.manager.register_gateway(GATEWAY, public)
        self._run("run", "--config", str(self.settings))
        self.until(lambda: (self.status()["control"]["orders"] or {}).get("connected"))
        self.until(lambda: (self.status()["control"]["demand"] or {}).get("import_kw"))

    def close(self) -> None:
        for child in reversed(self._children):
            child.terminate()
            child.communicate(timeout=PATIENCE_S)
        self.manager.close()
        self.hub.stop()

    def ask(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "edge_agent", *arguments, "--config", str(self.settings)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    def status(self) -> dict:
        with contextlib.suppress(FileNotFoundError):
            return json.loads((self.folder / "data" / "status.json").read_text("utf-8"))
        return {"control": {"orders": None, "demand": None}}

    def until(self, holds: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, self.status()["control"]
            threading.Event().wait(0.1)

    def lived(self, ident: str, state: str) -> list[str]:
        """Wait until a command came into a state; return all that it went through."""
        self.until(lambda: self.manager.command_state(ident).state == state)
        return [step.state for step in self.manager.command_state(ident).steps]

    def _run(self, *arguments: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-m", "edge_agent", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._children.append(child)
        return child


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    with contextlib.closing(Plant(tmp_path_factory.mktemp("plant"))) as made:
        made.start()
        yield made


@pytest.fixture
def own_plant(tmp_path: Path) -> Iterator[Plant]:
    """Give a plant whose hub a test may kill."""
    with contextlib.closing(Plant(tmp_path)) as made:
        made.start()
        yield made


@pytest.mark.slow
def test_a_command_reaches_the_machine_and_is_read_back(plant: Plant) -> None:
    body = CommandBody("pv-energy", "power_limit", 20_000.0, "too much sun")
    sent = plant.manager.command(body)
    assert plant.lived(sent.subject, "read_back") == ["sent", "delivered", "applied", "read_back"]
    assert plant.manager.command_state(sent.subject).steps[-1].value == 20_000.0
    audited = plant.folder.joinpath("data", "commands.jsonl").read_text("utf-8").splitlines()
    mine = [entry for entry in map(json.loads, audited) if entry["order"] == sent.id]
    assert [entry["result"] for entry in mine] == ["accepted", "verified"]


@pytest.mark.slow
def test_what_the_gate_or_the_device_refuses_has_failed_in_words(plant: Plant) -> None:
    too_much = CommandBody("battery-main", "active_power", 70_000.0, "beyond its size")
    sent = plant.manager.command(too_much)
    assert plant.lived(sent.subject, "failed")[-1] == "failed"
    said = plant.manager.command_state(sent.subject).steps[-1].detail
    assert "illegal data value" in said
    with pytest.raises(HubRejected, match="confirmed"):
        plant.manager.command(CommandBody("pv-energy", "operating_state", 0.0, "no confirmation"))


@pytest.mark.soak
def test_a_plan_goes_down_is_followed_and_is_revoked_at_once(plant: Plant) -> None:
    now_us = time.time_ns() // 1000
    step = PlanStep("electrolyser-main", now_us, now_us + HOUR_US, -24_000.0)
    plan = EnergyPlan("night", "harumi", 0, now_us, now_us + HOUR_US, 2_000_000.0, (step,))
    plant.manager.send_plan(plan)
    plant.until(lambda: plant.status()["control"]["demand"]["plan"] == "night")
    assert plant.status()["control"]["demand"]["target_kw"] == 2000.0
    with HubClient(plant.hub.url, plant.hub.keys["reader"]) as reader:
        entity = ngsi_ld.entity_id("harumi", "electrolyser-main")
        plant.until(
            lambda: any(
                abs((reading.value or 0.0) - 24_000) < 1_500
                for reading in reader.history(entity, ["active_power"], now_us, now_us + HOUR_US)
            )
        )
        meter = ngsi_ld.entity_id("harumi", "feeder-main")
        told = reader.history(meter, ["demand_target"], now_us, now_us + HOUR_US)
        assert 2_000_000.0 in {reading.value for reading in told}
    shown = plant.manager.revoke_plan("night")
    assert [one["gateway"] for one in shown["revocations"]] == [GATEWAY]
    plant.until(lambda: plant.status()["control"]["demand"]["plan"] == "")
    assert plant.status()["control"]["demand"]["target_kw"] == 450.0


@pytest.mark.soak
def test_control_goes_on_without_the_hub_and_tells_later(own_plant: Plant) -> None:
    own_plant.hub.kill()
    own_plant.until(lambda: own_plant.status()["control"]["orders"]["trouble"])
    before = own_plant.status()["control"]["demand"]["predicted_kw"]
    own_plant.until(lambda: own_plant.status()["control"]["demand"]["predicted_kw"] != before)
    own_plant.hub.start()
    sent = own_plant.manager.command(
        CommandBody("pv-energy", "power_limit", 500_000.0, "all clear")
    )
    assert own_plant.lived(sent.subject, "read_back")[-1] == "read_back"


@pytest.mark.soak
def test_the_half_hour_is_held_by_machines_that_really_move(own_plant: Plant) -> None:
    """The target is put below what the site draws: storage and fuel cell bring the import there."""
    draws_kw = own_plant.status()["control"]["demand"]["import_kw"]
    target_kw = round(draws_kw - 40.0, 1)
    text = own_plant.settings.read_text(encoding="utf-8")
    lower = f"demand = true\ntarget_kw = {target_kw}"
    own_plant.settings.write_text(text.replace("demand = true", lower), encoding="utf-8")
    own_plant.ask("reload")
    own_plant.until(lambda: _demand(own_plant).get("target_kw") == target_kw)
    own_plant.until(lambda: (_demand(own_plant).get("import_kw") or draws_kw) < target_kw + 4.0)
    assert _demand(own_plant)["stage"] >= 2
    asked = _demand(own_plant)["assets"]["battery-main"]["asked_kw"]
    assert asked > 20.0
    actions = (own_plant.folder / "data" / "demand.jsonl").read_text(encoding="utf-8").splitlines()
    assert "peak" in {json.loads(action)["why"] for action in actions}


def _demand(plant: Plant) -> dict:
    return plant.status()["control"]["demand"] or {}


def _version(plant: Plant, number: int) -> str:
    """Return how far a version has got by the hub."""
    found = plant.manager.configuration_versions(GATEWAY)
    return next(one["state"] for one in found if one["version"] == number)


def _put(plant: Plant, document: dict) -> int:
    """Send a document as the newest version; return its number."""
    before = plant.manager.gateway(GATEWAY)["configuration"] or 0
    return plant.manager.put_configuration(GATEWAY, document, before, "test")


@pytest.mark.slow
def test_another_period_is_applied_and_read_back_then_a_dead_hub_is_taken_back(
    plant: Plant,
) -> None:
    said = plant.manager.gateway(GATEWAY)["report"]["settings"]
    slower = said | {"devices": {"feeder-main": {"period_s": 7}}}
    good = _put(plant, slower)
    plant.until(lambda: _version(plant, good) == "read_back")
    report = plant.manager.gateway(GATEWAY)["report"]
    assert (report["configuration"], report["settings"]) == (good, slower)
    assert "period_s = 7" in plant.settings.read_text(encoding="utf-8")

    lost = _put(plant, slower | {"hub_url": "http://127.0.0.1:9", "trial_s": 5})
    plant.until(lambda: _version(plant, lost) == "failed")
    plant.until(lambda: plant.manager.gateway(GATEWAY)["report"]["configuration"] == good)
    assert plant.manager.gateway(GATEWAY)["report"]["settings"] == slower

    wrong = _put(plant, slower | {"devices": {"no-such": {"period_s": 7}}})
    plant.until(lambda: _version(plant, wrong) == "failed")
