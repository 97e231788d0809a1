"""Entities of an area's devices, there before any of them has spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from area_configs.domain.devices import DeviceKind
from platform_hub.server.store import entities
from platform_hub.server.store.entities import Entity
from platform_hub.wire import ngsi_ld, timestamps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from area_configs.domain.areas import Area, Device
    from platform_hub.server.store.database import Transaction

UNKNOWN_TYPE = "Device"  # of a device that speaks but stands in no area file
_METERS = {DeviceKind.SMART_METER, DeviceKind.BUILDING_METER, DeviceKind.FEEDER_METER}

STATIC = frozenset(
    {
        "name",
        "location",
        "category",
        "deviceKind",
        "controlledProperty",
        "refGateway",
        "profile",
        "building",
    }
)


def gateway_urn(area: str, gateway: str) -> str:
    """Return the URN of a gateway."""
    return f"urn:ngsi-ld:EdgeGateway:{area}:{gateway}"


def seed(transaction: Transaction, area: Area, now_us: int) -> None:
    """Bring the entities of an area's devices up to date with its file; history is untouched."""
    described = {
        ngsi_ld.entity_id(area.id, device.id): (
            area.profile_of(device).entity_type,
            describe(area, device),
        )
        for device in area.devices
    }
    known = entities.load(transaction, described, gone=True)
    for urn, (type_, attributes) in described.items():
        found = known.get(urn) or Entity(urn, type_, now_us, now_us)
        if _renew(found, type_, attributes, now_us):
            entities.save(transaction, found)


def describe(area: Area, device: Device) -> dict[str, Any]:
    """Write what an area file says of a device as normalised attributes."""
    profile = area.profile_of(device)
    place = device.position
    point = {"type": "Point", "coordinates": [place.longitude, place.latitude]}
    measured = [ngsi_ld.attribute_name(point.quantity) for point in profile.points]
    attributes = {
        "name": {
            "type": "LanguageProperty",
            "languageMap": {"ja": device.name.ja, "en": device.name.en},
        },
        "location": {"type": "GeoProperty", "value": point},
        "category": _property(["meter" if profile.kind in _METERS else "sensor"]),
        "deviceKind": _property(str(profile.kind)),
        "controlledProperty": _property(measured),
        "refGateway": _reference(gateway_urn(area.id, device.gateway)),
        "profile": _property(profile.id),
    }
    if device.building:
        attributes["building"] = _property(device.building)
    return attributes


def describe_unknown(area: str, gateway: str) -> dict[str, Any]:
    """Write all that is known of a device which stands in no area file."""
    return {"refGateway": _reference(gateway_urn(area, gateway))}


def stamped(attribute: Mapping[str, Any], before: Any, now_us: int) -> dict[str, Any]:
    """Return an attribute with the times at which the hub created and last changed it."""
    now = timestamps.to_text(now_us)
    before = before if isinstance(before, dict) else {}
    return {**attribute, "createdAt": before.get("createdAt", now), "modifiedAt": now}


def _renew(found: Entity, type_: str, attributes: dict[str, Any], now_us: int) -> bool:
    """Put the static attributes into an entity; False where that changes nothing."""
    document = found.document
    gone = (STATIC & document.keys()) - attributes.keys()
    changed = {
        name: stamped(attribute, document.get(name, {}), now_us)
        for name, attribute in attributes.items()
        if _bare(document.get(name, {})) != attribute
    }
    unchanged = not (gone or changed) and found.type == type_ and found.deleted_us is None
    if found.pk and unchanged:
        return False
    found.deleted_us = None
    found.document = {n: a for n, a in document.items() if n not in gone} | changed
    found.type, found.modified_us = type_, now_us
    return True


def _bare(attribute: Any) -> dict[str, Any]:
    if not isinstance(attribute, dict):
        return {}  # several instances: someone else's
    return {k: v for k, v in attribute.items() if k not in {"createdAt", "modifiedAt"}}


def _property(value: object) -> dict[str, Any]:
    return {"type": "Property", "value": value}


def _reference(urn: str) -> dict[str, Any]:
    return {"type": "Relationship", "object": urn}
