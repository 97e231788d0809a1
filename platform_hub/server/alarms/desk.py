"""The operator's desk: alarms listed, acknowledged, shelved and reset; the journal and its sums.

Who may act at all stands in the access matrix. Beyond that: only the area manager shelves or takes
out of service what protects people, and a caregiver acknowledges but takes nothing away.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from platform_hub.server.alarms import states, statistics_of
from platform_hub.server.governance import bodies, parameters
from platform_hub.server.governance.answers import Refused, bad_request, json_response, not_found
from platform_hub.server.governance.roles import Role
from platform_hub.server.store import alarms as stored
from platform_hub.server.store.database import StoreUnavailable
from platform_hub.wire import alarms as wire
from platform_hub.wire import problems
from platform_hub.wire.alarms import (
    AcknowledgeBody,
    AlarmLine,
    NoteBody,
    ReasonBody,
    Shelf,
    ShelveBody,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.alarms.judging import Judge
    from platform_hub.server.alarms.states import Alarm, Outcome
    from platform_hub.server.governance.access import Authority
    from platform_hub.server.store.alarms import Line
    from platform_hub.server.store.database import Transaction
    from platform_hub.server.stream.feed import Feed
    from platform_hub.wire.alarms import AlarmView

PATH = "/area/v1/alarms"
ONE_PATH = "/area/v1/alarms/{id}"
ACTION_PATH = "/area/v1/alarms/{id}/{action}"
ACKNOWLEDGE_PATH = "/area/v1/alarms/acknowledge"
JOURNAL_PATH = "/area/v1/alarm-journal"
STATISTICS_PATH = "/area/v1/alarm-statistics"
ACTIONS = ("acknowledge", "shelve", "unshelve", "reset", "out-of-service", "in-service")
_LAST = 1 << 60
_MOST_HOURS = 24 * 366
_HOUR_US = 3_600_000_000
_HIDING = frozenset({"shelve", "out-of-service"})


@dataclass(slots=True)
class AlarmDesk:
    """The endpoints, and the work that goes on without being asked."""

    authority: Authority
    judge: Judge
    feed: Feed
    _told: int = field(default=0, init=False)  # revision; 0 is an alarm that never changed
    _judging: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def work(self) -> None:
        """Judge what is new; tell what changed, here or in another hub process."""
        async with self._judging:
            now_us, more = self.authority.now_us(), True
            with contextlib.suppress(StoreUnavailable):  # it is judged the next time
                if not await self.authority.read(lambda tx: self.judge.has_work(tx, now_us)):
                    more = False
                while more:
                    _, more = await self.authority.write(lambda tx: self.judge.step(tx, now_us))
                self.tell(await self.authority.read(lambda tx: self.judge.views(tx, self._told)))

    def tell(self, views: Iterable[AlarmView]) -> None:
        """Tell every follower of the live stream."""
        for view in views:
            if view.revision > self._told:
                self.feed.tell(wire.ALARM, view.id, wire.alarm_event(view))
        self._told = max([self._told, *(view.revision for view in views)])

    async def list_all(self, request: Request) -> Response:
        """List every alarm in file order; `state` picks some, as in `state=shelved`."""
        parameters.only(request, {"state"})
        state = request.query_params.get("state", "")
        if state and state not in list(wire.AlarmState):
            known = ", ".join(wire.AlarmState)
            raise bad_request(f"there is no state {state[:80]!r}; known: {known}")
        found = await self.authority.read(self.judge.views)
        return json_response([one for one in found if not state or one.state == state])

    async def retrieve(self, request: Request) -> Response:
        """Return one alarm."""
        return json_response(await self._view(request.path_params["id"]))

    async def act(self, request: Request) -> Response:
        """Do what the last part of the path says: one of `ACTIONS`."""
        ident, action = request.path_params["id"], request.path_params["action"]
        before = await self._view(ident)
        self._check(request, ident, action)
        turn = await self._turn(request, action)
        after = await self._apply([ident], turn)
        request.state.change = {"alarm": ident, "before": before.state, "action": action}
        return json_response(after[0] if after else await self._view(ident))

    async def acknowledge_all(self, request: Request) -> Response:
        """Acknowledge several alarms at once."""
        body = await bodies.read(request, AcknowledgeBody)
        known = {rule.id for rule in self.judge.area.alarms}
        if unknown := [ident for ident in body.ids if ident not in known]:
            raise not_found(f"there is no alarm {unknown[0][:80]}")
        by, now_us = request.state.caller.name, self.authority.now_us()
        turn = partial(states.acknowledged, by=by, note=body.note, now_us=now_us)
        changed = await self._apply(body.ids, turn)
        request.state.change = {"acknowledged": [view.id for view in changed], "note": body.note}
        return json_response(changed)

    async def journal(self, request: Request) -> Response:
        """List the journal, newest first; `before` is the `seq` of the last line of a page."""
        parameters.only(request, {"before", "limit", "alarm"})
        before = parameters.number(request, "before", 0, (0, _LAST))
        limit = parameters.limit(request)
        of = request.query_params.get("alarm", "")
        found = await self.authority.read(lambda tx: stored.journal(tx, before, limit, of))
        return json_response([_shown(line) for line in found])

    async def statistics(self, request: Request) -> Response:
        """Sum up the last hours: rate, floods, chattering, stale alarms, time to acknowledge.

        With `until_us` they are the hours before that instant, as they would have been told then.
        """
        parameters.only(request, {"hours", "until_us"})
        hours = parameters.number(request, "hours", 24, (1, _MOST_HOURS))
        now_us = self.authority.now_us()
        ends_us = parameters.number(request, "until_us", now_us, (0, now_us))
        begins_us = ends_us - hours * _HOUR_US

        def sums(transaction: Transaction) -> dict[str, Any]:
            lines = stored.lines_between(transaction, begins_us, ends_us)
            if ends_us == now_us:
                views = self.judge.views(transaction)
                standing = {one.id: one.raised_us for one in views if one.active}
            else:
                standing = stored.standing_at(transaction, ends_us)
            return statistics_of.summary(lines, standing, begins_us, ends_us)

        return json_response(await self.authority.read(sums))

    async def _view(self, ident: str) -> AlarmView:
        views = await self.authority.read(self.judge.views)
        found = next((view for view in views if view.id == ident), None)
        if found is None:
            raise not_found(f"there is no alarm {ident[:80]}")
        return found

    def _check(self, request: Request, ident: str, action: str) -> None:
        if action not in ACTIONS:
            raise not_found(f"there is no action {action[:80]}; known: {', '.join(ACTIONS)}")
        role = request.state.caller.role
        if role is Role.CAREGIVER and action != "acknowledge":
            raise Refused(problems.forbidden("a caregiver acknowledges alarms and no more"))
        rule = next(rule for rule in self.judge.area.alarms if rule.id == ident)
        if rule.life_safety and action in _HIDING and role is not Role.MANAGER:
            detail = f"{ident} protects people: only the area manager may take it away"
            raise Refused(problems.forbidden(detail))

    async def _turn(self, request: Request, action: str) -> Callable[[Alarm], Outcome]:
        by, now_us = request.state.caller.name, self.authority.now_us()
        if action == "shelve":
            body = await bodies.read(request, ShelveBody)
            shelf = Shelf(by, body.reason, now_us + body.for_s * 1_000_000)
            return partial(states.shelved, shelf=shelf, now_us=now_us)
        if action == "out-of-service":
            why = (await bodies.read(request, ReasonBody)).reason
            return partial(states.taken_out, by=by, reason=why, now_us=now_us)
        note = (await bodies.read(request, NoteBody)).note
        if action in {"acknowledge", "reset"}:
            turn = states.acknowledged if action == "acknowledge" else states.reset
            return partial(turn, by=by, note=note, now_us=now_us)
        back = states.unshelved if action == "unshelve" else states.put_back
        return partial(back, by=by, now_us=now_us)

    async def _apply(
        self, idents: Iterable[str], turn: Callable[[Alarm], Outcome]
    ) -> list[AlarmView]:
        now_us = self.authority.now_us()
        changed = await self.authority.write(lambda tx: self.judge.act(tx, idents, turn, now_us))
        for view in changed:
            self.feed.tell(wire.ALARM, view.id, wire.alarm_event(view))
        return changed


def _shown(line: Line) -> AlarmLine:
    return AlarmLine(
        line.seq,
        line.alarm,
        line.at_us,
        line.what,
        line.state,
        line.priority,
        line.value,
        line.by,
        line.note,
    )
