"""Delivery: one notification to one endpoint, by HTTP or MQTT, to an address that was checked."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import override

from area_configs.domain.errors import SmartAreaError
from platform_hub.server.stream import targets
from platform_hub.server.stream.targets import TargetRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_hub.server.stream.targets import Target, Targets

TIMEOUT_S = 5.0
_SUCCESS = range(200, 300)


class DeliveryFailed(SmartAreaError):
    """The endpoint did not take the notification; says why."""


class Parcel(NamedTuple):
    """What goes out.

    Attributes:
        uri: where to.
        headers: of the HTTP request; MQTT carries them inside its message.
        body: the notification, over HTTP.
        message: the notification with its metadata, over MQTT.
        mqtt: protocol version and quality of service of an MQTT endpoint.
        timeout_s: how long the endpoint may take.
    """

    uri: str
    headers: Mapping[str, str]
    body: bytes
    message: bytes = b""
    mqtt: tuple[str, int] = ("mqtt5.0", 0)
    timeout_s: float = TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Courier:
    """Delivers to the targets that are allowed."""

    targets: Targets
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def deliver(self, parcel: Parcel) -> None:
        """Hand a parcel over; returns once the endpoint has it.

        Raises:
            DeliveryFailed: refused, unreachable, too slow, or answered other than 2xx.
        """
        try:
            target = targets.parse(parcel.uri)
            addresses = self.targets.addresses(target)
            send = self._publish if target.mqtt else self._post
            send(target, addresses[0], parcel)
        except TargetRefused as error:
            raise DeliveryFailed(str(error)) from error
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise DeliveryFailed(f"{_shown(parcel.uri)} cannot be reached: {reason}") from error

    def _post(self, target: Target, address: str, parcel: Parcel) -> None:
        connection = _Connection(target, address, parcel.timeout_s, self.tls)
        with contextlib.closing(connection):
            connection.request("POST", target.path, parcel.body, dict(parcel.headers))
            status = connection.getresponse().status
        if status not in _SUCCESS:
            raise DeliveryFailed(f"{_shown(parcel.uri)} answered {status}")

    def _publish(self, target: Target, address: str, parcel: Parcel) -> None:
        from platform_hub.server.stream import mqtt  # noqa: PLC0415 - only some hubs need paho

        tls = self.tls if target.secure else None
        mqtt.publish(target, address, parcel.message, parcel.mqtt, (tls, parcel.timeout_s))


class _Connection(http.client.HTTPConnection):
    """HTTP to a checked address, in the name of the host; redirects are not followed."""

    def __init__(self, target: Target, address: str, timeout_s: float, tls: ssl.SSLContext) -> None:
        super().__init__(target.host, target.port, timeout=timeout_s)
        self._address = address
        self._tls = tls if target.secure else None

    @override
    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is None:
            self.sock = plain
            return
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def _shown(uri: str) -> str:
    """Write a URI without the secrets that may be in it."""
    target = targets.parse(uri)
    return f"{target.scheme}://{target.host}:{target.port}"
