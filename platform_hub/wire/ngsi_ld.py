"""Readings as NGSI-LD: entity ids, attribute names and Property objects (ETSI GS CIM 009).

A reading without a value is the NGSI-LD Null `urn:ngsi-ld:null` with its quality beside it:
JSON null is not allowed as a Property value, and zero would be a lie.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from area_configs.domain.quality import GOOD, Quality, Reason
from area_configs.domain.quantities import BY_ATTRIBUTE, QUANTITIES
from area_configs.domain.readings import Reading, Series
from platform_hub.wire import timestamps

CORE_CONTEXT = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
NULL = "urn:ngsi-ld:null"
_ATTRIBUTES = {quantity.id: quantity.attribute for quantity in QUANTITIES.values()}
_PREFIX = "urn:ngsi-ld:Device:"

Json = dict[str, Any]


def entity_id(area: str, device: str) -> str:
    """Return the URN of a device's entity; it outlives a change of model."""
    return f"{_PREFIX}{area}:{device}"


def device_of(entity: str) -> str | None:
    """Return the device id inside an entity URN, None for other entities."""
    if not entity.startswith(_PREFIX):
        return None
    _, _, device = entity.removeprefix(_PREFIX).partition(":")
    return device or None


def attribute_name(quantity: str) -> str:
    """Return the attribute of a quantity; an unknown quantity keeps its own name."""
    return _ATTRIBUTES.get(quantity, quantity)


def quantity_of(attribute: str) -> str:
    """Return the quantity of an attribute, the inverse of `attribute_name`."""
    known = BY_ATTRIBUTE.get(attribute)
    return known.id if known else attribute


def property_of(reading: Reading) -> Json:
    """Write a reading as a normalised Property; what is no number in JSON is written as NULL."""
    known = QUANTITIES.get(reading.quantity)
    body: Json = {
        "type": "Property",
        "value": NULL if reading.value is None or not isfinite(reading.value) else reading.value,
        "observedAt": timestamps.to_text(reading.observed_us),
    }
    if known:
        body["unitCode"] = known.unit_code
    if reading.quality != GOOD:
        body["quality"] = {"type": "Property", "value": str(reading.quality.reason)}
        if reading.quality.raw:
            body["rawCode"] = {"type": "Property", "value": reading.quality.raw}
    return body


def reading_of(series: Series, body: Json) -> Reading:
    """Read a Property that `property_of` wrote.

    Raises:
        ValueError, KeyError, TypeError: the Property is not one of a reading.
    """
    value = body["value"]
    return Reading(
        series.device,
        series.quantity,
        timestamps.from_text(body["observedAt"]),
        None if value == NULL else float(value),
        _quality_of(body),
    )


def _quality_of(body: Json) -> Quality:
    if "quality" not in body:
        return GOOD
    raw = body.get("rawCode", {}).get("value", "")
    return Quality(Reason(body["quality"]["value"]), raw)
