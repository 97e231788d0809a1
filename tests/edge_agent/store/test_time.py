"""Clocks that are wrong after boot, that jump, that are set: nothing is lost, the order stays."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from area_configs.domain.quality import GOOD, Quality, Reason
from area_configs.domain.readings import ClockStamp, Reading
from edge_agent.clock import Sight
from edge_agent.store import ClockWait, ReadingLog, Retention

if TYPE_CHECKING:
    from pathlib import Path

NOW_US = 1_790_000_000_000_000  # 2026-09-21
SECOND_US, HOUR_US, YEAR_US = 10**6, 3600 * 10**6, 365 * 86_400 * 10**6


@dataclass
class Gateway:
    """A machine whose clocks are set by hand; `true_us` is what the time really is."""

    folder: Path
    true_us: int = NOW_US
    wall_us: int = NOW_US
    monotonic_us: int = 10 * SECOND_US
    boot: str = "boot-1"
    trusted: bool = True
    taken: list[int] = field(default_factory=list)  # the true instants of the readings

    def look(self) -> Sight:
        return Sight(self.wall_us, self.monotonic_us, self.boot, self.trusted)

    def pass_time(self, us: int) -> None:
        self.true_us += us
        self.wall_us += us
        self.monotonic_us += us

    def set_clock(self) -> None:
        self.wall_us, self.trusted = self.true_us, True

    def reboot(self, boot: str, wall_us: int, *, off_us: int = HOUR_US) -> None:
        self.true_us += off_us
        self.wall_us, self.monotonic_us, self.boot, self.trusted = wall_us, 0, boot, False
        self.pass_time(10 * SECOND_US)

    def open(self, **options) -> ReadingLog:
        return ReadingLog(self.folder, look=self.look, **options)

    def measure(self, log: ReadingLog, count: int = 1) -> None:
        for _ in range(count):
            self.pass_time(SECOND_US)
            value = float(len(self.taken))
            log.append([Reading("m", "active_power", self.wall_us, value)]).result()
            self.taken.append(self.true_us)


@pytest.fixture
def gateway(folder: Path) -> Gateway:
    return Gateway(folder)


def _all(log: ReadingLog) -> list[Reading]:
    log.append([]).result()  # behind it the log has looked at the clock
    readings: list[Reading] = []
    while (batch := log.read("hub", 1000)).upto > log.place("hub").upto:
        readings += batch.readings
        log.acknowledge("hub", batch.upto)
    return readings


def _errors(readings: list[Reading], gateway: Gateway) -> list[int]:
    return [abs(r.observed_us - gateway.taken[int(r.value or 0)]) for r in readings]


def _values(readings: list[Reading]) -> list[float | None]:
    return [reading.value for reading in readings]


def test_every_reading_carries_its_clocks(gateway: Gateway):
    with gateway.open() as log:
        gateway.measure(log, 2)
        first, second = _all(log)
    assert first.stamp == ClockStamp("boot-1", NOW_US - 10 * SECOND_US, trusted=True)
    assert (first.monotonic_us, second.monotonic_us) == (11 * SECOND_US, 12 * SECOND_US)
    assert first.quality == GOOD


def test_a_boot_in_1970_is_dated_right_once_the_clock_is_set(gateway: Gateway):
    gateway.reboot("boot-2", 0)
    with gateway.open() as log:
        gateway.measure(log, 5)
        assert log.read("hub", 100).bodies == (), "nothing is sent with an instant that will change"
        assert log.stats().held == 5
        gateway.set_clock()
        readings = _all(log)
        assert max(_errors(readings, gateway)) < SECOND_US
        assert {r.quality for r in readings} == {Quality(Reason.CLOCK, "corrected")}
        assert {r.stamp.shift_us for r in readings if r.stamp} == {gateway.true_us - 15 * SECOND_US}
        gateway.measure(log, 2)
        assert [r.quality for r in _all(log)] == [GOOD, GOOD]
        assert log.stats().held == 0


def test_what_was_corrected_stays_so_over_resends_and_restarts(gateway: Gateway):
    gateway.reboot("boot-2", 0)
    with gateway.open() as log:
        gateway.measure(log, 5)
        gateway.set_clock()
        log.append([]).result()
        sent = log.read("hub", 100)
        gateway.wall_us += 30 * SECOND_US  # set once more
        assert log.read("hub", 100).bodies == sent.bodies
    with gateway.open() as log:
        assert log.read("hub", 100).bodies == sent.bodies


def test_readers_are_told_when_what_waited_may_go(gateway: Gateway):
    gateway.reboot("boot-2", 0)
    with gateway.open() as log:
        gateway.measure(log)
        heard = threading.Event()
        log.listen(heard.set)
        gateway.set_clock()
        assert heard.wait(10), "the log looks at the clock also when nothing comes"
        assert len(log.read("hub", 10)) == 1


def test_a_worse_quality_is_not_hidden_by_the_clock(gateway: Gateway):
    gateway.reboot("boot-2", 0)
    bad = Quality(Reason.NO_DATA, "7FFF")
    with gateway.open() as log:
        log.append([Reading("m", "active_power", gateway.wall_us, None, bad)]).result()
        gateway.set_clock()
        (reading,) = _all(log)
    assert reading.quality == bad
    assert reading.observed_us == gateway.true_us
    assert reading.stamp
    assert reading.stamp.shift_us


def test_after_boot_also_a_clock_that_looks_right_is_waited_for(gateway: Gateway):
    """A machine without a battery clock boots at the time of its last shutdown."""
    gateway.reboot("boot-2", NOW_US + SECOND_US, off_us=5 * HOUR_US)
    with gateway.open() as log:
        gateway.measure(log, 3)
        assert log.stats().held == 3
        gateway.set_clock()
        readings = _all(log)
        assert max(_errors(readings, gateway)) < SECOND_US


def test_without_a_time_source_a_clock_that_looks_right_is_taken_after_a_while(gateway: Gateway):
    gateway.reboot("boot-2", NOW_US + HOUR_US)
    with gateway.open() as log:
        gateway.measure(log, 2)
        assert log.read("hub", 10).bodies == ()
        gateway.pass_time(180 * SECOND_US)
        gateway.measure(log, 2)
        readings = _all(log)
        assert _values(readings) == [0, 1, 2, 3]
        assert max(_errors(readings, gateway)) == 0
        assert {r.quality for r in readings} == {GOOD}
        assert not any(r.stamp.trusted for r in readings if r.stamp)


def test_a_wrong_clock_that_nobody_sets_holds_readings_up_only_so_long(gateway: Gateway):
    gateway.reboot("boot-2", 0)
    with gateway.open(wait=ClockWait(wrong_s=600)) as log:
        gateway.measure(log, 2)
        gateway.pass_time(500 * SECOND_US)
        assert _all(log) == []
        gateway.pass_time(200 * SECOND_US)
        readings = _all(log)
        assert _values(readings) == [0, 1]
        assert {r.quality for r in readings} == {Quality(Reason.CLOCK, "unset")}


def test_a_clock_that_somebody_else_has_set_is_believed_once_the_boot_is_over(gateway: Gateway):
    """Containers and machines without a time source never call their clock set."""
    gateway.reboot("boot-2", 0)
    with gateway.open() as log:
        gateway.measure(log, 2)
        gateway.pass_time(200 * SECOND_US)
        assert _all(log) == []
        gateway.wall_us = gateway.true_us
        readings = _all(log)
        assert max(_errors(readings, gateway)) < SECOND_US
        assert {r.quality for r in readings} == {Quality(Reason.CLOCK, "corrected")}
        assert not any(r.stamp.trusted for r in readings if r.stamp)


@pytest.mark.parametrize("jump_us", [-14 * 24 * HOUR_US, YEAR_US, -NOW_US])
@pytest.mark.parametrize("trusted", [True, False])
def test_jumps_lose_nothing_and_keep_the_order(gateway: Gateway, jump_us: int, trusted: bool):
    gateway.monotonic_us, gateway.trusted = 24 * HOUR_US, trusted
    with gateway.open(retention=Retention(days=1)) as log:
        gateway.measure(log, 3)
        gateway.wall_us += jump_us
        gateway.trusted = False
        gateway.measure(log, 3)
        gateway.set_clock()
        gateway.measure(log, 3)
        readings = _all(log)
    assert _values(readings) == [*map(float, range(9))]
    errors = _errors(readings, gateway)
    assert max(errors[:3] + errors[6:]) == 0
    if (jump_us < 0 and trusted) or jump_us == -NOW_US:
        assert max(errors) == 0, (
            "a clock that is certainly wrong is known better by the monotonic one"
        )


def test_a_boot_that_ended_before_the_clock_was_set_is_dated_before_the_next(gateway: Gateway):
    with gateway.open() as log:
        gateway.measure(log, 2)
    gateway.reboot("boot-2", 0)
    with gateway.open() as log:
        gateway.measure(log, 3)
    gateway.reboot("boot-3", 0, off_us=2 * SECOND_US)
    with gateway.open() as log:
        gateway.measure(log, 2)
        assert log.stats().held == 5
        gateway.set_clock()
        readings = _all(log)
    assert _values(readings) == [*map(float, range(7))]
    instants = [r.observed_us for r in readings]
    assert instants == sorted(instants)
    assert max(_errors(readings[:2] + readings[5:], gateway)) < SECOND_US
    assert max(_errors(readings[2:5], gateway)) <= 2 * SECOND_US, "as far off as the power was off"
    assert {r.quality.raw for r in readings[2:5]} == {"estimated"}


def test_readings_that_a_device_dated_itself_are_left_alone(gateway: Gateway):
    gateway.reboot("boot-2", 0)
    with gateway.open() as log:
        dated = Reading("m", "active_energy", NOW_US - HOUR_US, 1.0)
        log.append([dated]).result()
        (reading,) = log.read("hub", 10).readings
        assert reading == dated
        assert reading.stamp == ClockStamp("boot-2", None, trusted=True)
        own = Reading("m", "active_power", gateway.wall_us, 2.0)
        log.append([own, replace(dated, observed_us=NOW_US)]).result()
        gateway.set_clock()
        log.acknowledge("hub", 1)
        corrected, left = _all(log)
        assert corrected.observed_us == gateway.true_us
        assert left.observed_us == NOW_US


def test_a_reading_that_was_taken_just_before_the_clock_was_set_is_corrected_at_once(
    gateway: Gateway,
):
    gateway.reboot("boot-2", 0)
    with gateway.open() as log:
        gateway.measure(log)
        before = Reading("m", "active_power", gateway.wall_us, 0.0)
        gateway.pass_time(SECOND_US)
        gateway.set_clock()
        log.append([before]).result()
        assert log.stats().held == 0
        _, reading = _all(log)
    assert reading.observed_us == gateway.true_us - SECOND_US
    assert reading.quality == Quality(Reason.CLOCK, "corrected")


def test_small_steps_do_not_move_what_is_right_to_the_second(gateway: Gateway):
    gateway.reboot("boot-2", gateway.true_us + HOUR_US)
    gateway.wall_us = gateway.true_us - SECOND_US // 2
    with gateway.open() as log:
        gateway.measure(log)
        gateway.set_clock()
        (reading,) = _all(log)
    assert reading.quality == GOOD
    assert reading.observed_us == gateway.true_us - SECOND_US // 2
    assert reading.stamp
    assert reading.stamp.trusted


def test_many_readings_share_their_stamp(gateway: Gateway):
    """What dated them must not cost bytes per reading."""
    sizes = []
    for name, look in (("with", gateway.look), ("alone", lambda: gateway.look()._replace(boot=""))):
        with ReadingLog(gateway.folder.with_name(name), look=look) as log:
            log.append(
                [Reading("m", "active_power", gateway.wall_us, n / 2) for n in range(1000)]
            ).result()
            sizes.append(len(log.read("hub", 1000).bodies[0]))
    assert sizes[0] - sizes[1] < 60
