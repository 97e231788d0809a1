"""How long to wait after a failure: exponential with full jitter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random


class Backoff:
    """Draws each wait between nothing and a ceiling that doubles per failure.

    Full jitter keeps gateways that lost the hub together from coming back together
    (Brooker, "Exponential backoff and jitter", AWS Architecture Blog, 2015).
    """

    def __init__(self, first_s: float, most_s: float, rng: random.Random) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._rng = rng
        self._failures = 0

    def next_s(self) -> float:
        """Count one more failure and return the seconds to wait."""
        ceiling = min(self._most_s, self._first_s * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return self._rng.uniform(0.0, ceiling)

    def reset(self) -> None:
        """Forget the failures: something has worked."""
        self._failures = 0
