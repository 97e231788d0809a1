"""What a person answers to an advice: followed or not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a person said to an advice."""

    FOLLOWED = "followed"  # whoever is on site does as advised
    DECLINED = "declined"  # the person decided otherwise, and says why


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's word on an advice; nothing is moved by it.

    Attributes:
        topic: what the advice is for, such as `water_gate`.
        device: the device whose values it rests on.
        advice: the advice in a word, such as `close`.
        told_us: the instant for which it was given, microseconds since 1970 UTC.
        verdict: followed or declined.
        reasons: what spoke for the advice when it was given, weightiest first.
        note: why, where the person decided otherwise; else what they want to add.
    """

    topic: str
    device: str
    advice: str
    told_us: int
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer as it stands in the audit log: who gave it, and when."""

    by: str
    at_us: int
    answer: Answer
