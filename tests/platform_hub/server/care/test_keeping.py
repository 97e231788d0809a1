"""Retention: what is old enough goes once a day, what is open or younger stays."""

from __future__ import annotations

import pytest

from area_configs.domain.errors import SettingsError
from platform_hub.server.care import keeping
from platform_hub.server.care.calendars import Calendar
from platform_hub.server.care.keeping import Keeping
from platform_hub.server.settings import CareSettings, HubFolder
from platform_hub.server.store import care as stored
from platform_hub.wire.care import Happening
from tests.platform_hub.server.care.home import HANA, A

CALENDAR = Calendar.of("Asia/Tokyo")
DAY_US = 86_400_000_000
EVERYTHING = (0, 1 << 40)


@pytest.fixture
def lived(home):
    """A whole day of minutes, an answered and an open event, and a note."""
    home.begins = CALENDAR.begins(CALENDAR.day_at(home.clock.us) - 1)
    home.send(home.worn(A, home.begins, 1440, heart_rate=60.0))
    home.send([], [Happening(A, kind, home.clock.us) for kind in ("fall", "sos")])
    listed = home.as_carer(HANA, "GET", f"/residents/{A}/events").json()
    fall = next(one for one in listed if one["kind"] == "fall")
    place = f"/residents/{A}/events/{fall['id']}/answer"
    assert home.as_carer(HANA, "POST", place, {"outcome": "false"}).is_success
    home.as_carer(HANA, "POST", f"/residents/{A}/notes", {"text": "Slept well."})
    return home


def dropped(home, settings, days) -> dict[str, int]:
    now_us = home.clock.us + days * DAY_US
    job = home.town.database.write(lambda tx: keeping.drop(tx, settings, CALENDAR, now_us))
    return job.result()


def hours(home) -> int:
    return len(home.town.database.read(lambda tx: stored.hours(tx, A, *EVERYTHING)))


def test_minutes_go_after_their_days_and_the_summary_stays(lived):
    rule = CareSettings(minute_days=35)
    assert dropped(lived, rule, 34) == {"hours": 0}
    assert hours(lived) == 24
    assert dropped(lived, rule, 35)["hours"] == 12  # the afternoon belongs to the night after it
    assert dropped(lived, rule, 36)["hours"] == 12
    assert len(lived.as_carer(HANA, "GET", f"/residents/{A}").json()["days"]) > 0


def test_each_kind_has_its_own_time_and_zero_is_for_ever(lived):
    assert dropped(lived, CareSettings(minute_days=0), 10_000) == {"hours": 0}
    rule = CareSettings(0, day_days=10, event_days=20, record_days=30)
    assert dropped(lived, rule, 5) == {"hours": 0, "days": 0, "events": 0, "records": 0}
    assert dropped(lived, rule, 15)["days"] > 0
    assert dropped(lived, rule, 25)["events"] == 1
    assert dropped(lived, rule, 35)["records"] == 1
    left = lived.as_carer(HANA, "GET", f"/residents/{A}/events").json()
    assert [one["kind"] for one in left] == ["sos"]  # nobody has answered it


def test_minutes_that_are_too_old_make_no_half_day(home):
    oldest = keeping.oldest_minute(CareSettings(), CALENDAR, home.clock.us)
    taken = home.send(home.worn(A, oldest - 30, 60)).json()
    assert taken["minutes"] == 30
    stored_ = home.town.database.read(lambda tx: stored.days(tx, [A], 0, 1 << 40))
    assert {one.worn_min for one in stored_} == {30, 0}


def test_the_hub_deletes_once_a_day_by_itself(lived):
    home = lived
    kept = home.town.hub.area_api.keeping
    home.clock.us += 40 * DAY_US
    home.town.http.portal.call(kept.work)
    assert hours(home) == 0
    home.clock.us -= DAY_US  # minutes again, as if they had come late
    home.send(home.worn(A, home.minute - 90, 60))
    home.clock.us += DAY_US
    home.town.http.portal.call(kept.work)
    assert hours(home) > 0
    assert isinstance(kept, Keeping)


def test_the_setting_is_read_and_a_wrong_one_is_told(tmp_path):
    (tmp_path / "hub.toml").write_text("[care]\nminute_days = 60\nnews2 = true\n")
    assert HubFolder(tmp_path).settings().care == CareSettings(60, news2=True)
    (tmp_path / "hub.toml").write_text("[care]\nminute_days = 7\n")
    with pytest.raises(SettingsError, match="0 or at least 29"):
        HubFolder(tmp_path).settings()
