"""Blocks: readings packed by column, compressed and checked; the log stores and sync sends them.

Layout: `SAB1`, CRC-32 of what follows (u32 LE), then zstd-compressed MessagePack of `_Columns`.
A block holds readings `first_seq .. first_seq + count - 1` of one (gateway, epoch). What dated them
stands in runs of readings; blocks from before there were stamps end with the column before.
"""

from __future__ import annotations

import itertools
import operator
import struct
import zlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import msgspec
import zstandard

from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import ClockStamp, Reading, Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MEDIA_TYPE = "application/vnd.smart-area.blocks"
_MAGIC = b"SAB1"
_HEAD = struct.Struct("<4sI")
_LENGTH = struct.Struct("<I")
_CARRIED = frozenset({float, type(None)})
_free: list[zstandard.ZstdCompressor] = []
_MAX_PLAIN_BYTES = 64 << 20  # a hostile block must not unpack to more memory than this


Run = tuple[int, ClockStamp | None]  # so many readings, one after the other, dated alike


class BadBlock(BadFrame):
    """A block that is cut, altered or not a block."""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of readings with its place in the gateway's log."""

    gateway: str
    epoch: int
    first_seq: int
    readings: tuple[Reading, ...]

    @property
    def last_seq(self) -> int:
        """Return the sequence number of its last reading."""
        return self.first_seq + len(self.readings) - 1


@dataclass(frozen=True, slots=True)
class Columns:
    """The readings of a block by column, for whoever handles many at once.

    Attributes:
        which, quality: for each reading its place in `series` and in `qualities`.
    """

    gateway: str
    epoch: int
    first_seq: int
    series: list[Series]
    qualities: list[Quality]
    which: list[int]
    instants: list[int]
    values: list[float | None]
    quality: list[int]

    @property
    def last_seq(self) -> int:
        """Return the sequence number of its last reading."""
        return self.first_seq + len(self.instants) - 1


_Index = Annotated[int, msgspec.Meta(ge=0)]  # Python would count a negative one from the end


class _Columns(msgspec.Struct, array_like=True, frozen=True):
    gateway: str
    epoch: int
    first_seq: int
    series: list[tuple[str, str]]
    qualities: list[tuple[str, str]]
    begins_us: int
    series_index: list[_Index]
    delta_us: list[int]
    values: list[float | None]
    quality_index: list[_Index]
    # count, boot, offset_us, trusted, shift_us; without a boot nothing is known
    clock: list[tuple[_Index, str, int | None, bool, int]] = []


def encode(block: Block, stamps: Iterable[Run] | None = None) -> bytes:
    """Pack a block; `stamps` stand for the stamps of its readings, from the first to the last.

    Raises:
        TypeError, ValueError, OverflowError: a reading holds what no block can carry.
    """
    payload = _compressed(msgspec.msgpack.encode(_columns(block, stamps)))
    return _HEAD.pack(_MAGIC, zlib.crc32(payload)) + payload


def decode(data: bytes) -> Block:
    """Unpack a block.

    Raises:
        BadBlock: wrong magic, checksum or content; nothing is read from such a block.
    """
    check(data)
    return _block(_unpack(data[_HEAD.size :]))


def decode_columns(data: bytes) -> Columns:
    """Unpack a block as `decode` does, but leave its readings in columns.

    Raises:
        BadBlock: wrong magic, checksum or content.
    """
    check(data)
    raw = _unpack(data[_HEAD.size :])
    try:
        found = Columns(
            raw.gateway,
            raw.epoch,
            raw.first_seq,
            [Series(*names) for names in raw.series],
            [Quality(Reason(reason), text) for reason, text in raw.qualities],
            raw.series_index,
            list(itertools.accumulate(raw.delta_us, initial=raw.begins_us))[1:],
            raw.values,
            raw.quality_index,
        )
    except ValueError as error:
        raise BadBlock(f"reading block contradicts itself: {error}") from error
    _refuse_torn(found)
    if raw.clock and sum(run[0] for run in raw.clock) != len(found.instants):
        raise BadBlock("reading block contradicts itself: its stamps are not one for each reading")
    return found


def check(data: bytes) -> None:
    """Compare a block with its checksum, without the cost of unpacking it.

    Raises:
        BadBlock: wrong magic or checksum.
    """
    if len(data) < _HEAD.size or data[:4] != _MAGIC:
        raise BadBlock("not a reading block: it does not begin with SAB1")
    if zlib.crc32(memoryview(data)[_HEAD.size :]) != _HEAD.unpack_from(data)[1]:
        raise BadBlock("reading block is damaged: its checksum does not match")


def join(bodies: Iterable[bytes]) -> bytes:
    """Concatenate encoded blocks into one request body, each behind its length (u32 LE)."""
    return b"".join(_LENGTH.pack(len(body)) + body for body in bodies)


def split(body: bytes) -> Iterator[bytes]:
    """Yield the encoded blocks of a request body.

    Raises:
        BadBlock: the body ends inside a block.
    """
    at = 0
    while at < len(body):
        end = at + _LENGTH.size + (_LENGTH.unpack_from(body, at)[0] if at + 4 <= len(body) else 1)
        if end > len(body):
            raise BadBlock(f"request body ends inside the block that begins at byte {at}")
        yield body[at + _LENGTH.size : end]
        at = end


