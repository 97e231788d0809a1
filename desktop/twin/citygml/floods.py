"""Flood zones: which flood is assumed, and how deep the water stands."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from desktop.twin.citygml.features import Feature

# Which flood an element of i-UR tells of.
_SORTS: Mapping[str, str] = MappingProxyType(
    {
        "RiverFloodingRiskAttribute": "river",
        "WaterBodyRiverFloodingRiskAttribute": "river",
        "InlandFloodingRiskAttribute": "inland",
        "WaterBodyInlandFloodingRiskAttribute": "inland",
        "TsunamiRiskAttribute": "tsunami",
        "WaterBodyTsunamiRiskAttribute": "tsunami",
        "HighTideRiskAttribute": "high tide",
        "WaterBodyHighTideRiskAttribute": "high tide",
        "ReservoirFloodingRiskAttribute": "reservoir",
    }
)
# RiverFloodingRiskAttribute_rank.xml of PLATEAU's code lists: metres from and to.
_RANKS: Mapping[str, tuple[float, float | None]] = MappingProxyType(
    {
        "1": (0.0, 0.5),
        "2": (0.5, 3.0),
        "3": (3.0, 5.0),
        "4": (5.0, 10.0),
        "5": (10.0, 20.0),
        "6": (20.0, None),
    }
)
# ReservoirFloodingRiskAttribute_rank.xml: finer, as ponds are shallow.
_POND_RANKS: Mapping[str, tuple[float, float | None]] = MappingProxyType(
    {
        "1": (0.0, 0.5),
        "2": (0.5, 1.0),
        "3": (1.0, 2.0),
        "4": (2.0, 3.0),
        "5": (3.0, 5.0),
        "6": (5.0, None),
    }
)
# RiverFloodingRiskAttribute_scale.xml: L1 is what works are planned for, L2 the worst assumed.
_PLANNED, _WORST = "L1（計画規模）", "L2（想定最大規模）"  # noqa: RUF001  # as the list writes them
_SCENARIOS: Mapping[str, str] = MappingProxyType(
    {"1": _PLANNED, "L1": _PLANNED, "2": _WORST, "L2": _WORST}
)
_FROM = re.compile(r"(\d+(?:\.\d+)?)m?(?:以上|超|~|〜)")
_TO = re.compile(r"(\d+(?:\.\d+)?)m?(?:未満|以下)")


@dataclass(frozen=True, slots=True)
class FloodZone:
    """One flood zone; its surface stands at the height of the water over the datum.

    Attributes:
        feature: number in `CityModel.features["flood"]`, as in `layer("flood").building`.
        name: which river or water.
        sort: `river`, `inland`, `tsunami`, `high tide` or `reservoir`; empty where unknown.
        scenario: the assumed scale in the words of the code list (L1 planned, L2 the worst
            assumed), empty where unknown.
        source: whose assumption it is, in the words of the code list, else its code.
        rank: code of the depth.
        depth: metres of water over the ground, from and to; None for no upper bound; both None
            where neither the file nor the standard says what the rank means.
    """

    feature: int
    id: str
    name: str
    sort: str
    scenario: str
    source: str
    rank: str
    depth: tuple[float | None, float | None]


def flood_zones(features: Sequence[Feature]) -> tuple[FloodZone, ...]:
    """Return what the flood features of a model say."""
    return tuple(_zone(number, feature) for number, feature in enumerate(features))


def depth_in(words: str) -> tuple[float | None, float | None] | None:
    """Return metres from and to of a code list's words, such as 0.5m以上3m未満; else None."""
    plain = unicodedata.normalize("NFKC", words).replace(" ", "").replace("メートル", "m")
    low, high = _FROM.search(plain), _TO.search(plain)
    if not low and not high:
        return None
    return float(low[1]) if low else 0.0, float(high[1]) if high else None


def _zone(number: int, feature: Feature) -> FloodZone:
    said, codes = feature.attributes, feature.codes
    sort = feature.sort_of(_SORTS)
    rank = codes.get("rank") or codes.get("rankOrg") or ""
    words = said.get("rank") if "rank" in codes else said.get("rankOrg")
    ranks = _POND_RANKS if sort == "reservoir" else _RANKS
    standard = ranks.get(rank) if "rank" in codes else None
    return FloodZone(
        feature=number,
        id=feature.id,
        name=said.get("name", feature.name),
        sort=sort,
        scenario=_scenario(said.get("scale", ""), codes.get("scale", "")),
        source=said.get("description", ""),
        rank=rank,
        depth=depth_in(words or "") or standard or (None, None),
    )


def _scenario(words: str, code: str) -> str:
    return words if words != code else _SCENARIOS.get(code, code)
