"""The care desk: who needs a look, the resident that is open, and what was asked of the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.models.care_consents import ConsentDesk

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.care import Handover, Look, Overview, Resident, ResidentPage
    from area_configs.domain.names import Language

_PAGE_US = 300_000_000  # the open page is asked for anew after so long


class CareDesk(ConsentDesk):
    """Asks by signals; answers are taken by `take_*` and told by the other signals."""

    overview_wanted = Signal()
    page_wanted = Signal(str)  # a resident
    watch_wanted = Signal(str)  # ditto, or empty for who needs a look; no answer is told of
    answer_wanted = Signal(object)  # EventAnswer
    score_wanted = Signal(str, object)  # a resident, ScoreDraft
    note_wanted = Signal(object)  # NewNote
    step_wanted = Signal(object)  # StepDraft
    news2_wanted = Signal(object)  # News2Draft
    handover_wanted = Signal(object)  # microseconds since 1970 UTC
    changed = Signal()
    handover_came = Signal(object)  # Handover

    def __init__(self, clock: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(lambda: self.page, parent)
        self._clock = clock
        self.overview: Overview | None = None
        self.overview_us = 0  # when it came, by the clock of this console
        self.page: ResidentPage | None = None
        self._page_us = 0  # the hub's time when the open page was last worth asking for

    def watch(self) -> None:
        """Ask who needs a look now, unasked by anybody; the open page follows where it has to."""
        self.watch_wanted.emit("")

    def refresh(self) -> None:
        """Ask anew for everything that is shown."""
        self.overview_wanted.emit()
        if self.chosen:
            self.page_wanted.emit(self.chosen)

    def choose(self, resident: str) -> None:
        """Open a resident; what is shown of another one goes at once."""
        if resident != self.chosen:
            self.page = None
            self.chosen = resident
            self.page_changed.emit()
        if resident:
            self.page_wanted.emit(resident)

    def set_language(self, _language: Language) -> None:
        """Have everything worded anew."""
        self.changed.emit()
        self.page_changed.emit()

    def leave(self) -> None:
        """Forget everything of everybody: another person sits here now."""
        self.overview, self.page, self.chosen = None, None, ""
        self.changed.emit()
        self.page_changed.emit()

    def take_overview(self, overview: Overview) -> None:
        """Take who needs a look; the most urgent one is opened where nobody is.

        Who may not be seen any more is not shown any more.
        """
        before, self.overview, self.overview_us = self.overview, overview, self._clock()
        self.changed.emit()
        if self.chosen not in {one.id for one in overview.residents}:
            first = [look.resident for look in overview.looks]
            first += [one.id for one in overview.residents]
            self.choose(first[0] if first else "")
        elif before and self._has_news(before, overview):
            self._page_us = overview.at_us
            self.watch_wanted.emit(self.chosen)

    def take_page(self, page: ResidentPage) -> None:
        """Take the page of a resident; an answer for another one comes too late."""
        if page.resident.id == self.chosen:
            self.page = page
            self.page_changed.emit()

    def take_handover(self, handover: Handover) -> None:
        """Take what happened in the shift."""
        self.handover_came.emit(handover)

    def take_done(self) -> None:
        """Take the hub's word that something was recorded."""
        self.done.emit()
        self.refresh()

    def _has_news(self, before: Overview, now: Overview) -> bool:
        """Tell whether the open page says something else by now, or is old."""
        of = self.chosen
        if now.at_us - self._page_us >= _PAGE_US:
            return True
        return _of(before, of) != _of(now, of)


def _of(told: Overview, resident: str) -> tuple[list[Resident], list[Look]]:
    """Return what is told of one resident."""
    return (
        [one for one in told.residents if one.id == resident],
        [one for one in told.looks if one.resident == resident],
    )
