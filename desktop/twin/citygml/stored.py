"""Arrays and words in one block of bytes: what the cache keeps, with nothing in it that runs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_MARK = b"smart-area city 1\n"
_SUM, _LENGTH, _ALIGNED = 32, 8, 16
_HEAD = len(_MARK) + _SUM + _LENGTH
_TYPES = {"f4": np.float32, "f8": np.float64, "i1": np.int8, "i4": np.int32, "i8": np.int64}


class NotStored(Exception):
    """The bytes are cut, damaged, or not such a block."""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an array lies: its type, its shape, and how far from the first array it begins."""

    type: str
    shape: tuple[int, ...]
    offset: int


class Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands before the arrays."""

    words: dict[str, Any]
    arrays: dict[str, Place]


def packed(words: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> list[bytes]:
    """Return pieces of bytes that `unpacked` understands; arrays of the five types above only."""
    places: dict[str, Place] = {}
    pieces: list[bytes] = []
    at = 0
    for name, array in arrays.items():
        raw = np.ascontiguousarray(array).tobytes()
        places[name] = Place(array.dtype.str[1:], array.shape, at)
        pieces += [raw, bytes(-len(raw) % _ALIGNED)]
        at += len(raw) + -len(raw) % _ALIGNED
    head = msgspec.json.encode(Index(dict(words), places))
    head += b" " * (-(_HEAD + len(head)) % _ALIGNED)
    length = len(head).to_bytes(_LENGTH, "little")
    digest = hashlib.sha256()
    for piece in (length, head, *pieces):
        digest.update(piece)
    return [_MARK, digest.digest(), length, head, *pieces]


def unpacked(block: bytearray) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return words and arrays; the arrays look into `block`.

    Raises:
        NotStored: cut, damaged, or not such a block.
    """
    view = memoryview(block)
    if len(block) < _HEAD or not block.startswith(_MARK):
        raise NotStored
    begin = len(_MARK)
    if hashlib.sha256(view[begin + _SUM :]).digest() != view[begin : begin + _SUM]:
        raise NotStored
    length = int.from_bytes(view[begin + _SUM : _HEAD], "little")
    try:
        index = msgspec.json.decode(view[_HEAD : _HEAD + length], type=Index)
        rest = view[_HEAD + length :]
        return index.words, {name: _array(rest, place) for name, place in index.arrays.items()}
    except (msgspec.MsgspecError, KeyError, ValueError, TypeError) as error:
        raise NotStored from error


def _array(rest: memoryview, place: Place) -> NDArray[Any]:
    if place.offset < 0 or any(size < 0 for size in place.shape):
        raise NotStored
    kind = np.dtype(_TYPES[place.type])
    count = int(np.prod(place.shape, dtype=np.int64))
    return np.frombuffer(rest, kind, count, place.offset).reshape(place.shape)
