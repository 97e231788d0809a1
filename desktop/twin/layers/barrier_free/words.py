"""What the barrier-free layer says, in Japanese and English."""

from __future__ import annotations

from area_configs.domain.names import Name

SOURCE = Name(
    "オープンデータCSV({files})。空欄は「不明」とし、「なし」とはしません",
    "open-data CSV ({files}); a blank is unknown, never no",
)
WAY_SOURCE = Name(
    "道路面(CityGML)の3 m格子。段差・勾配8.3%超・水深0.1 m超は通らず、日なたの1 mは1.6 mと数えます",
    "road surfaces of the CityGML files every 3 m; no steps, no slope over 8.3 %, no water over 0.1 m; a metre in the sun counts as 1.6",
)
WHEN = Name("表示 {time}", "Shown for {time}")
YES, NO = Name("あり", "Yes"), Name("なし", "No")
UNKNOWN = Name("不明(空欄)", "Unknown (blank)")
WAY, SUNNY = (
    Name("経路", "Way"),
    Name("うち日なた {metres:.0f} m", "{metres:.0f} m of it in the sun"),
)
FOUND = Name(
    "{start}から{goal}まで {metres:.0f} m、うち日なた {sunny:.0f} m、最急勾配 {slope:.1f}%",
    "{start} to {goal}: {metres:.0f} m, {sunny:.0f} m of it in the sun, steepest {slope:.1f} %",
)
NO_WAY = Name(
    "段差・急勾配・浸水を避けて行ける車椅子対応施設がありません。",
    "No wheelchair-accessible facility can be reached without steps, steep slopes or water.",
)
CHOOSE = Name(
    "機器を選ぶと、そこを出発点にします(未選択: 地区の中心)。",
    "Choose a device to start from there (none chosen: the area's centre).",
)
CENTRE = Name("地区の中心", "the area's centre")
NONE = Name(
    "地区ファイルに施設の一覧(facilities)がありません。",
    "The area file names no list of facilities.",
)
BAD_FILE = Name("読めない一覧: {why}", "A list cannot be read: {why}")
QUARANTINED = Name("{file}: {count}行を除外({why})", "{file}: {count} rows kept out ({why})")
DOUBT = Name("{file}: 要確認 {what}", "{file}: to be checked: {what}")
HEADERS = (
    Name("施設", "Facility"),
    Name("車椅子", "Wheelchair"),
    Name("オストメイト", "Ostomate"),
    Name("乳幼児", "Infants"),
    Name("所在地", "Address"),
)
