"""A care page filled by hand: two residents, one of whom has fallen."""

from __future__ import annotations

from dataclasses import replace

from area_configs.domain.care import (
    Baseline,
    Budget,
    CareEvent,
    Consent,
    CycleEntry,
    CycleStep,
    DaySummary,
    EarlyWarning,
    Handover,
    Known,
    Look,
    LookReason,
    Metric,
    Missing,
    Note,
    Overview,
    Resident,
    ResidentPage,
    Rhythm,
    Score,
)
from area_configs.domain.care_news2 import News2Set
from tests.desktop.small_area import NOON_US as NOW_US

A, B = "p-" + "a" * 26, "p-" + "b" * 26
TODAY = (NOW_US + 9 * 3_600_000_000) // 86_400_000_000
SCOPES = ("records", "wearable")
RESIDENTS = (Resident(A, "A", True, SCOPES, ("hana",)), Resident(B, "B", False, (), ("hana",)))
FALL = CareEvent(7, A, "fall", NOW_US - 360_000_000)
LOOKS = (
    Look(A, "A", LookReason.EVENT, FALL.at_us, "fall", escalated=True),
    Look(A, "A", LookReason.UNUSUAL, NOW_US - 10**11, "resting_hr", 80.0, 60.0),
)
OVERVIEW = Overview(RESIDENTS, LOOKS, Budget(1, 2, 0.5), NOW_US)
NOTES = (Note(1, A, NOW_US, "hana", "Slept <well>", True),)


def day(number: int, pulse: float | None) -> DaySummary:
    known = Known(pulse) if pulse else Known(why=Missing.NIGHT_NOT_WORN)
    metrics = {str(metric): Known(why=Missing.NOT_WORN) for metric in Metric}
    metrics["resting_hr"] = known
    worn = (60,) * 24 if pulse else (0,) * 24
    return DaySummary(
        number, sum(worn), 1440, 1440, bool(pulse), bool(pulse), metrics, worn, battery=44.0
    )


def score(number: int, assessed_on: str, total: int, **others: object) -> Score:
    sums: dict[str, int | None] = {"total10": total, "total12": total}
    made = Score(
        number, NOW_US, "hana", "npi_nh", "2000", assessed_on, "-", {}, {}, sums, {}, 12, 12
    )
    return replace(made, **others)  # type: ignore[arg-type]  # a test names the fields


SCORES = (score(3, "2026-11-20", 14), score(2, "2026-11-06", 20), score(1, "2026-10-20", 18))
PAGE = ResidentPage(
    RESIDENTS[0],
    tuple(day(TODAY - back, 60.0 if back != 5 else None) for back in range(27, 0, -1)),
    {"resting_hr": Baseline(60.0, 2.0, 26)},
    Rhythm(),
    LOOKS,
    (FALL,),
    (),
    NOTES,
    (),
    NOW_US - 60_000_000,
)
HANDOVER = Handover(NOW_US - 10**10, RESIDENTS, LOOKS, (FALL,), NOTES)
STEPS = tuple(
    CycleEntry(n, NOW_US - (9 - n) * 10**10, "hana", 1, step, f"2026-11-0{n}", f"Text {n}")
    for n, step in enumerate((CycleStep.ASSESS, CycleStep.NEEDS), start=1)
)
CONSENTS = (
    Consent(1, ("wearable",), "2026-01", "2026-01-05", "self", NOW_US - 10**13, NOW_US - 10**12),
    Consent(2, SCOPES, "2026-04", "2026-04-01", "daughter", NOW_US - 10**11),
)
GIVEN = News2Set(22, 95, False, 118, 92, True, 37.2)
POINTS = {"respiration": 2, "spo2": 1, "pulse": 1}
WARNING = EarlyWarning(5, NOW_US, "hana", NOW_US - 10**8, GIVEN, POINTS, 4, "low")
ANSWERED = replace(
    FALL, id=6, device="pendant-1", acknowledged_us=NOW_US, acknowledged_by="ken", outcome="false"
)
FULL = replace(PAGE, cycle=STEPS, consents=CONSENTS, news2=(WARNING,), events=(FALL, ANSWERED))
