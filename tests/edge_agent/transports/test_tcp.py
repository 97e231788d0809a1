"""TCP peers that cannot be reached, each in one sentence."""

from __future__ import annotations

import asyncio

import pytest

from area_configs.domain.errors import DeviceUnavailable
from edge_agent.transports.tcp import require_listener


async def test_a_peer_that_listens():
    server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
    await require_listener("127.0.0.1", server.sockets[0].getsockname()[1])
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("127.0.0.1", 1, "127.0.0.1:1 refuses the connection: check that"),
        ("no-such-host.invalid", 502, "is not known by name .*: correct the host"),
    ],
)
async def test_a_peer_that_does_not(host, port, words):
    with pytest.raises(DeviceUnavailable, match=words):
        await require_listener(host, port)


async def test_a_peer_that_says_nothing_to_the_greeting():
    """A full backlog: the kernel neither accepts nor refuses."""
    import socket  # noqa: PLC0415 - only this test plays a kernel trick

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        with pytest.raises(DeviceUnavailable, match=r"does not answer within 0\.1 s: check power"):
            await require_listener(*address, timeout_s=0.1)
        for one in waiting:
            one.close()
