"""A desk at which consents are recorded and taken back: what its forms ask for and are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from area_configs.domain.care import Consent, Resident, Withdrawal


class ConsentDesk(QObject):
    """Asks by signals; below it `resident` and `consents` say who is open and what was agreed to."""

    consent_wanted = Signal(object)  # ConsentDraft
    preview_wanted = Signal(object)  # WithdrawalDraft: what would it delete?
    withdrawal_wanted = Signal(object)  # WithdrawalDraft
    page_changed = Signal()
    preview_came = Signal(object)  # Withdrawal
    done = Signal()  # something was recorded
    failed = Signal(str)  # why not

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.chosen = ""

    @property
    def resident(self) -> Resident | None:
        """Return the resident that is open and known."""
        raise NotImplementedError  # every desk has its own; Qt's metaclass has no room for ABC

    @property
    def consents(self) -> tuple[Consent, ...]:
        """Return every version of their consent, oldest first."""
        raise NotImplementedError  # ditto

    def take_preview(self, preview: Withdrawal) -> None:
        """Take what a withdrawal would delete."""
        self.preview_came.emit(preview)
