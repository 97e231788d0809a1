"""Who wears what: devices given out to residents and taken back, as gateways are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_hub.server.care import sentences
from platform_hub.server.store import care as stored
from platform_hub.server.store.care import StoredWearable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from area_configs.domain.areas import Area
    from platform_hub.server.store.database import Transaction


def worn(transaction: Transaction) -> dict[str, str]:
    """Return the wearer of each device that is worn now."""
    every = stored.wearables(transaction)
    return {device: one.resident for device, one in every.items() if one.until_us is None}


def told(transaction: Transaction, area: Area, gateway: str) -> dict[str, str]:
    """Return who wears each device of a gateway that was ever given out; empty for nobody now."""
    own = {device.id for device in area.devices_of(gateway)}
    return {
        device: "" if one.until_us else one.resident
        for device, one in stored.wearables(transaction).items()
        if device in own
    }


def give(
    transaction: Transaction, of: str, devices: Collection[str], area: Area, now_us: int
) -> None:
    """Let a resident wear these devices and no others.

    Raises:
        Refused: one is no wearable of the area, or somebody else wears it.
    """
    now = worn(transaction)
    known = {device.id for device in area.carried()}
    for device in devices:
        _check(device, of, now, known)
    mine = {device for device, wearer in now.items() if wearer == of}
    for device in mine - set(devices):
        stored.take_back(transaction, device, now_us)
    for device in set(devices) - mine:
        stored.hand_out(transaction, StoredWearable(device, of, now_us))


def _check(device: str, of: str, now: Mapping[str, str], known: Collection[str]) -> None:
    wearer = now.get(device)
    if wearer == of:
        return  # even where the area has it no more
    if device not in known:
        raise sentences.no_wearable(device, known)
    if wearer:
        raise sentences.worn_already(device)
