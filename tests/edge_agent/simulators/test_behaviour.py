"""The district behind the devices: believable, seeded, and adding up."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from area_configs.domain.devices import DeviceKind
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.quantity import Kind
from edge_agent.simulators.behaviour import District
from edge_agent.simulators.sizes import Sizes

MINUTE = 60_000_000
HOUR = 60 * MINUTE
MIDNIGHT = int(datetime(2026, 6, 15, 15, 0, tzinfo=UTC).timestamp()) * 1_000_000  # 16 June, Tokyo
WINTER = int(datetime(2026, 1, 10, 15, 0, tzinfo=UTC).timestamp()) * 1_000_000  # a Sunday


@pytest.fixture(scope="module")
def district(harumi):
    return District(harumi)


def _of_kind(harumi, kind):
    """Return the district's devices of a kind; what stands behind a meter is counted there."""
    sizes = Sizes(harumi, 0)
    return [d for d in sizes.of_kind(kind) if not sizes.is_small(d)]


@pytest.mark.parametrize("day", [MIDNIGHT, WINTER])
def test_every_point_of_harumi_stays_plausible_all_day(harumi, district, day):
    beyond = []
    for device in harumi.devices:
        for point in harumi.profile_of(device).points:
            for at in range(day, day + 24 * HOUR, 20 * MINUTE):
                value = district.value(device, point.quantity, at)
                low, high = point.minimum, point.maximum
                if (low is not None and value < low) or (high is not None and value > high):
                    beyond.append((device.id, point.quantity, value, low, high))
    assert beyond == []


@pytest.mark.parametrize("day", [MIDNIGHT, WINTER])
def test_no_alarm_of_harumi_is_raised_on_a_usual_day(harumi, district, day):
    raised = {
        rule.id
        for rule in harumi.alarms
        for at in range(day, day + 24 * HOUR, 10 * MINUTE)
        if rule.holds(district.value(harumi.device(rule.device), rule.quantity, at))
    }
    assert raised == set()


def test_counters_only_grow_over_two_midnights(harumi, district):
    for device in harumi.devices:
        for point in harumi.profile_of(device).points:
            if QUANTITIES[point.quantity].kind is Kind.COUNTER:
                times = range(MIDNIGHT - 2 * HOUR, MIDNIGHT + 26 * HOUR, 7 * MINUTE)
                values = [district.value(device, point.quantity, at) for at in times]
                assert values == sorted(values), (device.id, point.quantity)


def test_counters_do_not_depend_on_when_the_simulator_started(harumi, district):
    late = MIDNIGHT + 30 * HOUR
    for device in _of_kind(harumi, DeviceKind.SMART_METER):
        district.value(device, "energy_import", MIDNIGHT)
        fresh = District(harumi).value(device, "energy_import", late)
        assert district.value(device, "energy_import", late) == pytest.approx(fresh)


@pytest.mark.parametrize(
    ("kind", "quantity", "sign"),
    [
        (DeviceKind.SMART_METER, "energy_import", 1),
        (DeviceKind.BUILDING_METER, "energy_import", 1),
        (DeviceKind.FEEDER_METER, "energy_import", 1),
        (DeviceKind.PHOTOVOLTAIC, "energy_generated", 1),
        (DeviceKind.BATTERY, "energy_import", -1),
        (DeviceKind.BATTERY, "energy_export", 1),
    ],
)
def test_counters_are_the_integral_of_the_power(harumi, district, kind, quantity, sign):
    for device in _of_kind(harumi, kind):
        times = range(MIDNIGHT + 10 * HOUR, MIDNIGHT + 12 * HOUR + 1, MINUTE)
        power = [max(0.0, sign * district.value(device, "active_power", at)) for at in times]
        kwh = sum((a + b) / 120_000 for a, b in pairwise(power))
        begin, end = (district.value(device, quantity, at) for at in (times[0], times[-1]))
        assert end - begin == pytest.approx(kwh, rel=1e-6, abs=1e-6), device.id


def test_the_feeder_reads_the_sum_of_what_stands_behind_it(harumi, district):
    feeder = _of_kind(harumi, DeviceKind.FEEDER_METER)[0]
    roofs = {d.building for d in _of_kind(harumi, DeviceKind.PHOTOVOLTAIC)}
    meters = [
        *_of_kind(harumi, DeviceKind.SMART_METER),
        *_of_kind(harumi, DeviceKind.BUILDING_METER),
    ]
    assert roofs <= {d.building for d in meters}  # every roof of Harumi is behind a meter
    takes = [*meters, *_of_kind(harumi, DeviceKind.ELECTROLYSER)]
    gives = [*_of_kind(harumi, DeviceKind.BATTERY), *_of_kind(harumi, DeviceKind.FUEL_CELL)]
    for hour in range(24):
        at = MIDNIGHT + hour * HOUR
        taken = sum(district.value(d, "active_power", at) for d in takes)
        given = sum(district.value(d, "active_power", at) for d in gives)
        assert district.value(feeder, "active_power", at) == pytest.approx(taken - given)
        assert taken > given  # the district never feeds back, so its counter is exact


def test_a_home_has_peaks_in_the_morning_and_in_the_evening(harumi, district):
    home = _of_kind(harumi, DeviceKind.SMART_METER)[0]

    def mean(begin, end):
        powers = [
            district.value(home, "active_power", MIDNIGHT + m * MINUTE)
            for m in range(begin * 60, end * 60)
        ]
        return sum(powers) / len(powers)

    assert mean(19, 21) > mean(7, 8) > mean(2, 4)


