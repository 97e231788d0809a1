"""Idleness: how long nobody has touched the console, and when it must lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.models.person import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop.models.person import Person

NEVER_MIN = 0
DEFAULT_MIN = 15


class IdleLock(QObject):
    """Locks a person's session once nobody has touched the console for `minutes`; 0 is never.

    Only who came in with a password is locked out: nothing else could unlock it again.
    """

    changed = Signal()

    def __init__(
        self, person: Person, clock: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._person, self._clock = person, clock
        self._touched_us = clock()
        self._locked = False
        self.minutes = DEFAULT_MIN
        person.changed.connect(self._person_changed)

    @property
    def locked(self) -> bool:
        """Tell whether the console is locked."""
        return self._locked

    def touch(self) -> None:
        """Note that somebody is there."""
        self._touched_us = self._clock()

    def tick(self) -> None:
        """Let time pass; call about once a second."""
        idle_us = self._clock() - self._touched_us
        if self.minutes != NEVER_MIN and idle_us >= self.minutes * 60_000_000:
            self.lock()

    def lock(self) -> None:
        """Lock now, where a password can unlock it."""
        if self._person.entry is Entry.PERSON and not self._locked:
            self._locked = True
            self.changed.emit()

    def unlock(self) -> None:
        """Unlock: the hub has taken the password."""
        self.touch()
        if self._locked:
            self._locked = False
            self.changed.emit()

    def _person_changed(self) -> None:
        if self._person.entry is not Entry.PERSON:
            self.unlock()
