"""Ports, peers and radio: is what each link needs there and free?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import DeviceUnavailable
from edge_agent.doctor.check import Check
from edge_agent.transports import serial_port, tcp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from area_configs.domain.areas import Link
    from edge_agent.doctor.check import Machine
    from edge_agent.settings import Installation


def checks(
    installation: Installation, here: Machine, status: dict[str, Any] | None, *, running: bool
) -> Iterator[Check]:
    """Yield a check for each link, and one for the radio; of a running agent, what it says itself."""
    found = installation.gateway.links
    said = status["links"] if status and running else {}
    for link in found:
        yield _link(link, said.get(link.id), running=running)
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


def _link(link: Link, said: dict[str, Any] | None, *, running: bool) -> Check:
    name = f"link {link.id}"
    if said and said["state"] == "down":
        return Check(name, "fail", said["last_error"])
    if link.kind == "ble":
        words = f"Bluetooth, {link.adapter or 'first adapter'}: see radio"
        ja = f"Bluetooth ({link.adapter or '最初のアダプター'})。「無線」の欄を見てください"
        return Check(name, "ok", words, ja)
    if not link.port:
        return _peer(name, link)
    if running:
        words = f"{link.port}: left alone, the agent is running"
        return Check(name, "ok", words, f"{link.port}: エージェントが使用中のため調べません")
    try:
        serial_port.require_free(link.port)
    except DeviceUnavailable as error:
        return Check(name, "fail", str(error))
    words, ja = f"{link.port} is there and free", f"{link.port} があり、空いています"
    return Check(name, "ok", words, ja)


def _peer(name: str, link: Link) -> Check:
    try:
        asyncio.run(tcp.require_listener(link.host, link.tcp_port))
    except DeviceUnavailable as error:
        return Check(name, "fail", str(error))
    peer = f"{link.host}:{link.tcp_port}"
    return Check(name, "ok", f"{peer} accepts connections", f"{peer} に接続できます")
