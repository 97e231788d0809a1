"""Words of care's papers in plain Japanese and English: consent, the care cycle, NEWS2, sleep and rhythm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.care import CycleStep, Metric, Scope
from area_configs.domain.names import Language, Name
from desktop.models.wording import UNKNOWN, number

if TYPE_CHECKING:
    from area_configs.domain.care import Consent, EarlyWarning, Known, Rhythm, Withdrawal

SCOPE_NAMES = {
    Scope.WEARABLE: Name("身に着ける機器の記録", "What wearables measure"),
    Scope.RECORDS: Name("スコア・記録・ケアサイクル", "Scores, notes and the care cycle"),
    Scope.RESEARCH: Name("人数だけの統計への利用", "Counted in published tables"),
}
SCOPES_SHORT = {
    Scope.WEARABLE: Name("機器", "wearables"),
    Scope.RECORDS: Name("記録", "records"),
    Scope.RESEARCH: Name("統計", "statistics"),
}
STEP_NAMES = {
    CycleStep.ASSESS: Name("1. 観察・評価", "1. Observe and assess"),
    CycleStep.NEEDS: Name("2. 背景の要因", "2. Background needs"),
    CycleStep.PLAN: Name("3. ケア計画", "3. Care plan"),
    CycleStep.REVIEW: Name("4. 実行・再評価", "4. Do and review"),
}
_DELETED = {
    "hours": Name("機器の記録 {n} 時間分", "{n} hours of wearables"),
    "days": Name("1日のまとめ {n} 日分", "{n} daily summaries"),
    "events": Name("できごと {n} 件", "{n} events"),
    "records": Name("スコア・記録・ケアサイクル {n} 件", "{n} scores, notes and steps"),
    "entries": Name("合わせて {n} 件の記録", "{n} entries in all"),  # all that a manager is told
}
LEVEL_NAMES = {
    "low": Name("低", "low"),
    "low-medium": Name("低〜中 (3点の項目あり)", "low to medium (one input scores 3)"),
    "medium": Name("中", "medium"),
    "high": Name("高", "high"),
}
INPUT_NAMES = {
    "respiration": Name("呼吸数 (回/分)", "Breaths (/min)"),
    "spo2": Name("SpO2 (%)", "SpO2 (%)"),
    "oxygen": Name("酸素投与", "Oxygen given"),
    "systolic": Name("収縮期血圧 (mmHg)", "Systolic pressure (mmHg)"),
    "pulse": Name("脈拍 (回/分)", "Pulse (/min)"),
    "alert": Name("意識", "Consciousness"),
    "consciousness": Name("意識", "Consciousness"),
    "temperature": Name("体温 (°C)", "Temperature (°C)"),
}
RHYTHM_NAMES = {
    "regularity": Name("眠りの規則正しさ", "Regular sleep"),
    "stability": Name("毎日の同じさ", "Alike from day to day"),
    "variability": Name("こま切れの度合い", "Broken up"),
    "amplitude": Name("昼と夜の差", "Day against night"),
}
RHYTHM_MEANINGS = {
    "regularity": Name(
        "-100〜100。100は毎日同じ時刻に眠り、同じ時刻に起きる",
        "-100 to 100; 100: asleep and awake at the same times every day",
    ),
    "stability": Name("0〜1。1は毎日同じように動く", "0 to 1; 1: the same movement every day"),
    "variability": Name(
        "0以上。大きいほど、動きと休みがこま切れ", "0 and more; the more, the more broken up"
    ),
    "amplitude": Name(
        "0〜1。1は昼によく動き、夜によく休む", "0 to 1; 1: active by day, at rest by night"
    ),
}
SLEEP_NAMES = {
    Metric.SLEEP: Name("眠った時間", "Asleep"),
    Metric.WASO: Name("途中で起きていた時間", "Awake in between"),
    Metric.EFFICIENCY: Name("眠りの割合", "Share asleep"),
    Metric.AWAKENINGS: Name("起きた回数", "Times awake"),
}
_MINUTES_AN_HOUR = 60.0
_DECIMALS = {"regularity": 0, "stability": 2, "variability": 2, "amplitude": 2}


def scopes_text(scopes: tuple[str, ...], language: Language) -> str:
    """Name what a consent covers."""
    names = [SCOPE_NAMES[Scope(one)].text(language) for one in scopes]
    return (" / " if language == "ja" else ", ").join(names)


def scopes_in_short(scopes: tuple[str, ...], language: Language) -> str:
    """Name what a consent covers in a word each, always in the same order."""
    return ", ".join(name.text(language) for scope, name in SCOPES_SHORT.items() if scope in scopes)


def by_text(given_by: str, language: Language) -> str:
    """Say who gave a consent."""
    return Name("本人", "resident").text(language) if given_by == "self" else given_by


def consent_text(one: Consent, language: Language) -> str:
    """Write a version of a consent in one line, without its dates of record."""
    words = Name(
        "第{v}版 {day} {who} 文書 {policy}: {scopes}",
        "Version {v}, {day}, {who}, text {policy}: {scopes}",
    )
    return words.text(language).format(
        v=one.version,
        day=one.given_on,
        who=by_text(one.given_by, language),
        policy=one.policy,
        scopes=scopes_text(one.scopes, language),
    )


def deleted_lines(preview: Withdrawal, language: Language) -> list[str]:
    """Say what a withdrawal deletes, one line a kind."""
    return [
        _DELETED[kind].text(language).format(n=count) for kind, count in preview.deleted.items()
    ]


def score_line(one: EarlyWarning, language: Language) -> str:
    """Write a NEWS2 with the inputs that gave points."""
    points = ", ".join(
        f"{INPUT_NAMES[name].text(language)} {count}" for name, count in one.points.items() if count
    )
    level = LEVEL_NAMES[one.level].text(language)
    words = Name("{n} 点 ({level})", "{n} points ({level})").text(language)
    said = words.format(n=one.total, level=level)
    return f"{said}: {points}" if points else said


def rhythm_value(rhythm: Rhythm, name: str) -> str:
    """Write one number of the rhythm, or a dash."""
    value: float | None = getattr(rhythm, name)
    return UNKNOWN if value is None else number(value, _DECIMALS[name])


def sleep_amount(metric: Metric, known: Known, language: Language) -> str:
    """Write a number of a night with its unit, or a dash."""
    if known.value is None:
        return UNKNOWN
    match metric:
        case Metric.SLEEP:
            hours = number(known.value / _MINUTES_AN_HOUR, 1)
            return f"{hours} {Name('時間', 'h').text(language)}"
        case Metric.WASO:
            return f"{number(known.value, 0)} {Name('分', 'min').text(language)}"
        case Metric.EFFICIENCY:
            return f"{number(known.value, 0)} %"
        case _:
            return f"{number(known.value, 0)} {Name('回', 'times').text(language)}"
