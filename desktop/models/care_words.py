"""Words of care in plain Japanese and English: reasons, what to do, numbers with units, why unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.care import LookReason, Metric, Missing
from area_configs.domain.care_scores import INSTRUMENTS
from area_configs.domain.names import Language, Name
from desktop.models.wording import UNKNOWN, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.care import Budget, DaySummary, Known, Look, Score

NOT_FOR_DIAGNOSIS = Name("診断用ではありません", "Not for diagnosis")
INVENTED = Name(
    "架空の入居者です。過去の記録は練習用に作られたものです。",
    "Invented residents. Their past was made up for practice.",
)
METRIC_NAMES = {
    Metric.RESTING_HR: Name("安静時の心拍", "Resting heart rate"),
    Metric.RMSSD: Name("心拍のゆらぎ (RMSSD)", "Beat variation (RMSSD)"),
    Metric.SPO2_MEDIAN: Name("酸素飽和度", "Oxygen saturation"),
    Metric.STEPS: Name("歩数", "Steps"),
    Metric.SLEEP: Name("睡眠 (動きからの推定)", "Sleep (estimated from stillness)"),
}
_UNITS: dict[Metric, tuple[Name, int]] = {
    Metric.RESTING_HR: (Name("回/分", "/min"), 0),
    Metric.RMSSD: (Name("ミリ秒", "ms"), 0),
    Metric.SPO2_MEDIAN: (Name("%", "%"), 1),
    Metric.STEPS: (Name("歩", "steps"), 0),
    Metric.SLEEP: (Name("時間", "h"), 1),
}
MISSING_NAMES = {
    Missing.NOT_WORN: Name("着けた時間が16時間に足りません", "worn for less than 16 hours"),
    Missing.NIGHT_NOT_WORN: Name(
        "夜に着けた時間が4時間に足りません", "worn for less than 4 hours at night"
    ),
    Missing.TOO_LITTLE: Name("測れた時間が足りません", "too little could be measured"),
    Missing.NOT_MEASURED: Name("測る機器がありません", "no device measures it"),
}
EVENT_NAMES = {
    "fall": Name("転倒の知らせ", "Fall reported"),
    "sos": Name("呼び出し", "Call for help"),
    "wandering": Name("ひとり歩きの知らせ", "Wandering reported"),
}
OUTCOME_NAMES = {
    "": Name("未確認", "not checked"),
    "confirmed": Name("本当だった", "confirmed"),
    "false": Name("誤報", "false alarm"),
}
_REASONS = {
    LookReason.NOT_WORN: Name("機器を着けていません", "The device is not worn"),
    LookReason.SCORE_DUE: Name("再評価の日です", "The re-evaluation is due"),
}
_TECHNICAL = {
    "battery": Name("機器の電池が残り少ない", "The device's battery is low"),
    "sync": Name("機器から12時間以上 届いていません", "Nothing came from the device for 12 hours"),
}
_ACTIONS = {
    LookReason.EVENT: Name(
        "すぐに様子を見て、結果を記録する", "Go and look now, then record what it was"
    ),
    LookReason.UNUSUAL: Name(
        "声をかけて様子を見る。気になれば看護師へ", "Ask how they are; tell the nurse if in doubt"
    ),
    LookReason.NOT_WORN: Name("着けられるか本人に聞く", "Ask whether they can wear it"),
    LookReason.SCORE_DUE: Name("スコアを入力する", "Enter a score"),
    LookReason.TECHNICAL: Name("充電するか、技術担当へ伝える", "Charge it, or tell the technician"),
}
_BEFORE, _FIRST = Name("前回から", "since the last"), Name("初回から", "since the first")
_FEW = Name("少ない測定から", "from few minutes")
_HOURS = Name("時間", "h")
_HIGHER, _LOWER = (
    Name("普段より多い", "higher than usual"),
    Name("普段より少ない", "lower than usual"),
)
DOMAIN_NAMES = {
    "total10": Name("10項目の合計", "Sum of ten"),
    "total12": Name("12項目の合計", "Sum of twelve"),
    "overactive": Name("過活動の合計", "Overactive"),
    "underactive": Name("低活動の合計", "Underactive"),
    "life": Name("生活の合計", "Life-related"),
    "delirium": Name("せん妄の合計", "Delirium"),
    "total": Name("合計", "Sum"),
}


def amount(metric: str, value: float | None, language: Language) -> str:
    """Write a number of a day with its unit; sleep in hours."""
    if value is None:
        return UNKNOWN
    unit, decimals = _UNITS[Metric(metric)]
    shown = value / 60.0 if metric == Metric.SLEEP else value
    return f"{number(shown, decimals)} {unit.text(language)}"


def known_text(metric: str, known: Known, language: Language) -> str:
    """Write a number of a day, or why there is none."""
    if known.value is None and known.why:
        return f"{UNKNOWN} ({MISSING_NAMES[known.why].text(language)})"
    said = amount(metric, known.value, language)
    return f"{said} ({_FEW.text(language)})" if known.low_confidence else said


def worn_text(day: DaySummary | None, language: Language) -> str:
    """Write how long a device was worn on a day, a dash where nothing was heard of it."""
    if day is None or not day.is_heard:
        return UNKNOWN
    return f"{number(day.worn_min / 60.0, 1)} {_HOURS.text(language)}"


def reason_text(look: Look, language: Language) -> str:
    """Say in one line why somebody needs a look."""
    if look.reason is LookReason.EVENT:
        return EVENT_NAMES[look.detail].text(language)
    if look.reason is LookReason.TECHNICAL:
        return _TECHNICAL[look.detail].text(language)
    if look.reason is not LookReason.UNUSUAL or look.value is None or look.usual is None:
        return _REASONS[look.reason].text(language)
    more = _HIGHER if look.value > look.usual else _LOWER
    name = METRIC_NAMES[Metric(look.detail)].text(language)
    here = amount(look.detail, look.value, language)
    usual = amount(look.detail, look.usual, language)
    words = Name("{name}が{more}: {here} (普段 {usual})", "{name} {more}: {here} (usually {usual})")
    return words.text(language).format(name=name, more=more.text(language), here=here, usual=usual)


def action_text(look: Look, language: Language) -> str:
    """Say what to do about it."""
    return _ACTIONS[look.reason].text(language)


def budget_lines(budget: Budget, language: Language) -> list[str]:
    """Say how many alerts there were against the aim, and how many were real."""
    words = Name(
        "この勤務の知らせ: {n} 件 (めやす: {aim} 件まで)。",
        "Alerts in this shift: {n} (aim: at most {aim}).",
    )
    said = [words.text(language).format(n=budget.alerts, aim=budget.aim)]
    if budget.precision is not None:
        real = Name("28日間で本当だった割合: {share} %。", "Real in 28 days: {share} %.")
        said.append(real.text(language).format(share=round(budget.precision * 100)))
    return said


def score_text(score: Score, language: Language) -> str:
    """Write the sums of a score; `partial n/12` where an item is unknown, and no sum then."""
    if score.answered < score.items:
        words = Name("一部のみ {n}/{all}", "partial {n}/{all}").text(language)
        return words.format(n=score.answered, all=score.items)
    sums = (
        f"{DOMAIN_NAMES[name].text(language)} {total}"
        for name, total in score.totals.items()
        if total is not None
    )
    return " · ".join(sums)


def score_line(score: Score, every: Sequence[Score], language: Language) -> str:
    """Write a score with its day, and how it differs from the one before and from the first.

    Only scores of the same instrument and form are compared; what is better or worse is not said.
    """
    said = (
        f"{score.assessed_on} {INSTRUMENTS[score.instrument].name}: {score_text(score, language)}"
    )
    return " · ".join((said, *_changes(score, every, language)))


def main_sum(score: Score) -> int | None:
    """Return the sum of all items that is compared over time, None where it may not be said."""
    return score.totals.get("total12", score.totals.get("total"))


def of_one_form(scores: Sequence[Score], like: Score) -> list[Score]:
    """Return the scores with a sum that may be compared with one, oldest first."""
    form = like.instrument, like.version
    found = (one for one in scores if (one.instrument, one.version) == form)
    return sorted((one for one in found if main_sum(one) is not None), key=_in_time)


def _changes(score: Score, every: Sequence[Score], language: Language) -> list[str]:
    now = main_sum(score)
    before = [one for one in of_one_form(every, score) if _in_time(one) < _in_time(score)]
    if now is None or not before:
        return []
    named = {_FIRST: before[0]} if len(before) == 1 else {_BEFORE: before[-1], _FIRST: before[0]}
    changes = ((words, now - (main_sum(one) or 0)) for words, one in named.items())
    return [f"{words.text(language)} {_signed(change)}" for words, change in changes]


def _in_time(score: Score) -> tuple[str, int]:
    return score.assessed_on, score.id


def _signed(change: int) -> str:
    return f"+{change}" if change > 0 else "±0" if change == 0 else number(change, 0)