def test_the_battery_charges_in_the_sun_and_discharges_in_the_evening(harumi, district):
    battery = _of_kind(harumi, DeviceKind.BATTERY)[0]
    charge = [
        district.value(battery, "state_of_charge", MIDNIGHT + hour * HOUR) for hour in range(25)
    ]
    assert charge[15] > charge[8] + 20
    assert charge[23] < charge[15] - 20
    assert charge[24] == pytest.approx(charge[0], abs=0.5)
    assert district.value(battery, "active_power", MIDNIGHT + 12 * HOUR) < 0
    assert district.value(battery, "active_power", MIDNIGHT + 19 * HOUR) > 0


def test_hydrogen_is_made_at_noon_used_in_the_evening_and_conserved(harumi, district):
    bank = _of_kind(harumi, DeviceKind.HYDROGEN_BANK)[0]
    maker = _of_kind(harumi, DeviceKind.ELECTROLYSER)[0]
    begin, end = MIDNIGHT + 8 * HOUR, MIDNIGHT + 16 * HOUR
    made = [district.value(maker, "hydrogen_total", at) for at in (begin, end)]
    stored = [district.value(bank, "hydrogen_stored", at) for at in (begin, end)]
    pressure = [district.value(bank, "pressure_low", at) for at in (begin, end)]
    assert stored[1] - stored[0] == pytest.approx(made[1] - made[0], rel=1e-6)
    assert stored[1] > stored[0]
    assert pressure[1] > pressure[0]
    assert district.value(bank, "hydrogen_stored", MIDNIGHT + 24 * HOUR) == pytest.approx(
        district.value(bank, "hydrogen_stored", MIDNIGHT), abs=0.01
    )


def test_fuel_cell_and_electrolyser_go_through_their_states(harumi, district):
    for kind in (DeviceKind.FUEL_CELL, DeviceKind.ELECTROLYSER):
        device = _of_kind(harumi, kind)[0]
        times = range(MIDNIGHT, MIDNIGHT + 24 * HOUR, MINUTE)
        states = [district.value(device, "operating_state", at) for at in times]
        order = [state for n, state in enumerate(states) if n == 0 or state != states[n - 1]]
        assert order == [4, 1, 2, 3, 4]
        idle = [
            district.value(device, "hydrogen_flow", at)
            for at, s in zip(times, states, strict=True)
            if s == 4
        ]
        assert max(idle) == pytest.approx(0, abs=1e-9)


def test_people_present_are_those_who_came_less_those_who_went(harumi, district):
    counter = _of_kind(harumi, DeviceKind.PEOPLE_COUNTER)[0]
    present = []
    for at in range(MIDNIGHT, MIDNIGHT + 24 * HOUR, 5 * MINUTE):
        came, went, here = (
            district.value(counter, q, at) for q in ("people_in", "people_out", "people_count")
        )
        assert here == came - went >= 0
        assert came == int(came)
        present.append(here)
    assert present[0] == present[-1] == 0
    assert present[8 * 12 + 6] > 3 * present[11 * 12]  # the commuters at half past eight


def test_the_sun_gives_nothing_at_night(harumi, district):
    for roof in _of_kind(harumi, DeviceKind.PHOTOVOLTAIC):
        assert district.value(roof, "active_power", MIDNIGHT + HOUR) == 0
        assert district.value(roof, "active_power", MIDNIGHT + 11 * HOUR) > 1000


def test_the_tide_rises_and_falls_twice_a_day(harumi, district):
    gauge = _of_kind(harumi, DeviceKind.RIVER_GAUGE)[0]
    times = range(MIDNIGHT, MIDNIGHT + 25 * HOUR, 30 * MINUTE)
    levels = [district.value(gauge, "river_level", at) for at in times]
    assert 0.6 < max(levels) - min(levels) < 2.5


def test_a_seed_repeats_and_another_one_differs(harumi, district):
    home = _of_kind(harumi, DeviceKind.SMART_METER)[0]
    at = MIDNIGHT + 9 * HOUR
    value = district.value(home, "active_power", at)
    assert District(harumi).value(home, "active_power", at) == value
    assert District(harumi, seed=2).value(home, "active_power", at) != value


def test_a_home_with_a_solar_roof_sells_at_noon_and_its_counters_only_grow(harumi):
    home = _of_kind(harumi, DeviceKind.SMART_METER)[0]
    roof = _of_kind(harumi, DeviceKind.PHOTOVOLTAIC)[0]
    moved = dataclasses.replace(roof, building=home.building)
    devices = tuple(moved if d is roof else d for d in harumi.devices)
    sunny = District(dataclasses.replace(harumi, devices=devices))
    power = [sunny.value(home, "active_power", MIDNIGHT + m * MINUTE) for m in range(600, 840, 10)]
    assert min(power) < -200
    times = range(MIDNIGHT - 30 * HOUR, MIDNIGHT + 30 * HOUR, 11 * MINUTE)
    for quantity in ("energy_import", "energy_export"):
        counts = [sunny.value(home, quantity, at) for at in times]
        assert counts == sorted(counts)
        assert counts[-1] > counts[0]
    assert sunny.value(home, "current_r", MIDNIGHT + 12 * HOUR) * power[12] > 0  # same sign


def test_any_device_may_be_asked_for_any_quantity_that_is_measured(harumi, district):
    """An area of one's own may combine them freely in its profiles; demand is the gateway's own."""
    measured = [quantity for quantity in QUANTITIES if not quantity.startswith("demand_")]
    for device in harumi.devices:
        for quantity in measured:
            value = district.value(device, quantity, MIDNIGHT + 9 * HOUR)
            assert isinstance(value, float | int)
