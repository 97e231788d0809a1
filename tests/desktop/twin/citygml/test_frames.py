"""Local frames: zones, axis order, projected origins."""

from __future__ import annotations

import pytest

from desktop.twin.citygml import Frame
from desktop.twin.citygml.frames import plane_zone


@pytest.mark.parametrize(
    ("latitude", "longitude", "epsg"),
    [
        (35.66, 139.78, 6677),  # Harumi, zone IX
        (26.2, 127.7, 6683),  # Naha, zone XV
        (43.06, 141.35, 6680),  # Sapporo, zone XII
        (27.09, 142.19, 6682),  # Ogasawara, zone XIV
        (52.52, 13.40, 32633),  # Berlin
        (-33.87, 151.21, 32756),  # Sydney
    ],
)
def test_zone_of_a_place(latitude, longitude, epsg):
    assert plane_zone(latitude, longitude) == epsg


def test_a_frame_begins_where_it_is_told():
    frame = Frame.at(36.0, 139 + 50 / 60)
    assert frame.epsg == 6677
    assert frame.origin == pytest.approx((0, 0), abs=1e-6)
    assert frame.local(36.0, 139 + 50 / 60) == pytest.approx((0, 0), abs=1e-6)


def test_north_is_up_and_east_is_right():
    frame = Frame.at(35.66, 139.78)
    east, north = frame.local(35.661, 139.781)
    assert east == pytest.approx(90.5, abs=0.5)
    assert north == pytest.approx(111.0, abs=0.5)
