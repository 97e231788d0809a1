"""Announcing: a gateway or hub by DNS-SD on the local network; a hint for people, never proof."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

from platform_hub.wire.announcements import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def announced(name: str, state: str, port: int, version: str) -> Iterator[None]:
    """Announce one as `name`; where the network does not take it, it works without."""
    from zeroconf import NonUniqueNameException, ServiceInfo, Zeroconf  # noqa: PLC0415 - 24 MiB

    try:
        network = Zeroconf()
    except OSError as error:
        _log.info("%s cannot be announced on this network: %s", name, error)
        yield
        return
    info = ServiceInfo(
        SERVICE,
        f"{name}.{SERVICE}",
        port=port,
        properties={"id": name, "state": state, "proto": "1", "version": version},
        server=f"{name}.local.",
    )
    try:
        with contextlib.suppress(NonUniqueNameException, OSError):
            info.addresses = _own_addresses()
            network.register_service(info)
        yield
    finally:
        network.close()


def _own_addresses() -> list[bytes]:
    import ipaddress  # noqa: PLC0415 - as below

    import ifaddr  # noqa: PLC0415 - comes with zeroconf

    found = [str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    return [ipaddress.IPv4Address(one).packed for one in found if not one.startswith("127.")]
