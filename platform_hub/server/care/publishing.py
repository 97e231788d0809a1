"""What leaves the hub: a resident's days as FHIR under consent, and counts of many behind the gate."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from area_configs.domain.care import Scope
from platform_hub.server.care import collecting, fhir, records, residents, sentences
from platform_hub.server.care.gate import ROUND_TO, K, gated
from platform_hub.server.governance import parameters
from platform_hub.server.governance.answers import json_response
from platform_hub.server.store import care as stored

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.care.calendars import Calendar
    from platform_hub.server.governance.access import Authority
    from platform_hub.server.store.database import Transaction

FHIR_PATH = "/area/v1/care/residents/{id}/fhir"
STATISTICS_PATH = "/area/v1/care/statistics"
_STEP_BOUNDS = (1000.0, 3000.0)
_SLEEP_BOUNDS = (360.0, 480.0)
_STEP_NAMES = ("under 1000 steps", "1000 to 2999 steps", "3000 steps and more")
_SLEEP_NAMES = ("under 6 h asleep", "6 to 8 h asleep", "over 8 h asleep")
_MONTH = 28
_LEAST_DAYS = 7


@dataclass(frozen=True, slots=True)
class Publishing:
    """The endpoints."""

    authority: Authority
    calendar: Calendar

    async def fhir(self, request: Request) -> Response:
        """Return a FHIR R4 bundle of the last days of one resident, under consent."""
        parameters.only(request, {"days"})
        back = parameters.number(request, "days", _MONTH, (1, 400))
        now_us = self.authority.now_us()

        def find(transaction: Transaction) -> dict[str, Any]:
            one = residents.reached(transaction, request, now_us)
            residents.consented(transaction, one.id, Scope.WEARABLE)
            today = self.calendar.day_at(now_us)
            bodies = stored.day_bodies(transaction, one.id, today - back + 1, today)
            held = residents.scopes_of(transaction, one.id).get(one.id, frozenset())
            scores = records.scores(transaction, [one.id]) if Scope.RECORDS in held else []
            days = list(map(collecting.summary_of, bodies))
            return fhir.bundle(one.id, days, scores, self.calendar)

        found = await self.authority.read(find)
        request.state.change = {"entries": len(found["entry"]), "basis": "consent: wearable"}
        headers = {"Content-Disposition": 'attachment; filename="resident.fhir.json"'}
        return json_response(found, headers=headers)

    async def statistics(self, request: Request) -> Response:
        """Return how many residents move and sleep how much, in cells of ten people and more."""
        parameters.only(request, ())
        now_us = self.authority.now_us()
        counts = await self.authority.read(lambda tx: self._counts(tx, now_us))
        total = sum(map(sum, counts))
        if total < K:
            raise sentences.too_few(K)
        request.state.change = {"basis": "consent: research", "k": K}
        return json_response(
            {
                "period": f"the {_MONTH} days before {self.calendar.text(self.calendar.day_at(now_us))}",
                "k": K,
                "roundedTo": ROUND_TO,
                "rows": _STEP_NAMES,
                "columns": _SLEEP_NAMES,
                "residents": gated(counts),
            }
        )

    def _counts(self, transaction: Transaction, now_us: int) -> list[list[int]]:
        scopes = residents.scopes_of(transaction)
        agreed = [of for of, held in scopes.items() if {Scope.RESEARCH, Scope.WEARABLE} <= held]
        today = self.calendar.day_at(now_us)
        found: dict[str, list[tuple[float, float]]] = {}
        for day in stored.days(transaction, agreed, today - _MONTH, today - 1):
            if day.steps is not None and day.sleep_min is not None:
                found.setdefault(day.resident, []).append((day.steps, day.sleep_min))
        counts = [[0] * len(_SLEEP_NAMES) for _ in _STEP_NAMES]
        for known in found.values():
            if len(known) >= _LEAST_DAYS:
                steps, asleep = (fmean(column) for column in zip(*known, strict=True))
                row, column = bisect_right(_STEP_BOUNDS, steps), bisect_right(_SLEEP_BOUNDS, asleep)
                counts[row][column] += 1
        return counts
