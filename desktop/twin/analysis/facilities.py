"""Barrier-free facilities from Tokyo's open-data CSV files; blank is unknown, never no.

Read are the municipal standard data set of public toilets in its old (32, 33) and new (39)
columns, and the metropolitan list of accessible toilets in railway stations (44 columns).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from area_configs.domain.names import Name
from desktop.twin.analysis.csv_tables import read_table, wrong_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WHAT = "list of facilities"
# Header names by what they mean, the first one that a file has counts.
_NAME = ("名称", "施設名", "トイレ名")
_PLACE = ("所在地_連結表記", "住所", "市区町村・番地")
_STATION = ("鉄道駅名",)
_WHEELCHAIR = ("車椅子使用者用トイレ有無", "車椅子が出入りできる（出入口の有効幅員80cm以上）")  # noqa: RUF001  # as written
_OSTOMATE = ("オストメイト設置トイレ有無", "オストメイト用設備がある")
_INFANT = ("乳幼児用設備設置トイレ有無", "乳幼児用おむつ交換台等を備えている")
_COUNT = ("バリアフリートイレ数", "多機能トイレ数")
_DELETED = ("データの削除年月",)
_KEYS = (("ID",), ("NO",), ("管理者種別番号", "鉄道駅通し番号", "鉄道駅内トイレ通し番号"))
_YES, _NO = ("有", "○", "〇", "1", "true"), ("無", "×", "✕", "0", "false")  # noqa: RUF001  # as written
_SOUTH, _NORTH, _WEST, _EAST = 20.0, 46.0, 122.0, 155.0  # Japan
_SAME_MANY = 5  # as many at one point are a geocoder's fallback rather than one building


@dataclass(frozen=True, slots=True)
class Facility:
    """One facility; flags are None where the file says nothing."""

    id: str
    name: str
    address: str
    latitude: float
    longitude: float
    wheelchair: bool | None
    ostomate: bool | None
    infant: bool | None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row that is not shown: its line in the file and why."""

    line: int
    why: Name


@dataclass(frozen=True, slots=True)
class FacilityList:
    """What a file gives.

    Attributes:
        encoding: how it was written.
        facilities: the usable rows.
        quarantined: rows that are kept out.
        remarks: sentences on rows that are shown but look doubtful.
    """

    encoding: str
    facilities: tuple[Facility, ...]
    quarantined: tuple[Quarantined, ...]
    remarks: tuple[Name, ...]


def read_facilities(data: bytes, name: str) -> FacilityList:
    """Read one CSV file.

    Args:
        data: the file.
        name: what to call it in errors.

    Raises:
        AreaFileError: it is no such list: too large, undecodable, or without the columns needed.
    """
    table = read_table(data, name, ("緯度", "経度"), _WHAT)
    if not any(column in table.header for column in _NAME):
        raise wrong_table(name, "has none of the columns 名称, 施設名 and トイレ名", _WHAT)
    facilities: list[Facility] = []
    quarantined: list[Quarantined] = []
    for line, row in table.rows:
        found = _facility(row, len(facilities))
        if isinstance(found, Facility):
            facilities.append(found)
        else:
            quarantined.append(Quarantined(line, found))
    remarks = tuple(_doubts(facilities))
    return FacilityList(table.encoding, tuple(facilities), tuple(quarantined), remarks)


def _facility(row: Mapping[str, str], number: int) -> Facility | Name:
    """Return a facility, else why the row is kept out."""
    if _said(row, _DELETED):
        return Name("公開元が削除", "deleted by the publisher")
    try:
        latitude, longitude = float(row.get("緯度", "")), float(row.get("経度", ""))
    except ValueError:
        return Name("座標なし", "without coordinates")
    if not (_SOUTH <= latitude <= _NORTH and _WEST <= longitude <= _EAST):
        place = f"{latitude:g}, {longitude:g}"
        return Name(f"位置 {place} が日本の外", f"its place {place} is not in Japan")
    station = _said(row, _STATION)
    name = _said(row, _NAME)
    wheelchair, count = _flag(_said(row, _WHEELCHAIR)), _said(row, _COUNT)
    return Facility(
        id=_key(row) or str(number),
        name=f"{station} {name}".strip(),
        address=_said(row, _PLACE),
        latitude=latitude,
        longitude=longitude,
        wheelchair=wheelchair,
        ostomate=_flag(_said(row, _OSTOMATE)),
        infant=_flag(_said(row, _INFANT)),
        remark="count and flag disagree" if _contradicts(wheelchair, count) else "",
    )


def _contradicts(wheelchair: bool | None, count: str) -> bool:
    if wheelchair is None or not count.isdecimal():
        return False
    return wheelchair != (int(count) > 0)


def _doubts(facilities: Sequence[Facility]) -> Iterator[Name]:
    """Give a sentence for many rows at one point, and for contradictions."""
    at: dict[tuple[float, float], int] = {}
    for facility in facilities:
        key = (facility.latitude, facility.longitude)
        at[key] = at.get(key, 0) + 1
    for (latitude, longitude), count in at.items():
        if count >= _SAME_MANY:
            point = f"{latitude:g}, {longitude:g}"
            yield Name(
                f"{count}施設が同じ地点 {point}", f"{count} facilities share the point {point}"
            )
    if doubtful := sum(bool(facility.remark) for facility in facilities):
        yield Name(
            f"{doubtful}施設でトイレ数と有無が矛盾",
            f"{doubtful} facilities name a number of toilets that contradicts their flag",
        )


def _flag(text: str) -> bool | None:
    """Return what a cell says: its first sign counts, as remarks may follow it."""
    for signs, meaning in ((_YES, True), (_NO, False)):
        if text.lower().startswith(signs):
            return meaning
    return None


def _key(row: Mapping[str, str]) -> str:
    for names in _KEYS:
        if all(row.get(name) for name in names):
            return "-".join(row[name] for name in names)
    return ""


def _said(row: Mapping[str, str], names: Sequence[str]) -> str:
    return next((row[name] for name in names if name in row), "")
