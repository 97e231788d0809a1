"""Care between the hub and its page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from area_configs.domain.care import Handover, Overview, ResidentPage
from desktop.bridge.area_desk import AreaDesk
from desktop.models import person
from desktop.models.person import Entry
from platform_hub.client import care as requests
from platform_hub.wire.care import AnswerBody, CareNoteBody, ScoreBody

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop.models.area_models import AreaModels
    from desktop.models.care import EventAnswer, NewNote, ScoreDraft
    from desktop.settings import ConsoleSettings
    from platform_hub.client.area_client import AreaClient

_CARE, _WRITTEN = "care/", "care/written"


class CareWiring(QObject):
    """Asks for care only where a caregiver sits: nobody else is answered."""

    def __init__(self, area_desk: AreaDesk, models: AreaModels, settings: ConsoleSettings) -> None:
        super().__init__(models)
        own = AreaDesk(settings.hub, settings.care_key, self) if settings.care_key else None
        self._own, self._area_desk = own, own or area_desk
        self._care, self._person = models.care, models.person
        care = models.care
        care.overview_wanted.connect(lambda: self._ask("overview", requests.overview))
        care.page_wanted.connect(lambda of: self._ask("page", partial(requests.page, resident=of)))
        care.handover_wanted.connect(
            lambda since: self._ask("handover", partial(requests.handover, since_us=since))
        )
        care.answer_wanted.connect(self._answer)
        care.note_wanted.connect(self._note)
        care.score_wanted.connect(self._score)
        self._area_desk.answered.connect(self._answered)
        self._area_desk.failed.connect(self._failed)
        models.person.changed.connect(self._person_changed)
        self._person_changed()

    def close(self) -> None:
        """End the threads of its own; once the window goes."""
        if self._own:
            self._own.blockSignals(True)
            self._own.close()

    def _ask(self, topic: str, request: Callable[[AreaClient], object]) -> None:
        if self._may_ask():
            self._area_desk.ask(f"{_CARE}{topic}", request)

    def _may_ask(self) -> bool:
        entry = self._person.entry
        return bool(self._own) or self._person.role == person.CAREGIVER or entry is Entry.OPEN

    def _person_changed(self) -> None:
        self._care.leave()
        self._care.refresh()

    def _answer(self, given: EventAnswer) -> None:
        body = AnswerBody("confirmed" if given.outcome == "confirmed" else "false", given.note)
        self._ask(
            "written",
            partial(requests.answer, resident=given.resident, event=given.event, body=body),
        )

    def _note(self, new: NewNote) -> None:
        body = CareNoteBody(new.text, new.for_handover)
        self._ask("written", partial(requests.add_note, resident=new.resident, body=body))

    def _score(self, resident: str, draft: ScoreDraft) -> None:
        body = ScoreBody(
            draft.instrument.id,
            draft.version,
            draft.assessed_on,
            draft.informant,
            draft.scores,
            draft.burdens,
            round(draft.minutes_used, 1),
        )
        self._ask("written", partial(requests.add_score, resident=resident, body=body))

    def _answered(self, topic: str, answer: object) -> None:
        if not topic.startswith(_CARE):
            return
        if isinstance(answer, Overview):
            self._care.take_overview(answer)
        elif isinstance(answer, ResidentPage):
            self._care.take_page(answer)
        elif isinstance(answer, Handover):
            self._care.take_handover(answer)
        elif topic == _WRITTEN:
            self._care.take_done()

    def _failed(self, topic: str, error: Exception) -> None:
        if topic.startswith(_CARE):
            self._care.failed.emit(str(error))
