"""The next two hours of a river level by its own trend and the rain, and what to do at the gate.

It is an extrapolation, not a hydraulic model: level(t) = fitted level now + trend that fades
with a time constant of one hour + rain of the last hour times a rise per millimetre.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOOK_BACK_S, LEAST_SPAN_S, LEAST_POINTS = 3600.0, 600.0, 6
AHEAD_MIN = (30, 60, 120)
FADE_S = 3600.0
RISE_M_PER_MM = 0.006  # a small paved catchment: six times the rain, as a stated assumption
_LEAST_ERROR_M, _ERROR_GROWTH_M_H = 0.03, 0.12
_TWO_SIGMA = 2.0


@dataclass(frozen=True, slots=True)
class Ahead:
    """A level expected in some minutes, metres, with the band that should hold it in 95 %."""

    minutes: int
    level: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Nowcast:
    """A river now and soon.

    Attributes:
        level: fitted level now, metres over the gauge's zero.
        trend_m_h: rise per hour; rain_mm_h: mean of the last hour, None where nobody measures.
    """

    level: float
    trend_m_h: float
    rain_mm_h: float | None
    ahead: tuple[Ahead, ...]

    def at(self, minutes: int) -> Ahead:
        """Return one of the steps; KeyError where it is none."""
        for step in self.ahead:
            if step.minutes == minutes:
                return step
        raise KeyError(minutes)


class Advice(StrEnum):
    """What is advised at a water gate; a person decides."""

    UNKNOWN = "unknown"
    OPEN = "open"
    PREPARE = "prepare"
    CLOSE = "close"


class Why(StrEnum):
    """A reason for an advice."""

    NO_LEVEL = "no_level"
    OVER_DANGER = "over_danger"
    OVER_WARNING = "over_warning"
    DANGER_AHEAD = "danger_ahead"
    DANGER_POSSIBLE = "danger_possible"
    WARNING_AHEAD = "warning_ahead"
    BELOW = "below"
    RISING = "rising"
    FALLING = "falling"
    RAIN = "rain"
    NO_RAIN_GAUGE = "no_rain_gauge"


def nowcast(
    seconds: NDArray[np.float64],
    levels: NDArray[np.float64],
    now_s: float,
    rain_mm_h: float | None,
) -> Nowcast | None:
    """Return the next two hours; None where the last hour does not hold enough readings.

    Args:
        seconds: when the gauge was read, Unix seconds.
        levels: what it read, metres; NaN in gaps.
        now_s: the instant that is shown.
        rain_mm_h: mean rain of the last hour.
    """
    recent = (seconds > now_s - LOOK_BACK_S) & (seconds <= now_s) & np.isfinite(levels)
    at, level = seconds[recent] - now_s, levels[recent]
    if len(at) < LEAST_POINTS or np.ptp(at) < LEAST_SPAN_S:
        return None
    slope, now = np.polyfit(at, level, 1)
    error = max(_LEAST_ERROR_M, float(np.std(level - (now + slope * at))))
    steps = tuple(_ahead(m, float(now), float(slope), rain_mm_h or 0.0, error) for m in AHEAD_MIN)
    return Nowcast(float(now), float(slope) * 3600, rain_mm_h, steps)


def _ahead(minutes: int, now: float, slope: float, rain_mm_h: float, error: float) -> Ahead:
    span_s = minutes * 60.0
    risen = slope * FADE_S * (1 - np.exp(-span_s / FADE_S))
    rained = rain_mm_h * RISE_M_PER_MM * span_s / 3600
    level = float(now + risen + rained)
    wide = _TWO_SIGMA * (error + _ERROR_GROWTH_M_H * span_s / 3600 / _TWO_SIGMA)
    return Ahead(minutes, level, level - wide, level + wide)


def advise(
    level: float | None, soon: Nowcast | None, warning: float, danger: float
) -> tuple[Advice, tuple[Why, ...]]:
    """Return what to do at a gate and why, weightiest reason first.

    Args:
        level: the gauge now, metres; None where it is silent or stale.
        soon: the next two hours, None where they cannot be told.
        warning: the area's limit for getting ready, metres.
        danger: its limit for keeping people away, metres.
    """
    if level is None:
        return Advice.UNKNOWN, (Why.NO_LEVEL,)
    hour = soon.at(60) if soon else Ahead(60, level, level, level)
    rules = (
        (level >= danger, Advice.CLOSE, Why.OVER_DANGER),
        (hour.level >= danger, Advice.CLOSE, Why.DANGER_AHEAD),
        (level >= warning, Advice.PREPARE, Why.OVER_WARNING),
        (hour.high >= danger, Advice.PREPARE, Why.DANGER_POSSIBLE),
        (hour.level >= warning, Advice.PREPARE, Why.WARNING_AHEAD),
        (True, Advice.OPEN, Why.BELOW),
    )
    advice, why = next((advice, why) for holds, advice, why in rules if holds)
    return advice, (why, *_trend(soon))


def _trend(soon: Nowcast | None) -> tuple[Why, ...]:
    if soon is None:
        return ()
    reasons = []
    if abs(soon.trend_m_h) > 2 * _LEAST_ERROR_M:
        reasons.append(Why.RISING if soon.trend_m_h > 0 else Why.FALLING)
    if soon.rain_mm_h is None:
        reasons.append(Why.NO_RAIN_GAUGE)
    elif soon.rain_mm_h > 0:
        reasons.append(Why.RAIN)
    return tuple(reasons)
