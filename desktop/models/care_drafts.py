"""What a caregiver writes before the hub has it: a score, an answer, a note, a step, a consent, a set."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from area_configs.domain.care_scores import Answers, totals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from area_configs.domain.care import CycleEntry, CycleStep, PlanItem, Score
    from area_configs.domain.care_news2 import News2Set
    from area_configs.domain.care_scores import Instrument, Totals


@dataclass(slots=True)
class ScoreDraft:
    """An assessment while it is entered; an item without a value is unknown.

    Attributes:
        corrects: the record that it puts right, which is kept but no longer shown.
    """

    instrument: Instrument
    assessed_on: str
    informant: str = ""
    scores: dict[str, int | None] = field(default_factory=dict)
    burdens: dict[str, int | None] = field(default_factory=dict)
    minutes_used: float = 0.0
    version: str = "1"
    corrects: int | None = None

    @property
    def sums(self) -> Totals:
        """Return the sums so far.

        Raises:
            ScoreOutOfRange: a value that the instrument does not know.
        """
        return totals(self.instrument, Answers(self.scores, self.burdens))


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """What became of an event."""

    resident: str
    event: int
    outcome: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note to record."""

    resident: str
    text: str
    for_handover: bool


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step of the care cycle; `corrects` names the record that it puts right."""

    resident: str
    cycle: int
    step: CycleStep
    dated: str
    text: str
    items: tuple[PlanItem, ...] = ()
    review_on: str = ""
    minutes_used: float | None = None
    closes: bool = False
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class ConsentDraft:
    """A consent to record."""

    resident: str
    scopes: tuple[str, ...]
    policy: str
    given_on: str
    given_by: str


@dataclass(frozen=True, slots=True)
class WithdrawalDraft:
    """What is to be taken back."""

    resident: str
    scopes: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class News2Draft:
    """A complete set of NEWS2 to record; `taken_us` in microseconds since 1970 UTC."""

    resident: str
    taken_us: int
    given: News2Set


def is_day(text: str) -> bool:
    """Tell whether a text is a day, written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def last_of(scores: Iterable[Score], instrument: str) -> Score | None:
    """Return the score of an instrument that was recorded last; `scores` are newest first."""
    return next((one for one in scores if one.instrument == instrument), None)


def present_cycle(entries: tuple[CycleEntry, ...]) -> int:
    """Return the number of the cycle that goes on, or of the next one where the last is closed."""
    last = max((one.cycle for one in entries), default=0)
    closed = any(one.closes for one in entries if one.cycle == last)
    return last + 1 if closed or not last else last


def steps_of(entries: tuple[CycleEntry, ...], cycle: int) -> dict[str, CycleEntry]:
    """Return the newest record of each step of a cycle."""
    found: dict[str, CycleEntry] = {}
    for one in sorted(entries, key=lambda entry: (entry.at_us, entry.id)):
        if one.cycle == cycle:
            found[str(one.step)] = one
    return found
