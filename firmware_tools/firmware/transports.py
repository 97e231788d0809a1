"""Ways to a device that speaks SMP: `serial:PORT`, `ble:ADDRESS`, `udp:HOST`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.names import Name
from firmware_tools.sentences import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from smpclient.transport import SMPTransport

_INSTALL = Name(en="install it with pip", ja="pip で入れてください")
KINDS = ("serial", "ble", "udp")


def way(text: str) -> tuple[str, Callable[[], SMPTransport]]:
    """Return address and maker of transports of a way.

    Raises:
        Refused: it is none, or its library is missing.
    """
    kind, _, address = text.partition(":")
    if kind not in KINDS or not address:
        why = Name(
            en="serial:PORT, ble:ADDRESS or udp:HOST is expected",
            ja="serial:ポート、ble:アドレス、udp:ホストのいずれかを指定してください",
        )
        raise Refused("bad_table", source=text, why=why)
    try:
        return address, _maker(kind)
    except ImportError as error:
        raise Refused("tool_missing", tool=f"smpclient[{kind}]", remedy=_INSTALL) from error


def _maker(kind: str) -> Callable[[], SMPTransport]:
    if kind == "serial":
        from smpclient.transport.serial import SMPSerialTransport  # noqa: PLC0415 - one way is used

        return SMPSerialTransport
    if kind == "ble":
        from smpclient.transport.ble import SMPBLETransport  # noqa: PLC0415 - as above

        return SMPBLETransport
    from smpclient.transport.udp import SMPUDPTransport  # noqa: PLC0415 - as above

    return SMPUDPTransport
