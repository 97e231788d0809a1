"""The words painted over the picture, in Japanese and English."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from area_configs.domain.devices import KIND_NAMES
from area_configs.domain.names import Name
from desktop.models.device_states import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from area_configs.domain.areas import Area
    from area_configs.domain.names import Language
    from desktop.models.device_states import DeviceState
    from desktop.twin.citygml import Building

STATE_NAMES: Mapping[State, Name] = MappingProxyType(
    {
        State.NORMAL: Name("正常", "Normal"),
        State.UNCERTAIN: Name("不確か", "Uncertain"),
        State.NO_DATA: Name("データなし", "No data"),
        State.STALE: Name("更新遅れ", "Stale"),
        State.ALARM: Name("警報", "Alarm"),
    }
)
MODEL_DISTRICT = Name(
    "モデル地区: 建物と住民は架空です", "Model district: its buildings and people are invented"
)
NO_GRAPHICS = Name(
    "3D表示を開けません。OpenGL ドライバ(libegl1、libgl1-mesa-dri)を入れるか、"
    "SMART_AREA_RENDER=osmesa を設定して起動し直してください。",
    "The 3D view cannot open. Install an OpenGL driver (libegl1, libgl1-mesa-dri), or set "
    "SMART_AREA_RENDER=osmesa, and start again.",
)
NO_CITY = Name("建物データを読み込んでいません", "No city file is loaded")
MEASURE_FIRST = Name("計測: 点をクリック (Esc で終了)", "Measure: click places (Esc ends)")
MEASURE_TOTAL = Name("合計", "Total")
NORTH = Name("北", "N")
BUILDING = Name("建物", "Building")
_LONGEST_ID = 24
HEIGHT = Name("高さ", "height")

# Building_usage.xml of PLATEAU's code lists (3D city model product specification).
USAGES: Mapping[str, Name] = MappingProxyType(
    {
        "401": Name("業務施設", "Office"),
        "402": Name("商業施設", "Shops"),
        "403": Name("宿泊施設", "Hotel"),
        "404": Name("商業系複合施設", "Mixed commercial"),
        "411": Name("住宅", "House"),
        "412": Name("共同住宅", "Apartments"),
        "413": Name("店舗等併用住宅", "House with shop"),
        "414": Name("店舗等併用共同住宅", "Apartments with shops"),
        "415": Name("作業所併用住宅", "House with workshop"),
        "421": Name("官公庁施設", "Government"),
        "422": Name("文教厚生施設", "Education or welfare"),
        "431": Name("運輸倉庫施設", "Transport or storage"),
        "441": Name("工場", "Factory"),
        "451": Name("農林漁業用施設", "Farming or fishery"),
        "452": Name("供給処理施設", "Utilities"),
        "453": Name("防衛施設", "Defence"),
        "454": Name("その他", "Other use"),
        "461": Name("用途不明", "Use unknown"),
    }
)

# Attributes of buildings as PLATEAU's files name them most often.
ATTRIBUTES: Mapping[str, Name] = MappingProxyType(
    {
        "name": Name("名称", "Name"),
        "class": Name("分類", "Class"),
        "usage": Name("用途", "Use"),
        "measuredHeight": Name("計測高さ (m)", "Measured height (m)"),
        "storeysAboveGround": Name("地上階数", "Storeys above ground"),
        "storeysBelowGround": Name("地下階数", "Storeys below ground"),
        "yearOfConstruction": Name("建築年", "Year of construction"),
        "address": Name("住所", "Address"),
        "buildingID": Name("建物ID", "Building number"),
    }
)


def attribute_rows(building: Building, language: Language) -> list[tuple[str, str]]:
    """Return a building's attributes and values, well-known ones in words.

    Raises:
        CityFileError: the file is gone or has changed since it was read.
    """
    rows = []
    for key, value in building.attributes.items():
        named = ATTRIBUTES.get(key)
        known = USAGES.get(value) if key == "usage" else None
        said = value if known is None else known.text(language)
        if key != "id":
            rows.append((named.text(language) if named else key, said))
    return rows


def describe(building: Building, language: Language) -> tuple[str, str]:
    """Return a building's title, and its use and height as far as the file says them."""
    title = building.name or f"{BUILDING.text(language)} {_number(building)}"
    facts = []
    if building.usage in USAGES:
        facts.append(USAGES[building.usage].text(language))
    if building.height is not None:
        facts.append(f"{HEIGHT.text(language)} {building.height:.1f} m")
    return title, " · ".join([*facts, f"LOD{max(building.lod, 0)}"])


def note(area: Area, language: Language, *, loaded: bool) -> str:
    """Return what must be known of the picture: that it is a model, that it is empty."""
    said = [MODEL_DISTRICT] if area.model_district else []
    return " · ".join(name.text(language) for name in [*said, *([] if loaded else [NO_CITY])])


def tip(area: Area, device: str, state: DeviceState, language: Language) -> str:
    """Return what a device's tooltip says: name, kind, value and state."""
    known = area.device(device)
    kind = KIND_NAMES[area.profile_of(known).kind].text(language)
    words = STATE_NAMES[state.state].text(language)
    return f"{known.name.text(language)}\n{kind}\n{state.headline} ({words})"


def _number(building: Building) -> str:
    """Return the number that the city gave a building, or the start of its gml:id."""
    for key in ("buildingID", "建物ID"):
        if number := building.attributes.get(key):
            return number
    return building.id if len(building.id) <= _LONGEST_ID else f"{building.id[:_LONGEST_ID]}…"
