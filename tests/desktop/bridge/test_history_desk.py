"""The past of a real hub: by period, point by point, and as it stood at a moment."""

from __future__ import annotations

import numpy as np
import pytest

from area_configs.domain.readings import Reading
from desktop.bridge import history_desk
from desktop.bridge.history_desk import HistoryDesk
from platform_hub.client import HubClient
from tests.desktop.real_hub import RealHub

T0 = 1_795_575_600_000_000
SECOND_US = 1_000_000
ENTITY = history_desk.entity_of("harumi", "battery-1")


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    hub = RealHub(tmp_path_factory.mktemp("hub"))
    charge = [
        Reading("battery-1", "state_of_charge", T0 + n * SECOND_US, float(n % 60))
        for n in range(600)
    ]
    power = [Reading("battery-1", "active_power", T0 + 30 * SECOND_US, None)]
    level = [Reading("battery-2", "state_of_charge", T0 + 5 * SECOND_US, 7.0)]
    hub.take([*charge, *power, *level])
    yield hub
    hub.stop()


@pytest.fixture
def client(hub):
    with HubClient(hub.url) as client:
        yield client


def test_periods_hold_least_mean_and_most(client):
    found = history_desk.periods(
        client, ENTITY, ("state_of_charge",), (T0, T0 + 600 * SECOND_US), 60
    )
    columns = found["state_of_charge"]
    assert list(columns.begins_s) == [T0 / 1e6 + 60 * n for n in range(10)]
    assert np.all(columns.ends_s - columns.begins_s == 60)
    assert (set(columns.low), set(columns.mean), set(columns.high)) == ({0.0}, {29.5}, {59.0})
    assert list(columns.numbers) == [60] * 10


def test_single_readings_keep_what_nobody_knows(client):
    found = history_desk.periods(
        client, ENTITY, ("state_of_charge", "active_power"), (T0, T0 + 60 * SECOND_US), 0
    )
    assert list(found["state_of_charge"].mean) == [float(n) for n in range(60)]
    assert np.isnan(found["active_power"].mean).all()
    assert list(found["active_power"].numbers) == [0]


def test_a_device_that_never_spoke_has_no_past(client):
    nobody = history_desk.entity_of("harumi", "nobody")
    for period_s in (0, 60):
        assert history_desk.periods(client, nobody, ("active_power",), (T0, T0 + 1), period_s) == {}


def test_a_moment_is_all_that_was_said_or_the_last_of_each(client):
    span = (T0, T0 + 10 * SECOND_US)
    every = history_desk.moment(client, *span, thinned=False)
    assert len(every) == 11
    assert [one.observed_us for one in every] == sorted(one.observed_us for one in every)
    last = {one.series: one.value for one in history_desk.moment(client, *span, thinned=True)}
    assert sorted(last.values()) == [7.0, 9.0]


def test_the_state_at_an_instant_is_the_last_of_everything(client):
    state = {(r.device, r.quantity): r.value for r in client.state_at(T0 + 31 * SECOND_US)}
    assert state == {
        ("battery-1", "state_of_charge"): 30.0,
        ("battery-1", "active_power"): None,
        ("battery-2", "state_of_charge"): 7.0,
    }


def test_answers_and_failures_come_with_their_ticket(hub, qtbot):
    desk = HistoryDesk(hub.url, "")
    try:
        with qtbot.waitSignal(desk.answered) as told:
            ticket = desk.ask(lambda client: client.state_at(T0))
            assert desk.is_busy
        assert told.args == [ticket, []]
        assert not desk.is_busy
        with qtbot.waitSignal(desk.failed) as told:
            ticket = desk.ask(lambda client: client.amounts(ENTITY, (), (T0, T0 + 1), -1))
        assert told.args[0] == ticket
        assert "aggrPeriodDuration" in told.args[1]
    finally:
        desk.close()
