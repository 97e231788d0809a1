"""A river's next hours, and the advice that follows from them."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.twin.analysis.nowcast import Advice, Ahead, Nowcast, Why, advise, nowcast

NOW = 1_781_146_800.0
WARNING, DANGER = 2.5, 3.2


def hour(level, rise_m_h=0.0, noise=0.0):
    at = np.arange(NOW - 3590, NOW + 1, 10.0)
    wave = noise * np.where(np.arange(len(at)) % 2, 1, -1)
    return at, level + rise_m_h * (at - NOW) / 3600 + wave


def soon(level, high=None, trend=0.0, rain=None):
    high = level + 0.1 if high is None else high
    return Nowcast(level, trend, rain, (Ahead(60, level, level - 0.1, high),))


def test_a_still_river_stays_where_it_is():
    cast = nowcast(*hour(1.5), NOW, 0.0)
    assert cast.level == pytest.approx(1.5)
    assert [step.level for step in cast.ahead] == pytest.approx([1.5] * 3)
    bands = [step.high - step.low for step in cast.ahead]
    assert bands == sorted(bands)
    assert bands[0] < bands[-1]


def test_a_trend_goes_on_but_fades():
    cast = nowcast(*hour(2.0, 0.4), NOW, None)
    assert cast.trend_m_h == pytest.approx(0.4)
    assert cast.at(60).level == pytest.approx(2.0 + 0.4 * (1 - np.exp(-1)))
    assert cast.at(120).level < 2.0 + 0.4


def test_rain_raises_it_by_the_stated_rate():
    dry, wet = (nowcast(*hour(2.0), NOW, rain) for rain in (0.0, 20.0))
    assert wet.at(60).level - dry.at(60).level == pytest.approx(0.12)


def test_a_restless_gauge_widens_the_band():
    calm, restless = (nowcast(*hour(2.0, noise=n), NOW, 0.0).at(30) for n in (0.0, 0.2))
    assert restless.high - restless.low > 2 * (calm.high - calm.low)


def test_too_little_is_not_extrapolated():
    at, level = hour(2.0)
    assert nowcast(at[-5:], level[-5:], NOW, 0.0) is None
    assert nowcast(at[-30:], level[-30:], NOW, 0.0) is None  # five minutes only
    assert nowcast(at, np.full(len(at), np.nan), NOW, 0.0) is None
    assert nowcast(at - 7200, level, NOW, 0.0) is None


@pytest.mark.parametrize(
    ("level", "ahead", "advice", "why"),
    [
        (None, None, Advice.UNKNOWN, Why.NO_LEVEL),
        (3.2, soon(3.0), Advice.CLOSE, Why.OVER_DANGER),
        (2.9, soon(3.3), Advice.CLOSE, Why.DANGER_AHEAD),
        (2.6, soon(2.6), Advice.PREPARE, Why.OVER_WARNING),
        (2.6, None, Advice.PREPARE, Why.OVER_WARNING),
        (2.3, soon(2.4, high=3.3), Advice.PREPARE, Why.DANGER_POSSIBLE),
        (2.4, soon(2.6), Advice.PREPARE, Why.WARNING_AHEAD),
        (1.0, soon(1.0), Advice.OPEN, Why.BELOW),
        (1.0, None, Advice.OPEN, Why.BELOW),
    ],
)
def test_the_advice_follows_level_and_forecast(level, ahead, advice, why):
    given, reasons = advise(level, ahead, WARNING, DANGER)
    assert given is advice
    assert reasons[0] is why


def test_trend_and_rain_are_named_beside_the_main_reason():
    _, reasons = advise(2.6, soon(2.6, trend=0.3, rain=12.0), WARNING, DANGER)
    assert reasons[1:] == (Why.RISING, Why.RAIN)
    _, reasons = advise(2.6, soon(2.6, trend=-0.3), WARNING, DANGER)
    assert reasons[1:] == (Why.FALLING, Why.NO_RAIN_GAUGE)
