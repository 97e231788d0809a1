"""Salvage: what can still be read of a damaged segment, without SQLite's help.

Every page of the file and of its write-ahead log is looked at by itself (SQLite file format, 1.5
B-tree pages, 1.6 overflow pages, 2.1 records, 4.1 the WAL format), so that damage in one place
costs only what is there. A block counts only when its checksum is right.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from platform_hub.wire import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Pages = dict[int, bytes]

_PAGE_SIZES = {1 << n for n in range(9, 17)}
_USUAL_PAGE = 4096
_FILE_HEAD, _WAL_HEAD, _FRAME_HEAD = 100, 32, 24
_LEAF = 0x0D  # a leaf of a table
_STORED_US, _BODY = 3, 4  # columns of the table `block`
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 8: 0, 9: 0}  # serial type to bytes
_FIRST_BLOB = 12


class Found(NamedTuple):
    """A block that is whole."""

    block: blocks.Block
    stored_us: int
    body: bytes


def readable_blocks(path: Path, wal: Path) -> dict[int, Found]:
    """Return every whole block of a damaged segment by its first number; the newest version of each."""
    main = _main_pages(path.read_bytes()) if path.exists() else {}
    frames = list(_frames(wal.read_bytes())) if wal.exists() else []
    newest = {**main, **dict(frames)}
    found: dict[int, Found] = {}
    for number, page in (*main.items(), *frames):
        for record in _records(page, number == 1, newest, main):
            found[record.block.first_seq] = record
    return found


def _main_pages(data: bytes) -> Pages:
    (stated,) = struct.unpack_from(">H", data.ljust(18, b"\0"), 16)
    size = stated if stated in _PAGE_SIZES else _USUAL_PAGE
    return {1 + at // size: data[at : at + size] for at in range(0, len(data), size)}


def commits_behind(wal: Path, pages: int) -> int:
    """Return how many commits were written to a write-ahead log behind its first `pages` pages.

    SQLite believes nothing behind a page that is damaged or was torn by a power cut.
    """
    data = wal.read_bytes() if wal.exists() else b""
    return sum(1 for n, (_, commit, _) in enumerate(_all_frames(data), 1) if commit and n > pages)


def _frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of the pages in a write-ahead log, oldest first."""
    return ((number, page) for number, _, page in _all_frames(data))


def _all_frames(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield number, commit mark and content of the pages of the newest round."""
    if len(data) < _WAL_HEAD + _FRAME_HEAD:
        return
    size, _, salt = struct.unpack_from(">II8s", data, 8)
    size = size if size in _PAGE_SIZES else _USUAL_PAGE
    heads = range(_WAL_HEAD, len(data) - _FRAME_HEAD - size + 1, _FRAME_HEAD + size)
    frames = [(at, *struct.unpack_from(">II8s", data, at)) for at in heads]
    if frames and all(frame[3] != salt for frame in frames):
        salt = frames[0][3]  # the head is damaged; the first page is always of the newest round
    for at, number, commit, of in frames:
        if of == salt:  # others are left over from an earlier round
            yield number, commit, data[at + _FRAME_HEAD : at + _FRAME_HEAD + size]


def _records(page: bytes, first: bool, *maps: Pages) -> Iterator[Found]:
    head = _FILE_HEAD if first else 0
    if len(page) < head + 8 or page[head] != _LEAF:
        return
    (count,) = struct.unpack_from(">H", page, head + 3)
    for n in range(min(count, (len(page) - head - 8) // 2)):
        (at,) = struct.unpack_from(">H", page, head + 8 + 2 * n)
        for pages in maps:
            if found := _cell(page, at, pages):
                yield found
                break


def _cell(page: bytes, at: int, pages: Pages) -> Found | None:
    try:
        length, at = _varint(page, at)
        _, at = _varint(page, at)
        return _record(_payload(page, at, length, pages))
    except (IndexError, KeyError, struct.error, blocks.BadBlock):
        return None


def _payload(page: bytes, at: int, length: int, pages: Pages) -> bytes:
    size = len(page)
    most, least = size - 35, (size - 12) * 32 // 255 - 23
    if length <= most:
        return page[at : at + length]
    local = least + (length - least) % (size - 4)
    local = local if local <= most else least
    parts, missing = [page[at : at + local]], length - local
    (following,) = struct.unpack_from(">I", page, at + local)
    while missing > 0:
        overflow = pages[following]
        parts.append(overflow[4 : 4 + missing])
        missing -= len(parts[-1]) or missing
        (following,) = struct.unpack_from(">I", overflow)
    return b"".join(parts)


def _record(payload: bytes) -> Found:
    head, at = _varint(payload, 0)
    kinds: list[int] = []
    while at < head:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    widths = [_width(kind) for kind in kinds[: _BODY + 1]]
    body_at = head + sum(widths[:_BODY])
    stored_at = head + sum(widths[:_STORED_US])
    body = payload[body_at : body_at + widths[_BODY]]
    stored_us = int.from_bytes(payload[stored_at : stored_at + widths[_STORED_US]], signed=True)
    return Found(blocks.decode(body), stored_us, body)


def _width(kind: int) -> int:
    return (kind - _FIRST_BLOB) // 2 if kind >= _FIRST_BLOB else _INTEGERS.get(kind, 0)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for n in range(8):
        byte = data[at + n]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004  # the top bit says that more follows
            return value, at + n + 1
    return value << 8 | data[at + 8], at + 9
