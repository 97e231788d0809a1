"""A blank card to the first reading in the hub: what a technician does, step by step, with simulators.

Steps of a person: write the card, plug it in, claim, commission, report. Everything else is waiting.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from area_configs.domain.errors import HubRejected
from platform_hub.client import HubClient
from platform_hub.client.area_client import AreaClient
from platform_hub.client.credentials import GatewayIdentity
from platform_hub.wire import ngsi_ld
from tests.end_to_end.test_sync_to_hub import ROOT, _Hub
from tests.firmware_tools import cards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

GATEWAY, DEVICES = "gw-waterfront", ("river-gauge", "people-plaza")
PATIENCE_S = 100.0
EDGE = f"{sys.executable} -m edge_agent"


class Journey:
    """A hub, simulated devices, a technician's laptop, and a board with a blank card."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.card = cards.folder(folder / "card", "trixie")
        self.data, self.settings = folder / "var", folder / "etc" / "edge.toml"
        self.steps: list[str] = []
        self.began = time.monotonic()
        self.hub = _Hub(folder / "hub")
        command = [sys.executable, "-m", "platform_hub.server", "key", "create"]
        options = (
            "--role",
            "technician",
            "--name",
            "ann",
            "--data",
            str(self.hub.folder),
            "--json",
        )
        made = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, check=True)
        (folder / "key").write_text(json.loads(made.stdout)["key"])
        self.hub.start()
        self._children: list[subprocess.Popen[str]] = []
        simulate = ("simulate", "--area", "harumi", "--gateway", GATEWAY)
        simulators = self.edge(
            *simulate, "--directory", str(folder / "sim"), stdout=subprocess.PIPE
        )
        assert json.loads(simulators.stdout.readline())["ready"]

    def close(self) -> None:
        for child in reversed(self._children):
            self.stop(child)
        self.hub.stop()

    def technician(self, *arguments: str, code: int = 0) -> dict:
        """Do a step; return what the tool says."""
        self.steps.append(arguments[0])
        command = [sys.executable, "-m", "firmware_tools", *arguments, "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr + done.stdout
        return json.loads(done.stdout)

    def write_card(self) -> dict:
        label = str(self.folder / "label.pdf")
        return self.technician("image", str(self.card), "--gateway", GATEWAY, "--label", label)

    def plug_in(self) -> int:
        """Do what the first boot does, then start the service; return the port it waits at."""
        self.steps.append("plug in")
        self.data.mkdir(mode=0o700, exist_ok=True)
        claim = self.card / "smartarea" / "claim.toml"
        wiring = self.folder / "sim" / GATEWAY / "links.toml"
        local = f'links = "{wiring}"\n'  # the simulators' ports, in place of the area's addresses
        (self.data / "claim.toml").write_text(claim.read_text() + local)
        claim.unlink()
        options = ("--claim", str(self.data / "claim.toml"), "--claim-port", "0", "--no-announce")
        agent = self.edge("run", "--config", str(self.settings), *options, stderr=subprocess.PIPE)
        for line in agent.stderr:
            if "waits to be claimed on port" in line:
                threading.Thread(target=agent.stderr.read, daemon=True).start()
                return int(line.split()[-1])
        raise AssertionError("the agent never waited")

    def claim(self, code: str, port: int, expected: int = 0, verb: str = "claim") -> dict:
        place = ("127.0.0.1", "--hub", self.hub.url, "--port", str(port))
        who = ("--key-file", str(self.folder / "key"))
        which = ("--gateway", GATEWAY)
        return self.technician(verb, *place, "--code", code, *who, *which, code=expected)

    def reset(self) -> None:
        """Make the box nobody's, as its owner does on it."""
        self.stop(self.agent())
        command = [sys.executable, "-m", "edge_agent", "factory-reset", "--discard", "--json"]
        subprocess.run([*command, "--config", str(self.settings)], cwd=ROOT, check=True, stdout=-3)

    def commission(self, devices: tuple[str, ...]) -> dict:
        chosen = [word for device in devices for word in ("--device", device)]
        record = ("--record", str(self.folder / "acceptance.json"), "--by", "ann")
        options = ("--config", str(self.settings), "--edge", EDGE, *record, *chosen)
        return self.technician("commission", *options, code=0 if not devices else 1)

    def report(self) -> dict:
        record = ("--record", str(self.folder / "acceptance.json"))
        return self.technician("report", *record, "--pdf", str(self.folder / "acceptance.pdf"))

    def edge(self, *arguments: str, **streams: int) -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **streams}
        command = [sys.executable, "-m", "edge_agent", *arguments]
        child = subprocess.Popen(command, cwd=ROOT, text=True, **pipes)
        self._children.append(child)
        return child

    def stop(self, child: subprocess.Popen[str]) -> None:
        child.terminate()
        child.wait(timeout=PATIENCE_S)
        for stream in (child.stdout, child.stderr):
            if stream:
                stream.close()

    def agent(self) -> subprocess.Popen[str]:
        return self._children[-1]

    def until(self, holds: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, "it never happened"
            threading.Event().wait(0.2)

    def arrived(self, device: str) -> bool:
        with HubClient(self.hub.url, self.hub.keys["reader"]) as reader:
            return bool(list(reader.stored(ngsi_ld.entity_id("harumi", device))))

    def tell(self) -> dict:
        return {"steps": self.steps, "seconds": round(time.monotonic() - self.began, 1)}


@pytest.fixture
def journey(tmp_path: Path) -> Iterator[Journey]:
    with contextlib.closing(Journey(tmp_path)) as made:
        yield made


def _walk(journey: Journey, devices: tuple[str, ...]) -> dict:
    """Go the whole way; return the record of commissioning."""
    code = journey.write_card()["code"]
    port = journey.plug_in()
    assert journey.claim(code, port)["configuration"] == 1
    journey.until(lambda: journey.arrived(DEVICES[0]))  # data flow before anybody commissions
    journey.stop(journey.agent())  # in the field: --service area-edge
    record = journey.commission(devices)
    journey.report()
    return record


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_blank_card_becomes_data_in_the_hub_in_few_steps(journey: Journey) -> None:
    record = _walk(journey, DEVICES)
    assert journey.steps == ["image", "plug in", "claim", "commission", "report"]
    assert {record["devices"][name]["state"] for name in DEVICES} == {"active"}
    assert (journey.folder / "acceptance.pdf").read_bytes().startswith(b"%PDF-")
    assert not (journey.data / "claim.toml").exists()
    with AreaClient(journey.hub.url, journey.hub.keys["manager"]) as manager:
        assert manager.gateway(GATEWAY)["configuration"] == 1
        manager.revoke_gateway(GATEWAY)
        with pytest.raises(HubRejected, match="no valid key"):
            manager.revoke_gateway(GATEWAY)


def _the_hub_changes_it(journey: Journey, manager: AreaClient) -> None:
    """A second configuration comes down signed, is tried, and stays; the gateway says so."""
    journey.edge("run", "--config", str(journey.settings))
    document = {"log": {"keep_days": 3.0}}
    number = manager.put_configuration(GATEWAY, document, 1)
    journey.until(lambda: "keep_days = 3" in journey.settings.read_text())
    said: dict = {}

    def reported() -> bool:
        said.update(manager.gateway(GATEWAY).get("report") or {})
        return said.get("configuration") == number

    journey.until(reported)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_code_is_good_once(journey: Journey) -> None:
    code, port = journey.write_card()["code"], journey.plug_in()
    wrong = "00000000" if code != "00000000" else "11111111"
    assert journey.claim(wrong, port, expected=2)["refused"] == "wrong_code"
    assert not journey.settings.exists()
    journey.claim(code, port)
    identity = (journey.data / "identity.pem").read_bytes()
    refused = journey.claim(code, port, expected=4)  # the listener is closed by then
    assert refused["refused"] == "not_a_gateway"
    assert (journey.data / "identity.pem").read_bytes() == identity


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_box_that_was_reset_takes_its_place_again_and_its_old_key_is_refused(
    journey: Journey,
) -> None:
    first = journey.claim(journey.write_card()["code"], journey.plug_in())
    key = serialization.load_pem_private_key((journey.data / "identity.pem").read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    old = GatewayIdentity(GATEWAY, "smartarea:harumi", key, lambda: time.time_ns() // 1000)
    with AreaClient(journey.hub.url, old) as gateway:
        assert gateway.me()["name"] == GATEWAY
    journey.reset()
    assert not journey.settings.exists()
    assert list(journey.data.iterdir()) == []
    code, port = journey.write_card()["code"], journey.plug_in()
    assert journey.claim(code, port, expected=2)["refused"] == "used_code"
    second = journey.claim(code, port, verb="replace")
    assert second["key_id"] != first["key_id"]
    assert second["configuration"] == first["configuration"] + 1  # signed anew, for the new key
    with (
        AreaClient(journey.hub.url, old) as gateway,
        pytest.raises(HubRejected),
    ):
        gateway.me()
    journey.until(lambda: journey.arrived(DEVICES[0]))


@pytest.mark.soak
def test_every_device_of_a_gateway_is_accepted(journey: Journey) -> None:
    record = _walk(journey, ())
    told = {**journey.tell(), "devices": len(record["devices"])}
    (ROOT / "soak-output").mkdir(exist_ok=True)
    (ROOT / "soak-output" / "blank-card.json").write_text(json.dumps(told))
    assert record["accepted"], [d for d in record["devices"].values() if d["state"] != "active"]
    assert len(journey.steps) <= 6
    with AreaClient(journey.hub.url, journey.hub.keys["manager"]) as manager:
        _the_hub_changes_it(journey, manager)
