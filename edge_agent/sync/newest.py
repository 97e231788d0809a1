"""The newest reading of every series, and which of them a broker still lacks."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from area_configs.domain.readings import Reading, Series


class Newest:
    """A board with one place per series; never an older reading over a newer one.

    Safe from any thread.
    """

    def __init__(self, fits: Callable[[Reading], bool] = lambda _: True) -> None:
        """Prepare a board for the readings that `fits` lets pass; others the broker cannot hold."""
        self._fits = fits
        self._lock = threading.Lock()
        self._held: dict[Series, Reading] = {}
        self._there: dict[Series, int] = {}  # observed_us of what the broker has
        self._met: set[str] = set()

    def offer(self, readings: Iterable[Reading]) -> None:
        """Put readings up, each where it is newer than what hangs there."""
        with self._lock:
            for reading in filter(self._fits, readings):
                held = self._held.get(reading.series)
                if held is None or reading.observed_us > held.observed_us:
                    self._held[reading.series] = reading

    def lacking(self) -> dict[str, list[Reading]]:
        """Return what the broker lacks, by device."""
        found: dict[str, list[Reading]] = {}
        with self._lock:
            for series, reading in self._held.items():
                if reading.observed_us > self._there.get(series, _NEVER):
                    found.setdefault(series.device, []).append(reading)
        return found

    def settle(self, readings: Iterable[Reading]) -> None:
        """Note that the broker has these, or shall not get them."""
        self.there({reading.series: reading.observed_us for reading in readings})

    def there(self, observed: Mapping[Series, int]) -> None:
        """Note which instants the broker has."""
        with self._lock:
            for series, observed_us in observed.items():
                self._there[series] = max(self._there.get(series, _NEVER), observed_us)

    def met(self, device: str) -> bool:
        """Tell whether the broker was asked what it has of a device."""
        return device in self._met

    def meet(self, device: str, observed: Mapping[Series, int]) -> None:
        """Note what the broker has of a device."""
        self.there(observed)
        self._met.add(device)


_NEVER = -(1 << 62)
