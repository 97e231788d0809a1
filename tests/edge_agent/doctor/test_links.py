"""The doctor opens each link as the agent would, and leaves alone what a running agent holds."""

from __future__ import annotations

import os
import socket

from edge_agent.health.data_folder import FolderLock
from edge_agent.transports.serial_port import Claim


def test_a_held_port(yard):
    with Claim(yard.port):
        level, words = yard.checks()["link bus"]
    assert level == "fail"
    assert "is held by another link of this gateway" in words


def test_the_ports_of_a_running_agent_are_its_own(yard):
    with FolderLock(yard.folder / "data"), Claim(yard.port):
        assert yard.checks()["link bus"] == ("ok", f"{yard.port}: left alone, the agent is running")


def _links(yard, text):
    """Give the yard's gateway further links instead of its TCP one."""
    file = yard.folder / "area.toml"
    whole = file.read_text(encoding="utf-8")
    at = whole.index("[[gateways.links]]", whole.index("[[gateways.links]]") + 1)
    file.write_text(whole[:at] + text + whole[whole.index("[[devices]]") :], encoding="utf-8")


def test_links_of_other_kinds_are_opened_as_they_are(yard, tmp_path):
    pipe = tmp_path / "inputs"
    os.mkfifo(pipe)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        _links(
            yard,
            f"""
[[gateways.links]]
id = "homes"
kind = "echonet_udp"
interface = "127.0.0.77"

[[gateways.links]]
id = "station"
kind = "opc_ua"
url = "opc.tcp://127.0.0.1:{port}/station"
security = "lab"

[[gateways.links]]
id = "pulses"
kind = "pulse_input"
port = "{pipe}"

""",
        )
        checks = yard.checks()
    assert checks["link homes"] == ("ok", "UDP port 3610 on 127.0.0.77 is there and free")
    assert checks["link station"] == ("ok", f"127.0.0.1:{port} accepts connections")
    assert checks["link pulses"] == ("ok", f"{pipe} is there and free")


def test_links_of_other_kinds_that_fail_say_why(yard):
    _links(
        yard,
        """
[[gateways.links]]
id = "homes"
kind = "echonet_udp"
interface = "192.0.2.1"

[[gateways.links]]
id = "pulses"
kind = "pulse_input"
port = "/dev/gpiochip77"

""",
    )
    checks = yard.checks()
    assert checks["link homes"][0] == "fail"
    assert "UDP port 3610 on 192.0.2.1 cannot be opened" in checks["link homes"][1]
    assert checks["link pulses"][0] == "fail"
    assert (
        "/dev/gpiochip77 cannot be watched (No such file or directory)" in checks["link pulses"][1]
    )
