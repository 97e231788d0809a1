"""Whose data count: a device that somebody has begun to commission does not until it is active."""

from __future__ import annotations

import pytest

from area_configs.domain.readings import Reading
from edge_agent.configuration.commissioning import FILE, Commissioning
from edge_agent.daemon.in_service import InService
from tests.edge_agent.manual_clock import ManualClock

ONE, OTHER = Reading("meter", "voltage_r", 1, 230.0), Reading("gauge", "river_level", 1, 1.0)


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def record(tmp_path, clock):
    return Commissioning(tmp_path, clock.now_us)


def _in_service(folder, clock, *, required=False):
    return InService(folder, clock, required=required)


def test_what_nobody_has_begun_with_counts(tmp_path, clock):
    assert _in_service(tmp_path, clock).screened([ONE, OTHER]) == [ONE, OTHER]


def test_what_is_under_way_does_not_count_until_it_is_active(tmp_path, clock, record):
    service = _in_service(tmp_path, clock)
    record.claim("meter", "bus", "1", "ann")
    for step in (lambda: None, lambda: record.tested("meter", 3, 3, "ann")):
        step()
        clock.jump_s(2)
        assert service.screened([ONE, OTHER]) == [OTHER]
    assert service.status() == {
        "required": False,
        "under_way": {"meter": "test_read"},
        "withheld": 2,
    }
    assert service.refusal("meter") == (
        "meter is not in service yet, commissioning has got to test_read: "
        "area-edge devices activate meter"
    )
    record.activate("meter", "ann")
    clock.jump_s(2)
    assert service.screened([ONE, OTHER]) == [ONE, OTHER]
    assert service.status()["under_way"] == {}


def test_a_device_that_was_replaced_is_under_way_again(tmp_path, clock, record):
    record.claim("meter", "bus", "1", "ann")
    record.tested("meter", 3, 3, "ann")
    record.activate("meter", "ann")
    record.claim("meter", "bus", "7", "bea")
    assert _in_service(tmp_path, clock).screened([ONE]) == []


def test_where_it_is_required_only_the_active_count(tmp_path, clock, record):
    record.discovered("bus", {"9": "somebody"})
    service = _in_service(tmp_path, clock, required=True)
    assert service.screened([ONE]) == []
    assert "nobody has commissioned it" in service.refusal("meter")
    assert service.status()["under_way"] == {}  # a candidate is no device yet


@pytest.mark.logs("cannot be used")
def test_a_record_that_cannot_be_read_changes_nothing(tmp_path, clock, record):
    service = _in_service(tmp_path, clock)
    record.claim("meter", "bus", "1", "ann")
    assert service.screened([ONE]) == []
    (tmp_path / FILE).write_text("{")
    clock.jump_s(2)
    assert service.screened([ONE]) == []
