"""Judges readings: which state a value and a device are in, and which value of it tells most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.devices import DeviceKind
from area_configs.domain.quality import Level
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.quantity import Kind
from area_configs.domain.readings import Series
from desktop.models.device_states import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from area_configs.domain.alarms import AlarmRule
    from area_configs.domain.areas import Area, Device
    from area_configs.domain.devices import DeviceProfile, Point
    from area_configs.domain.readings import Reading

STALE_PERIODS = 3
DELIVERY_S = 3.0  # the way from device to screen takes up to 2 s, and a poll may be late
_NEVER_AGAIN_S = 1e9  # an event has no next time to wait for
_URGENCY = list(State)
_TELLING = {
    DeviceKind.BATTERY: ("state_of_charge", "active_power"),
    DeviceKind.HYDROGEN_BANK: ("pressure_high", "hydrogen_stored", "pressure_mid"),
    DeviceKind.RIVER_GAUGE: ("river_level",),
    DeviceKind.PEOPLE_COUNTER: ("people_count", "people_in"),
    DeviceKind.HYDROGEN_STATION: ("dispenser_state", "operating_state"),
    DeviceKind.WEARABLE: (
        "spo2",
        "heart_rate",
        "body_temperature",
        "systolic_pressure",
        "body_mass",
        "battery_level",
    ),
    DeviceKind.PRESENCE_TAG: ("presence",),
    DeviceKind.ROOM_SENSOR: ("temperature", "opening", "people_in"),
    DeviceKind.RAIN_GAUGE: ("rain_rate",),
}


def main_quantity(profile: DeviceProfile) -> str:
    """Return the quantity that says most about a device of this model."""
    given = [point.quantity for point in profile.points]
    wanted = (*_TELLING.get(profile.kind, ()), "active_power")
    return next((quantity for quantity in wanted if quantity in given), given[0] if given else "")


def stale_after_us(period_s: float) -> int:
    """Return the age at which a value polled every `period_s` counts as stale."""
    return int((STALE_PERIODS * period_s + DELIVERY_S) * 1e6)


def is_event(quantity: str) -> bool:
    """Tell whether a quantity is an event; nobody expects one of it every so often."""
    known = QUANTITIES.get(quantity)
    return known is not None and known.kind is Kind.EVENT


def in_alarm(reading: Reading | None, rules: Iterable[AlarmRule]) -> bool:
    """Tell whether any rule holds; a missing value holds none."""
    if reading is None or reading.value is None:
        return False
    return any(rule.holds(reading.value) for rule in rules)


def point_state(
    reading: Reading | None, period_s: float, rules: Iterable[AlarmRule], now_us: int
) -> State:
    """Judge one value. An alarm stays one when its value grows stale: nothing said it is over."""
    if reading is None:
        return State.NO_DATA
    if in_alarm(reading, rules):
        return State.ALARM
    if now_us - reading.observed_us > stale_after_us(period_s):
        return State.STALE
    if reading.value is None:
        return State.NO_DATA
    return State.NORMAL if reading.quality.level is Level.GOOD else State.UNCERTAIN


def worst(states: Iterable[State]) -> State:
    """Return the most urgent of several states, normal where there is none."""
    return max(states, key=_URGENCY.index, default=State.NORMAL)


def urgency(state: State) -> int:
    """Return the rank of a state, higher where it is more urgent."""
    return _URGENCY.index(state)


def _period_s(point: Point) -> float:
    """Return the period of a point; what happened once does not grow stale."""
    event = QUANTITIES[point.quantity].kind is Kind.EVENT
    return _NEVER_AGAIN_S if event else point.period_s


class Judge:
    """Judges the points and devices of one area by its profiles and alarm rules."""

    def __init__(self, area: Area) -> None:
        self._area = area
        self._periods = {
            Series(device.id, point.quantity): _period_s(point)
            for device in area.devices
            for point in area.profile_of(device).points
        }
        self._rules: dict[Series, list[AlarmRule]] = {}
        for rule in area.alarms:
            self._rules.setdefault(Series(rule.device, rule.quantity), []).append(rule)

    def ask(self, device: Device, period_s: float | None, *, polled: bool) -> None:
        """Take how a gateway asks a device by its settings; one that it leaves alone is not late."""
        profile = self._area.profile_of(device)
        for point in (profile.every(period_s) if period_s else profile).points:
            lasting = _period_s(point) if polled else _NEVER_AGAIN_S
            self._periods[Series(device.id, point.quantity)] = lasting

    def period_s(self, series: Series) -> float:
        """Return the poll period of a series, a minute where no profile names one."""
        return self._periods.get(series, 60.0)

    def point(self, series: Series, reading: Reading | None, now_us: int) -> State:
        """Judge one value."""
        if reading is not None and is_event(series.quantity):
            now_us = reading.observed_us  # what happened stays so until it is said to be over
        return point_state(reading, self.period_s(series), self._rules.get(series, ()), now_us)

    def device(
        self,
        device: Device,
        latest: Callable[[Series], Reading | None],
        missing_since_us: Callable[[Series], int | None],
        now_us: int,
    ) -> State:
        """Judge a device by the newest readings, and since when they come without a value.

        Its main value and those with an alarm rule decide whether it is silent; any other value
        may be missing by nature (a single-phase meter has no T phase), but a doubtful or
        alarming one always counts. A single answer without a value is no event: as with a late
        value, three periods must pass. An event that never happened says nothing. A tag that was
        never heard is nothing to look after: where somebody's tag is stays at its gateway.
        """
        profile = self._area.profile_of(device)
        if profile.kind is DeviceKind.PRESENCE_TAG and not self._heard(device, latest):
            return State.NORMAL
        states = []
        for series in (Series(device.id, point.quantity) for point in profile.points):
            reading = latest(series)
            if reading is None and is_event(series.quantity):
                continue
            state = self.point(series, reading, now_us)
            if state is State.NO_DATA and self._brief(series, missing_since_us(series), now_us):
                state = State.NORMAL
            if self._decides(series, profile) or state in {State.ALARM, State.UNCERTAIN}:
                states.append(state)
        return worst(states) if states else State.NO_DATA

    def telling(self, device: Device, latest: Callable[[Series], Reading | None]) -> Series:
        """Return the series that says most of a device now: one in alarm before its main one."""
        profile = self._area.profile_of(device)
        main = main_quantity(profile)
        names = (main, *(point.quantity for point in profile.points))
        every = [Series(device.id, name) for name in names]
        alarmed = (one for one in every if in_alarm(latest(one), self._rules.get(one, ())))
        return next(alarmed, every[0])

    def _heard(self, device: Device, latest: Callable[[Series], Reading | None]) -> bool:
        points = self._area.profile_of(device).points
        return any(latest(Series(device.id, point.quantity)) for point in points)

    def _brief(self, series: Series, missing_since_us: int | None, now_us: int) -> bool:
        limit_us = stale_after_us(self.period_s(series))
        return missing_since_us is not None and now_us - missing_since_us <= limit_us

    def _decides(self, series: Series, profile: DeviceProfile) -> bool:
        return series.quantity == main_quantity(profile) or series in self._rules
