"""A desk at which consents are recorded and taken back: what its forms ask for and are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.care import Consent, Resident, Withdrawal


class Opened(Protocol):
    """A resident that is open and known."""

    @property
    def resident(self) -> Resident:
        """Return who it is."""
        ...

    @property
    def consents(self) -> tuple[Consent, ...]:
        """Return every version of their consent, oldest first."""
        ...


class ConsentDesk(QObject):
    """Asks by signals; `opened` gives who is open, None where nobody is or not yet known."""

    consent_wanted = Signal(object)  # ConsentDraft
    preview_wanted = Signal(object)  # WithdrawalDraft: what would it delete?
    withdrawal_wanted = Signal(object)  # WithdrawalDraft
    page_changed = Signal()
    preview_came = Signal(object)  # Withdrawal
    done = Signal()  # something was recorded
    failed = Signal(str)  # why not

    def __init__(self, opened: Callable[[], Opened | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opened = opened
        self.chosen = ""

    @property
    def resident(self) -> Resident | None:
        """Return the resident that is open and known."""
        opened = self._opened()
        return opened.resident if opened else None

    @property
    def consents(self) -> tuple[Consent, ...]:
        """Return every version of their consent, oldest first."""
        opened = self._opened()
        return opened.consents if opened else ()

    def take_preview(self, preview: Withdrawal) -> None:
        """Take what a withdrawal would delete."""
        self.preview_came.emit(preview)
