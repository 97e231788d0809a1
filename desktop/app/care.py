"""Care between the hub and its page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from area_configs.domain.care import Handover, Overview, ResidentPage
from desktop.app.care_consents import WATCH, WRITTEN, Channel, ConsentWiring
from desktop.bridge.area_desk import AreaDesk
from desktop.models import person
from platform_hub.client import care as requests
from platform_hub.wire.care import (
    AnswerBody,
    CareNoteBody,
    CycleBody,
    News2Body,
    PlanItemBody,
    ScoreBody,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desktop.models.area_models import AreaModels
    from desktop.models.care_drafts import (
        EventAnswer,
        NewNote,
        News2Draft,
        ScoreDraft,
        StepDraft,
    )
    from desktop.settings import ConsoleSettings

_Step: TypeAlias = Literal["assess", "needs", "plan", "review"]
_STEPS: Mapping[str, _Step] = {name: name for name in get_args(_Step)}


class CareWiring(ConsentWiring):
    """Asks for care only where a caregiver sits: nobody else is answered."""

    def __init__(self, area_desk: AreaDesk, models: AreaModels, settings: ConsoleSettings) -> None:
        own = AreaDesk(settings.hub, settings.care_key, models) if settings.care_key else None
        is_open = partial(models.person.acts_as, person.CAREGIVER) if own is None else lambda: True
        super().__init__(own or area_desk, models.care, models, Channel("care", is_open))
        self._own, self._care = own, models.care
        self.answered.connect(self._take)
        care = models.care
        care.overview_wanted.connect(lambda: self.ask("overview", requests.overview))
        care.watch_wanted.connect(self._watch)
        care.page_wanted.connect(lambda of: self.ask("page", partial(requests.page, resident=of)))
        care.handover_wanted.connect(
            lambda since: self.ask("handover", partial(requests.handover, since_us=since))
        )
        care.answer_wanted.connect(self._answer)
        care.note_wanted.connect(self._note)
        care.score_wanted.connect(self._score)
        care.step_wanted.connect(self._step)
        care.news2_wanted.connect(self._news2)
        models.person.changed.connect(self._person_changed)
        self._person_changed()

    def close(self) -> None:
        """End the threads of its own; once the window goes."""
        if self._own:
            self._own.blockSignals(True)
            self._own.close()

    def _person_changed(self) -> None:
        self._care.leave()
        self._care.refresh()

    def _watch(self, of: str) -> None:
        self.ask(WATCH, partial(requests.page, resident=of) if of else requests.overview)

    def _answer(self, given: EventAnswer) -> None:
        body = AnswerBody("confirmed" if given.outcome == "confirmed" else "false", given.note)
        self.ask(
            WRITTEN,
            partial(requests.answer, resident=given.resident, event=given.event, body=body),
        )

    def _note(self, new: NewNote) -> None:
        body = CareNoteBody(new.text, new.for_handover)
        self.ask(WRITTEN, partial(requests.add_note, resident=new.resident, body=body))

    def _score(self, resident: str, draft: ScoreDraft) -> None:
        body = ScoreBody(
            draft.instrument.id,
            draft.version,
            draft.assessed_on,
            draft.informant,
            draft.scores,
            draft.burdens,
            round(draft.minutes_used, 1),
            draft.corrects,
        )
        self.ask(WRITTEN, partial(requests.add_score, resident=resident, body=body))

    def _step(self, draft: StepDraft) -> None:
        body = CycleBody(
            draft.cycle,
            _STEPS[draft.step],
            draft.dated,
            draft.text,
            [PlanItemBody(item.what, item.owner, item.due) for item in draft.items],
            draft.review_on,
            draft.minutes_used,
            draft.closes,
            draft.corrects,
        )
        self.ask(WRITTEN, partial(requests.add_step, resident=draft.resident, body=body))

    def _news2(self, draft: News2Draft) -> None:
        given = draft.given
        body = News2Body(
            draft.taken_us,
            given.respiration,
            given.spo2,
            given.oxygen,
            given.systolic,
            given.pulse,
            given.alert,
            given.temperature,
            given.second_scale,
        )
        self.ask(WRITTEN, partial(requests.add_news2, resident=draft.resident, body=body))

    def _take(self, topic: str, answer: object) -> None:
        if isinstance(answer, Overview):
            self._care.take_overview(answer)
        elif isinstance(answer, ResidentPage):
            self._care.take_page(answer)
        elif isinstance(answer, Handover):
            self._care.take_handover(answer)
        elif topic == WRITTEN:
            self._care.take_done()
