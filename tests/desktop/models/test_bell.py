"""The bell: rings for urgent alarms, again until they are answered, and not when muted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from area_configs.domain.alarms import Priority
from desktop.models.area_models import AreaModels
from desktop.models.connection import Connection
from platform_hub.wire.alarms import AlarmState, AlarmView
from tests.desktop.small_area import LEAK, NOON_US, Clock, small_area


def leak(state=AlarmState.UNACKED_ACTIVE, revision=1, raised_us=NOON_US):
    seen = state is not AlarmState.UNACKED_ACTIVE
    return AlarmView(
        "leak",
        *("bank-1", "hydrogen_in_air", "critical", state),
        active=True,
        acknowledged=seen,
        raised_us=raised_us,
        revision=revision,
    )


@pytest.fixture
def tower():
    clock, rung = Clock(), []
    models = AreaModels(small_area(), Connection(clock), clock)
    models.alarm_desk.take_all([])
    models.bell.rang.connect(lambda: rung.append(clock()))
    return models, clock, rung


def test_it_rings_at_once_and_again_until_somebody_answers(tower):
    models, clock, rung = tower
    models.alarm_desk.take([leak()])
    assert len(rung) == 1
    clock.advance(29)
    models.bell.tick()
    assert len(rung) == 1
    clock.advance(1)
    models.bell.tick()
    assert len(rung) == 2
    models.alarm_desk.take([leak(AlarmState.ACKED_ACTIVE, 2)])
    clock.advance(60)
    models.bell.tick()
    assert len(rung) == 2


def test_muted_it_is_silent(tower):
    models, _, rung = tower
    models.bell.mute(True)
    models.alarm_desk.take([leak()])
    assert rung == []


def test_a_burst_rings_once(tower):
    models, _, rung = tower
    for n in range(20):
        models.alarm_desk.take([leak(revision=n + 1, raised_us=NOON_US + n)])
    assert len(rung) == 1


def test_what_is_not_urgent_does_not_ring():
    clock, rung = Clock(), []
    calm = replace(small_area(), alarms=(replace(LEAK, priority=Priority.MEDIUM),))
    models = AreaModels(calm, Connection(clock), clock)
    models.alarm_desk.take_all([])
    models.bell.rang.connect(lambda: rung.append(1))
    models.alarm_desk.take([leak()])
    assert models.alarm_desk.waiting() == 1
    assert rung == []
