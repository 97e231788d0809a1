"""Ports, peers and radio: is what each link needs there and free?"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from area_configs.domain.errors import DeviceUnavailable
from edge_agent.doctor.check import Check
from edge_agent.transports import serial_port, tcp
from edge_agent.transports.echonet_udp import PORT, EchonetPort
from edge_agent.transports.pulse_line import PulseLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from area_configs.domain.areas import Link
    from edge_agent.doctor.check import Machine
    from edge_agent.settings import Installation

_OPC_UA_PORT = 4840  # opc.tcp, OPC 10000-6, 7.4.1


def checks(
    installation: Installation, here: Machine, status: dict[str, Any] | None, *, running: bool
) -> Iterator[Check]:
    """Yield a check for each link, and one for the radio; of a running agent, what it says itself."""
    found = installation.gateway.links
    said = status["links"] if status and running else {}
    for link in found:
        yield _link(installation, link, said.get(link.id), running=running)
    yield radio(here.sys, needed=[link.id for link in found if _needs_radio(link)])


def _needs_radio(link: Link) -> bool:
    return link.kind == "ble" and not link.adapter.startswith("virtual:")


def radio(sys: Path, needed: list[str]) -> Check:
    """Check that links by Bluetooth have a radio that is switched on."""
    if not needed:
        return Check("radio", "ok", "no link needs one", "無線を使うリンクはありません")
    adapters = sorted((sys / "class/bluetooth").glob("hci*"))
    if not adapters:
        words = f"link {needed[0]} needs a Bluetooth radio, none is there: plug one in"
        ja = f"リンク {needed[0]} に必要な Bluetooth がありません。アダプターを差してください"
        return Check("radio", "fail", words, ja)
    blocked = [a for a in adapters if any(_is_one(file) for file in a.glob("rfkill*/[sh]*"))]
    if len(blocked) == len(adapters):
        words = f"{adapters[0].name} is switched off: rfkill unblock bluetooth, or its switch"
        ja = f"{adapters[0].name} が切れています。rfkill unblock bluetooth か、スイッチで入れてください"
        return Check("radio", "fail", words, ja)
    name = adapters[0].name
    return Check("radio", "ok", f"{name} is there", f"{name} があります")


def _is_one(file: Path) -> bool:
    return file.name in {"soft", "hard"} and file.read_text(encoding="ascii").strip() == "1"


def _link(
    installation: Installation, link: Link, said: dict[str, Any] | None, *, running: bool
) -> Check:
    name = f"link {link.id}"
    if said and said["state"] == "down":
        return Check(name, "fail", said["last_error"])
    if link.kind == "ble":
        words = f"Bluetooth, {link.adapter or 'first adapter'}: see radio"
        ja = f"Bluetooth ({link.adapter or '最初のアダプター'})。「無線」の欄を見てください"
        return Check(name, "ok", words, ja)
    if link.kind in {"modbus_tcp", "opc_ua"}:
        host, port = _peer(link)
        asked = partial(asyncio.run, tcp.require_listener(host, port))
        well = f"{host}:{port} accepts connections", f"{host}:{port} に接続できます"
        return _tried(name, well, asked)
    place = link.port or f"UDP port {PORT} on {link.interface or 'every network'}"
    place_ja = link.port or f"UDP ポート {PORT} ({link.interface or 'すべてのネットワーク'})"
    if running:
        words = f"{place}: left alone, the agent is running"
        return Check(name, "ok", words, f"{place_ja}: エージェントが使用中のため調べません")
    well = f"{place} is there and free", f"{place_ja} があり、空いています"
    return _tried(name, well, partial(_take, installation, link))


def _peer(link: Link) -> tuple[str, int]:
    if link.kind != "opc_ua":
        return link.host, link.tcp_port
    parts = urlsplit(link.url)
    return parts.hostname or "", parts.port or _OPC_UA_PORT


def _tried(name: str, well: tuple[str, str], attempt: Callable[[], None]) -> Check:
    try:
        attempt()
    except DeviceUnavailable as error:
        return Check(name, "fail", str(error))
    words, ja = well
    return Check(name, "ok", words, ja)


def _take(installation: Installation, link: Link) -> None:
    """Open what a link owns while the agent runs, and leave it at once."""
    if link.kind == "echonet_udp":
        asyncio.run(_take_udp(link))
    elif link.kind == "pulse_input":
        lines = [device.unit for device in installation.devices_on(link)]
        asyncio.run(_take_lines(PulseLine(link.id, link.port, lines)))
    else:
        serial_port.require_free(link.port)


async def _take_udp(link: Link) -> None:
    port = EchonetPort(link.id, link.interface, lambda _host, _data: None)
    await port.open()
    await port.close()


async def _take_lines(inputs: PulseLine) -> None:
    inputs.open()
    inputs.close()
