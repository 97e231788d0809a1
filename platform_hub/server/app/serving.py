"""Serving: the socket, TLS, and a server that stops cleanly on a signal."""

from __future__ import annotations

import contextlib
import errno
import gc
import ipaddress
import logging
import signal
import socket
import ssl
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import uvicorn
from typing_extensions import override

from area_configs import area_pack
from area_configs.domain.errors import SmartAreaError
from area_configs.loader import load_area
from platform_hub.server.app.area_keeping import settled
from platform_hub.server.app.composition import Hub, Parts
from platform_hub.server.governance import identity
from platform_hub.server.governance.certificates import CertificateFolder
from platform_hub.server.store import lock
from platform_hub.server.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from platform_hub.server.settings import HubFolder

_LOG = logging.getLogger(__name__)
_GRACE_S = 1  # for requests in flight; streams are ended at once


class CannotServe(SmartAreaError):
    """The hub cannot listen as asked; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen, and with which certificate; port 0 takes a free one."""

    port: int
    host: str = "127.0.0.1"
    tls_cert: Path | None = None
    tls_key: Path | None = None

    @property
    def secure(self) -> bool:
        """Tell whether TLS is spoken."""
        return self.tls_cert is not None

    def url(self, port: int) -> str:
        """Return the base URL for the port that was taken."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' if self.secure else ''}://{host}:{port}"


def check(address: Address, *, open_to_all: bool) -> None:
    """Refuse what would put people's data in the open.

    Raises:
        CannotServe: no keys or no TLS off loopback, or half a certificate.
    """
    if (address.tls_cert is None) != (address.tls_key is None):
        raise CannotServe("--tls-cert and --tls-key are given together or not at all")
    if is_loopback(address.host):
        return
    if open_to_all:
        raise CannotServe(f"--no-auth serves loopback only, not {address.host}: leave it out")
    if not address.secure:
        raise CannotServe(f"{address.host} is not loopback: give --tls-cert and --tls-key")


def secured(folder: HubFolder, address: Address, now_us: int) -> Address:
    """Return where to listen with the hub's own certificate, off loopback unless given another."""
    own = CertificateFolder(folder.trust)
    if address.secure or address.tls_key or is_loopback(address.host) or not own.exists():
        return address
    if own.renew(now_us):
        _LOG.warning("the hub's certificate was renewed: it would have ended soon")
    return replace(address, tls_cert=own.server, tls_key=own.server_key)


def serve(
    folder: HubFolder,
    address: Address,
    *,
    now_us: Callable[[], int],
    ready: Callable[[str, str], None],
    open_to_all: bool = False,
    context_map: Mapping[str, Any] | None = None,
) -> None:
    """Serve a hub's folder until a signal comes.

    Args:
        folder: what `found` made.
        address: where to listen.
        now_us: the clock, microseconds since 1970 UTC.
        ready: called with the URL and the area id once requests are taken.
        open_to_all: ask for no keys.
        context_map: documents of JSON-LD contexts by URL, which are then never fetched.

    Raises:
        SmartAreaError: it cannot be served, in one sentence.
    """
    settings = folder.settings()
    address = secured(folder, address, now_us())
    check(address, open_to_all=open_to_all)
    load_area(folder.area)
    with (
        contextlib.closing(_database(folder)) as database,
        _alone(folder, database),
        contextlib.closing(_listen(address)) as listener,
    ):
        area, digest = settled(folder.area, database, now_us())
        parts = Parts(
            area,
            database,
            lambda: area_pack.pack(folder.area),
            now_us,
            settings,
            open_to_all=open_to_all,
            identity=identity.load(folder.identity),
            ca=_pinned(folder),
            context_map=context_map or {},
            folder=folder.area,
            digest=digest,
        )
        hub = Hub(parts)
        hub.prepare()
        url = address.url(listener.getsockname()[1])
        _spare_collector()
        server = _Server(_config(hub, address), hub.stop_streams, lambda: ready(url, area.id))
        with _announced(address, area.id, listener.getsockname()[1]):
            server.run([listener])


def _announced(address: Address, area: str, port: int) -> contextlib.AbstractContextManager[None]:
    """Say on the network that a hub is here, where others can reach it."""
    if is_loopback(address.host):
        return contextlib.nullcontext()
    from platform_hub.client.announcing import announced  # noqa: PLC0415 - requests come along

    return announced(f"hub-{area}".replace("_", "-"), "hub", port, "")


def _spare_collector() -> None:
    """Keep the cycle collector off what stays for good, and off the thousands of rows of a block.

    Rows hold no cycles; to pass over them once for every 700 costs an eighth of what ingest does.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _database(folder: HubFolder) -> Database:
    place = folder.place()
    if isinstance(place, str):
        Database.create(place)
    return Database(place)


def _alone(folder: HubFolder, database: Database) -> contextlib.AbstractContextManager[None]:
    """Hold the folder where its data is in it; any number of processes serve a shared database."""
    return contextlib.nullcontext() if database.is_shared else lock.held(folder.lock)


def _pinned(folder: HubFolder) -> str:
    own = CertificateFolder(folder.trust)
    return own.ca.read_text(encoding="ascii") if own.exists() else ""


class _Server(uvicorn.Server):
    """uvicorn that says when it is ready, ends streams first, and exits 0 on a signal."""

    def __init__(
        self, config: uvicorn.Config, before_stop: Callable[[], None], ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._before_stop = before_stop
        self._ready = ready

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._before_stop()
        await super().shutdown(sockets)

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal, but do not raise it again afterwards: a stop that was asked for is 0."""
        stops = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in stops}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _config(hub: Hub, address: Address) -> uvicorn.Config:
    config = uvicorn.Config(
        hub.asgi,
        log_config=None,
        access_log=False,
        lifespan="on",
        loop="asyncio",
        http="h11",
        ws="none",
        timeout_graceful_shutdown=_GRACE_S,
        server_header=False,
        ssl_certfile=address.tls_cert,
        ssl_keyfile=address.tls_key,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise CannotServe(
            f"certificate {address.tls_cert} with key {address.tls_key} cannot be used: {error}"
        ) from error
    return config


def _listen(address: Address) -> socket.socket:
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        # With the protocol named: asyncio sets TCP_NODELAY only then, and answers need no 40 ms.
        listener = socket.socket(*found[:3])
    except OSError as error:
        raise CannotServe(f"{address.host} is no address of this machine: {error}") from error
    try:
        # Not on Windows: there it would share a port that is in use.
        if hasattr(signal, "SIGKILL"):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(found[4])
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise CannotServe(_why_not(address, error)) from error
    return listener


def _why_not(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{address.host} is no address of this machine: correct --host"
    if error.errno == errno.EACCES:
        return f"port {address.port} may not be used by this user: choose one from 1024 with --port"
    return (
        f"port {address.port} on {address.host} cannot be used: {error.strerror}; "
        "stop what holds it or choose another with --port"
    )


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
