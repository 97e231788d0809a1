"""Fetching documents of others: never from inner addresses, never without an end.

An address is judged after its name was resolved, and that very address is connected to, so a name
that changes its mind between the two gains nothing.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from typing_extensions import override

from area_configs.domain.errors import SmartAreaError

if TYPE_CHECKING:
    from collections.abc import Callable

    Address = tuple[socket.AddressFamily, tuple[str, int]]

_TIMEOUT_S = 5.0
_TOTAL_S = 10.0
_MAX_BYTES = 1 << 20
_MAX_REDIRECTS = 3
_AT_ONCE = 4
_PIECE = 1 << 14
_REDIRECTS = {301, 302, 303, 307, 308}
_OK = 200


class Unreachable(SmartAreaError):
    """Wait and retry, or correct the address: a document cannot be fetched; says why."""


class Fetcher:
    """Fetches small documents over HTTP."""

    def __init__(self, *, inner_allowed: bool = False) -> None:
        """With `inner_allowed` also from loopback, for a hub that serves loopback only."""
        self._inner_allowed = inner_allowed
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    def get(self, url: str) -> bytes:
        """Return the document at a URL.

        Raises:
            Unreachable: not http(s), an inner address, no answer in time, too long.
        """
        if not self._places.acquire(timeout=_TIMEOUT_S):
            raise Unreachable("too many documents are being fetched: try again in a moment")
        try:
            return self._follow(url, time.monotonic() + _TOTAL_S)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(f"{url[:300]} cannot be fetched: {error}") from error
        finally:
            self._places.release()

    def _follow(self, url: str, deadline: float) -> bytes:
        for _ in range(_MAX_REDIRECTS + 1):
            body, onward = self._ask(url, deadline)
            if not onward:
                return body
            url = urljoin(url, onward)
        raise Unreachable(f"{url[:300]} is redirected more than {_MAX_REDIRECTS} times")

    def _ask(self, url: str, deadline: float) -> tuple[bytes, str]:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Unreachable(f"{url[:300]} is not an http or https address")
        address = self._address(parts.hostname, parts.port or _port(parts.scheme))
        connection = _connection(parts.scheme, parts.hostname, address)
        try:
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            headers = {
                "Host": parts.netloc.rpartition("@")[2],
                "Accept": "application/ld+json, application/json",
            }
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            if answer.status in _REDIRECTS:
                return b"", answer.headers.get("Location", "")
            if answer.status != _OK:
                raise Unreachable(f"{url[:300]} answers {answer.status}")
            return _body(url, answer, deadline), ""
        finally:
            connection.close()

    def _address(self, host: str, port: int) -> Address:
        for family, _, _, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            address = (str(place[0]), int(place[1]))
            if is_allowed(address[0], inner_allowed=self._inner_allowed):
                return family, address
        raise Unreachable(f"{host} is an inner address: documents are fetched from outside only")


def is_allowed(address: str, *, inner_allowed: bool) -> bool:
    """Tell whether an address may be connected to on behalf of a caller.

    Loopback and the unspecified address count as inner ones, and so do private, link-local (cloud
    metadata), multicast and reserved ones, also where IPv6 wraps them.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or found
    if found.is_loopback or found.is_unspecified:
        return inner_allowed
    return found.is_global and not found.is_multicast


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


class _Connection(http.client.HTTPConnection):
    def __init__(self, host: str, address: Address, wrap: Callable[..., socket.socket]) -> None:
        super().__init__(host, address[1][1], timeout=_TIMEOUT_S)
        self._address = address
        self._wrap = wrap

    @override
    def connect(self) -> None:
        family, place = self._address
        plain = socket.socket(family, socket.SOCK_STREAM)
        plain.settimeout(_TIMEOUT_S)
        try:
            plain.connect(place)
            self.sock = self._wrap(plain)
        except BaseException:
            plain.close()
            raise


def _connection(scheme: str, host: str, address: Address) -> http.client.HTTPConnection:
    if scheme == "http":
        return _Connection(host, address, lambda plain: plain)
    secure = ssl.create_default_context()
    return _Connection(host, address, lambda plain: secure.wrap_socket(plain, server_hostname=host))


def _body(url: str, answer: http.client.HTTPResponse, deadline: float) -> bytes:
    body = bytearray()
    while piece := answer.read1(_PIECE):
        body += piece
        if len(body) > _MAX_BYTES:
            raise Unreachable(f"{url[:300]} is longer than {_MAX_BYTES} bytes")
        if time.monotonic() > deadline:
            raise Unreachable(f"{url[:300]} takes longer than {_TOTAL_S:.0f} s")
    return bytes(body)
