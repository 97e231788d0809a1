"""Short pieces of a text, thousands at once, told apart and numbered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Words = list[NDArray[np.uint64]]
    Told = Callable[[Ints], list[int]]

_WORD = 8
WIDTH = 3 * _WORD
# What to keep of 8 bytes, read as one little-endian number, of which 0 to 8 are wanted.
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(_WORD + 1)], np.uint64)
_NONE, _ALL, _ONE = np.uint64(0), np.uint64((1 << 64) - 1), np.uint64(1)
_ONES, _BLANKS, _HIGH = (np.uint64(n * 0x0101010101010101) for n in (0x01, 0x20, 0x80))
# Odd numbers that spread what differs over the highest bits (the primes 1 to 4 of xxHash).
_SPREAD = np.array(
    [0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63], np.uint64
)
_BITS, _TURNS, _MOST_KEYS = 12, 4, 2000
_TOP = np.uint64(64 - _BITS)


class NotPlain(Exception):
    """The bytes are not as regular as the scan needs; the XML parser has to decide."""


class Pieces:
    """A text whose pieces are read 24 bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._last = len(data) - WIDTH
        self._every = np.ndarray(max(self._last + 1, 0), f"V{WIDTH}", data, strides=(1,))

    def words(self, begin: Ints, size: Ints) -> Words:
        """Return the bytes from each place on as three numbers, zeros after so many bytes.

        Raises:
            NotPlain: the last place is so near to the text's end.
        """
        if self._last < 0 or (len(begin) and begin[-1] > self._last):
            raise NotPlain
        rows = self._every[begin].view(np.uint64).reshape(-1, 3)
        return [
            rows[:, n] & _MASKS.take(size - n * _WORD if n else size, mode="clip") for n in range(3)
        ]


def to_blank(words: Words) -> Words:
    """Return numbers of bytes up to the first blank, zeros after it.

    A byte is zero where taking 1 from it borrows; of these bytes the lowest is told rightly
    (Mycroft's test).
    """
    found, whole = [], np.ones(len(words[0]), bool)
    for word in words:
        other = word ^ _BLANKS
        lowest = (other - _ONES) & ~other & _HIGH
        lowest &= ~lowest + _ONE
        kept = (lowest >> np.uint64(_WORD - 1)) - _ONE
        found.append(np.where(whole, word & kept, _NONE))
        whole &= kept == _ALL
    return found


class Keys:
    """Rows of numbers that have been met, each with a code: a hash table for whole arrays."""

    def __init__(self, width: int) -> None:
        # key 0 is none; nothing equals it, as no piece of a text begins with such bytes
        self._columns = np.full((width, _MOST_KEYS), _ALL)
        self._codes = np.zeros(_MOST_KEYS, np.int32)
        self._count = 1
        self._tables: list[Ints] = []

    def codes(self, columns: Words, told: Told, turn: int = 0) -> NDArray[np.int32]:
        """Return the code of each row.

        Args:
            columns: the rows' numbers.
            told: gives the codes of rows, by their places here, whose like is met first.
            turn: which table to look into; rows for which it has no room go to the next.

        Raises:
            NotPlain: too many different rows.
        """
        if turn == _TURNS:
            raise NotPlain
        if turn == len(self._tables):
            self._tables.append(np.zeros(1 << _BITS, np.int64))
        table, slots = self._tables[turn], _slots(columns, turn)
        keys = table[slots]
        wrong = self._differ(keys, columns)
        if not wrong.any():
            return self._codes[keys]
        new = np.flatnonzero(wrong & (keys == 0))
        if len(new):
            self._add(table, slots, new, columns, told)
            keys = table[slots]
            wrong = self._differ(keys, columns)
        codes = self._codes[keys]
        if len(left := np.flatnonzero(wrong)):
            rest = [column[left] for column in columns]
            codes[left] = self.codes(rest, lambda rows: told(left[rows]), turn + 1)
        return codes

    def _differ(self, keys: Ints, columns: Words) -> NDArray[np.bool_]:
        wrong: NDArray[np.bool_] = columns[0] != self._columns[0][keys]
        for column, known in zip(columns[1:], self._columns[1:], strict=True):
            wrong |= column != known[keys]
        return wrong

    def _add(self, table: Ints, slots: Ints, rows: Ints, columns: Words, told: Told) -> None:
        """Put rows into empty slots, one into each."""
        table[slots[rows]] = rows
        rows = rows[table[slots[rows]] == rows]
        keys = self._count + np.arange(len(rows))
        if keys[-1] >= _MOST_KEYS:
            raise NotPlain
        table[slots[rows]] = keys
        self._count += len(rows)
        self._columns[:, keys] = [column[rows] for column in columns]
        self._codes[keys] = told(rows)


def _slots(columns: Words, turn: int) -> Ints:
    total = columns[0] * _SPREAD[turn % len(_SPREAD)]
    for number, column in enumerate(columns[1:], turn + 1):
        total += column * _SPREAD[number % len(_SPREAD)]
    total >>= _TOP
    slots: Ints = total.view(np.int64)
    return slots