def _compressed(plain: bytes) -> bytes:
    """Compress with a compressor that is free: making one costs as much as packing a small block."""
    try:
        compressor = _free.pop()  # one call of the list: no other thread gets the same
    except IndexError:
        compressor = zstandard.ZstdCompressor(level=1)
    packed = compressor.compress(plain)
    _free.append(compressor)
    return packed


def _refuse_torn(found: Columns) -> None:
    count = len(found.instants)
    if not len(found.which) == len(found.values) == len(found.quality) == count:
        raise BadBlock("reading block contradicts itself: its columns differ in length")
    series, qualities = max(found.which, default=-1), max(found.quality, default=-1)
    if series >= len(found.series) or qualities >= len(found.qualities):
        raise BadBlock("reading block contradicts itself: a reading has no series or no quality")


def _columns(block: Block, stamps: Iterable[Run] | None) -> _Columns:
    readings = block.readings
    instants = [reading.observed_us for reading in readings]
    series, which = _numbered([(reading.device, reading.quantity) for reading in readings])
    qualities, quality = _qualities([reading.quality for reading in readings])
    begins = instants[0] if instants else 0
    return _Columns(
        block.gateway,
        block.epoch,
        block.first_seq,
        series,
        qualities,
        begins,
        which,
        list(map(operator.sub, instants, (begins, *instants))),
        _floats([reading.value for reading in readings]),
        quality,
        _packed(runs_of(readings) if stamps is None else stamps),
    )


def runs_of(readings: Iterable[Reading]) -> list[Run]:
    """Return the stamps of readings, each with how many in a row it dates."""
    groups = itertools.groupby(readings, key=lambda reading: reading.stamp)
    return [(sum(1 for _ in group), stamp) for stamp, group in groups]


def _packed(runs: Iterable[Run]) -> list[tuple[int, str, int | None, bool, int]]:
    rows = [
        (count, stamp.boot, stamp.offset_us, stamp.trusted, stamp.shift_us)
        if stamp
        else (count, "", None, False, 0)
        for count, stamp in runs
    ]
    return rows if any(row[1] for row in rows) else []


def _numbered(pairs: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[int]]:
    """Return each distinct pair once, and for every pair the number of its like."""
    number = defaultdict[tuple[str, str], int](itertools.count().__next__)
    numbers = list(map(number.__getitem__, pairs))  # once through: hashing pairs is what costs
    return list(number), numbers


def _qualities(items: list[Quality]) -> tuple[list[tuple[str, str]], list[int]]:
    """Return each distinct quality once, and for every item the number of its quality."""
    marks = list(map(id, items))  # readings share a few: looking into each would cost more
    if len(set(marks)) == 1:
        return [(items[0].reason.value, items[0].raw)], [0] * len(items)
    kinds = dict(zip(marks, items, strict=True))
    distinct, numbers = _numbered([(kind.reason.value, kind.raw) for kind in kinds.values()])
    number = dict(zip(kinds, numbers, strict=True))
    return distinct, list(map(number.__getitem__, marks))


def _floats(values: list[float | None]) -> list[float | None]:
    """Return values as what stands in a block; nearly all are so already."""
    if _CARRIED.issuperset(map(type, values)):
        return values
    return [None if value is None else float(value) for value in values]


def _unpack(payload: bytes) -> _Columns:
    try:
        # The decompressor's own max_output_size does not hold for frames that state their size.
        if zstandard.frame_content_size(payload) > _MAX_PLAIN_BYTES:
            raise BadBlock(f"reading block would unpack to more than {_MAX_PLAIN_BYTES} bytes")
        plain = zstandard.ZstdDecompressor().decompress(payload, max_output_size=_MAX_PLAIN_BYTES)
        return msgspec.msgpack.decode(plain, type=_Columns)
    except (zstandard.ZstdError, msgspec.MsgspecError) as error:
        raise BadBlock(f"reading block cannot be unpacked: {error}") from error


def _block(columns: _Columns) -> Block:
    try:
        readings = tuple(_readings(columns))
    except (IndexError, ValueError) as error:
        raise BadBlock(f"reading block contradicts itself: {error}") from error
    return Block(columns.gateway, columns.epoch, columns.first_seq, readings)


def _readings(columns: _Columns) -> Iterator[Reading]:
    series = [Series(*names) for names in columns.series]
    qualities = [Quality(Reason(reason), raw) for reason, raw in columns.qualities]
    instant = columns.begins_us
    rows = zip(
        columns.series_index,
        columns.delta_us,
        columns.values,
        columns.quality_index,
        _stamps(columns),
        strict=True,
    )
    for which, delta, value, quality, stamp in rows:
        instant += delta
        yield Reading(*series[which], instant, value, qualities[quality], stamp)


def _stamps(columns: _Columns) -> Iterator[ClockStamp | None]:
    if not columns.clock:
        return itertools.repeat(None, len(columns.values))
    runs = [
        (count, ClockStamp(boot, offset_us, trusted, shift_us) if boot else None)
        for count, boot, offset_us, trusted, shift_us in columns.clock
    ]
    return itertools.chain.from_iterable(itertools.repeat(stamp, n) for n, stamp in runs)
