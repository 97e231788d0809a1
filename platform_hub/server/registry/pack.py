"""The area's own files over HTTP: fetched as one zip, changed by sending another, version by version.

A pack is known by the digest of its contents, which is its ETag. Whoever sends one says which he
changed (`If-Match`, RFC 9110, 13.1.1). It is checked as a whole, by the loader that everybody uses,
before anything is stored; then it is in force at once, and its gateways are told.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from starlette.responses import Response

from area_configs import area_pack
from area_configs.domain.errors import AreaFileError
from area_configs.loader import AREA_FILE, load_area
from platform_hub.server.governance import bodies, parameters
from platform_hub.server.governance.answers import Refused, json_response, not_found, plain
from platform_hub.server.history import seeding
from platform_hub.server.registry import area_orders, differences
from platform_hub.server.registry.configuration import note_of
from platform_hub.server.store import area_versions as stored
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from area_configs.domain.areas import Area
    from platform_hub.server.registry.office import Office
    from platform_hub.server.store.area_versions import AreaVersion
    from platform_hub.server.store.database import Transaction
    from platform_hub.wire.commands import Order

_LOG = logging.getLogger(__name__)
PATH = "/area/v1/pack"
VERSIONS_PATH = "/area/v1/pack/versions"
DIFF_PATH = "/area/v1/pack/diff"
MEDIA_TYPE = "application/zip"
MOST_BYTES = 256 << 20
FOUNDER = "area-hub"  # whoever installed the first version, or changed the folder by hand
_HIGHEST = 1 << 53
_FIXED = ("id", "timezone")
_SHOWN_MISTAKES = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """A pack that was found to be right."""

    area: Area
    digest: str
    hashes: dict[str, str]
    contents: dict[str, bytes]


class Pack:
    """The endpoints, and the area in force among the versions.

    Args:
        office: the common ground.
        digest: of the version in force, empty where the area was never changed from here.
        pack: gives the zip of an area that was never changed from here.
        folder: where the area's files stand; None where they cannot be changed.
        adopt: told of each area that comes into force.
    """

    def __init__(
        self,
        office: Office,
        digest: str,
        pack: Callable[[], bytes],
        folder: Path | None,
        adopt: Callable[[Area], None],
    ) -> None:
        self._office, self._pack, self._folder, self._adopt = office, pack, folder, adopt
        self._in_force = digest
        self._founded = ""
        self._zips: dict[str, bytes] = {}
        self._one_at_a_time = asyncio.Lock()

    async def get(self, request: Request) -> Response:
        """Send the zip, or 304 where the caller has it; `digest` asks for a certain one."""
        parameters.only(request, {"digest"})
        wanted = request.query_params.get("digest", "")
        async with self._one_at_a_time:
            etag = f'"{await self._digest(wanted)}"'
            headers = {"ETag": etag, "Cache-Control": "no-cache"}
            if _matches(request.headers.get("if-none-match", ""), etag):
                return Response(status_code=304, headers=headers)
            content = await self._zip(etag.strip('"'))
        return Response(content, media_type=MEDIA_TYPE, headers=headers)

    async def put(self, request: Request) -> Response:
        """Check a pack, store it as the next version, put it in force and tell its gateways."""
        if self._folder is None:
            raise Refused(plain(409, "Conflict", "this hub serves an area that cannot be changed"))
        expected = _expected(request)
        if request.headers.get("content-type", "").partition(";")[0].strip() != MEDIA_TYPE:
            raise Refused(plain(415, "Unsupported media type", f"send the pack as {MEDIA_TYPE}"))
        data = await bodies.whole(request, MOST_BYTES)
        sent = await to_thread.run_sync(_checked, data, self._office.area, self._folder.parent)
        async with self._one_at_a_time:
            new, orders = await self._store(request, sent, expected)
            left = area_orders.concerned(self._office.area, sent.area)
            await self._take(new)
        self._office.tell(orders)
        told = [order.gateway for order in orders]
        change = {"version": new.number, "digest": new.digest, "note": new.note, "gateways": told}
        request.state.change = change
        answer = {**change, "notTold": [one for one in left if one not in told]}
        return json_response(answer, 200, {"ETag": f'"{new.digest}"'})

    async def versions(self, request: Request) -> Response:
        """List the versions, newest first; none where the area was never changed from here."""
        parameters.only(request, {"limit"})
        limit = parameters.limit(request)
        found = await self._office.authority.read(lambda tx: stored.versions(tx, limit))
        return json_response([_shown(one) for one in found])

    async def diff(self, request: Request) -> Response:
        """Say where two versions differ; `from` is by default the one before `to`, the newest."""
        parameters.only(request, {"from", "to"})
        asked = parameters.number(request, "to", 0, (0, _HIGHEST))
        after, new = await self._document(asked)
        begin = parameters.number(request, "from", after - 1, (0, _HIGHEST))
        old = (await self._document(begin))[1] if begin else {}
        found = differences.between(old, new)
        return json_response({"from": begin, "to": after, "changes": list(found)})

    async def look(self) -> None:
        """Take up a version that another process of this hub has stored."""
        newest = await self._office.authority.read(stored.newest)
        if newest is not None and newest.digest != self._in_force:
            async with self._one_at_a_time:
                await self._take(newest)

    async def _digest(self, wanted: str) -> str:
        def find(transaction: Transaction) -> AreaVersion | None:
            if wanted:
                return stored.find(transaction, digest=wanted)
            return stored.newest(transaction)

        found = await self._office.authority.read(find)
        if found is not None:
            return found.digest
        first = await self._first_digest()
        if wanted and wanted != first:
            raise not_found(f"there is no area pack of digest {wanted[:80]}")
        return first

    async def _first_digest(self) -> str:
        """Return the digest of an area that was never changed from here."""
        if not self._founded:
            self._founded = await to_thread.run_sync(self._found_digest)
        return self._founded

    def _found_digest(self) -> str:
        if self._folder is None:
            return hashlib.sha256(self._pack()).hexdigest()
        return area_pack.digest(area_pack.hashes_of(area_pack.files_of(self._folder)))

    async def _zip(self, digest: str) -> bytes:
        if digest not in self._zips:
            version = await self._office.authority.read(lambda tx: stored.find(tx, digest=digest))
            made = await (
                to_thread.run_sync(self._pack) if version is None else self._packed(version)
            )
            self._zips = {digest: made}  # the newest is asked for again and again, others once
        return self._zips[digest]

    async def _packed(self, version: AreaVersion) -> bytes:
        files = await self._office.authority.read(lambda tx: stored.contents(tx, version))
        return await to_thread.run_sync(area_pack.pack_files, files)

    async def _store(
        self, request: Request, sent: Sent, expected: str
    ) -> tuple[AreaVersion, list[Order]]:
        office, before = self._office, self._office.area
        note, by = note_of(request), request.state.caller.name
        now_us = office.authority.now_us()
        first = await to_thread.run_sync(self._first_version, now_us)

        def store(transaction: Transaction) -> tuple[AreaVersion, list[Order]]:
            newest = stored.newest(transaction)
            if newest is None:
                newest, contents = first
                stored.add(transaction, newest, contents)
            if expected not in {newest.digest, "*"}:
                detail = f"version {newest.number} is there by now: fetch it and change that one"
                raise Refused(
                    plain(412, "Precondition failed", detail), {"ETag": f'"{newest.digest}"'}
                )
            if sent.digest == newest.digest:
                return newest, []
            new = stored.AreaVersion(newest.number + 1, sent.digest, sent.hashes, note, now_us, by)
            stored.add(transaction, new, sent.contents)
            seeding.seed(transaction, sent.area, now_us)
            told = area_orders.concerned(before, sent.area)
            said = (note, by, now_us)
            return new, area_orders.send(transaction, sent.area, told, new.digest, said)

        return await office.authority.write(store)

    def _first_version(self, now_us: int) -> tuple[AreaVersion, dict[str, bytes]]:
        files = area_pack.files_of(self._folder or "")
        return version_of(files, 1, now_us)

    async def _take(self, version: AreaVersion) -> None:
        """Put a stored version in force, and into the folder for the next start."""
        files = await self._office.authority.read(lambda tx: stored.contents(tx, version))
        area = await to_thread.run_sync(self._placed, files)
        self._in_force = version.digest
        self._adopt(area)

    def _placed(self, files: dict[str, bytes]) -> Area:
        folder = self._folder
        if folder is not None:
            try:
                return load_area(area_pack.put_files(files, folder))
            except AreaFileError as error:  # it is stored: the next start puts it there
                _LOG.error(
                    "the area in force cannot be put into the hub's folder: %s", error
                )  # the sentence says it all
        with tempfile.TemporaryDirectory() as stage:
            return load_area(area_pack.put_files(files, Path(stage) / "area"))

    async def _document(self, number: int) -> tuple[int, dict[str, Any]]:
        """Return a version (the newest for 0) as a document: what its area file says, by ids."""

        def find(transaction: Transaction) -> tuple[AreaVersion, bytes] | None:
            asked = (
                stored.find(transaction, number=number) if number else stored.newest(transaction)
            )
            return asked and (asked, stored.contents(transaction, asked)[AREA_FILE])

        found = await self._office.authority.read(find)
        if found is None:
            raise not_found(
                f"there is no version {number} of the area"
                if number
                else "the area was never changed"
            )
        version, text = found
        files = {name: one for name, one in version.files.items() if name != AREA_FILE}
        area = tomllib.loads(text.decode("utf-8-sig"))
        return version.number, {"area": _by_id(area), "files": files}


def version_of(
    files: dict[str, bytes], number: int, now_us: int, note: str = ""
) -> tuple[AreaVersion, dict[str, bytes]]:
    """Return the version that files in the hub's folder are, with what is stored of them."""
    hashes = area_pack.hashes_of(files)
    digest = area_pack.digest(hashes)
    version = stored.AreaVersion(number, digest, hashes, note, now_us, FOUNDER)
    return version, stored.compressed(files, hashes)


