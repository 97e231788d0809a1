"""Advice that a person decided on: what was advised, on what grounds, and what they said to it."""

from __future__ import annotations

from typing import Annotated

import msgspec

from area_configs.domain.advice import Verdict

_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class DecisionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A person's word on an advice; nothing is moved by it.

    Attributes:
        topic: what the advice is for, such as `water_gate`.
        device: the device whose values it rests on.
        advice: the advice in a word, such as `close`.
        reasons: what spoke for it when it was given, weightiest first.
        told_us: the instant for which it was given, microseconds since 1970 UTC.
        note: why, where the person decided otherwise; else what they want to add.
    """

    topic: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    device: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    advice: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    told_us: Annotated[int, msgspec.Meta(ge=0)]
    verdict: Verdict
    reasons: Annotated[tuple[_Line, ...], msgspec.Meta(max_length=20)] = ()
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


class Decision(msgspec.Struct, frozen=True, rename="camel"):
    """What stands in the audit log: the decision, who made it, and when."""

    by: str
    at_us: int
    decision: DecisionBody
