"""Telling how far a long reading has come, and stopping it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
Told = Callable[[int, int], object]


class ReadingStopped(Exception):
    """Somebody asked to stop; nothing was kept."""


class Progress:
    """Tells (done, all) before each piece of work and at the end; False as an answer stops it."""

    def __init__(self, told: Told | None, pieces: int) -> None:
        self._told, self._pieces = told, pieces

    def over(self, pieces: Iterable[T]) -> Iterator[T]:
        """Yield pieces of work one by one.

        Raises:
            ReadingStopped: the answer was False.
        """
        for done, piece in enumerate(pieces):
            self._tell(done)
            yield piece
        self._tell(self._pieces)

    def _tell(self, done: int) -> None:
        if self._told and self._told(done, self._pieces) is False:
            raise ReadingStopped
