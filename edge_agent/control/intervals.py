"""The running clocked interval: what was used in it, and what is still allowed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class DemandInterval:
    """Counts the import of clocked intervals, aligned to the hour.

    Attributes:
        length_s: of an interval, 1800 for Japanese contracts.
        begins_s: when the running interval began, seconds since 1970 UTC.
        used_kwh: import in it so far.
        known_s: for how many seconds of it the import was measured.
    """

    length_s: float = 1800.0
    begins_s: float = 0.0
    used_kwh: float = 0.0
    known_s: float = 0.0

    def add(self, now_s: float, seconds: float, import_kw: float | None) -> float | None:
        """Count the last seconds; return the mean kW of an interval that ended, else None.

        Seconds without a measurement count as the mean of those with one, once it ends.
        """
        ended = None
        if self.is_over(now_s):
            ended = self.mean_kw()
            self.begins_s = now_s - now_s % self.length_s
            self.used_kwh = self.known_s = 0.0
            seconds = min(seconds, now_s - self.begins_s)
        if import_kw is not None and seconds > 0:
            self.used_kwh += max(0.0, import_kw) * seconds / 3600
            self.known_s += seconds
        return ended

    def is_over(self, now_s: float) -> bool:
        """Tell whether the interval that is counted has ended."""
        return now_s >= self.begins_s + self.length_s

    def mean_kw(self) -> float | None:
        """Return the mean import of what was measured, None where nothing was."""
        return self.used_kwh * 3600 / self.known_s if self.known_s else None

    def allowed_kw(self, target_kw: float, now_s: float, floor_s: float) -> float:
        """Return the mean import that keeps the interval at the target until it ends.

        In the last `floor_s` seconds the rest is taken as that long: a few seconds must not
        allow, or ask for, any power there is.
        """
        left_kwh = target_kw * self.length_s / 3600 - self._counted_kwh(target_kw, now_s)
        return left_kwh * 3600 / max(self.length_s - (now_s - self.begins_s), floor_s)

    def predicted_kw(self, target_kw: float, now_s: float, import_kw: float) -> float:
        """Return the mean that the interval ends with if the import stays as it is."""
        left_s = min(max(0.0, self.begins_s + self.length_s - now_s), self.length_s)
        whole_kwh = self._counted_kwh(target_kw, now_s) + import_kw * left_s / 3600
        return whole_kwh * 3600 / self.length_s

    def _counted_kwh(self, target_kw: float, now_s: float) -> float:
        """Return the import so far; seconds without a measurement count as if at the target."""
        unknown_s = max(0.0, min(now_s - self.begins_s, self.length_s) - self.known_s)
        return self.used_kwh + target_kw * unknown_s / 3600
