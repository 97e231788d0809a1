"""A sink's place in the log: up to where it has everything, and what it has beyond."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """What one sink has acknowledged.

    Attributes:
        upto: everything up to this number.
        beyond: first and last number of each run acknowledged above it; in order, apart.
    """

    upto: int = 0
    beyond: tuple[Span, ...] = ()

    def with_run(self, first: int, last: int) -> Place:
        """Return the place once `first .. last` is acknowledged too."""
        upto, apart = self.upto, list[Span]()
        for begins, ends in sorted((*self.beyond, (first, last))):
            if begins <= upto + 1:
                upto = max(upto, ends)
            elif apart and begins <= apart[-1][1] + 1:
                apart[-1] = (apart[-1][0], max(apart[-1][1], ends))
            else:
                apart.append((begins, ends))
        return Place(upto, tuple(apart))

    @property
    def count(self) -> int:
        """Return how many numbers are acknowledged."""
        return self.upto + sum(last - first + 1 for first, last in self.beyond)

    @property
    def until(self) -> int | None:
        """Return the last number before the next run that is already acknowledged."""
        return self.beyond[0][0] - 1 if self.beyond else None
