"""Invented residents: said to be invented, furnished once, and each with the reason it was made for."""

from __future__ import annotations

from platform_hub.server.care import practice
from platform_hub.server.care.calendars import Calendar
from tests.platform_hub.server.care.home import KEN

CALENDAR = Calendar.of("Asia/Tokyo")


def furnish(home) -> int:
    now_us = home.clock.us
    job = home.town.database.write(
        lambda tx: practice.furnish(tx, "practice", CALENDAR, now_us, days=20)
    )
    return job.result()


def test_they_show_what_a_caregiver_has_to_find(home):
    assert furnish(home) == 4
    assert furnish(home) == 0
    found = home.as_carer("practice", "GET", "/overview").json()
    assert all(one["invented"] for one in found["residents"])
    looks = [(one["label"], one["reason"], one["detail"]) for one in found["looks"]]
    assert looks == [
        ("A", "event", "fall"),
        ("B", "unusual", "resting_hr"),
        ("C", "not_worn", ""),
    ]
    assert not any(
        one["invented"] for one in home.as_carer(KEN, "GET", "/overview").json()["residents"]
    )
