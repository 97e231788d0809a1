"""Rows of the alarm list: alarms as the hub tells them, and what gives no data, a class of its own."""

# ruff: noqa: D102  # a property of a protocol says by its name what it is

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from area_configs.domain.alarms import Priority
from area_configs.domain.names import Name
from desktop.models import wording

if TYPE_CHECKING:
    from area_configs.domain.alarms import AlarmRule
    from area_configs.domain.areas import Area
    from area_configs.domain.names import Language
    from desktop.models.alarms import Abnormality

NO_DATA = "no_data"
STATE_NAMES = {
    "unacked_active": Name("発生中・未確認", "Active, not acknowledged"),
    "acked_active": Name("発生中・確認済", "Active, acknowledged"),
    "returned_unacked": Name("復帰・未確認", "Returned, not acknowledged"),
    "latched": Name("復帰・保持中", "Returned, latched"),
    "shelved": Name("一時保留", "Shelved"),
    "suppressed": Name("設計上の抑制", "Suppressed by design"),
    "out_of_service": Name("監視対象外", "Out of service"),
    "normal": Name("正常", "Normal"),
    NO_DATA: Name("データなし", "No data"),
}
OPEN_STATES = frozenset({"unacked_active", "acked_active", "returned_unacked", "latched"})
_PRIORITIES = list(Priority)
_ORDER = {
    "unacked_active": 0,
    "latched": 1,
    "returned_unacked": 1,
    "acked_active": 2,
    NO_DATA: 3,
    "shelved": 4,
    "out_of_service": 4,
    "suppressed": 4,
    "normal": 5,
}
_ABOVE, _BELOW = Name("{limit} 超過", "above {limit}"), Name("{limit} 未満", "below {limit}")


class Shelf(Protocol):
    """Who put an alarm aside, until when and why."""

    @property
    def by(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def until_us(self) -> int: ...


class AlarmFacts(Protocol):
    """One alarm as the hub tells it; instants are microseconds UTC, 0 where there is none."""

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def active(self) -> bool: ...
    @property
    def acknowledged(self) -> bool: ...
    @property
    def value(self) -> float | None: ...
    @property
    def unknown(self) -> bool: ...
    @property
    def raised_us(self) -> int: ...
    @property
    def returned_us(self) -> int: ...
    @property
    def acknowledged_by(self) -> str: ...
    @property
    def acknowledged_us(self) -> int: ...
    @property
    def note(self) -> str: ...
    @property
    def shelf(self) -> Shelf | None: ...
    @property
    def out_of_service_reason(self) -> str: ...
    @property
    def suppressed_by(self) -> str: ...
    @property
    def revision(self) -> int: ...


class View(StrEnum):
    """Which rows are listed."""

    ACTIVE = "active"
    UNACKNOWLEDGED = "unacknowledged"
    SHELVED = "shelved"
    NO_DATA = "no_data"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One line of the alarm list.

    Attributes:
        key: what makes it the same line a moment later.
        alarm: id of the alarm; empty where only data is missing.
        state: of `STATE_NAMES`.
        priority: None where only data is missing.
        what: the alarm's name, or what is wrong with the device.
        since_us: when it was raised; where it was not, 0.
        until_us: when it comes back from the shelf, 0 where it is on none.
        by: who answered it, `note` what they wrote, `at_us` when.
        unknown: the device gives no value now, so that nobody knows whether it is still so.
    """

    key: str
    alarm: str
    device: str
    quantity: str
    state: str
    priority: Priority | None
    subject: Name
    what: Name
    action: Name
    since_us: int
    value: float | None = None
    limit: Name | None = None
    until_us: int = 0
    returned_us: int = 0
    at_us: int = 0
    by: str = ""
    note: str = ""
    active: bool = False
    acknowledged: bool = True
    unknown: bool = False
    life_safety: bool = False

    @property
    def shelved(self) -> bool:
        """Tell whether it lies on the shelf."""
        return self.until_us > 0

    @property
    def latched(self) -> bool:
        """Tell whether it has returned and waits for a reset."""
        return self.state == "latched"

    @property
    def out_of_service(self) -> bool:
        """Tell whether it was taken out of service."""
        return self.state == "out_of_service"

    def rank(self) -> tuple[int, int, int]:
        """Order: what waits for an answer, then priority, then the newest first."""
        priority = _PRIORITIES.index(self.priority) if self.priority else len(_PRIORITIES)
        return (_ORDER.get(self.state, 5), priority, -self.since_us)

    def within(self, view: View) -> bool:
        """Tell whether a view lists it."""
        match view:
            case View.ACTIVE:
                return self.state in OPEN_STATES
            case View.UNACKNOWLEDGED:
                return self.state in OPEN_STATES and not self.acknowledged
            case View.SHELVED:
                hidden = {"shelved", "out_of_service"}
                return self.state in hidden or (self.state == "suppressed" and self.active)
            case View.NO_DATA:
                return self.state == NO_DATA or self.unknown
        return True

    def value_text(self, language: Language) -> str:
        """Write the value that was judged last."""
        return wording.value_text(self.quantity, self.value, language) if self.quantity else ""

    def text(self, language: Language) -> str:
        """Say it in one line."""
        return f"{self.subject.text(language)}: {self.what.text(language)}"


def of_alarm(area: Area, rule: AlarmRule, facts: AlarmFacts) -> AlarmRow:
    """Return the row of an alarm as the hub tells it."""
    shelf = facts.shelf
    note = shelf.reason if shelf else facts.out_of_service_reason or facts.note
    return AlarmRow(
        key=rule.id,
        alarm=rule.id,
        device=rule.device,
        quantity=rule.quantity,
        state=str(facts.state),
        priority=rule.priority,
        subject=area.device(rule.device).name,
        what=rule.name,
        action=rule.action,
        since_us=facts.raised_us,
        value=facts.value,
        limit=_limit(rule),
        until_us=shelf.until_us if shelf else 0,
        returned_us=facts.returned_us,
        at_us=facts.acknowledged_us,
        by=shelf.by if shelf else facts.acknowledged_by,
        note=note,
        active=facts.active,
        acknowledged=facts.acknowledged,
        unknown=facts.unknown,
        life_safety=rule.life_safety,
    )


def of_silence(item: Abnormality) -> AlarmRow:
    """Return the row of a device or gateway that gives no data, or data not to be relied on."""
    return AlarmRow(
        key=f"no-data/{item.key}",
        alarm="",
        device=item.device,
        quantity="",
        state=NO_DATA,
        priority=None,
        subject=item.subject,
        what=item.what,
        action=item.action,
        since_us=item.since_us,
    )


def _limit(rule: AlarmRule) -> Name:
    words, limit = (_ABOVE, rule.above) if rule.above is not None else (_BELOW, rule.below)
    ja, en = (wording.value_text(rule.quantity, limit, language) for language in ("ja", "en"))
    return Name(words.ja.format(limit=ja), words.en.format(limit=en))
