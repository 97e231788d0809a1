"""Bluetooth radios: an adapter of this machine, or a virtual one, both used through bleak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from edge_agent.transports.radio import BleakRadio

if TYPE_CHECKING:
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

    async def open(self) -> None:
        """Make it usable."""

    async def close(self) -> None:
        """Give it back."""
