"""NEWS2 at the hub: off unless the settings say so, from complete sets that a person entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from area_configs.domain.care import EarlyWarning, Scope
from area_configs.domain.care_news2 import News2Set, news2
from platform_hub.server.care import records, residents, sentences
from platform_hub.server.governance import bodies, parameters
from platform_hub.server.governance.answers import json_response
from platform_hub.server.store import care as stored
from platform_hub.wire.care import News2Body
from platform_hub.wire.care_views import written

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.governance.access import Authority
    from platform_hub.server.settings import CareSettings
    from platform_hub.server.store.care import StoredRecord
    from platform_hub.server.store.database import Transaction

NEWS2_PATH = "/area/v1/care/residents/{id}/news2"
KIND = "news2"
_INPUTS = ("respiration", "spo2", "oxygen", "systolic", "pulse", "alert", "temperature")
_MINUTE_US = 60_000_000


def warnings(
    transaction: Transaction, of: str, settings: CareSettings
) -> tuple[EarlyWarning, ...] | None:
    """Return what was recorded, newest first and without what was corrected; None where it is off."""
    if not settings.news2:
        return None
    found = stored.records(transaction, [of], [KIND])
    return tuple(records.standing(found, warning_of))


def warning_of(one: StoredRecord) -> EarlyWarning:
    """Return a stored set with its score."""
    body = msgspec.json.decode(one.body, type=News2Body)
    given = _given(body)
    score = news2(given)
    if score is None:
        raise ValueError(f"the stored NEWS2 {one.id} is not complete")  # none is ever stored
    return EarlyWarning(
        one.id,
        one.at_us,
        one.by,
        body.taken_us,
        given,
        dict(score.points),
        score.total,
        score.level,
        one.corrects,
    )


@dataclass(frozen=True, slots=True)
class EarlyWarnings:
    """The endpoints."""

    authority: Authority
    settings: CareSettings

    async def list_all(self, request: Request) -> Response:
        """List what was recorded of a resident, newest first."""
        parameters.only(request, ())
        now_us = self.authority.now_us()

        def find(transaction: Transaction) -> tuple[EarlyWarning, ...]:
            of = residents.reached(transaction, request, now_us).id
            found = warnings(transaction, of, self.settings)
            if found is None:
                raise sentences.news2_off()
            return found

        return json_response(written(await self.authority.read(find)))

    async def add(self, request: Request) -> Response:
        """Record a complete set."""
        body = await bodies.read(request, News2Body)
        now_us = self.authority.now_us()
        by = request.state.caller.name

        def store(transaction: Transaction) -> StoredRecord:
            of = residents.reached(transaction, request, now_us).id
            self._check(body, now_us)
            residents.consented(transaction, of, Scope.RECORDS)
            return records.add(transaction, of, KIND, (by, now_us), body)

        new = await self.authority.write(store)
        request.state.change = {"record": new.id, "kind": KIND}  # not what it says of a person
        return json_response(written(warning_of(new)), 201)

    def _check(self, body: News2Body, now_us: int) -> None:
        if not self.settings.news2:
            raise sentences.news2_off()
        missing = [name for name in _INPUTS if getattr(body, name) is None]
        if missing:
            raise sentences.incomplete(missing)
        if body.taken_us > now_us + _MINUTE_US:
            raise sentences.not_yet()


def _given(body: News2Body) -> News2Set:
    return News2Set(
        body.respiration,
        body.spo2,
        body.oxygen,
        body.systolic,
        body.pulse,
        body.alert,
        body.temperature,
        body.second_scale,
    )
