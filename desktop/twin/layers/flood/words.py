"""What the flood layer says, in Japanese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.names import Name
from desktop.twin.analysis.nowcast import Advice, Why

if TYPE_CHECKING:
    from collections.abc import Mapping

LIVE_SOURCE = Name(
    "水位計・雨量計と地形。基準は水位計の零点=標高0 m。低い道筋で川とつながる土地だけが浸かります",
    "level and rain gauges, terrain; the gauge's zero is taken as height 0 m; only land that a low way joins to the river is flooded",
)
SOON_RULE = Name(
    "1時間の傾向(1時間で減衰)+雨量1 mmあたり{rise:.0f} mm上昇と仮定した外挿。水理計算ではありません",
    "trend of the last hour, fading within one, plus an assumed {rise:.0f} mm per mm of rain; an extrapolation, no hydraulic model",
)
ZONE_SOURCE = Name(
    "CityGMLの浸水想定区域: {who}", "assumed flood zones of the CityGML files: {who}"
)
AT = Name("時刻 {time}", "At {time}")
AHEAD = Name("{time}(60分後の予測)", "{time} (60 minutes ahead)")
ASSUMED = Name("想定(時刻によりません)", "Assumed, for no particular time")
LEVEL = Name("水位 {level:.2f} m", "Level {level:.2f} m")
EXPECTED = Name(
    "60分後 {level:.2f} m({low:.2f}から{high:.2f} m)、傾向 {trend:+.2f} m/h、雨量 {rain}",
    "In 60 min {level:.2f} m ({low:.2f} to {high:.2f} m); trend {trend:+.2f} m/h, rain {rain}",
)
NO_FORECAST = Name(
    "直前1時間の水位が足りず、予測できません。", "The last hour has too few levels for a forecast."
)
NO_ZONE = Name("地区のファイルにこの想定はありません。", "The area's files hold no such zone.")
NO_GAUGE = Name("河川水位計がありません。", "The area has no river gauge.")
NO_LIMITS = Name(
    "水位計に警報の上限がないため、水門の助言はできません。",
    "Without alarm limits on the gauge there is no advice for the gate.",
)
ONLY_ADVICE = Name(
    "助言のみです。水門はこの画面から動きません。現地を確認し、人が判断してください。",
    "Advice only: nothing here moves a gate. Look on site; a person decides.",
)
ADVICE: Mapping[Advice, Name] = {
    Advice.UNKNOWN: Name("水門: 判断できません", "Water gate: cannot be told"),
    Advice.OPEN: Name("水門: 開けておけます", "Water gate: may stay open"),
    Advice.PREPARE: Name("水門: 閉鎖を準備", "Water gate: prepare to close"),
    Advice.CLOSE: Name("水門: 閉鎖を推奨", "Water gate: close"),
}
WHY: Mapping[Why, Name] = {
    Why.NO_LEVEL: Name("水位が届いていません", "no level is heard"),
    Why.OVER_DANGER: Name(
        "水位が危険水位{danger:g} m以上", "level is at the danger limit of {danger:g} m or over"
    ),
    Why.OVER_WARNING: Name(
        "水位が注意水位{warning:g} m以上", "level is at the warning limit of {warning:g} m or over"
    ),
    Why.DANGER_AHEAD: Name(
        "60分以内に危険水位{danger:g} mに達する見込み",
        "danger limit of {danger:g} m is expected within 60 min",
    ),
    Why.DANGER_POSSIBLE: Name(
        "60分以内に危険水位{danger:g} mに達するおそれ",
        "danger limit of {danger:g} m is possible within 60 min",
    ),
    Why.WARNING_AHEAD: Name(
        "60分以内に注意水位{warning:g} mに達する見込み",
        "warning limit of {warning:g} m is expected within 60 min",
    ),
    Why.BELOW: Name("注意水位{warning:g} mより低い", "below the warning limit of {warning:g} m"),
    Why.RISING: Name("上昇中", "rising"),
    Why.FALLING: Name("下降中", "falling"),
    Why.RAIN: Name("降雨あり", "it rains"),
    Why.NO_RAIN_GAUGE: Name("雨量は不明", "rain is not known"),
}
DRY = Name("浸水なし", "Dry")
UNDER_WATER = Name("水没", "Under water")
FLOODED = Name("浸水", "Flooded")
GROUND_WET = Name("足元浸水", "Wet below")
ENTRANCE = Name("{name} 出入口(敷地の最低点)", "{name}, entrance (lowest ground)")
UNKNOWN_DEPTH = Name("深さ不明", "Depth unknown")
HEADERS = (
    Name("機器・出入口", "Device or entrance"),
    Name("浸水深", "Depth"),
    Name("設置高さ", "Its height"),
    Name("判定", "Result"),
)
SCENARIOS: Mapping[str, Name] = {
    "L1": Name("L1(計画規模)", "L1 (what works are planned for)"),
    "L2": Name("L2(想定最大規模)", "L2 (the worst assumed)"),
}
