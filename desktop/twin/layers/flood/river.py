"""The gauge of the flood layer: its level, the next hour, and the advice for the gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from area_configs.domain.devices import DeviceKind
from area_configs.domain.readings import Series
from desktop.models.device_states import State
from desktop.models.twin_layers import GivenAdvice
from desktop.twin.analysis.nowcast import LOOK_BACK_S, Nowcast, advise, nowcast
from desktop.twin.layers.flood import words

if TYPE_CHECKING:
    from area_configs.domain.areas import Device
    from desktop.twin.theme_view import Moment

SOON_MIN = 60
GATE = "water_gate"
_MINUTE_US = 60_000_000  # an advice is told by the minute: the screen is not written every second
_SILENT = (State.NO_DATA, State.STALE)


@dataclass(frozen=True, slots=True)
class River:
    """The gauge and what it says; limits are None where no alarm sets them."""

    device: Device
    level: float | None
    soon: Nowcast | None
    warning: float | None
    danger: float | None


def river_of(moment: Moment) -> River | None:
    """Return the area's first river gauge and what it says; None where there is none."""
    area, now_us = moment.area, moment.outlook.now_us
    gauge = next(
        (d for d in area.devices if area.profile_of(d).kind is DeviceKind.RIVER_GAUGE), None
    )
    if gauge is None:
        return None
    series = Series(gauge.id, "river_level")
    silent = moment.outlook.state(gauge.id).state in _SILENT
    limits = sorted(
        rule.above
        for rule in area.alarms
        if rule.device == gauge.id and rule.quantity == "river_level" and rule.above is not None
    )
    begins_us = now_us - int(LOOK_BACK_S * 1e6)
    seconds, levels = moment.outlook.past(series, begins_us, now_us)
    soon = None if silent else nowcast(seconds, levels, now_us / 1e6, _rain(moment))
    return River(
        gauge,
        None if silent else moment.value(series),
        soon,
        limits[0] if limits else None,
        limits[-1] if limits else None,
    )


def _rain(moment: Moment) -> float | None:
    """Return the mean rain of the last hour, mm/h; None where no gauge tells it."""
    area, now_us = moment.area, moment.outlook.now_us
    for device in area.devices:
        if area.profile_of(device).kind is DeviceKind.RAIN_GAUGE:
            series = Series(device.id, "rain_rate")
            _, rates = moment.outlook.past(series, now_us - int(LOOK_BACK_S * 1e6), now_us)
            known = rates[np.isfinite(rates)]
            return float(known.mean()) if len(known) else moment.value(series)
    return None


def level_of(river: River | None, *, soon: bool) -> float | None:
    """Return the level now or in an hour, None where it is not known."""
    if river is None:
        return None
    if soon:
        return river.soon.at(SOON_MIN).level if river.soon else None
    return river.level


def notes_of(moment: Moment, river: River | None) -> tuple[str, ...]:
    """Return the advice for the gate with its reasons, and what is expected."""
    if river is None:
        return (moment.say(words.NO_GAUGE),)
    return (*_gate(moment, river), _expected(moment, river))


def gate_advice(moment: Moment, river: River | None) -> GivenAdvice | None:
    """Return the advice for the gate, None without a gauge that has alarm limits."""
    if river is None or river.warning is None or river.danger is None:
        return None
    advice, reasons = advise(river.level, river.soon, river.warning, river.danger)
    because = tuple(
        moment.say(words.WHY[why]).format(warning=river.warning, danger=river.danger)
        for why in reasons
    )
    told_us = moment.outlook.now_us // _MINUTE_US * _MINUTE_US
    said = moment.say(words.ADVICE[advice])
    return GivenAdvice(GATE, river.device.id, advice, said, because, told_us)


def _gate(moment: Moment, river: River) -> tuple[str, ...]:
    advice = gate_advice(moment, river)
    if advice is None:
        return (moment.say(words.NO_LIMITS),)
    joined = ("、" if moment.outlook.language == "ja" else ", ").join(advice.reasons)
    return (f"{advice.text} ({joined})", moment.say(words.ONLY_ADVICE))


def _expected(moment: Moment, river: River) -> str:
    if river.soon is None:
        return moment.say(words.NO_FORECAST)
    hour, rain = river.soon.at(SOON_MIN), river.soon.rain_mm_h
    return moment.say(words.EXPECTED).format(
        level=hour.level,
        low=hour.low,
        high=hour.high,
        trend=river.soon.trend_m_h,
        rain="—" if rain is None else f"{rain:.1f} mm/h",
    )
