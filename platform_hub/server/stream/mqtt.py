"""MQTT: one notification published to one topic (GS CIM 009, clause 7)."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

from paho.mqtt.client import Client, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from typing_extensions import override

if TYPE_CHECKING:
    import ssl

    from platform_hub.server.stream.targets import Target

VERSIONS = {"mqtt3.1.1": MQTTv311, "mqtt5.0": MQTTv5}


def publish(
    target: Target,
    address: str,
    message: bytes,
    how: tuple[str, int],
    link: tuple[ssl.SSLContext | None, float],
) -> None:
    """Connect, publish and disconnect; returns once the broker has taken the message.

    Args:
        target: broker and topic.
        address: the broker's checked address.
        message: payload.
        how: protocol version, one of `VERSIONS`, and quality of service.
        link: TLS settings, None for plain TCP, and the seconds that it may take.

    Raises:
        OSError: unreachable, refused or too slow.
    """
    version, quality = how
    tls, timeout_s = link
    client = _Client(address, VERSIONS[version], timeout_s)
    if target.user is not None:
        client.username_pw_set(target.user, target.password)
    if tls is not None:
        client.tls_set_context(tls)
    client.connect(target.host, target.port)
    client.loop_start()
    try:
        client.wait_until_connected(timeout_s)
        sent = client.publish(target.path, message, quality)
        sent.wait_for_publish(timeout_s)
        if not sent.is_published():
            raise TimeoutError("the MQTT broker did not take the message in time")
    finally:
        client.disconnect()
        client.loop_stop()


class _Client(Client):
    """A client that connects to a checked address in the name of the host."""

    def __init__(self, address: str, protocol: Any, timeout_s: float) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, protocol=protocol)
        self.connect_timeout = timeout_s
        self.on_connect = self._answered
        self._address = address
        self._timeout_s = timeout_s
        self._refusal = ""
        self._known = threading.Event()

    def wait_until_connected(self, timeout_s: float) -> None:
        """Wait for the broker's answer.

        Raises:
            OSError: it refused, or did not answer in time.
        """
        if not self._known.wait(timeout_s):
            raise TimeoutError("the MQTT broker did not answer in time")
        if self._refusal:
            raise ConnectionRefusedError(f"the MQTT broker refused: {self._refusal}")

    def _answered(self, *answer: Any) -> None:
        reason = answer[3]  # client, userdata, flags, reason, properties
        self._refusal = str(reason) if reason.is_failure else ""
        self._known.set()

    # The only place where paho lets a caller choose the address apart from the name that TLS
    # checks; paho-mqtt 2.x.
    @override
    def _create_socket_connection(self) -> socket.socket:
        return socket.create_connection((self._address, self._port), self._timeout_s)
