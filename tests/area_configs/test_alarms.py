"""Alarm rules: when a value is in alarm, and how far it must come back."""

from __future__ import annotations

import pytest

from area_configs.domain.alarms import AlarmRule, Priority
from area_configs.domain.names import Name

NAME = Name("名", "name")


@pytest.mark.parametrize(
    ("limit", "value", "active", "expected"),
    [
        ({"above": 10.0}, 10.0, False, False),
        ({"above": 10.0}, 10.1, False, True),
        ({"above": 10.0}, 8.5, True, True),
        ({"above": 10.0}, 8.0, True, False),
        ({"below": 10.0}, 11.5, False, False),
        ({"below": 10.0}, 11.5, True, True),
        ({"below": 10.0}, 12.0, True, False),
    ],
)
def test_an_active_alarm_returns_behind_its_deadband(
    limit: dict[str, float], value: float, active: bool, expected: bool
) -> None:
    rule = AlarmRule("a", NAME, "d", "q", Priority.LOW, NAME, **limit, deadband=2.0)
    assert rule.holds(value, active=active) is expected
