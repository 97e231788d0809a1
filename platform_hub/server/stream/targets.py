"""Targets: where notifications may go, so that nobody makes the hub call into its own network."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit

from area_configs.domain.errors import SmartAreaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from urllib.parse import SplitResult

_Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"
_Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"
_PORTS = {"http": 80, "https": 443, "mqtt": 1883, "mqtts": 8883}
SCHEMES = frozenset(_PORTS)
MQTT_VERSIONS = frozenset({"mqtt3.1.1", "mqtt5.0"})


class TargetRefused(SmartAreaError):
    """The address is malformed or not one that this hub may call; says why and what to do."""


class Target(NamedTuple):
    """An endpoint's address, taken apart; `path` is the topic where the scheme is MQTT."""

    scheme: str
    host: str
    port: int
    path: str
    user: str | None = None
    password: str | None = None

    @property
    def secure(self) -> bool:
        """Tell whether TLS is spoken."""
        return self.scheme in {"https", "mqtts"}

    @property
    def mqtt(self) -> bool:
        """Tell whether it is a topic of an MQTT broker."""
        return self.scheme.startswith("mqtt")


def parse(uri: str) -> Target:
    """Take the URI of an endpoint apart.

    Raises:
        TargetRefused: not an absolute http, https, mqtt or mqtts URI with a host.
    """
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError as error:
        raise TargetRefused(f"endpoint.uri {uri[:200]!r} is malformed: {error}") from error
    scheme = parts.scheme.lower()
    if scheme not in SCHEMES or not parts.hostname or port == 0:
        known = ", ".join(sorted(SCHEMES))
        raise TargetRefused(f"endpoint.uri {uri[:200]!r} is not an absolute URI of {known}")
    if any(ord(char) <= ord(" ") for char in uri) or "#" in uri:
        raise TargetRefused(f"endpoint.uri {uri[:200]!r} holds a space, control character or #")
    path = _path(parts, scheme)
    if scheme.startswith("mqtt"):
        _check_topic(path)
    user = None if parts.username is None else unquote(parts.username)
    password = None if parts.password is None else unquote(parts.password)
    return Target(scheme, parts.hostname, port or _PORTS[scheme], path, user, password)


def _path(parts: SplitResult, scheme: str) -> str:
    if scheme.startswith("mqtt"):
        return unquote(parts.path.removeprefix("/"))
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _check_topic(topic: str) -> None:
    if not topic or any(char in topic for char in "+\0"):
        raise TargetRefused("an mqtt endpoint names its topic as path, without + and #")


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


@dataclass(frozen=True, slots=True)
class Targets:
    """The rule: public addresses, what the operator allows, and loopback where all is open.

    Attributes:
        loopback: addresses of this machine may be called.
        hosts: names that may be called wherever they lead, in lower case.
        networks: addresses that may be called.
        resolve: finds the addresses of a name; raises OSError where there are none.
    """

    loopback: bool = False
    hosts: frozenset[str] = frozenset()
    networks: tuple[_Network, ...] = ()
    resolve: Callable[[str, int], list[str]] = _resolve

    @classmethod
    def allowing(cls, allowed: Iterable[str], *, loopback: bool) -> Targets:
        """Read an allow-list of host names, addresses and networks such as `10.1.0.0/16`."""
        hosts, networks = set[str](), list[_Network]()
        for text in allowed:
            try:
                networks.append(ipaddress.ip_network(text, strict=False))
            except ValueError:
                hosts.add(text.lower())
        return cls(loopback, frozenset(hosts), tuple(networks))

    def check(self, target: Target) -> None:
        """Refuse a host that is plainly an inner one, without asking the network.

        Raises:
            TargetRefused: names the host.
        """
        if self._allowed_host(target.host):
            return
        address = _address(target.host)
        if address is None:
            if target.host.lower().rstrip(".").endswith("localhost"):
                raise _refusal(target.host)
        elif not self._admits(address):
            raise _refusal(target.host)

    def addresses(self, target: Target) -> list[str]:
        """Return the addresses to connect to; every one has been checked.

        A caller must connect to these and not to the name again: a name may lead elsewhere the
        next time (DNS rebinding).

        Raises:
            TargetRefused: the name leads to an inner address.
            OSError: the name is not known.
        """
        found = self.resolve(target.host, target.port)
        if not self._allowed_host(target.host):
            for text in found:
                address = _address(text)
                if address is None or not self._admits(address):
                    raise _refusal(target.host)
        return found

    def _allowed_host(self, host: str) -> bool:
        host = host.lower()
        return host in self.hosts or (self.loopback and host == "localhost")

    def _admits(self, address: _Address) -> bool:
        if any(address in network for network in self.networks):
            return True
        if address.is_loopback or address.is_unspecified:
            return self.loopback
        return address.is_global and not address.is_multicast


def _address(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _refusal(host: str) -> TargetRefused:
    return TargetRefused(
        f"{host} is an inner address: notifications go to public ones; the operator may allow it "
        "with notification_targets in hub.toml"
    )
