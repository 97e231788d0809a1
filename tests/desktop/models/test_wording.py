"""Words in both languages: every state and reason has them, units and dashes are right."""

from __future__ import annotations

import pytest

from area_configs.domain.quality import Quality, Reason
from desktop.models import wording
from desktop.models.device_states import State
from tests.desktop.small_area import SECOND_US, reading


def test_every_state_and_reason_has_words():
    assert set(wording.STATE_NAMES) == set(State)
    assert set(wording.REASON_NAMES) == set(Reason)


@pytest.mark.parametrize(
    ("quantity", "value", "english", "japanese"),
    [
        ("active_power", 668.0, "668 W", "668 W"),
        ("active_power", -12345.0, "\u221212,345 W", "\u221212,345 W"),
        ("active_power", 0.0, "0 W", "0 W"),
        ("active_power", None, "—", "—"),
        ("operating_state", 2.0, "Running", "運転"),
        ("operating_state", 77.0, "77", "77"),
        ("people_count", 12.0, "12", "12"),
        ("from_the_future", 1.5, "1.50", "1.50"),
    ],
)
def test_values(quantity, value, english, japanese):
    assert wording.value_text(quantity, value, "en") == english
    assert wording.value_text(quantity, value, "ja") == japanese


@pytest.mark.parametrize(
    ("seconds", "english", "japanese"),
    [(-2, "0 s", "0秒"), (59.9, "59 s", "59秒"), (61, "1 min", "1分"), (7200, "2 h", "2時間")],
)
def test_ages(seconds, english, japanese):
    assert wording.age_text(0, int(seconds * SECOND_US), "en") == english
    assert wording.age_text(0, int(seconds * SECOND_US), "ja") == japanese


def test_the_reason_for_a_missing_value_names_the_devices_own_code():
    said = reading("m", "active_power", None, quality=Quality(Reason.NO_DATA, "7FFE"))
    assert wording.quality_text(said, "en") == "No measurement (7FFE)"
    assert wording.quality_text(None, "ja") == "未受信"
