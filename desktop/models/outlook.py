"""The outlook: what is wrong, what is coming and what changed last, each with where it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from area_configs.domain.devices import DeviceKind
from area_configs.domain.names import Name
from area_configs.domain.readings import Series
from desktop.models import wording
from desktop.models.alarm_rows import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from area_configs.domain.areas import Area
    from area_configs.domain.names import Language
    from area_configs.domain.readings import Reading
    from desktop.models.alarm_desk import AlarmDesk
    from desktop.models.live_readings import LiveReadings
    from desktop.models.recent_changes import Change, RecentChanges

_CLOSE = 0.8  # of a limit: near enough to look at before it is an alarm
_OLD_US = 3_600_000_000  # an instant of the half hour; an older forecast foretells nothing
_WRONG, _PEAK = Name("今の異常", "What is wrong"), Name("30分需要 予測", "Demand forecast, 30 min")
_RIVER, _HYDROGEN = Name("河川水位", "River level"), Name("水素貯蔵", "Hydrogen stored")
_CHANGED = Name("最近の変化", "What changed last")
_CALM = Name("未解決の警報なし", "No alarm is open")
_UNKNOWN = Name("警報の情報なし", "Alarms unknown")
_OPEN = Name("{open}件 (未確認 {waiting}): {what}", "{open} open ({waiting} unanswered): {what}")
_OF = Name("{value} / 目標 {limit}", "{value} of {limit} target")
_UNTIL = Name("{value} (警報 {limit})", "{value} (alarm at {limit})")
_NOTHING = Name("変化なし", "Nothing yet")


@dataclass(frozen=True, slots=True)
class Glance:
    """One thing to be seen at a glance.

    Attributes:
        key: what makes it the same a moment later.
        title, value: in both languages.
        page: where it leads to; `device` is chosen there where it is set.
        level: `alarm`, `warning`, or empty where all is well or nobody knows.
        more: lines for whoever looks closer.
    """

    key: str
    title: Name
    value: Name
    page: str
    device: str = ""
    level: str = ""
    more: tuple[Name, ...] = ()


class Outlook(QObject):
    """Glances in order; `refresh` looks anew."""

    changed = Signal()

    def __init__(
        self,
        area: Area,
        desk: AlarmDesk,
        live: LiveReadings,
        clock: Callable[[], int],
        changes: RecentChanges,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._area, self._desk, self._live, self._clock = area, desk, live, clock
        self._changes = changes
        self._glances: tuple[Glance, ...] = ()
        desk.changed.connect(self.refresh)

    @property
    def glances(self) -> tuple[Glance, ...]:
        """Return what is to be seen, in order."""
        return self._glances

    def refresh(self) -> None:
        """Look anew; tells only where something changed."""
        glances = tuple(self._all())
        if glances != self._glances:
            self._glances = glances
            self.changed.emit()

    def _all(self) -> Iterator[Glance]:
        yield self._wrong()
        yield from self._demand()
        yield from self._limited("river_level", _RIVER)
        yield from self._hydrogen()
        yield self._last_change()

    def _wrong(self) -> Glance:
        rows = [row for row in self._desk.rows if row.within(View.ACTIVE)]
        if not self._desk.heard:
            return Glance("wrong", _WRONG, _UNKNOWN, "alarms")
        if not rows:
            return Glance("wrong", _WRONG, _CALM, "alarms")
        facts = {"open": len(rows), "waiting": self._desk.waiting()}
        value = Name(
            _OPEN.ja.format(what=rows[0].what.ja, **facts),
            _OPEN.en.format(what=rows[0].what.en, **facts),
        )
        return Glance("wrong", _WRONG, value, "alarms", "", "alarm")

    def _demand(self) -> Iterator[Glance]:
        predicted = self._newest("demand_predicted")
        if predicted is None or predicted.value is None:
            return
        target = self._live.latest(Series(predicted.device, "demand_target"))
        if target is None or target.value is None:
            value = _both(predicted.quantity, predicted.value)
            yield Glance("demand", _PEAK, value, "energy")
            return
        level = "alarm" if predicted.value > target.value else ""
        if not level and predicted.value > _CLOSE * target.value:
            level = "warning"
        yield Glance("demand", _PEAK, _pair(_OF, predicted, target.value), "energy", "", level)

    def _limited(self, quantity: str, title: Name) -> Iterator[Glance]:
        reading = self._newest(quantity)
        if reading is None or reading.value is None:
            return
        rules = [r for r in self._area.alarms if (r.device, r.quantity) == reading.series]
        limits = sorted(rule.above for rule in rules if rule.above is not None)
        limit = next((one for one in limits if one >= reading.value), None)
        if not limits:
            value, level = _both(quantity, reading.value), ""
        elif limit is None:
            value, level = _pair(_UNTIL, reading, limits[-1]), "alarm"
        else:
            level = "warning" if reading.value > _CLOSE * limit else ""
            level = "alarm" if reading.value > limits[0] else level
            value = _pair(_UNTIL, reading, limit)
        yield Glance(quantity, title, value, "overview", reading.device, level)

    def _hydrogen(self) -> Iterator[Glance]:
        for device in self._area.devices:
            if self._area.profile_of(device).kind is not DeviceKind.HYDROGEN_BANK:
                continue
            for quantity in ("hydrogen_stored", "pressure_high"):
                reading = self._live.latest(Series(device.id, quantity))
                if reading and reading.value is not None:
                    value = _both(quantity, reading.value)
                    yield Glance("hydrogen", _HYDROGEN, value, "overview", device.id)
                    return

    def _last_change(self) -> Glance:
        now_us = self._clock()
        aged = [(one, _aged(one, now_us)) for one in self._changes.until(now_us)]
        if not aged:
            return Glance("changed", _CHANGED, _NOTHING, "alarms")
        last, value = aged[0]
        more = tuple(words for _, words in aged)
        return Glance("changed", _CHANGED, value, last.page, last.device, more=more)

    def _newest(self, quantity: str) -> Reading | None:
        """Return the newest reading of a quantity that is not too old to count."""
        rows = range(self._live.rowCount())
        series = [self._live.series_at(row) for row in rows]
        found = [self._live.latest(one) for one in series if one.quantity == quantity]
        fresh = [one for one in found if one and one.observed_us > self._clock() - _OLD_US]
        return max(fresh, key=lambda one: one.observed_us, default=None)


_LANGUAGES: tuple[Language, Language] = ("ja", "en")


def _both(quantity: str, value: float) -> Name:
    ja, en = (wording.value_text(quantity, value, language) for language in _LANGUAGES)
    return Name(ja, en)


def _pair(words: Name, reading: Reading, limit: float) -> Name:
    value, of = _both(reading.quantity, reading.value or 0.0), _both(reading.quantity, limit)
    return Name(
        words.ja.format(value=value.ja, limit=of.ja), words.en.format(value=value.en, limit=of.en)
    )


def _aged(change: Change, now_us: int) -> Name:
    ages = [wording.age_text(change.at_us, now_us, language) for language in _LANGUAGES]
    return Name(f"{change.what.ja} ({ages[0]}前)", f"{change.what.en} ({ages[1]} ago)")
