"""The bell: when a new urgent alarm is to be heard, and that somebody has silenced it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.models.alarm_desk import URGENT
from desktop.models.alarm_rows import View

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from desktop.models.alarm_desk import AlarmDesk
    from desktop.models.alarm_rows import AlarmRow

AGAIN_US = 30_000_000  # while nobody acknowledges; a flood rings no more often
_APART_US = 3_000_000


class Bell(QObject):
    """Rings at a new critical or high alarm, and again until it is acknowledged.

    It speaks of now while a replay shows the past: `clock` gives the true present.
    """

    rang = Signal()
    changed = Signal()

    def __init__(
        self, desk: AlarmDesk, clock: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._clock = desk, clock
        self._muted = False
        self._last_us = 0
        desk.raised.connect(self._raised)

    @property
    def muted(self) -> bool:
        """Tell whether it is silenced."""
        return self._muted

    def mute(self, muted: bool) -> None:
        """Silence it, or let it ring again."""
        if muted != self._muted:
            self._muted = muted
            self.changed.emit()

    def tick(self) -> None:
        """Let time pass: what nobody acknowledges is heard again."""
        if self._last_us and self._clock() - self._last_us >= AGAIN_US:
            if any(_urgent(row) for row in self._desk.present):
                self._ring()
            else:
                self._last_us = 0

    def _raised(self, rows: Sequence[AlarmRow]) -> None:
        if any(_urgent(row) for row in rows) and self._clock() - self._last_us >= _APART_US:
            self._ring()

    def _ring(self) -> None:
        self._last_us = self._clock()
        if not self._muted:
            self.rang.emit()


def _urgent(row: AlarmRow) -> bool:
    return row.priority in URGENT and row.within(View.UNACKNOWLEDGED)
