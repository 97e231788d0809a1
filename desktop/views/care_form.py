"""When a form of care begins anew: another resident is opened, or the hub has what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop.models.care_consents import ConsentDesk


class FormLife:
    """Calls `begin` then, and only then: what is half written outlives every other news."""

    def __init__(self, care: ConsentDesk, begin: Callable[[], None]) -> None:
        self._care, self._begin = care, begin
        self._of: str | None = None
        self._sent = False
        care.page_changed.connect(self._page_changed)
        care.done.connect(self._done)
        care.failed.connect(self._failed)

    def sent(self) -> None:
        """Say that the form was sent to the hub."""
        self._sent = True

    def _page_changed(self) -> None:
        of = self._care.resident.id if self._care.resident else ""
        if of != self._of:
            self._of = of
            self._begin()

    def _done(self) -> None:
        if self._sent:
            self._sent, self._of = False, None  # and again with what the hub knows then
            self._begin()

    def _failed(self) -> None:
        self._sent = False
