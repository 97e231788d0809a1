"""The sun's place beside pvlib's SPA, and noon beside what everybody knows."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.twin.analysis.sun import SunPlace, directions, solar_noon, sun_place

HARUMI = (35.652, 139.777)
PLACES = [HARUMI, (26.21, 127.68), (43.06, 141.35), (0.0, 0.0), (-33.9, 151.2), (64.1, -21.9)]
# Every 37 hours from 2024 to 2033: each hour of the day in each season.
SECONDS = np.arange(1_704_067_200, 2_019_686_400, 37 * 3600)


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_it_stands_within_a_hundredth_of_a_degree_of_spa(place):
    spa = pytest.importorskip("pvlib.spa", reason="pvlib is not installed")
    peer = spa.solar_position_numpy(
        SECONDS.astype(float), *place, 0.0, 1013.25, 12.0, 69.2, 0.5667, 1
    )
    own = sun_place(SECONDS, *place)
    elevation = peer[3]  # without refraction, as ours
    azimuth = peer[4]
    assert np.abs(own.elevation - elevation).max() < 0.01
    turned = (own.azimuth - azimuth + 180) % 360 - 180
    assert np.abs(turned * np.cos(np.radians(elevation))).max() < 0.01


def test_it_is_highest_at_solar_noon_which_is_before_twelve_in_tokyo():
    midnight = 1_797_865_200  # 2026-12-22 00:00 in Tokyo
    noon = solar_noon(midnight, HARUMI[1])
    assert (noon - midnight) / 3600 == pytest.approx(11.65, abs=0.02)  # 11:39
    place = sun_place([noon - 60, noon, noon + 60], *HARUMI)
    assert place.elevation[1] == max(place.elevation)
    assert place.azimuth[1] == pytest.approx(180, abs=0.02)
    assert place.elevation[1] == pytest.approx(90 - HARUMI[0] - 23.43, abs=0.02)


def test_directions_are_turned_with_the_grid():
    south_east = SunPlace(np.array([135.0]), np.array([30.0]))
    way = directions(south_east, (0.0, 1.0))[0]
    assert way == pytest.approx([np.sqrt(3 / 8), -np.sqrt(3 / 8), 0.5], abs=1e-6)
    turned = directions(south_east, (1.0, 0.0))[0]  # true north lies in the grid's east
    assert turned == pytest.approx([-np.sqrt(3 / 8), -np.sqrt(3 / 8), 0.5], abs=1e-6)
