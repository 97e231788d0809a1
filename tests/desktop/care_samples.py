"""A care page filled by hand: two residents, one of whom has fallen."""

from __future__ import annotations

from area_configs.domain.care import (
    Baseline,
    Budget,
    CareEvent,
    DaySummary,
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
)
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
