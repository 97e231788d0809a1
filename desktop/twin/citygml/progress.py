"""Telling how far a long reading has come, and stopping it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
Told = Callable[[int, int], object]


class ReadingStopped(Exception):
    """Somebody asked to stop; nothing was kept."""


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep Python from looking for garbage cycles while many small objects come to stay."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


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
