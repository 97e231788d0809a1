"""Words of the models in both languages: states, qualities, values with units, ages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.names import Language, Name
from area_configs.domain.quality import Reason
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.quantity import Kind, Quantity
from desktop.models.device_states import State

if TYPE_CHECKING:
    from area_configs.domain.readings import Reading

UNKNOWN = "—"
MINUS = "\N{MINUS SIGN}"

STATE_NAMES = {
    State.NORMAL: Name("正常", "Normal"),
    State.UNCERTAIN: Name("不確か", "Uncertain"),
    State.NO_DATA: Name("データなし", "No data"),
    State.STALE: Name("更新遅れ", "Stale"),
    State.ALARM: Name("警報", "Alarm"),
}

REASON_NAMES = {
    Reason.OK: Name("良好", "Good"),
    Reason.OVER_RANGE: Name("測定範囲を超過", "Over range"),
    Reason.UNDER_RANGE: Name("測定範囲を下回る", "Under range"),
    Reason.OUT_OF_LIMITS: Name("妥当な範囲の外", "Not plausible"),
    Reason.CLOCK: Name("時刻が不確か", "Clock doubtful"),
    Reason.NO_CONTACT: Name("接触不良", "No contact"),
    Reason.QUESTIONABLE: Name("測定値に疑い", "Questionable measurement"),
    Reason.NO_DATA: Name("測定値なし", "No measurement"),
    Reason.NOT_IMPLEMENTED: Name("機器が非対応", "Not in device"),
    Reason.NOT_SUPPORTED: Name("要求に非対応", "Not supported"),
    Reason.REJECTED: Name("機器が拒否", "Refused by device"),
    Reason.CONFIG: Name("設定誤り", "Wrong setting"),
    Reason.DEVICE: Name("機器の故障", "Device fault"),
    Reason.COMM: Name("通信エラー", "Communication error"),
    Reason.SILENT: Name("応答なし", "No answer"),
}

NEVER_HEARD = Name("未受信", "Never heard")
_SECONDS = ((86_400, Name("日", "d")), (3_600, Name("時間", "h")), (60, Name("分", "min")))
_SECOND = Name("秒", "s")


def quantity_of(quantity: str) -> Quantity:
    """Return a quantity; one that this edition does not know is shown by its id."""
    known = QUANTITIES.get(quantity)
    return known or Quantity(quantity, Name(quantity, quantity), "1", "C62", "", 2)


def number(value: float, decimals: int) -> str:
    """Write a number with grouped digits and a true minus sign."""
    return f"{value:,.{decimals}f}".replace("-", MINUS)


def value_text(quantity: str, value: float | None, language: Language) -> str:
    """Write a value with its unit, a state by its name, and no value as a dash."""
    if value is None:
        return UNKNOWN
    known = quantity_of(quantity)
    if known.states:
        name = known.states.get(int(value))
        return name.text(language) if name else number(value, 0)
    return f"{number(value, known.decimals)} {known.symbol}".rstrip()


def named_value_text(quantity: str, value: float | None, language: Language) -> str:
    """Write a value with the name of what it is; of an event that happened, the name says it."""
    known = quantity_of(quantity)
    name = known.name.text(language)
    if known.kind is Kind.EVENT and value:
        return name
    return f"{name} {value_text(quantity, value, language)}"


def quality_text(reading: Reading | None, language: Language) -> str:
    """Say in words how good a reading is, with the device's own code where it gave one."""
    if reading is None:
        return NEVER_HEARD.text(language)
    words = REASON_NAMES[reading.quality.reason].text(language)
    return f"{words} ({reading.quality.raw})" if reading.quality.raw else words


def span_text(seconds: float, language: Language) -> str:
    """Write a span of time in its largest whole unit: `12 s`, `3 min`, `2時間`."""
    for length, unit in _SECONDS:
        if seconds >= length:
            return _spaced(int(seconds // length), unit, language)
    return _spaced(max(0, int(seconds)), _SECOND, language)


def age_text(observed_us: int, now_us: int, language: Language) -> str:
    """Write how old an observation is."""
    return span_text((now_us - observed_us) / 1e6, language)


def _spaced(count: int, unit: Name, language: Language) -> str:
    return f"{count}{unit.ja}" if language == "ja" else f"{count} {unit.en}"
