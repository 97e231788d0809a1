"""Invented residents with a made-up past, for practice and for the demonstration.

They are marked as invented wherever they are shown. Their minutes are drawn from a seeded chance
and go the way of true ones: the same summaries, the same consents, the same events.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from area_configs.domain.care_scores import NPI_DOMAINS
from area_configs.domain.names import Language, Name
from platform_hub.server.care import collecting, summaries
from platform_hub.server.store import care as stored
from platform_hub.server.store.care import (
    StoredAssignment,
    StoredConsent,
    StoredResident,
    StoredWearable,
)
from platform_hub.wire.care import (
    CareNoteBody,
    ConsentBody,
    CycleBody,
    Minute,
    PlanItemBody,
    ScoreBody,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from platform_hub.server.care.calendars import Calendar
    from platform_hub.server.store.database import Transaction

DAYS = 35
_DAY_US = 86_400_000_000
_MINUTE_US = 60_000_000
_SCOPES: tuple[Literal["records", "research", "wearable"], ...] = (
    "records",
    "research",
    "wearable",
)
_WAKES, _SLEEPS = 390, 1290  # minutes of the day
_BATH = range(1020, 1045)  # under half an hour, so that every hour of the day is known


@dataclass(frozen=True, slots=True)
class Habit:
    """How an invented resident lives; the last two days may differ."""

    label: str
    pulse: float
    steps_an_hour: float
    last_pulse: float
    last_worn: bool = True
    fallen: bool = False
    strayed: bool = False


HABITS = (
    Habit("A", 62.0, 160.0, 62.0, fallen=True),
    Habit("B", 58.0, 220.0, 71.0),
    Habit("C", 66.0, 90.0, 66.0, last_worn=False),
    Habit("D", 60.0, 240.0, 60.0, strayed=True),
)


class _Step(NamedTuple):
    """One step of the invented care cycle; what is planned, and by whom."""

    step: Literal["assess", "needs", "plan"]
    text: Name
    minutes: float
    items: tuple[tuple[Name, Name], ...] = ()


_INFORMANT = Name("夜勤職員", "night staff")
_NOTE = Name(
    "練習用: よく眠り、朝食は全部食べました。",
    "Practice: slept well, ate all of the breakfast.",
)
_FOUND = Name(
    "練習用: 廊下を歩いておられました。お部屋までご一緒しました。",
    "Practice: walked the hall, went back to the room together.",
)
_CYCLE = (
    _Step(
        "assess",
        Name(
            "夕方になると落ち着かず、歩き回ることが多い。", "Restless towards evening, walks about."
        ),
        12.0,
    ),
    _Step(
        "needs",
        Name(
            "日中の活動が少ない。夕方は廊下が暗く、音が多い。",
            "Little to do by day; dark, noisy hall.",
        ),
        15.0,
    ),
    _Step(
        "plan",
        Name("日中の活動を増やし、夕方の環境を整える。", "More to do by day, a calmer evening."),
        20.0,
        (
            (
                Name("昼食のあと一緒に散歩する", "Walk together after lunch"),
                Name("日勤", "Day shift"),
            ),
            (
                Name("16時に廊下の明かりをつける", "Light the hall at 16:00"),
                Name("遅番", "Late shift"),
            ),
        ),
    ),
)


def furnish(
    transaction: Transaction,
    caregiver: str,
    calendar: Calendar,
    now_us: int,
    *,
    days: int = DAYS,
    language: Language = "ja",
) -> int:
    """Store the invented residents, all assigned to one caregiver; return how many are new.

    What people wrote of them is in one language, as it is in a home.
    """
    new = [one for one in HABITS if stored.resident(transaction, _pseudonym(one)) is None]
    for habit in new:
        _enrol(transaction, habit, caregiver, now_us - days * _DAY_US)
        _live(transaction, habit, calendar, now_us, days)
        _write(_Hand(transaction, caregiver, calendar, now_us, language), habit)
    return len(new)


def hand_out(transaction: Transaction, devices: Iterable[str], now_us: int) -> None:
    """Let one of them wear these devices."""
    of = next(_pseudonym(habit) for habit in HABITS if habit.strayed)
    for device in devices:
        stored.take_back(transaction, device, now_us)
        stored.hand_out(transaction, StoredWearable(device, of, now_us))


def _pseudonym(habit: Habit) -> str:
    digest = hashlib.sha256(f"invented {habit.label}".encode()).hexdigest()
    letters = "".join("abcdefghijklmnop"[int(digit, 16)] for digit in digest)
    return f"p-{letters[:26]}"


def _enrol(transaction: Transaction, habit: Habit, caregiver: str, at_us: int) -> None:
    of = _pseudonym(habit)
    stored.add_resident(transaction, StoredResident(of, habit.label, 1, at_us))
    stored.assign(transaction, StoredAssignment(of, caregiver, at_us))
    body = ConsentBody(list(_SCOPES), "practice", "2026-01-01")
    consent = StoredConsent(of, 1, " ".join(_SCOPES), msgspec.json.encode(body), at_us)
    stored.add_consent(transaction, consent)


def _live(
    transaction: Transaction, habit: Habit, calendar: Calendar, now_us: int, days: int
) -> None:
    of, today = _pseudonym(habit), calendar.day_at(now_us)
    made = []
    for day in range(today - days, today):
        begins = calendar.begins(day)
        minutes = {
            one.minute: one
            for part in (day - 1, day)
            for one in _minutes(habit, part, calendar.begins(part), changed=part >= today - 2)
        }
        made.append(collecting.row_of(of, summaries.summary(day, begins, minutes)))
    stored.save_days(transaction, made)


def _minutes(habit: Habit, day: int, begins: int, *, changed: bool) -> Iterator[Minute]:
    chance = random.Random(f"{habit.label} {day}")  # noqa: S311 - a made-up past, no secret
    of, battery = _pseudonym(habit), 95.0 - 8 * (day % 7)
    pulse = habit.last_pulse if changed else habit.pulse + chance.uniform(-1.5, 1.5)
    sleeps, wakes = _SLEEPS + chance.randint(-25, 25), _WAKES + chance.randint(-25, 25)
    for n in range(summaries.DAY_MIN):
        asleep = n >= sleeps or n < wakes
        worn = n not in _BATH and (habit.last_worn or not changed)
        still = chance.random() < (0.985 if asleep else 0.3)
        if not worn:
            yield Minute(of, begins + n, worn=False, battery=battery)
            continue
        steps = 0 if still or asleep else round(chance.expovariate(60 / habit.steps_an_hour))
        yield Minute(
            of,
            begins + n,
            worn=True,
            complete=True,
            still=still,
            heart_rate=pulse + (0 if asleep else 16) + chance.uniform(0, 3),
            spo2=chance.uniform(95.5, 97.5),
            steps=steps,
            rr_squares=chance.uniform(22, 30) ** 2 * 58,
            rr_pairs=58,
            rr_clean_ms=57_000.0,
            battery=battery,
        )


@dataclass(frozen=True, slots=True)
class _Hand:
    """Writes as one caregiver, in one language."""

    transaction: Transaction
    by: str
    calendar: Calendar
    now_us: int
    language: Language

    def day(self, back: int) -> str:
        return self.calendar.text(self.calendar.day_at(self.now_us) - back)

    def keep(self, of: str, kind: str, back_us: int, body: msgspec.Struct) -> None:
        row = {"resident": of, "kind": kind, "at_us": self.now_us - back_us, "by": self.by}
        encoded = msgspec.json.encode(body)
        stored.add_record(self.transaction, {**row, "corrects": None, "body": encoded})


def _write(hand: _Hand, habit: Habit) -> None:
    of = _pseudonym(habit)
    informant = _INFORMANT.text(hand.language)
    scores = {"apathy": 4, "night_behaviour": 6}
    for back, value in ((28, 8), (1, 4)):
        every: dict[str, int | None] = dict.fromkeys(NPI_DOMAINS, 0)
        every |= scores | {"agitation": value}
        body = ScoreBody("npi_nh", "2000", hand.day(back), informant, every)
        hand.keep(of, "score", back * _DAY_US, body)
    for back, step in zip((28, 27, 26), _CYCLE, strict=True):
        hand.keep(of, "cycle", back * _DAY_US, _step(hand, step, back))
    note = CareNoteBody(_NOTE.text(hand.language), for_handover=True)
    hand.keep(of, "note", 2 * 60 * _MINUTE_US, note)
    if habit.fallen:
        values = {"resident": of, "kind": "fall", "at_us": hand.now_us - 2 * _MINUTE_US}
        stored.add_event(hand.transaction, {**values, "device": "practice"})
    if habit.strayed:
        stored.add_event(hand.transaction, _strayed(of, hand))


def _strayed(of: str, hand: _Hand) -> dict[str, Any]:
    at_us = hand.now_us - 26 * 60 * 60 * 1_000_000
    return {
        "resident": of,
        "kind": "wandering",
        "at_us": at_us,
        "device": "practice",
        "acknowledged_us": at_us + 3 * _MINUTE_US,
        "acknowledged_by": hand.by,
        "outcome": "confirmed",
        "note": _FOUND.text(hand.language),
    }


def _step(hand: _Hand, step: _Step, back: int) -> CycleBody:
    items = [
        PlanItemBody(what.text(hand.language), owner.text(hand.language), hand.day(-3))
        for what, owner in step.items
    ]
    review = hand.day(-3) if items else ""
    text = step.text.text(hand.language)
    return CycleBody(1, step.step, hand.day(back), text, items, review, step.minutes)
