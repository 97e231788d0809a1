"""What a caregiver sees: who needs a look, the page of one resident, the handover; and events answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from area_configs.domain.care import (
    Budget,
    CareEvent,
    Handover,
    Look,
    Metric,
    Overview,
    ResidentPage,
    Scope,
)
from platform_hub.server.care import (
    baselines,
    collecting,
    early_warning,
    records,
    residents,
    sentences,
)
from platform_hub.server.care.looks import Evidence, looks
from platform_hub.server.governance import bodies, parameters
from platform_hub.server.governance.answers import json_response
from platform_hub.server.store import care as stored
from platform_hub.wire.care import AnswerBody
from platform_hub.wire.care_views import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from area_configs.domain.care import Baseline, DaySummary
    from platform_hub.server.care.calendars import Calendar
    from platform_hub.server.governance.access import Authority
    from platform_hub.server.settings import CareSettings
    from platform_hub.server.store.care import StoredEvent, StoredResident
    from platform_hub.server.store.database import Transaction

OVERVIEW_PATH = "/area/v1/care/overview"
HANDOVER_PATH = "/area/v1/care/handover"
PAGE_PATH = "/area/v1/care/residents/{id}"
EVENTS_PATH = "/area/v1/care/residents/{id}/events"
ANSWER_PATH = "/area/v1/care/residents/{id}/events/{event}/answer"
AIM = 2  # alerts of a caregiver in a shift
SHIFT_US = 8 * 3_600_000_000
SHOWN_DAYS = 90
_JUDGED_DAYS = baselines.WINDOW_DAYS + 4  # what a look can depend on
_MONTH_US = 28 * 86_400_000_000
_MINUTE_US = 60_000_000
_HOUR_US = 3_600_000_000
_LAST = 1 << 60
_NUMBER = re.compile(r"[0-9]{1,17}")


@dataclass(frozen=True, slots=True)
class Viewing:
    """The endpoints."""

    authority: Authority
    calendar: Calendar
    settings: CareSettings

    async def overview(self, request: Request) -> Response:
        """Say who needs a look, the most urgent first."""
        parameters.only(request, ())
        now_us = self.authority.now_us()

        def find(transaction: Transaction) -> Overview:
            mine = residents.reachable(transaction, request, now_us)
            found = self._looks(transaction, mine, now_us)
            shown = tuple(residents.shown(transaction, mine, now_us))
            return Overview(shown, tuple(found), _budget(transaction, mine, now_us), now_us)

        view = await self.authority.read(find)
        request.state.change = {"residents": [one.id for one in view.residents]}
        return json_response(written(view))

    async def page(self, request: Request) -> Response:
        """Return everything of one resident; `days` says how far back."""
        parameters.only(request, {"days"})
        back = parameters.number(request, "days", SHOWN_DAYS, (1, 400))
        now_us = self.authority.now_us()

        def find(transaction: Transaction) -> ResidentPage:
            one = residents.reached(transaction, request, now_us)
            return self._page(transaction, one, back, now_us)

        return json_response(written(await self.authority.read(find)))

    async def handover(self, request: Request) -> Response:
        """Return what happened to a caregiver's residents; `since` in microseconds, a shift by default."""
        parameters.only(request, {"since"})
        now_us = self.authority.now_us()
        since_us = parameters.number(request, "since", max(0, now_us - SHIFT_US), (0, _LAST))

        def find(transaction: Transaction) -> Handover:
            mine = residents.reachable(transaction, request, now_us)
            names = [one.id for one in mine]
            return Handover(
                since_us,
                tuple(residents.shown(transaction, mine, now_us)),
                tuple(self._looks(transaction, mine, now_us)),
                tuple(map(_event, stored.events(transaction, names, since_us))),
                tuple(records.notes(transaction, names, since_us)),
                tuple(records.cycle(transaction, names, since_us)),
            )

        view = await self.authority.read(find)
        request.state.change = {"residents": [one.id for one in view.residents]}
        return json_response(written(view))

    async def events(self, request: Request) -> Response:
        """List the events of a resident, newest first."""
        parameters.only(request, ())
        now_us = self.authority.now_us()

        def find(transaction: Transaction) -> list[CareEvent]:
            one = residents.reached(transaction, request, now_us)
            return list(map(_event, stored.events(transaction, [one.id])))

        return json_response(written(await self.authority.read(find)))

    async def answer(self, request: Request) -> Response:
        """Acknowledge an event: it was real, or a false alarm."""
        body = await bodies.read(request, AnswerBody)
        now_us = self.authority.now_us()
        by = request.state.caller.name
        values = {
            "acknowledged_us": now_us,
            "acknowledged_by": by,
            "outcome": body.outcome,
            "note": body.note,
        }

        def store(transaction: Transaction) -> CareEvent:
            found = _event_of(transaction, request, now_us)
            if not stored.acknowledge(transaction, found.id, values):
                raise sentences.answered_already(found.acknowledged_by)
            return _event(found._replace(**values))

        done = await self.authority.write(store)
        request.state.change = {"event": done.id, "outcome": done.outcome}
        return json_response(written(done))

    def _looks(
        self, transaction: Transaction, mine: Sequence[StoredResident], now_us: int
    ) -> list[Look]:
        names = [one.id for one in mine]
        today = self.calendar.day_at(now_us)
        due = records.reviews(transaction, names)
        scopes = residents.scopes_of(transaction)
        evidence = Evidence(
            stored.days(transaction, names, today - _JUDGED_DAYS, today),
            stored.events(transaction, names, only_open=True),
            {
                of: self.calendar.begins(self.calendar.number(day)) * _MINUTE_US
                for of, day in due.items()
            },
            stored.newest_minute_hour(transaction),
            frozenset(of for of in names if Scope.WEARABLE in scopes.get(of, ())),
        )
        return looks(mine, evidence, self.calendar, now_us)

    def _page(
        self, transaction: Transaction, one: StoredResident, back: int, now_us: int
    ) -> ResidentPage:
        today = self.calendar.day_at(now_us)
        bodies_ = stored.day_bodies(transaction, one.id, today - back + 1, today)
        days = tuple(map(collecting.summary_of, bodies_))
        month = [day for day in days if today - baselines.WINDOW_DAYS <= day.day < today]
        hour = stored.newest_minute_hour(transaction).get(one.id)
        return ResidentPage(
            residents.shown(transaction, [one], now_us)[0],
            days,
            _usual(month),
            baselines.rhythm(month),
            tuple(self._looks(transaction, [one], now_us)),
            tuple(map(_event, stored.events(transaction, [one.id]))),
            tuple(records.scores(transaction, [one.id])),
            tuple(records.notes(transaction, [one.id])),
            tuple(records.cycle(transaction, [one.id])),
            None if hour is None else (hour + 1) * _HOUR_US,
            residents.versions(transaction, one.id),
            early_warning.warnings(transaction, one.id, self.settings),
        )


def _usual(month: Iterable[DaySummary]) -> dict[str, Baseline]:
    days = list(month)
    found = {}
    for metric, floor in baselines.FLOORS.items():
        values = [known for day in days if (known := day.metrics[metric].value) is not None]
        if usual := baselines.baseline(values, floor):
            found[str(Metric(metric))] = usual
    return found


def _budget(transaction: Transaction, mine: Sequence[StoredResident], now_us: int) -> Budget:
    recent = stored.events(transaction, [one.id for one in mine], now_us - _MONTH_US)
    alerts = sum(one.at_us >= now_us - SHIFT_US for one in recent)
    judged = [one.outcome == "confirmed" for one in recent if one.outcome]
    return Budget(alerts, AIM, sum(judged) / len(judged) if judged else None)


def _event_of(transaction: Transaction, request: Request, now_us: int) -> StoredEvent:
    one = residents.reached(transaction, request, now_us)
    number = request.path_params["event"]
    found = stored.event(transaction, int(number)) if _NUMBER.fullmatch(number) else None
    if found is None or found.resident != one.id:
        raise sentences.no_event(number)
    return found


def _event(one: StoredEvent) -> CareEvent:
    return CareEvent(*one)
