"""What this room says of itself in `/openapi.json`."""

from __future__ import annotations

from typing import Any

from platform_hub.server.care import (
    collecting,
    early_warning,
    publishing,
    records,
    residents,
    viewing,
)
from platform_hub.server.governance.described import many, operation, ref, schemas, some
from platform_hub.wire.care import (
    AnswerBody,
    AssignmentBody,
    Batch,
    CareNoteBody,
    Collection,
    ConsentBody,
    CycleBody,
    NeedBody,
    News2Body,
    ResidentBody,
    ScoreBody,
    Taken,
    WearablesBody,
    WithdrawalBody,
)

Json = dict[str, Any]
_ANY: Json = {"type": "object"}
_WITHDRAWAL: Json = {
    "type": "object",
    "properties": {
        "withdrawn": {"type": "array", "items": {"type": "string"}},
        "kept": {"type": "array", "items": {"type": "string"}},
        "deleted": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
}
_LIST: Json = {"type": "array", "items": _ANY}


def _get(path: str, name: str, words: str, answer: Json, **query: str) -> Json:
    return {"get": operation(path, name, words, answer, query=query)}


def _post(path: str, name: str, words: str, body: type, answer: Json) -> Json:
    made = answer in (ref("Resident"), ref("Consent")) or name.startswith("record")
    return {
        "post": operation(path, name, words, answer, body=ref(body), status=201 if made else 200)
    }


def _listed_and_written(path: str, names: tuple[str, str], words: str, body: type) -> Json:
    listing = _get(path, names[0], f"{words} of a resident, newest first", _LIST)
    return listing | _post(path, names[1], f"Record: {words}", body, _ANY)


PATHS: Json = {
    collecting.COLLECTION_PATH: _get(
        collecting.COLLECTION_PATH, "careCollection", "Whose data may be collected", ref(Collection)
    ),
    collecting.MINUTES_PATH: _post(
        collecting.MINUTES_PATH, "careMinutes", "Store minutes and events", Batch, ref(Taken)
    ),
    viewing.OVERVIEW_PATH: _get(
        viewing.OVERVIEW_PATH, "careOverview", "Who needs a look, and why", _ANY
    ),
    viewing.HANDOVER_PATH: _get(
        viewing.HANDOVER_PATH,
        "careHandover",
        "What happened to the residents of a caregiver",
        _ANY,
        since="microseconds since 1970 UTC; eight hours ago by default",
    ),
    viewing.PAGE_PATH: _get(
        viewing.PAGE_PATH, "carePage", "Everything of one resident", _ANY, days="how far back"
    ),
    viewing.EVENTS_PATH: _get(
        viewing.EVENTS_PATH, "careEvents", "Events of a resident, newest first", _LIST
    ),
    viewing.ANSWER_PATH: _post(
        viewing.ANSWER_PATH, "answerCareEvent", "Acknowledge an event", AnswerBody, _ANY
    ),
    residents.PATH: _get(
        residents.PATH, "careResidents", "Residents that may be seen", many("Resident")
    )
    | _post(
        residents.PATH, "addCareResident", "Register a resident", ResidentBody, ref("Resident")
    ),
    residents.ASSIGNMENTS_PATH: {
        "put": operation(
            residents.ASSIGNMENTS_PATH,
            "assignCaregivers",
            "Say who looks after a resident",
            ref("Resident"),
            body=ref(AssignmentBody),
        )
    },
    residents.WEARABLES_PATH: {
        "put": operation(
            residents.WEARABLES_PATH,
            "giveOutWearables",
            "Say which devices a resident wears",
            ref("Resident"),
            body=ref(WearablesBody),
        )
    },
    residents.NEED_PATH: _post(
        residents.NEED_PATH,
        "lookInNeed",
        "Look at a resident without being assigned, for an hour",
        NeedBody,
        _ANY,
    ),
    residents.CONSENTS_PATH: _get(
        residents.CONSENTS_PATH, "careConsents", "Every version of a consent", many("Consent")
    )
    | _post(
        residents.CONSENTS_PATH, "recordConsent", "Record a consent", ConsentBody, ref("Consent")
    ),
    residents.WITHDRAWAL_PATH: _post(
        residents.WITHDRAWAL_PATH,
        "withdrawConsent",
        "Take a consent back: stop, delete, say what was deleted",
        WithdrawalBody,
        ref("Withdrawal"),
    )
    | _get(
        residents.WITHDRAWAL_PATH,
        "previewWithdrawal",
        "What a withdrawal would delete; nothing is changed",
        ref("Withdrawal"),
        scopes="what would be taken back, separated by commas; everything by default",
    ),
    records.SCORES_PATH: _listed_and_written(
        records.SCORES_PATH, ("careScores", "recordCareScore"), "Assessments", ScoreBody
    ),
    records.NOTES_PATH: _listed_and_written(
        records.NOTES_PATH, ("careNotes", "recordCareNote"), "Notes", CareNoteBody
    ),
    records.CYCLE_PATH: _listed_and_written(
        records.CYCLE_PATH, ("careCycle", "recordCareStep"), "Steps of the care cycle", CycleBody
    ),
    early_warning.NEWS2_PATH: _listed_and_written(
        early_warning.NEWS2_PATH,
        ("careNews2", "recordNews2"),
        "NEWS2 of complete sets that a person entered; off by default",
        News2Body,
    ),
    publishing.FHIR_PATH: _get(
        publishing.FHIR_PATH, "careFhir", "FHIR R4 bundle of a resident", _ANY, days="how far back"
    ),
    publishing.STATISTICS_PATH: _get(
        publishing.STATISTICS_PATH, "careStatistics", "Counts of ten people and more", _ANY
    ),
}

SCHEMAS: Json = {
    **schemas(
        [
            AnswerBody,
            AssignmentBody,
            Batch,
            CareNoteBody,
            Collection,
            ConsentBody,
            CycleBody,
            NeedBody,
            News2Body,
            ResidentBody,
            ScoreBody,
            Taken,
            WearablesBody,
            WithdrawalBody,
        ]
    ),
    "Withdrawal": _WITHDRAWAL,
    "Resident": some(id="string", label="string", invented="boolean"),
    "Consent": some(
        version="integer",
        policy="string",
        givenOn="string",
        givenBy="string",
        recordedUs="integer",
        withdrawnUs="integer|null",
    ),
}
