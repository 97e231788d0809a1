"""Care as values: what is known of a resident's day, who needs a look, and the words for why not.

Nothing here is a diagnosis. A resident is a pseudonym with a label that the site chose.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from area_configs.domain.care_news2 import Level, News2Set  # noqa: TC001  # read at run time: JSON becomes these


class Scope(StrEnum):
    """What a consent covers."""

    WEARABLE = "wearable"  # minutes, daily summaries and events of devices
    RECORDS = "records"  # scores, notes and the care cycle
    RESEARCH = "research"  # counted in published tables


class Missing(StrEnum):
    """Why a number is not known."""

    NOT_WORN = "not_worn"  # under 16 hours of the day
    NIGHT_NOT_WORN = "night_not_worn"  # under 4 hours of the night
    TOO_LITTLE = "too_little"  # worn, but too little of it could be measured
    NOT_MEASURED = "not_measured"  # no device of theirs measures it


class Metric(StrEnum):
    """The numbers of a day; units: per minute, ms, percent, steps, minutes."""

    RESTING_HR = "resting_hr"
    RMSSD = "rmssd"
    SPO2_MEDIAN = "spo2_median"
    SPO2_LOW = "spo2_low"
    SPO2_UNDER_90 = "spo2_low_min"
    STEPS = "steps"
    SLEEP = "sleep_min"
    WASO = "waso_min"
    EFFICIENCY = "sleep_efficiency"
    AWAKENINGS = "awakenings"


# The minute of the local day from which a number of that day counts: earlier it is of a part only.
WHOLE_FROM_MIN = {Metric.RESTING_HR: 360, Metric.RMSSD: 360, Metric.SLEEP: 720}


def is_whole(metric: Metric, day: int, now: tuple[int, int]) -> bool:
    """Tell whether a day's number is of the whole of what it is about.

    Args:
        metric: which number.
        day: the local day that it is of.
        now: the present local day, and the minute of it.
    """
    return day < now[0] or (day == now[0] and now[1] >= WHOLE_FROM_MIN.get(metric, 1440))


class LookReason(StrEnum):
    """Why somebody should look at a resident; the order is that of urgency."""

    EVENT = "event"  # a fall, a call or wandering that nobody has acknowledged
    UNUSUAL = "unusual"  # away from the personal baseline on two valid days
    NOT_WORN = "not_worn"  # the last two days are not valid
    SCORE_DUE = "score_due"  # the date of the re-evaluation is here
    TECHNICAL = "technical"  # battery or sync: a task for the technician, no care alarm


@dataclass(frozen=True, slots=True)
class Known:
    """A number, or why there is none.

    Attributes:
        value: None where it is not known; never 0 in its stead.
        why: empty where it is known.
        low_confidence: it rests on very few windows.
    """

    value: float | None = None
    why: Missing | None = None
    low_confidence: bool = False


@dataclass(frozen=True, slots=True)
class DaySummary:
    """One local day of one resident; the night is the one that ended on it.

    Attributes:
        day: days since 1970-01-01, local.
        worn_min: minutes worn; None of 1440 where nothing was heard counts as 0.
        night_worn_min: of the 1440 minutes up to noon.
        complete_min: minutes in which most of what was expected came.
        worn_by_hour: worn minutes of each of the 24 hours, for the coverage strip.
        active_by_hour: minutes with movement of each hour, None where worn less than half of it.
        asleep: the night in 5-minute epochs, noon to noon: `1` asleep, `0` awake, `-` unknown.
        battery: lowest charge of the day, percent.
    """

    day: int
    worn_min: int
    night_worn_min: int
    complete_min: int
    valid: bool
    valid_night: bool
    metrics: dict[str, Known]
    worn_by_hour: tuple[int, ...] = ()
    active_by_hour: tuple[float | None, ...] = ()
    asleep: str = ""
    battery: float | None = None

    @property
    def is_heard(self) -> bool:
        """Tell whether anything came from a device on this day, worn or not."""
        return self.battery is not None or self.complete_min > 0 or self.worn_min > 0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The rhythm of up to 28 days; None where it cannot be said.

    Attributes:
        regularity: sleep regularity index, -100 to 100.
        stability: interdaily stability, 0 to 1.
        variability: intradaily variability.
        amplitude: relative amplitude, 0 to 1.
        days: complete days behind the last three.
    """

    regularity: float | None = None
    stability: float | None = None
    variability: float | None = None
    amplitude: float | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual for one person: median and spread of up to 28 days; needs 14 valid ones."""

    median: float
    spread: float
    days: int


@dataclass(frozen=True, slots=True)
class Look:
    """One reason to look at one resident.

    Attributes:
        since_us: since when, microseconds since 1970 UTC.
        detail: kind of the event, name of the metric, or `battery` or `sync`.
        value, usual: the number and the personal median, where the reason has them.
    """

    resident: str
    label: str
    reason: LookReason
    since_us: int
    detail: str = ""
    value: float | None = None
    usual: float | None = None
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class CareEvent:
    """A fall, a call or wandering, and what became of it."""

    id: int
    resident: str
    kind: str
    at_us: int
    device: str = ""
    acknowledged_us: int | None = None
    acknowledged_by: str = ""
    outcome: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """Alerts of one caregiver in this shift against the aim of two, and how many were real.

    Attributes:
        precision: confirmed of all judged in the last 28 days, None before the first.
    """

    alerts: int
    aim: int
    precision: float | None


@dataclass(frozen=True, slots=True)
class Resident:
    """A resident as lists show them; `wearables` are ids of devices."""

    id: str
    label: str
    invented: bool = False
    consent: tuple[str, ...] = ()
    caregivers: tuple[str, ...] = field(default_factory=tuple)
    wearables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """One assessment: numbers by code, with the sums that may be said.

    Attributes:
        assessed_on: local date, YYYY-MM-DD.
        answered, items: `partial` where fewer are answered than there are; no sum then.
        totals, burden_totals: by the name of the sum; None where an item of it is unknown.
        corrects: number of the record that this one puts right.
    """

    id: int
    at_us: int
    by: str
    instrument: str
    version: str
    assessed_on: str
    informant: str
    scores: dict[str, int | None]
    burdens: dict[str, int | None]
    totals: dict[str, int | None]
    burden_totals: dict[str, int | None]
    answered: int
    items: int
    minutes_used: float | None = None
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote down: a note, or for the next shift."""

    id: int
    resident: str
    at_us: int
    by: str
    text: str
    for_handover: bool = False
    corrects: int | None = None


