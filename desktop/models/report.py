"""A report's numbers: energy by building, the peak, alarms, and how much of the data there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from area_configs.domain.devices import DeviceKind
from area_configs.domain.names import Name
from area_configs.domain.readings import Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from area_configs.domain.areas import Area, Device
    from desktop.models.alarm_journal import Line

ReportKind = Literal["day", "month"]
HALF_HOUR_S = 1_800
_METERS = (DeviceKind.SMART_METER, DeviceKind.BUILDING_METER)
_POWER, _WATTS_PER_KW, _MINUTES = "active_power", 1000.0, 60
_LONGEST = 10


class Period(Protocol):
    """One period of a series, as the hub sums it up; instants in microseconds UTC."""

    @property
    def begins_us(self) -> int:
        """Return its begin."""

    @property
    def mean(self) -> float:
        """Return the mean of its values."""

    @property
    def high(self) -> float:
        """Return the most of its values."""

    @property
    def samples(self) -> int:
        """Return how many readings it held."""


class Span(NamedTuple):
    """The days of a report in the area's time; `ends` is the first day after it."""

    kind: ReportKind
    begins: datetime
    ends: datetime

    @property
    def us(self) -> tuple[int, int]:
        """Return begin and end in microseconds UTC."""
        return int(self.begins.timestamp() * 1e6), int(self.ends.timestamp() * 1e6)

    @property
    def name(self) -> str:
        """Return the date, or the year and month, as in a file's name."""
        return f"{self.begins:%Y-%m-%d}" if self.kind == "day" else f"{self.begins:%Y-%m}"


@dataclass(frozen=True, slots=True)
class EnergyRow:
    """What one meter measured; energy is what mean powers of half hours come to.

    Attributes:
        energy_kwh: imported energy, None where nothing is known; half hours without data add nothing.
        peak_kw: the highest mean of a half hour, the quantity that contracts are about.
        peak_us: when that half hour began.
        coverage: share of the readings expected that are there, 0 to 1.
    """

    place: Name
    meter: Name
    energy_kwh: float | None
    peak_kw: float | None
    peak_us: int
    coverage: float


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """How often an alarm was raised, and how long it took until somebody answered, on average."""

    name: Name
    priority: str
    raised: int
    acknowledged_after_s: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """All numbers of one report.

    Attributes:
        feeder: the meter of the whole area, None where it has none.
        shape: mean power of the feeder, kW, by half hour of a day or day of a month; None unknown.
        complete: whether the time is over; else the numbers are those up to now.
    """

    area: Name
    span: Span
    made_at: datetime
    energy: tuple[EnergyRow, ...]
    feeder: EnergyRow | None
    shape: tuple[float | None, ...]
    alarms: tuple[AlarmRow, ...]
    alarms_raised: int
    complete: bool = True
    model_district: bool = False
    missing: tuple[str, ...] = field(default=())

    @property
    def coverage(self) -> float:
        """Return the mean coverage of the meters, 0 where there are none."""
        return sum(r.coverage for r in self.energy) / len(self.energy) if self.energy else 0.0


def span_of(kind: ReportKind, day: date, timezone: str) -> Span:
    """Return the day, or the month in which the day lies."""
    zone = ZoneInfo(timezone)
    first = day if kind == "day" else day.replace(day=1)
    after = first + timedelta(days=1 if kind == "day" else 32)
    after = after if kind == "day" else after.replace(day=1)
    begins, ends = (datetime(d.year, d.month, d.day, tzinfo=zone) for d in (first, after))
    return Span(kind, begins, ends)


def meters_of(area: Area) -> list[Device]:
    """Return the meters of buildings and the feeder's, in file order."""
    wanted = (*_METERS, DeviceKind.FEEDER_METER)
    return [device for device in area.devices if _measures_power(area, device, wanted)]


