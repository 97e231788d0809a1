"""A changed area on its way to the gateways: each whose part differs gets a configuration for it.

The document names the new pack by its digest; the gateway fetches it, puts it on trial with its
other settings and takes it back where the hub does not answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.registry import configuration
from platform_hub.server.registry.configuration import AREA, Draft
from platform_hub.server.store import configuration as stored
from platform_hub.server.store import gateway_keys, orders
from platform_hub.wire.commands import OPEN_STATES
from platform_hub.wire.gateways import GatewayReport

if TYPE_CHECKING:
    from collections.abc import Collection

    from area_configs.domain.areas import Area
    from platform_hub.server.store.configuration import Version
    from platform_hub.server.store.database import Transaction
    from platform_hub.wire.commands import Order

_DEVICES = "devices"


def concerned(before: Area, after: Area) -> tuple[str, ...]:
    """Return the gateways of both areas that read something else in the second, in its order."""
    known = {gateway.id for gateway in before.gateways}
    both = [gateway.id for gateway in after.gateways if gateway.id in known]
    return tuple(ident for ident in both if _part(before, ident) != _part(after, ident))


def send(
    transaction: Transaction,
    area: Area,
    gateways: Collection[str],
    digest: str,
    said: tuple[str, str, int],
) -> list[Order]:
    """Send the gateways to the pack of an area; `said` is the note, by whom, and when.

    A gateway that has never said what it runs is left out: its settings are not known here, and
    what is sent is whole.
    """
    note, by, now_us = said
    reports = gateway_keys.reports(transaction)
    sent = []
    for gateway in gateways:
        before = stored.find(transaction, gateway)
        report = reports.get(gateway)
        running = msgspec.json.decode(report.body, type=GatewayReport).settings if report else {}
        document = _base(transaction, before, running)
        if document is None:
            continue
        fitting = _fitting(document, area, gateway) | {AREA: digest}
        sent.append(
            configuration.issue(transaction, before, Draft(gateway, fitting, note), by, now_us)[1]
        )
    return sent


def _part(area: Area, gateway: str) -> tuple[Any, ...]:
    devices = area.devices_of(gateway)
    profiles = {device.profile: area.profile_of(device) for device in devices}
    return area.gateway(gateway), devices, profiles, area.energy


def _base(
    transaction: Transaction, before: Version | None, running: dict[str, Any]
) -> dict[str, Any] | None:
    """Return what is to hold beside the area: what is still on its way, else what runs there."""
    if before is not None and (not running or _waits(transaction, before)):
        document: dict[str, Any] = msgspec.json.decode(before.document)
        return document
    return running or None


def _waits(transaction: Transaction, version: Version) -> bool:
    found = orders.of_subject(transaction, "configuration", f"{version.gateway}:{version.version}")
    return bool(found) and found[-1].state in OPEN_STATES


def _fitting(document: dict[str, Any], area: Area, gateway: str) -> dict[str, Any]:
    """Return a document without settings of devices that the gateway has no more."""
    known = {device.id for device in area.devices_of(gateway)}
    devices = document.get(_DEVICES) or {}
    left = {device: one for device, one in devices.items() if device in known}
    return {**document, _DEVICES: left}
