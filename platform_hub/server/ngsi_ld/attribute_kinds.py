"""The kinds of attributes (GS CIM 009, 4.5): which member holds the value, and what it may be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from platform_hub.server.governance.answers import bad_request
from platform_hub.wire import timestamps
from platform_hub.wire.ngsi_ld import NULL

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
VALUE_KEYS = {
    "Property": "value",
    "GeoProperty": "value",
    "Relationship": "object",
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "JsonProperty": "json",
    "ListProperty": "valueList",
    "ListRelationship": "objectList",
}
BY_KEY = {key: kind for kind, key in VALUE_KEYS.items() if kind != "GeoProperty"}
SYSTEM = frozenset({"createdAt", "modifiedAt", "deletedAt", "instanceId"})
# Members of an attribute that are no attributes themselves.
RESERVED = (
    frozenset({"type", "observedAt", "unitCode", "datasetId", "objectType", "lang", "entity"})
    | BY_KEY.keys()
    | SYSTEM
)
GEOMETRIES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}
)
_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"\x00-\x1f]+")
_NAME = re.compile(r"[^\s<>\"'=;()\x00-\x1f]+")
_MAX_NAME = 500
_NULLS = (NULL, {"@none": NULL})


def kind_of(held: Json) -> str:
    """Return the kind of an instance by its type or its value; empty where neither tells."""
    if "type" in held:
        named = held["type"]
        return named if isinstance(named, str) and named in VALUE_KEYS else ""
    for key, kind in BY_KEY.items():
        if key in held:
            return "GeoProperty" if kind == "Property" and is_geometry(held[key]) else kind
    return ""


def value_of(held: Json) -> Any:
    """Return the value of a stored instance, whatever its kind."""
    return held.get(VALUE_KEYS[held["type"]])


def is_null(held: Json) -> bool:
    """Tell whether an instance only says: delete this."""
    return any(key in BY_KEY and value in _NULLS for key, value in held.items())


def is_geometry(value: Any) -> bool:
    """Tell whether a value looks like a GeoJSON geometry."""
    if not isinstance(value, dict) or "coordinates" not in value:
        return False
    named = value.get("type")
    return isinstance(named, str) and named in GEOMETRIES


def is_uri(value: Any) -> bool:
    """Tell whether a value is a URI."""
    return isinstance(value, str) and len(value) <= _MAX_NAME and bool(_URI.fullmatch(value))


def checked_name(name: str) -> str:
    """Return a name of an attribute or type.

    Raises:
        Refused: it holds what names must not.
    """
    if len(name) > _MAX_NAME or not _NAME.fullmatch(name) or name.startswith("@"):
        raise bad_request(f"{name[:100]!r} is no name: leave out spaces, a leading @ and <>\"'=;()")
    return name


def check_value(kind: str, value: Any, place: str) -> None:
    """Refuse a value that its kind cannot have; NULL is allowed here, see `is_null`."""
    if value is None:
        raise bad_request(f"{place} is null: leave it out, or delete it with '{NULL}'")
    if value == NULL:
        return
    if not _CHECKS[kind](value):
        raise bad_request(f"the value of {place} is none of a {kind}")


def checked_instant(value: Any, place: str) -> str:
    """Return an instant as it is kept: in UTC.

    Raises:
        Refused: it is none.
    """
    try:
        instant_us = timestamps.from_text(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise bad_request(f"{place} is no ISO 8601 instant: {error}") from error
    # What stands in UTC already is kept to the letter: readers compare it as text.
    return value if str(value).endswith("Z") else timestamps.to_text(instant_us)


def _is_any(_value: Any) -> bool:
    return True


def _is_language_map(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    )


def _is_reference(value: Any) -> bool:
    return is_uri(value) or (isinstance(value, list) and all(map(is_uri, value)))


def _is_reference_list(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return all(is_uri(item.get("object") if isinstance(item, dict) else item) for item in items)


def _is_position(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) in {2, 3}
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in value)
        and abs(value[0]) <= 180  # noqa: PLR2004 - degrees of longitude
        and abs(value[1]) <= 90  # noqa: PLR2004 - degrees of latitude
    )


def _is_geo_value(value: Any) -> bool:
    if not is_geometry(value):
        return False
    coordinates = value["coordinates"]
    return _is_nested(coordinates, _DEPTHS[value["type"]]) and _is_closed(value)


def _is_nested(value: Any, depth: int) -> bool:
    if depth == 0:
        return _is_position(value)
    return isinstance(value, list) and bool(value) and all(_is_nested(v, depth - 1) for v in value)


def _is_closed(geometry: Json) -> bool:
    """Tell whether rings end where they begin and lines have a length (RFC 7946, 3.1)."""
    held = geometry["coordinates"]
    match geometry["type"]:
        case "LineString":
            return len(held) > 1
        case "MultiLineString":
            return all(len(line) > 1 for line in held)
        case "Polygon":
            return all(map(_is_ring, held))
        case "MultiPolygon":
            return all(_is_ring(ring) for polygon in held for ring in polygon)
        case _:
            return True


def _is_ring(ring: list[Any]) -> bool:
    return len(ring) > 3 and ring[0] == ring[-1]  # noqa: PLR2004 - a triangle, closed


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "Property": _is_any,
    "GeoProperty": _is_geo_value,
    "Relationship": _is_reference,
    "LanguageProperty": _is_language_map,
    "VocabProperty": _is_text,
    "JsonProperty": _is_any,
    "ListProperty": lambda value: isinstance(value, list),
    "ListRelationship": _is_reference_list,
}
