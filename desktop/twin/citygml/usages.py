"""What buildings are used for, in words."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Building_usage.xml of PLATEAU's code lists (3D city model product specification), and English.
USAGE_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "401": ("業務施設", "Office"),
        "402": ("商業施設", "Shops"),
        "403": ("宿泊施設", "Hotel"),
        "404": ("商業系複合施設", "Mixed commercial"),
        "411": ("住宅", "House"),
        "412": ("共同住宅", "Apartments"),
        "413": ("店舗等併用住宅", "House with shop"),
        "414": ("店舗等併用共同住宅", "Apartments with shops"),
        "415": ("作業所併用住宅", "House with workshop"),
        "421": ("官公庁施設", "Government"),
        "422": ("文教厚生施設", "Education or welfare"),
        "431": ("運輸倉庫施設", "Transport or storage"),
        "441": ("工場", "Factory"),
        "451": ("農林漁業用施設", "Farming or fishery"),
        "452": ("供給処理施設", "Utilities"),
        "453": ("防衛施設", "Defence"),
        "454": ("その他", "Other"),
        "461": ("不明", "Unknown"),
    }
)