class CycleStep(StrEnum):
    """The four steps of the BPSD care programme."""

    ASSESS = "assess"
    NEEDS = "needs"
    PLAN = "plan"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class PlanItem:
    """What is done, by whom, until when (local date)."""

    what: str
    owner: str
    due: str


@dataclass(frozen=True, slots=True)
class CycleEntry:
    """One step of a care cycle as it was recorded; `review_on` is the date of the re-evaluation."""

    id: int
    at_us: int
    by: str
    cycle: int
    step: CycleStep
    dated: str
    text: str
    items: tuple[PlanItem, ...] = ()
    review_on: str = ""
    minutes_used: float | None = None
    closes: bool = False
    corrects: int | None = None
    resident: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """One version of a consent; the newest one counts, and only until it is withdrawn.

    Attributes:
        policy: version of the text that was agreed to.
        given_on: local date, YYYY-MM-DD.
        given_by: `self`, or who stands for the resident.
    """

    version: int
    scopes: tuple[str, ...]
    policy: str
    given_on: str
    given_by: str
    recorded_us: int
    withdrawn_us: int | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal takes back, what stays agreed, and how much of what it deletes, by kind."""

    withdrawn: tuple[str, ...]
    kept: tuple[str, ...]
    deleted: dict[str, int]


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """A NEWS2 of a complete set that a person took at one moment; for the record, no diagnosis."""

    id: int
    at_us: int
    by: str
    taken_us: int
    given: News2Set
    points: dict[str, int]
    total: int
    level: Level
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class ResidentPage:
    """Everything that the page of one resident shows.

    Attributes:
        consents: every version, oldest first.
        news2: newest first; None where the hub does not offer it.
    """

    resident: Resident
    days: tuple[DaySummary, ...]
    usual: dict[str, Baseline]
    rhythm: Rhythm
    looks: tuple[Look, ...]
    events: tuple[CareEvent, ...]
    scores: tuple[Score, ...]
    notes: tuple[Note, ...]
    cycle: tuple[CycleEntry, ...]
    last_heard_us: int | None = None
    consents: tuple[Consent, ...] = ()
    news2: tuple[EarlyWarning, ...] | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """What the care page opens on."""

    residents: tuple[Resident, ...]
    looks: tuple[Look, ...]
    budget: Budget
    at_us: int


@dataclass(frozen=True, slots=True)
class Handover:
    """What happened since an instant to the residents of one caregiver.

    Attributes:
        steps: of care cycles that were recorded since.
    """

    since_us: int
    residents: tuple[Resident, ...]
    looks: tuple[Look, ...]
    events: tuple[CareEvent, ...]
    notes: tuple[Note, ...]
    steps: tuple[CycleEntry, ...] = ()
