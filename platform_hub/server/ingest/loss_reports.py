"""`POST /ngsi-ld/ex/v1/losses`: what a gateway has lost is noted, so that people can see it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from area_configs.domain.errors import BadFrame
from platform_hub.server.governance.answers import Refused, bad_request, plain
from platform_hub.server.ingest import acceptance
from platform_hub.server.store import gateways
from platform_hub.wire import losses, problems
from platform_hub.wire.losses import Receipt

if TYPE_CHECKING:
    from starlette.requests import Request

    from platform_hub.server.governance.keys import Caller
    from platform_hub.server.store.database import Database
    from platform_hub.wire.losses import Report

PATH = "/ngsi-ld/ex/v1/losses"
_MOST_BYTES = 1 << 20
_MAX = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class LossReports:
    """The endpoint."""

    database: Database

    async def post(self, request: Request) -> Response:
        """Note the losses of a report; those that are known stay as they are."""
        report = await _report(request)
        caller: Caller = request.state.caller
        if not caller.may_store_for(report.gateway):
            detail = f"this key belongs to gateway {caller.name}, not to {report.gateway}"
            raise Refused(problems.forbidden(detail))
        await asyncio.wrap_future(
            self.database.write(
                lambda tx: gateways.lose(tx, report.gateway, report.epoch, report.losses)
            )
        )
        upto = max((loss.number for loss in report.losses), default=0)
        receipt = Receipt(report.gateway, report.epoch, upto)
        return Response(losses.encode(receipt), media_type="application/json")


async def _report(request: Request) -> Report:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            detail = f"the report is longer than {_MOST_BYTES} bytes: send fewer losses at once"
            raise Refused(plain(413, "Content too large", detail))
    try:
        report = losses.decode_report(bytes(body))
    except BadFrame as error:
        raise bad_request(f"{error}; nothing was noted") from error
    if not acceptance.is_name(report.gateway):
        raise bad_request("the report must name the gateway")
    for loss in report.losses:
        numbers = (loss.number, loss.first_seq, loss.last_seq, loss.readings, report.epoch)
        if not all(0 <= number <= _MAX for number in numbers):
            raise bad_request(f"the numbers of loss {loss.number} are not possible ones")
        if not all(-_MAX <= instant <= _MAX for instant in (loss.begins_us, loss.ends_us)):
            raise bad_request(f"the instants of loss {loss.number} are not possible ones")
    return report