def make(
    area: Area,
    span: Span,
    powers: Mapping[str, Sequence[Period]],
    journal: Iterable[Line],
    now: datetime,
) -> Report:
    """Put a report together.

    Args:
        area: whose.
        span: of which days.
        powers: active power of each meter by half hour, in watts, by device.
        journal: what happened to alarms, at least within the span.
        now: the present; what lies after it is not missing yet.
    """
    elapsed_s = max(0.0, (min(now, span.ends) - span.begins).total_seconds())
    rows: list[EnergyRow] = []
    feeder: EnergyRow | None = None
    shape: tuple[float | None, ...] = ()
    for device in meters_of(area):
        row = _energy_row(area, device, powers.get(device.id, ()), elapsed_s)
        if area.profile_of(device).kind is DeviceKind.FEEDER_METER and feeder is None:
            feeder, shape = row, _shape(span, powers.get(device.id, ()))
        else:
            rows.append(row)
    alarms, raised = _alarm_rows(area, span, journal)
    return Report(
        area.name,
        span,
        now,
        tuple(rows),
        feeder,
        shape,
        alarms,
        raised,
        now >= span.ends,
        area.model_district,
    )


def _measures_power(area: Area, device: Device, kinds: Sequence[DeviceKind]) -> bool:
    profile = area.profile_of(device)
    return profile.kind in kinds and any(point.quantity == _POWER for point in profile.points)


def _energy_row(
    area: Area, device: Device, periods: Sequence[Period], elapsed_s: float
) -> EnergyRow:
    place = device.name
    if not periods:
        return EnergyRow(place, device.name, None, None, 0, 0.0)
    hours = HALF_HOUR_S / 3600
    energy = sum(max(0.0, one.mean) * hours for one in periods) / _WATTS_PER_KW
    most = max(periods, key=lambda one: one.mean)
    expected_s = _expected_s(area, Series(device.id, _POWER))
    samples = sum(one.samples for one in periods)
    coverage = min(1.0, samples * expected_s / elapsed_s) if elapsed_s else 0.0
    return EnergyRow(
        place, device.name, energy, most.mean / _WATTS_PER_KW, most.begins_us, coverage
    )


def _expected_s(area: Area, series: Series) -> float:
    points = area.profile_of(area.device(series.device)).points
    return next(point.period_s for point in points if point.quantity == series.quantity)


def _shape(span: Span, periods: Sequence[Period]) -> tuple[float | None, ...]:
    begins, ends = span.us
    step_us = HALF_HOUR_S * 1_000_000 * (1 if span.kind == "day" else 48)
    sums: dict[int, list[float]] = {}
    for one in periods:
        sums.setdefault((one.begins_us - begins) // step_us, []).append(one.mean / _WATTS_PER_KW)
    count = -(-(ends - begins) // step_us)
    return tuple(sum(sums[n]) / len(sums[n]) if n in sums else None for n in range(count))


def _alarm_rows(
    area: Area, span: Span, journal: Iterable[Line]
) -> tuple[tuple[AlarmRow, ...], int]:
    begins, ends = span.us
    raised: dict[str, list[int]] = {}
    waits: dict[str, list[float]] = {}
    for line in sorted(journal, key=lambda one: (one.at_us, one.seq)):
        if not begins <= line.at_us < ends:
            continue
        if line.what == "raised":
            raised.setdefault(line.alarm, []).append(line.at_us)
        elif line.what == "acknowledged" and line.alarm in raised:
            wait = (line.at_us - raised[line.alarm][-1]) / 1e6
            waits.setdefault(line.alarm, []).append(wait)
    rules = {rule.id: rule for rule in area.alarms}
    rows = [
        AlarmRow(
            rules[alarm].name if alarm in rules else Name(alarm, alarm),
            str(rules[alarm].priority) if alarm in rules else "",
            len(times),
            sum(waits[alarm]) / len(waits[alarm]) if alarm in waits else None,
        )
        for alarm, times in raised.items()
    ]
    rows.sort(key=lambda row: -row.raised)
    return tuple(rows[:_LONGEST]), sum(len(times) for times in raised.values())
