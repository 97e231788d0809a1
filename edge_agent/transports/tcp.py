"""TCP peers: why one cannot be reached, in one sentence."""

from __future__ import annotations

import asyncio
import socket

from area_configs.domain.errors import DeviceUnavailable


async def require_listener(host: str, port: int, timeout_s: float = 3.0) -> None:
    """Check that something accepts connections at an address.

    Raises:
        DeviceUnavailable: nothing does; names the address, the cause and the remedy.
    """
    try:
        async with asyncio.timeout(timeout_s):
            _, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        raise DeviceUnavailable(f"{host}:{port} {_reason(error, timeout_s)}") from error
    writer.close()
    await writer.wait_closed()


def _reason(error: OSError, timeout_s: float) -> str:
    if isinstance(error, TimeoutError):
        return f"does not answer within {timeout_s:g} s: check power, cable and address"
    if isinstance(error, ConnectionRefusedError):
        return "refuses the connection: check that the device's server is on, and the port"
    if isinstance(error, socket.gaierror):
        return f"is not known by name ({error.strerror}): correct the host or use its address"
    return f"cannot be reached ({error.strerror}): check cable, address and network"
