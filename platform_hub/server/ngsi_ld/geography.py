"""Geo queries (GS CIM 009, 4.10): where an entity is, seen from a geometry.

Distances are those of a plane that touches the earth at the asked geometry: within some 100 km
that is exact to a tenth of a percent; between two points the great circle is taken (haversine).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import Point, shape

from platform_hub.server.governance.answers import bad_request
from platform_hub.server.ngsi_ld.attribute_kinds import check_value
from platform_hub.server.store.entities import instances_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

_RADIUS_M = 6_371_008.8  # mean radius of the earth (IUGG)
_NEAR = re.compile(r"near;(maxDistance|minDistance)==([0-9]+(?:\.[0-9]+)?)")
_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda held, asked: held.equals(asked),
    "within": lambda held, asked: asked.covers(held),
    "contains": lambda held, asked: held.covers(asked),
    "intersects": lambda held, asked: held.intersects(asked),
    "disjoint": lambda held, asked: held.disjoint(asked),
    "overlaps": lambda held, asked: held.overlaps(asked),
}


@dataclass(frozen=True, slots=True)
class GeoQuery:
    """One relation to one geometry.

    Attributes:
        relation: a name, or `near`.
        asked: the geometry, in degrees.
        name: the GeoProperty that is looked at, as the store keeps it.
        nearest_m: for `near`, not nearer than this.
        farthest_m: for `near`, not farther than this.
    """

    relation: str
    asked: BaseGeometry
    name: str
    nearest_m: float = 0.0
    farthest_m: float = math.inf

    def passes(self, document: dict[str, Any]) -> bool:
        """Tell whether one of an entity's geometries stands in the relation."""
        return any(
            self._holds(one["value"])
            for one in instances_of(document.get(self.name))
            if one.get("type") == "GeoProperty"
        )

    def _holds(self, value: Any) -> bool:
        try:
            held = _geometry(value)
        except (ShapelyError, ValueError, TypeError, KeyError):
            return False
        if self.relation == "near":
            return self.nearest_m <= distance_m(held, self.asked) <= self.farthest_m
        return _RELATIONS[self.relation](held, self.asked)


def parse(georel: str, geometry: str, coordinates: Any, name: str) -> GeoQuery:
    """Read a geo query.

    Args:
        georel: such as `near;maxDistance==500` or `within`.
        geometry: GeoJSON type.
        coordinates: GeoJSON coordinates, or their text.
        name: GeoProperty, as the store keeps it.

    Raises:
        Refused: a part is missing or wrong.
    """
    if not (georel and geometry and coordinates):
        raise bad_request("a geo query needs georel, geometry and coordinates")
    near = _NEAR.fullmatch(georel.replace(" ", ""))
    if georel not in _RELATIONS and not near:
        known = ", ".join(_RELATIONS)
        raise bad_request(
            f"georel takes near;maxDistance==m, near;minDistance==m, {known}; not {georel[:100]!r}"
        )
    asked = _asked(geometry, coordinates)
    if not near:
        return GeoQuery(georel, asked, name)
    metres = float(near.group(2))
    if near.group(1) == "minDistance":
        return GeoQuery("near", asked, name, nearest_m=metres)
    return GeoQuery("near", asked, name, farthest_m=metres)


def distance_m(one: BaseGeometry, other: BaseGeometry) -> float:
    """Return the shortest distance between two geometries in degrees, in metres."""
    if isinstance(one, Point) and isinstance(other, Point):
        return _haversine_m(one.x, one.y, other.x, other.y)
    centre = other.centroid
    return float(_plane(one, centre).distance(_plane(other, centre)))


def _asked(geometry: str, coordinates: Any) -> BaseGeometry:
    if isinstance(coordinates, str):
        try:
            coordinates = msgspec.json.decode(coordinates)
        except (msgspec.DecodeError, RecursionError, ValueError) as error:
            raise bad_request(f"coordinates are no JSON: {error}") from error
    value = {"type": geometry, "coordinates": coordinates}
    check_value("GeoProperty", value, f"coordinates of a {geometry[:40]}")
    try:
        return _geometry(value)
    except (ShapelyError, ValueError, TypeError) as error:
        raise bad_request(f"coordinates are no {geometry[:40]}: {error}") from error


def _geometry(value: Any) -> BaseGeometry:
    """Return a geometry that predicates can take; one that crosses itself is mended first."""
    found: BaseGeometry = shape(value)
    return found if found.is_valid else shapely.make_valid(found)


def _plane(geometry: BaseGeometry, centre: Any) -> BaseGeometry:
    metres = math.radians(1) * _RADIUS_M
    shrink = math.cos(math.radians(centre.y))

    def flat(places: Any) -> Any:
        return (places - (centre.x, centre.y)) * (metres * shrink, metres)

    found: BaseGeometry = shapely.transform(geometry, flat)
    return found


def _haversine_m(lon_1: float, lat_1: float, lon_2: float, lat_2: float) -> float:
    phi_1, phi_2 = math.radians(lat_1), math.radians(lat_2)
    half_lat = math.sin((phi_2 - phi_1) / 2) ** 2
    half_lon = math.sin(math.radians(lon_2 - lon_1) / 2) ** 2
    chord = half_lat + math.cos(phi_1) * math.cos(phi_2) * half_lon
    return 2 * _RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))
