"""What JP Core and base R4 ask of the resources that care exports, as data, and a check of it.

Sources: JP Core 1.x, `JP_Observation_VitalSigns` and `JP_Patient` of 2023-06-26 (FSH of the
guide's own repository, jami-fhir-jp-wg/jp-core-v1x); `JP_ObservationVitalSignsCategory_CS` of the
same date; FHIR R4 4.0.1 profiles vitalsigns, heartrate and oxygensat. JP Core marks nothing of
these must-support; `encounter` is optional there. Bindings: category vitalSigns is required,
vitalSignCategory and code are preferred (LOINC is allowed).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
JP = "http://jpfhir.jp/fhir/core/"
VITAL_SIGNS = f"{JP}StructureDefinition/JP_Observation_VitalSigns"
PATIENT = f"{JP}StructureDefinition/JP_Patient"
SIMPLE = f"{JP}CodeSystem/JP_SimpleObservationCategory_CS"
MEDIS = f"{JP}CodeSystem/JP_ObservationVitalSignsCategory_CS"
BASE = "http://terminology.hl7.org/CodeSystem/observation-category"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
MEDIS_CODES = frozenset(
    [
        "respiratory-function",
        "constrained-respiration",
        "respiratory-abnormality",
        "pulsation",
        "arrhythmia",
        "ecg-waveform",
        "cardiac-function",
        "blood-pressure",
        "body-surface-skin-temperature",
        "signs-symptoms",
        "sleep",
        "disorientation",
        "consciousness-evaluation",
        "disturbance-of-consciousness",
        "fetal-cardiac-function",
        "temperature",
        "pulse-rate",
        "artery-palpating",
        "ventilation",
        "fetal-condition",
        "tracheal-breath-sound",
        "alveolar-breath-sound",
    ]
)
# Path of the element, least and most (None: any number), as the profiles state them.
CARDINALITIES: dict[str, tuple[tuple[str, int, int | None], ...]] = {
    VITAL_SIGNS: (
        ("status", 1, 1),
        ("category", 1, None),
        ("code", 1, 1),
        ("subject", 1, 1),
        ("effectiveDateTime|effectivePeriod", 1, 1),
        ("effectiveTiming|effectiveInstant", 0, 0),
        ("encounter", 0, 1),
    ),
    PATIENT: (("identifier", 1, None),),
}
# System and code of category slices: least, most, and the codes that may stand there.
SLICES = (
    (SIMPLE, 1, 1, frozenset({"vital-signs"})),
    (MEDIS, 1, None, MEDIS_CODES),
    (BASE, 1, 1, frozenset({"vital-signs"})),  # VSCat of base R4
)
# LOINC code that makes a base profile apply: the only UCUM code it allows.
UNITS = {"8867-4": "/min", "2708-6": "%"}
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


def faults(bundle: Json) -> list[str]:
    """Return everything in a bundle that the profiles forbid."""
    entries = bundle["entry"]
    by_place = {one["fullUrl"]: one["resource"] for one in entries}
    found = ["two entries stand at one place"] if len(by_place) < len(entries) else []
    for resource in by_place.values():
        if not _ID.fullmatch(resource["id"]):
            found.append(f"{resource['id']} is no id")
        for profile in resource.get("meta", {}).get("profile", ()):
            found += _cardinality(resource, profile)
            if profile == VITAL_SIGNS:
                found += _vital_sign(resource, by_place)
        found += _references(resource, by_place)
        if resource["resourceType"] == "Patient":
            found += [
                f"an identifier lacks {k}"
                for i in resource["identifier"]
                for k in {"system", "value"} - i.keys()
            ]
    return found


def _cardinality(resource: Json, profile: str) -> Iterator[str]:
    for path, least, most in CARDINALITIES[profile]:
        count = sum(_count(resource.get(name)) for name in path.split("|"))
        if count < least or (most is not None and count > most):
            yield f"{resource['id']}: {path} is there {count} times"


def _count(value: Any) -> int:
    return len(value) if isinstance(value, list) else int(value is not None)


def _vital_sign(resource: Json, by_place: dict[str, Json]) -> Iterator[str]:
    codings = [coding for one in resource["category"] for coding in one["coding"]]
    for system, least, most, allowed in SLICES:
        codes = [one["code"] for one in codings if one["system"] == system]
        if len(codes) < least or (most is not None and len(codes) > most) or set(codes) - allowed:
            yield f"{resource['id']}: category {system} is {codes}"
    if any(len(one["coding"]) > 1 for one in resource["category"]):
        yield f"{resource['id']}: one category has codings of two systems"
    subject = by_place.get(resource["subject"]["reference"], {})
    if PATIENT not in subject.get("meta", {}).get("profile", ()):
        yield f"{resource['id']}: the subject is no JP_Patient"
    if ("valueQuantity" in resource) == ("dataAbsentReason" in resource):
        yield f"{resource['id']}: a value or the reason why there is none, and not both (vs-2)"
    yield from _unit(resource)


def _unit(resource: Json) -> Iterator[str]:
    quantity = resource.get("valueQuantity")
    codes = {one["code"] for one in resource["code"]["coding"] if one["system"] == LOINC}
    for code in codes & UNITS.keys() if quantity else ():
        if (quantity["system"], quantity["code"]) != (UCUM, UNITS[code]):
            yield f"{resource['id']}: {code} is not in {UNITS[code]}"


def _references(resource: Json, by_place: dict[str, Json]) -> Iterator[str]:
    for name in ("subject", "device", "patient"):
        held = resource.get(name)
        if held and by_place.get(held["reference"], {}).get("resourceType") != held["type"]:
            yield f"{resource['id']}: {name} leads nowhere in the bundle"
