"""Invented residents: said to be invented, furnished once, and each with the reason it was made for."""

from __future__ import annotations

import pytest

from platform_hub.server.care import practice
from platform_hub.server.care.calendars import Calendar
from tests.platform_hub.server.care.home import KEN

CALENDAR = Calendar.of("Asia/Tokyo")


def furnish(home, language="ja") -> int:
    now_us = home.clock.us
    job = home.town.database.write(
        lambda tx: practice.furnish(tx, "practice", CALENDAR, now_us, days=20, language=language)
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


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_was_written_of_them_is_in_one_language(home, language):
    furnish(home, language)
    first = home.as_carer("practice", "GET", "/residents").json()[0]["id"]
    page = home.as_carer("practice", "GET", f"/residents/{first}").json()
    texts = [one["text"] for one in (*page["notes"], *page["cycle"])]
    texts += [item["what"] for one in page["cycle"] for item in one["items"]]
    assert len(texts) == 6
    assert [text.isascii() for text in texts] == [language == "en"] * 6
    assert [one["step"] for one in page["cycle"]] == ["plan", "needs", "assess"]
