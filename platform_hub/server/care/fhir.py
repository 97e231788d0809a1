"""A resident's days as HL7 FHIR R4 JSON: Patient, Device and one Observation per number and day.

Vital signs follow JP Core 1.2.0 (`JP_Observation_VitalSigns`); steps, sleep and scores have no
profile there and stay plain R4. What was not measured says so by `dataAbsentReason`, never by 0.
RMSSD is no LOINC 80404-7 (that is SDNN), so it has a code of this suite.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from area_configs.domain.care import Metric, Missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from area_configs.domain.care import DaySummary, Known, Score
    from platform_hub.server.care.calendars import Calendar

Json = dict[str, Any]
_TERMS = "http://terminology.hl7.org/CodeSystem/"
_LOINC = "http://loinc.org"
_UCUM = "http://unitsofmeasure.org"
_OWN = "urn:smart-area:care"
_JP = "http://jpfhir.jp/fhir/core/"
_DAY_MIN = 1440


class _Coded(NamedTuple):
    """How a metric is written: codes of LOINC or our own, UCUM unit, category.

    Attributes:
        japanese: the second category that JP Core asks of a vital sign, from
            JP_ObservationVitalSignsCategory_CS (MEDIS nursing terms).
    """

    loinc: tuple[str, ...]
    unit: str
    category: str
    own: str = ""
    japanese: str = ""


_CODES: dict[Metric, _Coded] = {
    Metric.RESTING_HR: _Coded(("40443-4", "8867-4"), "/min", "vital-signs", japanese="pulse-rate"),
    Metric.SPO2_MEDIAN: _Coded(
        ("2708-6", "59408-5"), "%", "vital-signs", japanese="respiratory-function"
    ),
    Metric.RMSSD: _Coded((), "ms", "procedure", "rmssd-nightly-median"),
    Metric.STEPS: _Coded(("41950-7",), "1/(24.h)", "activity"),
    Metric.SLEEP: _Coded(("93832-4",), "h", "activity"),
}
_MINUTES_AN_HOUR = 60.0
_ABSENT = {
    Missing.NOT_WORN: "not-performed",
    Missing.NIGHT_NOT_WORN: "not-performed",
    Missing.NOT_MEASURED: "not-performed",
    Missing.TOO_LITTLE: "unknown",
}


def bundle(
    resident: str, days: Iterable[DaySummary], scores: Sequence[Score], calendar: Calendar
) -> Json:
    """Return a collection of everything; the patient has the pseudonym and nothing else."""
    entries = [patient(resident), device(resident)]
    for day in days:
        entries += observations(resident, day, calendar)
    entries += [_survey(resident, score, name) for score in scores for name in score.totals]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": _place(one["resourceType"], one["id"]), "resource": one} for one in entries
        ],
    }


def patient(resident: str) -> Json:
    """Return the patient: a pseudonym, which only the site can resolve."""
    return {
        "resourceType": "Patient",
        "id": resident,
        "meta": {"profile": [f"{_JP}StructureDefinition/JP_Patient"]},
        "identifier": [{"system": f"{_OWN}:pseudonym", "value": resident}],
    }


def device(resident: str) -> Json:
    """Return the wearable of a patient."""
    return {
        "resourceType": "Device",
        "id": f"{resident}-wearable",
        "status": "active",
        "patient": _reference("Patient", resident),
        "type": {"text": "wearable"},
    }


def observations(resident: str, day: DaySummary, calendar: Calendar) -> Iterator[Json]:
    """Yield the observations of a day."""
    for metric, coded in _CODES.items():
        yield _observation(resident, day, metric, coded, calendar)


def _observation(
    resident: str, day: DaySummary, metric: Metric, coded: _Coded, calendar: Calendar
) -> Json:
    begins = calendar.begins(day.day)
    found: Json = {
        "resourceType": "Observation",
        "id": f"{resident}-{calendar.text(day.day)}-{metric.replace('_', '-')}",
        "status": "final",
        "category": _categories(coded),
        "code": {"coding": _codings(coded)},
        "subject": _reference("Patient", resident),
        "device": _reference("Device", f"{resident}-wearable"),
        "effectivePeriod": {
            "start": _instant(begins, calendar),
            "end": _instant(begins + _DAY_MIN, calendar),
        },
    }
    if coded.category == "vital-signs":
        profile = f"{_JP}StructureDefinition/JP_Observation_VitalSigns"
        found["meta"] = {"profile": [profile]}
    return found | _value(day.metrics[metric], metric, coded.unit)


def _value(known: Known, metric: Metric, unit: str) -> Json:
    if known.value is None:
        code = _ABSENT[known.why or Missing.TOO_LITTLE]
        return {
            "dataAbsentReason": {
                "coding": [{"system": f"{_TERMS}data-absent-reason", "code": code}]
            }
        }
    value = known.value / _MINUTES_AN_HOUR if metric is Metric.SLEEP else known.value
    return {
        "valueQuantity": {"value": round(value, 4), "unit": unit, "system": _UCUM, "code": unit}
    }


def _categories(coded: _Coded) -> list[Json]:
    base = _category(f"{_TERMS}observation-category", coded.category)
    if not coded.japanese:
        return [base]
    codes = f"{_JP}CodeSystem/"
    return [
        _category(f"{codes}JP_SimpleObservationCategory_CS", coded.category),
        _category(f"{codes}JP_ObservationVitalSignsCategory_CS", coded.japanese),
        base,
    ]


def _category(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def _place(kind: str, ident: str) -> str:
    """Return where a resource stands in a bundle; references name it so that they resolve there."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{_OWN}:{kind}:{ident}')}"


def _reference(kind: str, ident: str) -> Json:
    return {"reference": _place(kind, ident), "type": kind}


def _codings(coded: _Coded) -> list[Json]:
    if coded.own:
        return [{"system": _OWN, "code": coded.own}]
    return [{"system": _LOINC, "code": code} for code in coded.loinc]


def _survey(resident: str, score: Score, name: str) -> Json:
    total = score.totals[name]
    found: Json = {
        "resourceType": "Observation",
        "id": f"{resident}-score-{score.id}-{name}".replace("_", "-"),
        "status": "final",
        "category": [_category(f"{_TERMS}observation-category", "survey")],
        "code": {
            "coding": [
                {
                    "system": f"{_OWN}:score",
                    "code": f"{score.instrument}:{name}",
                    "version": score.version,
                }
            ]
        },
        "subject": _reference("Patient", resident),
        "effectiveDateTime": score.assessed_on,
    }
    if total is None:
        reason = {"system": f"{_TERMS}data-absent-reason", "code": "unknown"}
        return found | {"dataAbsentReason": {"coding": [reason]}}
    quantity = {"value": total, "unit": "{score}", "system": _UCUM, "code": "{score}"}
    return found | {"valueQuantity": quantity}


def _instant(minute: int, calendar: Calendar) -> str:
    return datetime.fromtimestamp(minute * 60, calendar.zone).isoformat()