def _checked(data: bytes, before: Area, room: Path) -> Sent:
    """Return what a pack holds; it is unpacked in `room`, where there is space for an area.

    Raises:
        Refused: it is no pack, its area is wrong, or it is another area's.
    """
    with tempfile.TemporaryDirectory(dir=room, prefix=".area-") as stage:
        try:
            folder = area_pack.unpack(data, Path(stage) / "area")
            area, files = load_area(folder), area_pack.files_of(folder)
        except AreaFileError as error:
            raise Refused(
                plain(422, "Unprocessable content", _all_mistakes(error, stage))
            ) from None
    for key in _FIXED:
        if getattr(area, key) != getattr(before, key):
            detail = (
                f"{AREA_FILE}: {key} is {getattr(before, key)!r} and cannot change while the hub "
                "runs: change it in the hub's folder and start the hub again"
            )
            raise Refused(plain(422, "Unprocessable content", detail))
    hashes = area_pack.hashes_of(files)
    return Sent(area, area_pack.digest(hashes), hashes, stored.compressed(files, hashes))


def _all_mistakes(error: AreaFileError, stage: str) -> str:
    told = [one.text().replace(f"{stage}/area/", "") for one in error.mistakes]
    more = f"; and {len(told) - _SHOWN_MISTAKES} more" if len(told) > _SHOWN_MISTAKES else ""
    return f"nothing was stored: {'; '.join(told[:_SHOWN_MISTAKES])}{more}"


def _by_id(value: Any) -> Any:
    """Return a document whose lists of tables with an id are tables by that id."""
    if isinstance(value, dict):
        return {key: _by_id(one) for key, one in value.items()}
    if isinstance(value, list) and value and all(isinstance(v, dict) and "id" in v for v in value):
        return {str(one["id"]): _by_id(one) for one in value}
    return value


def _expected(request: Request) -> str:
    tag = request.headers.get("if-match", "").strip()
    if not tag:
        detail = "say which pack you change: If-Match with the ETag of the one that you fetched"
        raise Refused(plain(428, "Precondition required", detail))
    return tag.removeprefix("W/").strip('"')


def _shown(version: AreaVersion) -> dict[str, Any]:
    return {
        "version": version.number,
        "digest": version.digest,
        "created": timestamps.to_text(version.created_us),
        "createdBy": version.created_by,
        "note": version.note,
    }


def _matches(asked: str, etag: str) -> bool:
    """Compare as If-None-Match does: any of a list, weak or not (RFC 9110, 13.1.2)."""
    tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return etag in tags or "*" in tags
