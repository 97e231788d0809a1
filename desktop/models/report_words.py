"""The words and cells of a report, the same in PDF and XLSX, in both languages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from area_configs.domain.names import Language, Name
from desktop.models import wording
from desktop.models.alarms import PRIORITY_NAMES

if TYPE_CHECKING:
    from desktop.models.report import AlarmRow, EnergyRow, Report

TITLES = {"day": Name("日報", "Day report"), "month": Name("月報", "Month report")}
SUMMARY = Name("概要", "Summary")
ENERGY = Name("建物ごとの電力量", "Energy by building")
SHAPE = Name("地区全体の平均電力 (kW)", "Mean power of the whole area (kW)")
ALARMS = Name("警報", "Alarms")
NO_ALARMS = Name("この期間に発生した警報はありません。", "No alarm was raised in this time.")
NO_METERS = Name("電力計がありません。", "There are no meters.")
ENERGY_HEAD = (
    Name("電力計", "Meter"),
    Name("電力量 (kWh)", "Energy (kWh)"),
    Name("最大需要 (kW, 30分平均)", "Peak (kW, half hour)"),
    Name("最大の時刻", "Time of peak"),
    Name("データ充足率", "Coverage"),
)
ALARM_HEAD = (
    Name("警報", "Alarm"),
    Name("優先度", "Priority"),
    Name("発生回数", "Raised"),
    Name("確認までの平均", "Mean time to answer"),
)
PAGE = Name("{n} / {count} ページ", "Page {n} of {count}")
METHOD = Name(
    "電力量は30分平均電力の合計です。データのない30分は加算しません。充足率は期待される読み取り回数に対する割合です。",
    "Energy is the sum of half hours' mean power; half hours without data add nothing. Coverage is the "
    "share of expected readings that are there.",
)
UNFINISHED = Name(
    "期間の途中です。作成時点までの値です。", "The time is not over: numbers are up to now."
)
MODEL = Name("架空のモデル地区のデータです。", "Data of an invented model district.")
_WHOLE, _SUM = Name("地区全体の電力量", "Energy of the whole area"), Name("合計", "Sum of meters")
_PEAK, _RAISED = Name("最大需要", "Peak"), Name("発生した警報", "Alarms raised")
_COVERAGE, _MADE = Name("データ充足率(平均)", "Coverage, mean"), Name("作成", "Made")


def title(report: Report, language: Language) -> str:
    """Return the head line."""
    area = report.area.text(language)
    return f"{area}  {TITLES[report.span.kind].text(language)}  {report.span.name}"


def notes(report: Report, language: Language) -> list[str]:
    """Return what whoever reads the numbers must know."""
    said = [METHOD]
    said += [] if report.complete else [UNFINISHED]
    said += [MODEL] if report.model_district else []
    return [one.text(language) for one in said]


def summary(report: Report, language: Language) -> list[tuple[str, str]]:
    """Return the most telling numbers, each with its name."""
    feeder = report.feeder
    known = [row.energy_kwh for row in report.energy if row.energy_kwh is not None]
    peak = feeder.peak_kw if feeder else None
    at = f" ({_instant(report, feeder.peak_us)})" if feeder and feeder.peak_us else ""
    rows = [
        (_WHOLE, _number(feeder.energy_kwh if feeder else None, 1, "kWh")),
        (_SUM, _number(sum(known) if known else None, 1, "kWh")),
        (_PEAK, _number(peak, 1, "kW") + at),
        (_RAISED, wording.number(report.alarms_raised, 0)),
        (_COVERAGE, f"{report.coverage:.1%}"),
        (_MADE, f"{report.made_at.astimezone(_zone(report)):%Y-%m-%d %H:%M}"),
    ]
    return [(name.text(language), value) for name, value in rows]


def energy_cells(report: Report, row: EnergyRow, language: Language) -> list[str]:
    """Return the cells of a meter."""
    when = _instant(report, row.peak_us) if row.peak_us else wording.UNKNOWN
    return [
        row.meter.text(language),
        _number(row.energy_kwh, 1),
        _number(row.peak_kw, 2),
        when,
        f"{row.coverage:.1%}",
    ]


def alarm_cells(row: AlarmRow, language: Language) -> list[str]:
    """Return the cells of an alarm."""
    names = {str(priority): name for priority, name in PRIORITY_NAMES.items()}
    after = row.acknowledged_after_s
    return [
        row.name.text(language),
        names[row.priority].text(language) if row.priority in names else row.priority,
        str(row.raised),
        wording.UNKNOWN if after is None else wording.span_text(after, language),
    ]


def _number(value: float | None, decimals: int, unit: str = "") -> str:
    if value is None:
        return wording.UNKNOWN
    return f"{wording.number(value, decimals)} {unit}".rstrip()


def _instant(report: Report, instant_us: int) -> str:
    local = datetime.fromtimestamp(instant_us / 1e6, tz=_zone(report))
    return f"{local:%H:%M}" if report.span.kind == "day" else f"{local:%m-%d %H:%M}"


def _zone(report: Report) -> ZoneInfo:
    zone = report.span.begins.tzinfo
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")
