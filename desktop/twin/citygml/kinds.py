"""The kinds of things that a city file holds, and under which names the standards put them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILDING, FLOOD, WATER, TERRAIN, OTHER = "building", "flood", "water", "terrain", "other"
FLOOD_CLASS = "1140"  # WaterBody_class of PLATEAU: an assumed flood, not a body of water

EXTENSION = "iur"
# Element names by module (the last word of the namespace); i-UR is PLATEAU's own extension.
ELEMENTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "building": {"Building": BUILDING},
        "transportation": dict.fromkeys(
            ("Road", "Railway", "Square", "Track", "TransportationComplex", "Waterway"), "road"
        ),
        "waterbody": {"WaterBody": WATER},
        "relief": {"TINRelief": TERRAIN},
        "bridge": {"Bridge": "bridge"},
        "tunnel": {"Tunnel": "tunnel"},
        "cityfurniture": {"CityFurniture": "furniture"},
        "vegetation": dict.fromkeys(("SolitaryVegetationObject", "PlantCover"), "vegetation"),
        "landuse": {"LandUse": "landuse"},
        "construction": {"OtherConstruction": "construction"},
        "generics": dict.fromkeys(("GenericCityObject", "GenericOccupiedSpace"), "generic"),
        EXTENSION: {
            "UndergroundBuilding": BUILDING,
            "Waterway": "road",
            "OtherConstruction": "construction",
        },
    }
)
KIND_OF: Mapping[str, str] = MappingProxyType(
    {name: kind for module in ELEMENTS.values() for name, kind in module.items()}
)
KINDS = (
    BUILDING,
    TERRAIN,
    "road",
    WATER,
    FLOOD,
    "landuse",
    "bridge",
    "tunnel",
    "furniture",
    "vegetation",
    "construction",
    "generic",
    OTHER,  # zones of urban planning, landslide areas, pipes: whatever else has surfaces
)
GROUND_KINDS = (TERRAIN, "road", WATER, FLOOD)
# First words of a PLATEAU package's folders whose files hold such kinds (`udx/bldg`, ...).
FOLDERS = frozenset(
    {
        *("bldg", "ubld", "dem", "tran", "rwy", "squr", "trk", "wwy", "wtr", "luse", "brid"),
        *("tun", "frn", "veg", "cons", "gen", "fld", "tnm", "htd", "ifld", "rfld"),
    }
)

_TIN = "tin"
_SURFACES = ("Solid", "Surface", "Geometry", "FootPrint", "RoofEdge", "ImplicitRepresentation")
IGNORED = -1
_TALLEST_M = 10_000.0  # `inf` and `nan` are numbers to Python as well


def lod_of(word: str) -> int:
    """Return the level of a geometry property (`lod1Solid`), -1 where it holds no surfaces."""
    if word == _TIN:
        return 1
    if not word.startswith("lod") or not word[3:4].isdecimal() or not word.endswith(_SURFACES):
        return IGNORED
    return min(int(word[3]), 4)


def as_height(text: bytes | str) -> float | None:
    """Return a measured height in metres, None where the file has none (PLATEAU writes -9999)."""
    try:
        height = float(text)
    except ValueError:
        return None
    return height if 0 < height < _TALLEST_M else None
