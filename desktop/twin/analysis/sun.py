"""Where the sun stands: Meeus' solar coordinates, seen from a place on the ground.

J. Meeus, Astronomical Algorithms, 2nd ed., chapters 22 and 25 (the lower accuracy, 0.01 degrees in
longitude), as NOAA's solar calculator uses them, with the topocentric parallax of chapter 40.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_J2000_S = 946_728_000.0  # 2000-01-01 12:00 UTC in Unix seconds
_CENTURY_S = 36_525 * 86_400.0
_DELTA_T_S = 69.2  # TT - UTC since 2017, IERS; a minute of error is 0.0007 degrees of the sun
_PARALLAX_DEG = 8.794 / 3600
_HALF_DAY_S = 43_200.0


@dataclass(frozen=True, slots=True)
class SunPlace:
    """Degrees: azimuth clockwise from true north, elevation of the middle without refraction."""

    azimuth: Floats
    elevation: Floats


def sun_place(seconds: ArrayLike, latitude: float, longitude: float) -> SunPlace:
    """Return where the sun stands at instants (Unix seconds, UTC) over a place in degrees."""
    at = np.atleast_1d(np.asarray(seconds, np.float64))
    right_ascension, declination = _equatorial((at + _DELTA_T_S - _J2000_S) / _CENTURY_S)
    hour = np.radians(_sidereal_deg(at) + longitude) - right_ascension
    phi = np.radians(latitude)
    up = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour)
    north = np.cos(phi) * np.sin(declination) - np.sin(phi) * np.cos(declination) * np.cos(hour)
    east = -np.cos(declination) * np.sin(hour)
    elevation = np.degrees(np.arctan2(up, np.hypot(north, east)))
    elevation -= _PARALLAX_DEG * np.cos(np.radians(elevation))
    return SunPlace(np.degrees(np.arctan2(east, north)) % 360, elevation)


def directions(place: SunPlace, north: tuple[float, float]) -> NDArray[np.float32]:
    """Return unit vectors (n, 3) towards the sun in a local frame.

    Args:
        place: where the sun stands.
        north: (east, north) of true north in that frame: grids are turned against it.
    """
    azimuth = np.radians(place.azimuth) + np.arctan2(*north)
    level = np.cos(np.radians(place.elevation))
    ways = [np.sin(azimuth) * level, np.cos(azimuth) * level, np.sin(np.radians(place.elevation))]
    return np.column_stack(ways).astype(np.float32)


def solar_noon(midnight_s: float, longitude: float) -> float:
    """Return when the sun crosses the meridian on the local day that begins at `midnight_s`."""
    noon = midnight_s + _HALF_DAY_S
    for _ in range(3):
        right_ascension, _ = _equatorial(np.array([(noon + _DELTA_T_S - _J2000_S) / _CENTURY_S]))
        late = (_sidereal_deg(np.array([noon])) + longitude - np.degrees(right_ascension))[0]
        noon -= ((late + 180) % 360 - 180) * 240  # four minutes for each degree
    return float(noon)


def _equatorial(centuries: Floats) -> tuple[Floats, Floats]:
    """Return the sun's apparent right ascension and declination, radians."""
    t = centuries
    anomaly = np.radians(357.52911 + t * (35_999.05029 - 0.0001537 * t))
    centre = (
        np.sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t))
        + np.sin(2 * anomaly) * (0.019993 - 0.000101 * t)
        + np.sin(3 * anomaly) * 0.000289
    )
    node = np.radians(125.04 - 1934.136 * t)
    mean = 280.46646 + t * (36_000.76983 + t * 0.0003032)
    longitude = np.radians(mean + centre - 0.00569 - 0.00478 * np.sin(node))
    tilt = np.radians(23.4392911 - t * 0.0130042 + 0.00256 * np.cos(node))
    ascension = np.arctan2(np.cos(tilt) * np.sin(longitude), np.cos(longitude))
    return ascension, np.arcsin(np.sin(tilt) * np.sin(longitude))


def _sidereal_deg(seconds: Floats) -> Floats:
    """Return apparent sidereal time at Greenwich, degrees (Meeus 12.4 and the main nutation)."""
    days = (seconds - _J2000_S) / 86_400
    t = days / 36_525
    node = np.radians(125.04 - 1934.136 * t)
    nutation = -0.00478 * np.sin(node) * np.cos(np.radians(23.44))
    sidereal: Floats = 280.46061837 + 360.98564736629 * days + 0.000387933 * t * t + nutation
    return sidereal
