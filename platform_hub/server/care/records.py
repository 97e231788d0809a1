"""What people write of a resident: scores, notes, the care cycle; never changed, only corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from area_configs.domain.care import CycleEntry, CycleStep, Note, PlanItem, Scope, Score
from area_configs.domain.care_scores import (
    INSTRUMENTS,
    Answers,
    ScoreOutOfRange,
    UnknownItem,
    totals,
)
from platform_hub.server.care import residents, sentences
from platform_hub.server.governance import bodies, parameters
from platform_hub.server.governance.answers import json_response
from platform_hub.server.store import care as stored
from platform_hub.wire.care import CareNoteBody, CycleBody, ScoreBody
from platform_hub.wire.care_views import written

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.governance.access import Authority
    from platform_hub.server.store.care import StoredRecord
    from platform_hub.server.store.database import Transaction
    from platform_hub.wire.care import News2Body

SCORES_PATH = "/area/v1/care/residents/{id}/scores"
NOTES_PATH = "/area/v1/care/residents/{id}/notes"
CYCLE_PATH = "/area/v1/care/residents/{id}/cycle"
_BODIES: dict[str, type[ScoreBody | CareNoteBody | CycleBody]] = {
    "score": ScoreBody,
    "note": CareNoteBody,
    "cycle": CycleBody,
}
_V = TypeVar("_V")


def score_of(one: StoredRecord) -> Score:
    """Return a stored assessment with its sums."""
    body = msgspec.json.decode(one.body, type=ScoreBody)
    sums = totals(INSTRUMENTS[body.instrument], Answers(body.scores, body.burdens))
    return Score(
        one.id,
        one.at_us,
        one.by,
        body.instrument,
        body.version,
        body.assessed_on,
        body.informant,
        body.scores,
        body.burdens,
        dict(sums.scores),
        dict(sums.burdens),
        sums.answered,
        sums.items,
        body.minutes_used,
        one.corrects,
    )


def note_of(one: StoredRecord) -> Note:
    """Return a stored note."""
    body = msgspec.json.decode(one.body, type=CareNoteBody)
    return Note(one.id, one.resident, one.at_us, one.by, body.text, body.for_handover, one.corrects)


def entry_of(one: StoredRecord) -> CycleEntry:
    """Return a stored step of a cycle."""
    body = msgspec.json.decode(one.body, type=CycleBody)
    return CycleEntry(
        one.id,
        one.at_us,
        one.by,
        body.cycle,
        CycleStep(body.step),
        body.dated,
        body.text,
        tuple(PlanItem(item.what, item.owner, item.due) for item in body.items),
        body.review_on,
        body.minutes_used,
        body.closes,
        one.corrects,
        one.resident,
    )


def scores(transaction: Transaction, of: Collection[str]) -> list[Score]:
    """Return assessments, newest first, without those that were corrected."""
    return standing(stored.records(transaction, of, ["score"]), score_of)


def notes(transaction: Transaction, of: Collection[str], since_us: int = 0) -> list[Note]:
    """Return notes, newest first, without those that were corrected."""
    return standing(stored.records(transaction, of, ["note"], since_us), note_of)


def cycle(transaction: Transaction, of: Collection[str], since_us: int = 0) -> list[CycleEntry]:
    """Return the steps of all cycles, newest first, without those that were corrected."""
    return standing(stored.records(transaction, of, ["cycle"], since_us), entry_of)


def reviews(transaction: Transaction, of: Collection[str]) -> dict[str, str]:
    """Return the date of the next re-evaluation by resident, from the newest step of an open cycle."""
    found: dict[str, str] = {}
    for one in stored.records(transaction, of, ["cycle"]):
        found.setdefault(one.resident, _review(entry_of(one)))
    return {resident: day for resident, day in found.items() if day}


def add(
    transaction: Transaction,
    of: str,
    kind: str,
    signed: tuple[str, int],
    body: ScoreBody | CareNoteBody | CycleBody | News2Body,
) -> StoredRecord:
    """Store a record, signed with who and when.

    Raises:
        Refused: it corrects what is not there.
    """
    by, at_us = signed
    known = {one.id for one in stored.records(transaction, [of], [kind])}
    if body.corrects is not None and body.corrects not in known:
        raise sentences.nothing_to_correct(body.corrects)
    encoded = msgspec.json.encode(body)
    row: dict[str, Any] = {"resident": of, "kind": kind, "at_us": at_us, "by": by}
    number = stored.add_record(transaction, {**row, "corrects": body.corrects, "body": encoded})
    return stored.StoredRecord(number, of, kind, at_us, by, body.corrects, encoded)


def standing(found: list[StoredRecord], show: Callable[[StoredRecord], _V]) -> list[_V]:
    """Return records as they are shown, without those that were corrected."""
    corrected = {one.corrects for one in found}
    return [show(one) for one in found if one.id not in corrected]


@dataclass(frozen=True, slots=True)
class Records:
    """The endpoints."""

    authority: Authority

    async def scores(self, request: Request) -> Response:
        """List the assessments of a resident, newest first."""
        return await self._listed(request, lambda tx, of: scores(tx, [of]))

    async def notes(self, request: Request) -> Response:
        """List the notes of a resident, newest first."""
        return await self._listed(request, lambda tx, of: notes(tx, [of]))

    async def cycle(self, request: Request) -> Response:
        """List the steps of a resident's care cycles, newest first."""
        return await self._listed(request, lambda tx, of: cycle(tx, [of]))

    async def add_score(self, request: Request) -> Response:
        """Record an assessment."""
        body = await bodies.read(request, ScoreBody)
        residents.local_date(body.assessed_on, "assessedOn")
        _check_score(body)
        return await self._added(request, "score", body, score_of)

    async def add_note(self, request: Request) -> Response:
        """Record a note."""
        body = await bodies.read(request, CareNoteBody)
        return await self._added(request, "note", body, note_of)

    async def add_step(self, request: Request) -> Response:
        """Record a step of a care cycle."""
        body = await bodies.read(request, CycleBody)
        dates = {"dated": body.dated, "reviewOn": body.review_on or body.dated}
        for field, text in (*dates.items(), *(("items.due", item.due) for item in body.items)):
            residents.local_date(text, field)
        return await self._added(request, "cycle", body, entry_of)

    async def _listed(
        self, request: Request, find: Callable[[Transaction, str], list[_V]]
    ) -> Response:
        parameters.only(request, ())
        now_us = self.authority.now_us()

        def read(transaction: Transaction) -> list[_V]:
            return find(transaction, residents.reached(transaction, request, now_us).id)

        return json_response(written(await self.authority.read(read)))

    async def _added(
        self,
        request: Request,
        kind: str,
        body: ScoreBody | CareNoteBody | CycleBody,
        show: Callable[[StoredRecord], _V],
    ) -> Response:
        now_us = self.authority.now_us()
        by = request.state.caller.name

        def store(transaction: Transaction) -> StoredRecord:
            of = residents.reached(transaction, request, now_us).id
            residents.consented(transaction, of, Scope.RECORDS)
            if isinstance(body, CycleBody):
                _check_open(stored.records(transaction, [of], [kind]), body)
            return add(transaction, of, kind, (by, now_us), body)

        new = await self.authority.write(store)
        request.state.change = {"record": new.id, "kind": kind}  # not what it says of a person
        return json_response(written(show(new)), 201)


def _check_score(body: ScoreBody) -> None:
    instrument = INSTRUMENTS.get(body.instrument)
    if instrument is None:
        raise sentences.no_instrument(body.instrument, INSTRUMENTS)
    try:
        totals(instrument, Answers(body.scores, body.burdens))
    except (ScoreOutOfRange, UnknownItem) as error:
        raise sentences.wrong_score(error) from error


def _check_open(known: list[StoredRecord], body: CycleBody) -> None:
    closed = {entry.cycle for entry in map(entry_of, known) if entry.closes}
    if body.cycle in closed and body.corrects is None:
        raise sentences.cycle_closed(body.cycle)


def _review(entry: CycleEntry) -> str:
    return "" if entry.closes else entry.review_on
