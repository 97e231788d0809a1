"""The time axis: round local times, in the zone of the area."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from desktop.views.time_axis import spacing_s, tick_text, ticks_s
from tests.desktop.small_area import NOON_US

TOKYO = ZoneInfo("Asia/Tokyo")
NOON_S = NOON_US / 1e6


@pytest.mark.parametrize(
    ("span_s", "width_px", "expected"),
    [(60, 900, 10), (600, 900, 60), (3600, 900, 600), (86_400, 900, 10_800), (600, 10, 600)],
)
def test_ticks_leave_room_for_their_labels(span_s, width_px, expected):
    assert spacing_s(span_s, width_px) == expected


def test_ticks_stand_at_round_local_times():
    ticks = ticks_s(NOON_S - 86_400, NOON_S, 10_800, TOKYO)
    texts = [tick_text(tick, 10_800, TOKYO) for tick in ticks]
    assert texts == [
        "12:00",
        "15:00",
        "18:00",
        "21:00",
        "11/25",
        "03:00",
        "06:00",
        "09:00",
        "12:00",
    ]


def test_seconds_are_written_where_ticks_are_close():
    assert tick_text(NOON_S + 5, 5, TOKYO) == "12:00:05"
    assert tick_text(NOON_S + 60, 60, TOKYO) == "12:01"


def test_half_hour_zones_are_round_too():
    kolkata = ZoneInfo("Asia/Kolkata")
    (first, *_) = ticks_s(NOON_S, NOON_S + 7200, 3600, kolkata)
    assert tick_text(first, 3600, kolkata).endswith(":00")
