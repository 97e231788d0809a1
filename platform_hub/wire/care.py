"""Care on the wire: minute aggregates of wearables under a pseudonym, and what may be collected."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

MINUTE_US = 60_000_000
MOST_MINUTES = 2_000  # of one request; a day and a half of one person
PSEUDONYM_FORM = r"^p-[a-z2-7]{26}$"
EventKind = Literal["fall", "sos", "wandering"]
Pseudonym = Annotated[str, msgspec.Meta(pattern=PSEUDONYM_FORM)]


class Minute(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One minute of one person; None is unknown, never zero.

    Attributes:
        resident: the pseudonym.
        minute: minutes since 1970 UTC.
        worn: whether a device was worn, None where none can tell.
        complete: most of what the devices should have said was heard.
        still: no movement in this minute.
        heart_rate: mean, per minute.
        spo2: mean, percent; taken while still.
        steps: steps of this minute, counter resets allowed for.
        rr_squares: sum of the squared differences of successive clean RR intervals, ms².
        rr_pairs: how many differences that sum has.
        rr_clean_ms: time covered by the intervals behind those differences.
        battery: lowest charge of the devices, percent.
    """

    resident: Pseudonym
    minute: Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]
    worn: bool | None = None
    complete: bool = False
    still: bool | None = None
    heart_rate: Annotated[float, msgspec.Meta(gt=0, le=300)] | None = None
    spo2: Annotated[float, msgspec.Meta(ge=0, le=100)] | None = None
    steps: Annotated[int, msgspec.Meta(ge=0, le=100_000)] | None = None
    rr_squares: Annotated[float, msgspec.Meta(ge=0, le=1e12)] = 0.0
    rr_pairs: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 0
    rr_clean_ms: Annotated[float, msgspec.Meta(ge=0, le=120_000)] = 0.0
    battery: Annotated[float, msgspec.Meta(ge=0, le=100)] | None = None


class Happening(msgspec.Struct, frozen=True, rename="camel"):
    """Something that happened to a person, as a device told it."""

    resident: Pseudonym
    kind: EventKind
    at_us: Annotated[int, msgspec.Meta(ge=0, le=1 << 60)]
    device: Annotated[str, msgspec.Meta(max_length=128)] = ""


class Batch(msgspec.Struct, frozen=True, rename="camel"):
    """What a gateway sends at once; a resend changes nothing."""

    minutes: Annotated[list[Minute], msgspec.Meta(max_length=MOST_MINUTES)] = []
    happenings: Annotated[list[Happening], msgspec.Meta(max_length=MOST_MINUTES)] = []


class Collection(msgspec.Struct, frozen=True, rename="camel"):
    """Whose data may be collected now: residents with a valid consent for it.

    Attributes:
        wearables: who wears which device of the gateway that asks, by device; empty for nobody any
            more. A device that was never given out is not in it.
    """

    residents: list[str]
    wearables: dict[str, str] = {}


class Taken(msgspec.Struct, frozen=True, rename="camel"):
    """What became of a batch: how much was stored, and who may not be collected any more."""

    minutes: int
    happenings: int
    stopped: list[str]


_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]
_Short = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
_MaybeShort = Annotated[str, msgspec.Meta(max_length=120)]
_Date = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
_Minutes = Annotated[float, msgspec.Meta(ge=0, le=600)]
_Record = Annotated[int, msgspec.Meta(ge=1, le=1 << 53)]
_Item = Annotated[int, msgspec.Meta(ge=0, le=100)]


class ResidentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A resident to register: the pseudonym that the gateway gave, and a label that is no name."""

    id: Pseudonym
    label: Annotated[str, msgspec.Meta(min_length=1, max_length=24)]
    invented: bool = False


class AssignmentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everybody who looks after a resident, by account name; who is not named is no longer."""

    caregivers: Annotated[list[_Short], msgspec.Meta(max_length=50)]


class WearablesBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every device that a resident wears, by id; what is not named is taken back."""

    devices: Annotated[list[_Short], msgspec.Meta(max_length=20)]


class NeedBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why somebody who is not assigned has to look now."""

    reason: Annotated[str, msgspec.Meta(min_length=10, max_length=500)]


class ConsentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A consent: what for, under which text, by whom.

    Attributes:
        policy: version of the text that was agreed to.
        given_by: `self`, or who stands for the resident, such as `daughter`; no name.
    """

    scopes: Annotated[list[Literal["wearable", "records", "research"]], msgspec.Meta(min_length=1)]
    policy: _Short
    given_on: _Date
    given_by: _Short = "self"


class WithdrawalBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is no longer agreed to; everything where no scope is named."""

    scopes: list[Literal["wearable", "records", "research"]] = []
    reason: _MaybeShort = ""


class AnswerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of an event: it was real, or a false alarm."""

    outcome: Literal["confirmed", "false"]
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


class ScoreBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """An assessment in codes and numbers; an item that is null or absent is unknown, not 0."""

    instrument: _Short
    version: _Short
    assessed_on: _Date
    informant: _Short
    scores: dict[str, _Item | None]
    burdens: dict[str, _Item | None] = {}
    minutes_used: _Minutes | None = None
    corrects: _Record | None = None


class News2Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The seven inputs of NEWS2 as a person took them at one moment; all or none.

    Attributes:
        taken_us: when, microseconds since 1970 UTC.
        second_scale: the second oxygen scale, only where it was prescribed.
    """

    taken_us: Annotated[int, msgspec.Meta(ge=0, le=1 << 60)]
    respiration: Annotated[int, msgspec.Meta(ge=0, le=80)] | None = None
    spo2: Annotated[int, msgspec.Meta(ge=40, le=100)] | None = None
    oxygen: bool | None = None
    systolic: Annotated[int, msgspec.Meta(ge=30, le=300)] | None = None
    pulse: Annotated[int, msgspec.Meta(ge=10, le=300)] | None = None
    alert: bool | None = None
    temperature: Annotated[float, msgspec.Meta(ge=25, le=45)] | None = None
    second_scale: bool = False
    corrects: _Record | None = None


class CareNoteBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A note; one for the handover is shown to the next shift."""

    text: _Text
    for_handover: bool = False
    corrects: _Record | None = None


class PlanItemBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is done, by whom, until when."""

    what: _Short
    owner: _Short
    due: _Date


class CycleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One step of a care cycle; a closed cycle takes corrections only."""

    cycle: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    step: Literal["assess", "needs", "plan", "review"]
    dated: _Date
    text: _Text
    items: Annotated[list[PlanItemBody], msgspec.Meta(max_length=50)] = []
    review_on: Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    minutes_used: _Minutes | None = None
    closes: bool = False
    corrects: _Record | None = None
