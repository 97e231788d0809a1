"""Bluetooth radios: an adapter of this machine, or a virtual one, both used through bleak."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from edge_agent.transports.radio import BleakRadio

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from edge_agent.transports.radio import Radio

VIRTUAL = "virtual:"


def radio_of(adapter: str) -> Radio:
    """Return the radio of an adapter's name: `hci0`, empty for the first, `virtual:host:port`."""
    if adapter.startswith(VIRTUAL):
        # The virtual radio is for demonstrations and tests; a gateway has no bumble.
        from edge_agent.transports.virtual_radio import VirtualRadio  # noqa: PLC0415  # only the demonstration has one

        return VirtualRadio(adapter.removeprefix(VIRTUAL))
    return AdapterRadio(adapter)


class AdapterRadio(BleakRadio):
    """An adapter of this machine, through BlueZ; BlueZ owns it, there is nothing to open."""

    def __init__(self, adapter: str) -> None:
        self._adapter = adapter

    @override
    def options(self) -> dict[str, Any]:
        """Return the adapter's name, where one is given."""
        return {"bluez": {"adapter": self._adapter}} if self._adapter else {}

    @override
    def consenting(
        self, address: str, may: Callable[[], bool], pin: str
    ) -> AbstractAsyncContextManager[None]:
        """Answer BlueZ, which asks an agent of the system before it pairs; other systems ask people."""
        if sys.platform != "linux":
            return super().consenting(address, may, pin)
        from edge_agent.transports.pairing_agent import PairingAgent, consenting  # noqa: PLC0415  # BlueZ is Linux's

        return consenting(PairingAgent(address, may, pin))

    async def open(self) -> None:
        """Make it usable."""

    async def close(self) -> None:
        """Give it back."""
