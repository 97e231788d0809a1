"""Tables of care: nights, events, versions of consents and NEWS2, as the page of a resident has them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from typing_extensions import override

from area_configs.domain.care import Metric, is_whole
from area_configs.domain.names import Name
from desktop.models import care_record_words, care_words
from desktop.models.text_table import TextTable
from desktop.models.wording import UNKNOWN, number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QObject

    from area_configs.domain.care import CareEvent, DaySummary, EarlyWarning

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).date()
NIGHT_METRICS = (Metric.SLEEP, Metric.WASO, Metric.EFFICIENCY, Metric.AWAKENINGS)


def day_text(day: int) -> str:
    """Write a local day, the number of days since 1970."""
    return (_EPOCH + timedelta(days=day)).isoformat()


def day_of_text(day: str) -> int:
    """Return the number of a day that is written YYYY-MM-DD."""
    return (date.fromisoformat(day) - _EPOCH).days


def day_number(at_us: int, zone: str) -> int:
    """Return the local day of an instant."""
    return (datetime.fromtimestamp(at_us / 1e6, tz=ZoneInfo(zone)).date() - _EPOCH).days


def local_now(at_us: int, zone: str) -> tuple[int, int]:
    """Return the local day of an instant, and the minute of it."""
    at = datetime.fromtimestamp(at_us / 1e6, tz=ZoneInfo(zone))
    return day_number(at_us, zone), at.hour * 60 + at.minute


def short_day(day: int) -> str:
    """Write a local day as month and day."""
    at = _EPOCH + timedelta(days=day)
    return f"{at.month}/{at.day}"


def clock_text(at_us: int, zone: str) -> str:
    """Write an instant as local date and time."""
    return f"{datetime.fromtimestamp(at_us / 1e6, tz=ZoneInfo(zone)):%Y-%m-%d %H:%M}"


class NightTable(TextTable):
    """One night a row, newest first: what was measured, or why not."""

    def __init__(self, parent: QObject | None = None) -> None:
        names = (care_record_words.SLEEP_NAMES[metric] for metric in NIGHT_METRICS)
        why = Name("分からない理由", "Why not known")
        super().__init__((Name("起きた日", "Woke on"), *names, why), parent)
        self._nights: Sequence[DaySummary] = ()

    def show_nights(self, nights: Sequence[DaySummary]) -> None:
        """Show these nights, newest first."""
        self.beginResetModel()
        self._nights = nights
        self.endResetModel()

    @override
    def row_total(self) -> int:
        """Return how many nights there are."""
        return len(self._nights)

    @override
    def text_at(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        night = self._nights[row]
        if column == 0:
            return day_text(night.day)
        if column <= len(NIGHT_METRICS):
            metric = NIGHT_METRICS[column - 1]
            return care_record_words.sleep_amount(metric, night.metrics[metric], self.language)
        why = night.metrics[Metric.SLEEP].why
        return care_words.MISSING_NAMES[why].text(self.language) if why else ""


class DayTable(TextTable):
    """One day a row, newest first: hours worn, every number with its unit, and why one is missing."""

    def __init__(self, parent: QObject | None = None) -> None:
        names = (Name("日付", "Day"), Name("着けた時間", "Worn"))
        numbers = care_words.METRIC_NAMES.values()
        more = (Name("電池", "Battery"), Name("分からない理由", "Why not known"))
        super().__init__((*names, *numbers, *more), parent)
        self._days: Sequence[DaySummary] = ()
        self._now = (0, 0)

    def show_days(self, days: Sequence[DaySummary], now: tuple[int, int]) -> None:
        """Show these days, newest first."""
        self.beginResetModel()
        self._days, self._now = days, now
        self.endResetModel()

    @override
    def row_total(self) -> int:
        """Return how many days there are."""
        return len(self._days)

    @override
    def text_at(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        day, metrics = self._days[row], tuple(care_words.METRIC_NAMES)
        if column == 0:
            return day_text(day.day)
        if column == 1:
            return care_words.worn_text(day, self.language)
        if column - 2 < len(metrics):
            metric = metrics[column - 2]
            known = day.metrics[metric].value if is_whole(metric, day.day, self._now) else None
            return care_words.amount(metric, known, self.language)
        if column - 2 == len(metrics):
            return UNKNOWN if day.battery is None else f"{number(day.battery, 0)} %"
        return "; ".join(self._why(day))

    def _why(self, day: DaySummary) -> list[str]:
        if day.day == self._now[0]:
            return [Name("まだ終わっていない日です", "the day is not over").text(self.language)]
        found = (day.metrics[metric].why for metric in care_words.METRIC_NAMES)
        reasons = dict.fromkeys(why for why in found if why)
        return [care_words.MISSING_NAMES[why].text(self.language) for why in reasons]


class EventColumn(IntEnum):
    """Columns of the events."""

    TIME = 0
    WHAT = 1
    OUTCOME = 2
    BY = 3
    NOTE = 4
    DEVICE = 5


_EVENT_HEADERS = (
    Name("時刻", "Time"),
    Name("できごと", "Event"),
    Name("結果", "Outcome"),
    Name("確認した人", "Answered by"),
    Name("メモ", "Note"),
    Name("機器", "Device"),
)


class EventTable(TextTable):
    """One event a row, newest first, with what became of it."""

    def __init__(self, zone: str, parent: QObject | None = None) -> None:
        super().__init__(_EVENT_HEADERS, parent)
        self._zone = zone
        self.events: Sequence[CareEvent] = ()

    def show_events(self, events: Sequence[CareEvent]) -> None:
        """Show these events."""
        self.beginResetModel()
        self.events = events
        self.endResetModel()

    @override
    def row_total(self) -> int:
        """Return how many events there are."""
        return len(self.events)

    @override
    def text_at(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        event = self.events[row]
        texts: dict[int, Callable[[], str]] = {
            EventColumn.TIME: lambda: clock_text(event.at_us, self._zone),
            EventColumn.WHAT: lambda: care_words.EVENT_NAMES[event.kind].text(self.language),
            EventColumn.OUTCOME: lambda: care_words.OUTCOME_NAMES[event.outcome].text(
                self.language
            ),
            EventColumn.BY: lambda: event.acknowledged_by or UNKNOWN,
            EventColumn.NOTE: lambda: event.note,
            EventColumn.DEVICE: lambda: event.device or UNKNOWN,
        }
        return texts[column]()


class News2Table(TextTable):
    """One NEWS2 a row, newest first."""

    def __init__(self, zone: str, parent: QObject | None = None) -> None:
        headers = (
            Name("測った時刻", "Taken at"),
            Name("点数と点の付いた項目", "Points, and the inputs that gave them"),
            Name("記録した人", "Recorded by"),
        )
        super().__init__(headers, parent)
        self._zone = zone
        self._scores: Sequence[EarlyWarning] = ()

    def show_scores(self, scores: Sequence[EarlyWarning]) -> None:
        """Show these scores."""
        self.beginResetModel()
        self._scores = scores
        self.endResetModel()

    @override
    def row_total(self) -> int:
        """Return how many there are."""
        return len(self._scores)

    @override
    def text_at(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        one = self._scores[row]
        texts = (
            clock_text(one.taken_us, self._zone),
            care_record_words.score_line(one, self.language),
            one.by,
        )
        return texts[column]


def precision_by_device(events: Sequence[CareEvent]) -> dict[str, tuple[int, int]]:
    """Return how many alerts of each device were real, and how many were judged."""
    found: dict[str, tuple[int, int]] = {}
    for one in events:
        if one.outcome:
            real, judged = found.get(one.device, (0, 0))
            found[one.device] = (real + (one.outcome == "confirmed"), judged + 1)
    return found
