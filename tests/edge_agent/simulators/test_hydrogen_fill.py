"""Fill physics against values of CoolProp 8.0.0 (Helmholtz equation of normal hydrogen)."""

import pytest

from edge_agent.simulators.hydrogen_fill import (
    MOST_CELSIUS,
    Conditions,
    Fill,
    compressibility,
    density,
)


@pytest.mark.parametrize(
    ("kelvin", "mpa", "expected"),
    [(200, 1, 1.00675450), (300, 10, 1.05985282), (400, 50, 1.24304763)],
)
def test_compressibility_gives_the_published_check_values(kelvin, mpa, expected):
    assert compressibility(mpa, kelvin) == pytest.approx(expected, abs=5e-9)


def test_full_tanks_have_their_density():
    assert density(70.0, 288.15) == pytest.approx(40.17, abs=0.01)
    assert density(35.0, 288.15) == pytest.approx(23.99, abs=0.01)


@pytest.mark.parametrize(
    ("precooled", "ramp", "seconds", "mpa", "celsius", "kilograms"),
    [
        (-40, 28.5, 147, 75.1, 58, 4.67),
        (-30, 19.9, 215, 76.1, 63, 4.67),
        (-20, 10, 429, 76.5, 65, 4.67),
    ],
)
def test_a_fill_ends_as_coolprop_says(precooled, ramp, seconds, mpa, celsius, kilograms):
    filled = Fill(Conditions(precooled, ramp))
    assert filled.duration_s == pytest.approx(seconds, abs=2)
    assert filled.end.mpa == pytest.approx(mpa, abs=0.4)
    assert filled.end.celsius == pytest.approx(celsius, abs=0.5 + 0.1)  # printed without decimals
    assert _in_tank(filled) == pytest.approx(kilograms, abs=0.02)
    assert filled.end.charge == pytest.approx(95, abs=0.2)
    assert not filled.hot


def test_without_precooling_the_temperature_ends_the_fill():
    filled = Fill(Conditions(20, 10))
    assert filled.hot
    assert filled.duration_s == pytest.approx(338, abs=2)
    assert filled.end.mpa == pytest.approx(61, abs=0.5 + 0.4)
    assert filled.end.celsius == pytest.approx(MOST_CELSIUS, abs=0.1)
    assert filled.end.charge == pytest.approx(77, abs=1)
    assert _in_tank(filled) == pytest.approx(3.81, abs=0.02)


def test_the_flow_adds_up_to_what_was_taken_and_stays_below_the_limit():
    filled = Fill(Conditions(-38, 28.5))
    flows = [filled.flow(half / 2) for half in range(int(2 * filled.duration_s))]
    assert sum(flows) / 2 / 1000 == pytest.approx(filled.end.taken, rel=1e-6)
    assert 10 < max(flows) < 60  # g/s, light duty
    assert filled.flow(-1) == filled.flow(filled.duration_s) == 0.0


def _in_tank(filled):
    return density(5.0, 293.15) * 0.1224 + filled.end.taken
