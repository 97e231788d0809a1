"""The area API asked as gateways and consoles ask it, against a real hub with a CA of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from area_configs.domain.errors import HubRejected, HubUnavailable
from area_configs.domain.plans import EnergyPlan, PlanStep
from area_configs.loader import load_area
from platform_hub.client import AreaClient, GatewayIdentity, session_at
from platform_hub.wire.commands import CommandBody, OrderReport
from platform_hub.wire.gateways import GatewayReport

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "platform_hub.server"]
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
HOUR_US = 3_600_000_000


def now_us() -> int:
    return time.time_ns() // 1000


@dataclass
class RealHub:
    """A hub as its own process, speaking TLS with its own certificate."""

    url: str
    ca: Path
    keys: dict[str, str]
    log: Path

    def client(self, credential: object = "") -> AreaClient:
        return AreaClient(self.url, credential, verify=self.ca)


def run(*arguments: object, said: str = "") -> str:
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=ROOT,
        input=said,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHub]:
    folder = tmp_path_factory.mktemp("area") / "hub"
    keys = json.loads(run("init", folder, "--json"))["keys"]
    run("user", "add", "--data", folder, "anna", "--role", "manager", said=PASSWORD)
    log = folder.parent / "log"
    # 0.0.0.0 is off loopback: TLS comes by itself.
    serve = ["serve", "--data", folder, "--port", 0, "--host", "0.0.0.0", "--ready-json"]  # noqa: S104  # what must be refused or is turned into loopback
    with log.open("w") as written:
        process = subprocess.Popen(
            [*COMMAND, *map(str, [*serve, "--verbose"])],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        )
    try:
        ready = json.loads(process.stdout.readline())
        url = ready["url"].replace("0.0.0.0", "127.0.0.1")  # noqa: S104  # what must be refused or is turned into loopback
        yield RealHub(url, folder / "trust" / "ca.pem", keys, log)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def gateway(hub: RealHub, technician: AreaClient, offset_s: int = 0) -> GatewayIdentity:
    with hub.client() as anybody:
        audience = anybody.identity()["audience"]
    private = Ed25519PrivateKey.generate()
    made = GatewayIdentity("gw-energy", audience, private, lambda: now_us() + offset_s * 1_000_000)
    technician.register_gateway("gw-energy", made.public)
    return made


def test_tls_is_verified_with_the_hubs_own_ca(hub: RealHub) -> None:
    assert hub.url.startswith("https://")
    with AreaClient(hub.url) as stranger, pytest.raises(HubUnavailable, match="not trusted"):
        stranger.identity()
    with hub.client() as pinned:
        assert pinned.identity()["ca"] == hub.ca.read_text()


def test_a_person_logs_in_and_out(hub: RealHub) -> None:
    session = session_at(hub.url, verify=hub.ca)
    with hub.client(session) as console, pytest.raises(HubRejected):
        console.me()
    with pytest.raises(HubRejected, match="name or password is wrong"):
        session.login("anna", "wrong")
    session.login("anna", PASSWORD)
    assert (session.name, session.role) == ("anna", "manager")
    with hub.client(session) as console:
        assert console.me()["name"] == "anna"
        rules = len(load_area("harumi").alarms)
        assert [alarm.state for alarm in console.alarms()] == ["normal"] * rules
    session.logout()
    assert session.role == ""
    session.close()


def test_a_session_renews_itself(hub: RealHub) -> None:
    clock = [0.0]
    session = session_at(hub.url, verify=hub.ca)
    session._clock_s = lambda: clock[0]
    session.login("anna", PASSWORD)
    first = session.bearer()
    assert session.bearer() == first
    clock[0] = 14.5 * 60
    second = session.bearer()
    assert second != first
    with hub.client(second) as console:
        assert console.me()["role"] == "manager"
    session.close()


def test_orders_go_down_and_reports_come_up(hub: RealHub) -> None:
    with hub.client(hub.keys["manager"]) as manager:
        identity = gateway(hub, manager)
        with hub.client(identity) as edge:
            edge.report("gw-energy", GatewayReport(version="1.0", disk_free_bytes=5))
            body = CommandBody("battery-main", "active_power", -1000.0, "test")
            sent = manager.command(body, "key-1")
            assert manager.command(body, "key-1").id == sent.id
            (order,) = edge.orders("gw-energy", wait_s=10)
            assert (order.id, order.body["value"]) == (sent.id, -1000.0)
            edge.report_order(order, OrderReport("applied"))
            edge.report_order(order, OrderReport("read_back", value=-998.0))
            assert manager.command_state(sent.subject).steps[-1].value == -998.0
            step = PlanStep("battery-main", now_us(), now_us() + HOUR_US, 500.0)
            plan = EnergyPlan("today", "harumi", 0, step.begins_us, step.ends_us, 9000.0, (step,))
            assert manager.send_plan(plan)["version"] == 1
            (planned,) = edge.orders("gw-energy", after=order.seq)
            assert planned.kind == "plan"


def test_configuration_is_changed_by_version(hub: RealHub) -> None:
    with hub.client(hub.keys["manager"]) as manager:
        assert manager.put_configuration("gw-residence", {"a": 1}, 0) == 1
        assert manager.configuration("gw-residence") == ({"a": 1}, 1)
        assert manager.put_configuration("gw-residence", {"a": 2}, 1, "why") == 2
        with pytest.raises(HubRejected, match="version 2 is there") as refused:
            manager.put_configuration("gw-residence", {"a": 3}, 1)
        assert refused.value.status == 412


def test_alarms_are_acted_on(hub: RealHub) -> None:
    with hub.client(hub.keys["manager"]) as manager:
        body = {"reason": "sensor is replaced", "forS": 60}
        assert manager.act_on_alarm("battery-hot", "shelve", body).state == "shelved"
        assert manager.act_on_alarm("battery-hot", "unshelve").state == "normal"


def test_a_wrong_clock_is_mended_by_the_hubs_signed_time(hub: RealHub) -> None:
    with hub.client(hub.keys["manager"]) as manager:
        identity = gateway(hub, manager, offset_s=-86_400)
        with hub.client(identity) as edge, pytest.raises(HubRejected, match="clock"):
            edge.orders("gw-energy")
        with hub.client() as anybody:
            key = anybody.identity()["publicKey"]
            behind = now_us() - 86_400_000_000
            offset_us = anybody.clock_offset_us(key, behind)
            other = Ed25519PrivateKey.generate()
            foreign = GatewayIdentity("x", "y", other, now_us).public
            with pytest.raises(HubUnavailable, match="cannot be believed"):
                anybody.clock_offset_us(foreign, behind)
        assert abs(offset_us - 86_400_000_000) < 60_000_000
        again = GatewayIdentity(
            "gw-energy", identity._audience, identity._private, lambda: now_us() - 86_400_000_000
        )
        again.offset_us = offset_us
        with hub.client(again) as edge:
            assert edge.me()["name"] == "gw-energy"


def test_no_secret_reaches_the_log(hub: RealHub) -> None:
    session = session_at(hub.url, verify=hub.ca)
    session.login("anna", PASSWORD)
    opened = session._opened
    with hub.client(session) as console:
        console.me()
    with hub.client(hub.keys["reader"]) as reader, pytest.raises(HubRejected):
        reader.command(CommandBody("battery-main", "active_power", 1.0, "test"))
    session.close()
    folder = hub.ca.parent
    private = [file.read_text().splitlines()[1] for file in folder.glob("*.key")]
    private.append((folder / "identity.pem").read_text().splitlines()[1])
    held = [PASSWORD, opened.token, opened.refresh_token, *hub.keys.values(), *private]
    said = hub.log.read_text()
    assert "Started server" in said or "Uvicorn" in said or "startup" in said  # it does log
    assert not [secret for secret in held if secret in said]
    assert "argon2" not in said
