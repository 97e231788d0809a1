"""Notifications to a real MQTT broker: mosquitto, started here."""

from __future__ import annotations

import contextlib
import queue
import shutil
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from platform_hub.server.stream.delivery import Courier, DeliveryFailed, Parcel
from platform_hub.server.stream.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(
    MOSQUITTO is None, reason="mosquitto is not installed: apt install mosquitto"
)
HERE = Courier(Targets(loopback=True))
WITHIN_S = 10.0


@contextlib.contextmanager
def broker(folder: Path, *lines: str) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = folder / "mosquitto.conf"
    first = (f"listener {port} 127.0.0.1", "user root")  # else root would become another user
    settings.write_text("\n".join((*first, *lines, "")), encoding="utf-8")
    process = subprocess.Popen(
        [str(MOSQUITTO), "-c", str(settings)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for line in process.stdout or ():
            if "running" in line:
                break
        yield port
    finally:
        process.terminate()
        process.communicate()


@contextlib.contextmanager
def subscriber(port: int, topic: str, user: str = "") -> Iterator[queue.SimpleQueue[bytes]]:
    came: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    ready: queue.SimpleQueue[bool] = queue.SimpleQueue()
    client = Client(CallbackAPIVersion.VERSION2)
    if user:
        client.username_pw_set(user, user)
    client.on_message = lambda _client, _data, message: came.put(message.payload)
    client.on_subscribe = lambda *_answer: ready.put(True)
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.subscribe(topic, 1)
    ready.get(timeout=WITHIN_S)
    try:
        yield came
    finally:
        client.disconnect()
        client.loop_stop()


@pytest.mark.parametrize(("version", "quality"), [("mqtt3.1.1", 0), ("mqtt5.0", 1), ("mqtt5.0", 2)])
def test_a_message_reaches_the_topic(tmp_path: Path, version: str, quality: int):
    with (
        broker(tmp_path, "allow_anonymous true") as port,
        subscriber(port, "area/harumi") as came,
    ):
        uri = f"mqtt://127.0.0.1:{port}/area/harumi"
        HERE.deliver(Parcel(uri, {}, b"", b'{"body":{}}', (version, quality)))
        assert came.get(timeout=WITHIN_S) == b'{"body":{}}'


def test_a_broker_that_wants_a_password_gets_it(tmp_path: Path):
    passwords = tmp_path / "passwords"
    subprocess.run(
        [str(shutil.which("mosquitto_passwd")), "-b", "-c", str(passwords), "area", "area"],
        check=True,
        capture_output=True,
    )
    with (
        broker(tmp_path, "allow_anonymous false", f"password_file {passwords}") as port,
        subscriber(port, "t", "area") as came,
    ):
        with pytest.raises(DeliveryFailed, match="refused"):
            HERE.deliver(Parcel(f"mqtt://127.0.0.1:{port}/t", {}, b"", b"no"))
        HERE.deliver(Parcel(f"mqtt://area:area@127.0.0.1:{port}/t", {}, b"", b"yes"))
        assert came.get(timeout=WITHIN_S) == b"yes"


def test_no_broker_is_a_failure():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(DeliveryFailed, match="cannot be reached"):
        HERE.deliver(Parcel(f"mqtt://127.0.0.1:{port}/t", {}, b"", b"{}"))
