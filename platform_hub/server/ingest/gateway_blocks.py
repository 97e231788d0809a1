"""`POST /ngsi-ld/ex/v1/blocks`: a gateway's blocks are stored, committed, then acknowledged."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.responses import Response

from platform_hub.server.governance.answers import Refused, bad_request, plain
from platform_hub.server.history.batches import Batch, joined
from platform_hub.server.ingest import acceptance, watermarks
from platform_hub.server.store import gateways
from platform_hub.wire import acknowledgements, blocks, problems
from platform_hub.wire.acknowledgements import Acknowledgement

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from platform_hub.server.governance.keys import Caller
    from platform_hub.server.history.recording import Recorder
    from platform_hub.server.settings import HubSettings
    from platform_hub.server.store.database import Database, Transaction
    from platform_hub.wire.acknowledgements import Refusal
    from platform_hub.wire.blocks import Columns

PATH = "/ngsi-ld/ex/v1/blocks"
_MAX = (1 << 63) - 1
_DIGITS = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Parcel:
    """One request: whose log, what waits there, and the blocks."""

    gateway: str
    epoch: int
    backlog: int
    oldest: int
    blocks: tuple[Columns, ...] = ()
    batch: Batch = field(default_factory=Batch)
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Ingest:
    """The endpoint."""

    database: Database
    recorder: Recorder
    settings: HubSettings
    now_us: Callable[[], int]

    async def post(self, request: Request) -> Response:
        """Store the blocks of a request; one without blocks only says how the gateway is."""
        parcel = _addressed(request)
        caller: Caller = request.state.caller
        if not caller.may_store_for(parcel.gateway):
            detail = f"this key belongs to gateway {caller.name}, not to {parcel.gateway}"
            raise Refused(problems.forbidden(detail))
        body = await self._body(request)
        parcel = await to_thread.run_sync(self._unpack, parcel, body)
        stored = self.database.write(
            lambda tx: self._store(tx, parcel), shared=True, lane=parcel.gateway
        )
        answer = await asyncio.wrap_future(stored)
        return Response(acknowledgements.encode(answer), media_type="application/json")

    async def _body(self, request: Request) -> bytes:
        """Read the body, but never more than is allowed."""
        limit = self.settings.max_body_bytes
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > limit:
                raise _too_large(f"the body is longer than {limit} bytes")
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if body and media_type != blocks.MEDIA_TYPE:
            detail = f"blocks are sent as {blocks.MEDIA_TYPE}, not as {media_type or 'nothing'}"
            raise Refused(plain(415, "Unsupported media type", detail))
        return bytes(body)

    def _unpack(self, parcel: Parcel, body: bytes) -> Parcel:
        found: list[Columns] = []
        count = 0
        try:
            for data in blocks.split(body):
                found.append(block := blocks.decode_columns(data))
                count += len(block.instants)
                if count > self.settings.max_body_readings:
                    limit = self.settings.max_body_readings
                    raise _too_large(f"the blocks hold more than {limit} readings")
        except blocks.BadBlock as error:
            raise bad_request(
                f"{error}; nothing of this request was stored: send it again"
            ) from error
        for block in found:
            _check(parcel, block)
        taken = [acceptance.sorted_out(block) for block in found]
        batch = joined([good for good, _ in taken]).ordered()
        batch.timed()  # written here, while the writer waits for the database with another parcel
        refused = tuple(refusal for _, refusals in taken for refusal in refusals)
        return replace(parcel, blocks=tuple(found), batch=batch, refused=refused)

    def _store(self, transaction: Transaction, parcel: Parcel) -> Acknowledgement:
        now_us = self.now_us()
        # First, as it holds the gateway: its watermark is moved by one job at a time.
        gateways.saw(transaction, parcel.gateway, parcel.epoch, now_us, parcel.backlog)
        batch = parcel.batch
        stored = self.recorder.record_batch(transaction, parcel.gateway, batch, now_us)
        before = gateways.arrived(transaction, parcel.gateway, parcel.epoch)
        runs = [(block.first_seq, block.last_seq) for block in parcel.blocks if block.instants]
        state = watermarks.arrive(before, runs, parcel.oldest)
        if state != before:
            gateways.save_arrived(transaction, parcel.gateway, parcel.epoch, before, state)
        return Acknowledgement(
            parcel.gateway,
            parcel.epoch,
            state.upto,
            stored,
            len(batch) - stored,
            parcel.refused,
            state.ahead,
        )


def _addressed(request: Request) -> Parcel:
    gateway = request.headers.get(acknowledgements.GATEWAY_HEADER, "")
    if not acceptance.is_name(gateway):
        raise bad_request(f"header {acknowledgements.GATEWAY_HEADER} must name the gateway")
    return Parcel(
        gateway,
        _number(request, acknowledgements.EPOCH_HEADER),
        _number(request, acknowledgements.BACKLOG_HEADER, "0"),
        _number(request, acknowledgements.OLDEST_HEADER, "0"),
    )


def _number(request: Request, header: str, default: str = "") -> int:
    text = request.headers.get(header, default)
    if not (_DIGITS.fullmatch(text) and int(text) <= _MAX):
        raise bad_request(f"header {header} must be a whole number, not {text[:40]!r}")
    return int(text)


def _check(parcel: Parcel, block: Columns) -> None:
    if (block.gateway, block.epoch) != (parcel.gateway, parcel.epoch):
        raise bad_request(
            f"block of gateway {block.gateway!r}, epoch {block.epoch} does not belong to "
            f"{parcel.gateway!r}, epoch {parcel.epoch} of the headers"
        )
    if block.first_seq < 1 or block.last_seq > _MAX:
        raise bad_request(f"sequence numbers begin at 1 and fit 63 bits, not {block.first_seq}")


def _too_large(detail: str) -> Refused:
    return Refused(plain(413, "Content too large", f"{detail}: send fewer blocks at once"))
